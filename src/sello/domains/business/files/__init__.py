"""What a shop keeps in the storage: its logo and its poster, one of each present at a time.

Owns the table files. The row is written before the object, so no object is ever unknown: what was never shown, or
gave way to another, is deleted from the storage a day later by `jobs`.
"""

from sello.domains.business.files.actions import hide, keep_logo, show, store
from sello.domains.business.files.queries import File, present_file

__all__ = ["File", "hide", "keep_logo", "present_file", "show", "store"]
