"""What a shop keeps in the storage: its logo, its poster and its table tent, one of each present at a time; and
pictures for others' servers, as many as its cards look different, public under names that are digests.

Owns the table files. The row is written before the object, so no object is ever unknown: what was never shown, or
gave way to another, is deleted from the storage a day later by `jobs`.
"""

from sello.domains.business.files.actions import PublicPicture, hide, keep_logo, keep_picture, public_logo, show, store
from sello.domains.business.files.queries import File, present_file

__all__ = [
    "File",
    "PublicPicture",
    "hide",
    "keep_logo",
    "keep_picture",
    "present_file",
    "public_logo",
    "show",
    "store",
]
