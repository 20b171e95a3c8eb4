"""The laws: what is always true of the data, read as sello_laws, who sees every shop and writes nothing."""

from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg.rows import class_row

_BROKEN: Final[LiteralString] = "SELECT law, key, detail FROM broken_laws ORDER BY law, key"


@dataclass(frozen=True, slots=True)
class Broken:
    """One row that breaks a law: its name (docs/laws.md says it in words), the row's key, ids and numbers."""

    law: str
    key: str
    detail: str


def broken(laws_url: str) -> list[Broken]:
    """Every broken law of the database at `laws_url` (an address of sello_laws); empty is what it should be.

    Reads one snapshot: some ms on a small database, much longer on one with millions of stamps.
    """
    with psycopg.connect(laws_url, application_name="sello-laws") as connection:
        return connection.cursor(row_factory=class_row(Broken)).execute(_BROKEN).fetchall()


async def broken_async(laws_url: str) -> list[Broken]:
    """The same without blocking the loop, for the nightly job."""
    async with await psycopg.AsyncConnection.connect(laws_url, application_name="sello-laws") as connection:
        cursor = await connection.cursor(row_factory=class_row(Broken)).execute(_BROKEN)
        return await cursor.fetchall()
