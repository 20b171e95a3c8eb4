"""PINs: who stands at a shared till right now.

Owns the tables pins and pin_tries. A PIN works on an enrolled till alone and gives staff's powers alone.
"""

from sello.domains.business.pins.actions import drop_pin, set_pin

__all__ = ["drop_pin", "set_pin"]
