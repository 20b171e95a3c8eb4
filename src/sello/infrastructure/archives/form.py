"""What an archive looks like: its manifest, its members' names, and what is said of a table that travels in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec

KIND: Final = "sello-shop"
FORMAT: Final = 1  # goes up when an older sello would misread an archive; new tables and columns do not need it

MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
LOGO: Final = "files/logo.png"

Row = dict[str, Any]


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the archive: how long it is unpacked, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


class TableMember(Member, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table: the columns of its lines in their order, and how many lines there are."""

    columns: list[str]
    rows: int


class ShopIdentity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which shop it is, for people and for the first look."""

    id: UUID
    slug: str
    code: str
    name: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive holds. `schema` is the newest revision of the database it comes from."""

    kind: str
    format: int
    sello: str
    schema: str
    made_at: datetime
    shop: ShopIdentity
    tables: dict[str, TableMember]
    files: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Archived:
    """A table that travels. Lines stand in the order of `key`, so that the same shop gives the same file.

    `columns` travel; `anew` says why each other one does not, and what becomes of it. `instead`: SQL that takes a
    column's place; `only`: SQL that chooses rows. `fill` gives, at import, the values of columns that are made anew.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...] = ("id",)
    anew: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, LiteralString] = field(default_factory=dict)
    only: LiteralString = "true"
    fill: Callable[[UUID, Row, datetime], Row] | None = None
    tenant: str = "business_id"
    """The column that names the shop. It never stands in a line: the importer writes it."""


def member_of(table: str) -> str:
    """The name of a table's file."""
    return f"tables/{table}.jsonl"
