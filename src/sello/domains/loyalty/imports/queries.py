"""Where imports stand, and what was wrong with their lines."""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from sello.domains.loyalty.imports.rules import Import, ImportKind, ImportSource
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId

_IMPORT: LiteralString = """
    SELECT id, kind, source, dry_run, count_stamps, skip_bad, created_at, started_at, ended_at, outcome, lines,
      bad_lines, done_lines, new_customers, new_entries, new_stamps, new_rewards
    FROM imports WHERE business_id = %(business_id)s
"""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file of an import that has not ended."""

    file: bytes | None


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """What is wrong with a line, as it was kept; `found` None once it was taken away."""

    number: int
    line: int
    code: str
    field: str | None
    found: str | None
    facts: dict[str, Any]


async def insert_import(
    db: Db,
    business_id: BusinessId,
    id: UUID,
    *,
    kind: ImportKind,
    source: ImportSource,
    dry_run: bool,
    count_stamps: bool,
    skip_bad: bool,
    account_id: AccountId | None,
    sha256: bytes,
    file: bytes | None,
) -> None:
    """A file that was brought; `file` None where it is read on the spot."""
    await db.execute(
        business_id,
        """
        INSERT INTO imports (business_id, id, kind, source, dry_run, count_stamps, skip_bad, account_id, sha256, file)
        VALUES (%(business_id)s, %(id)s, %(kind)s, %(source)s, %(dry_run)s, %(count_stamps)s, %(skip_bad)s,
          %(account_id)s, %(sha256)s, %(file)s)
        """,
        id=id,
        kind=kind,
        source=source,
        dry_run=dry_run,
        count_stamps=count_stamps,
        skip_bad=skip_bad,
        account_id=account_id,
        sha256=sha256,
        file=file,
    )


async def import_of(db: Db, business_id: BusinessId, id: UUID) -> Import | None:
    """One import."""
    return await db.fetch_one(Import, business_id, _IMPORT + "AND id = %(id)s", id=id)


async def imports_page(db: Db, business_id: BusinessId, *, before: UUID | None, most: int) -> list[Import]:
    """Imports, the newest first, from just before one of them on."""
    return await db.fetch_all(
        Import,
        business_id,
        _IMPORT + "AND (%(before)s::uuid IS NULL OR id < %(before)s::uuid) ORDER BY id DESC LIMIT %(most)s",
        before=before,
        most=most,
    )


async def file_of(db: Db, business_id: BusinessId, id: UUID) -> KeptFile | None:
    """The file of an import that has not ended; None when there is no such import, or its work is done."""
    return await db.fetch_one(
        KeptFile,
        business_id,
        "SELECT file FROM imports WHERE business_id = %(business_id)s AND id = %(id)s AND ended_at IS NULL",
        id=id,
    )


async def start_import(db: Db, business_id: BusinessId, id: UUID, *, lines: int, bad_lines: int) -> int:
    """The file was read: its lines are counted and its work begins, or begins again."""
    return await db.execute(
        business_id,
        """
        UPDATE imports SET started_at = coalesce(started_at, app_now()), lines = %(lines)s, bad_lines = %(bad_lines)s,
          done_lines = 0
        WHERE business_id = %(business_id)s AND id = %(id)s AND ended_at IS NULL
        """,
        id=id,
        lines=lines,
        bad_lines=bad_lines,
    )


async def insert_problems(db: Db, business_id: BusinessId, id: UUID, *, rows: str) -> int:
    """Keep problems (a JSON list of number, line, code, field, found, facts); those that are kept stay."""
    return await db.execute(
        business_id,
        """
        INSERT INTO import_problems (business_id, import_id, number, line, code, field, found, facts)
        SELECT %(business_id)s, %(id)s, r.number, r.line, r.code, r.field, r.found, r.facts
        FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (number int, line int, code text, field text, found text,
          facts jsonb)
        ON CONFLICT (business_id, import_id, number) DO NOTHING
        """,
        id=id,
        rows=rows,
    )


async def problems_page(db: Db, business_id: BusinessId, id: UUID, *, after: int, most: int) -> list[KeptProblem]:
    """The kept problems of an import along its file, after the one with this number."""
    return await db.fetch_all(
        KeptProblem,
        business_id,
        """
        SELECT number, line, code, field, found, facts FROM import_problems
        WHERE business_id = %(business_id)s AND import_id = %(id)s AND number > %(after)s
        ORDER BY number LIMIT %(most)s
        """,
        id=id,
        after=after,
        most=most,
    )


async def advance_import(
    db: Db, business_id: BusinessId, id: UUID, *, lines: int, customers: int, entries: int, stamps: int, rewards: int
) -> int:
    """So many more lines are worked off, and this came of them: in the transaction that wrote it.

    0 rows when the import was ended meanwhile.
    """
    return await db.execute(
        business_id,
        """
        UPDATE imports SET done_lines = done_lines + %(lines)s, new_customers = new_customers + %(customers)s,
          new_entries = new_entries + %(entries)s, new_stamps = new_stamps + %(stamps)s,
          new_rewards = new_rewards + %(rewards)s
        WHERE business_id = %(business_id)s AND id = %(id)s AND ended_at IS NULL
        """,
        id=id,
        lines=lines,
        customers=customers,
        entries=entries,
        stamps=stamps,
        rewards=rewards,
    )


async def end_import(db: Db, business_id: BusinessId, id: UUID, *, outcome: str) -> int:
    """The work is over, and the file goes; 0 rows when it had ended."""
    return await db.execute(
        business_id,
        """
        UPDATE imports SET ended_at = app_now(), outcome = %(outcome)s, file = NULL
        WHERE business_id = %(business_id)s AND id = %(id)s AND ended_at IS NULL
        """,
        id=id,
        outcome=outcome,
    )


async def end_all_imports(db: Db, business_id: BusinessId) -> int:
    """End what waits or runs, files and all: somebody is erased who may stand in one of them."""
    return await db.execute(
        business_id,
        """
        UPDATE imports SET ended_at = app_now(), outcome = 'expired', file = NULL
        WHERE business_id = %(business_id)s AND ended_at IS NULL
        """,
    )


async def forget_cells(db: Db, business_id: BusinessId) -> int:
    """Take away what stood in wrong cells: whose it was cannot be told, so it is everybody's."""
    return await db.execute(
        business_id,
        "UPDATE import_problems SET found = NULL WHERE business_id = %(business_id)s AND found IS NOT NULL",
    )
