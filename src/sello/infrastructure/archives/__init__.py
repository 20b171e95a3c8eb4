"""A whole shop in one file: a ZIP with a manifest, a file of JSON lines for each table, and the shop's pictures.

`form` says what an archive looks like, `packing` writes one out of a snapshot, `unpacking` distrusts one and reads it,
`rows` judges its lines and puts them into tables. Which tables and columns there are is told by entry: nothing here
knows a table's name. Memory stays the same however large the shop is.
"""

from sello.infrastructure.archives.form import LOGO, Archived, Manifest, Member, ShopIdentity, TableMember
from sello.infrastructure.archives.packing import Pack, pack
from sello.infrastructure.archives.rows import Column, columns_of, put_lines
from sello.infrastructure.archives.unpacking import Archive

__all__ = [
    "LOGO",
    "Archive",
    "Archived",
    "Column",
    "Manifest",
    "Member",
    "Pack",
    "ShopIdentity",
    "TableMember",
    "columns_of",
    "pack",
    "put_lines",
]
