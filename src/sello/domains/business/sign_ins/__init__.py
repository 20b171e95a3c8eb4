"""Who worked at which till when: told by `sessions` when somebody signs in, read by the owner.

Writes the table device_sign_ins. An uploaded queue is judged by it, so somebody's last one on a till stays, all
others for 400 days.
"""

from sello.domains.business.sign_ins.queries import insert_sign_in

__all__ = ["insert_sign_in"]
