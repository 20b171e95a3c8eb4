"""A whole shop out of an archive, into an installation that does not know it: all of it, or nothing.

As sello_owner, whose policies let it write every table, in one transaction: nobody sees half a shop, and whoever is
killed leaves none. No line of an archive says which shop it is for; the importer writes that, so an archive can touch
no other shop's rows. Before the commit the laws are asked, and an archive that breaks one is refused.
"""

from collections.abc import Callable, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier
from pydantic import ValidationError

from sello.domains.business import RewardRules, note_arrival, send_first_link, write_audit_as_platform
from sello.entry import arrival
from sello.entry.archive_tables import TABLES
from sello.entry.arriving_people import Arrived, add_owner, put_accounts
from sello.entry.crash import crash_points
from sello.entry.settings import Settings
from sello.infrastructure.archives import LOGO, Archive, Column, Manifest, columns_of, put_lines
from sello.infrastructure.archives.form import Row
from sello.infrastructure.archives.rows import judged
from sello.infrastructure.database.db import within, within_platform
from sello.infrastructure.database.migrate import FOLDER, known
from sello.shared import clock
from sello.shared.auth import Passwords
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, random_code

_AHEAD: Final = timedelta(minutes=10)  # how much the other installation's clock may be ahead
# Laws about the moment and the installation, not about the data of a shop.
_OF_NO_SHOP: Final = {"facts", "walls", "clock"}

_PATIENT: Final = """
    SELECT set_config('app.business_id', %s, true), set_config('TimeZone', 'UTC', true),
      set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)
"""
_PUT_OFF: Final = "SET CONSTRAINTS ALL DEFERRED"
_ASK_NOW: Final = "SET CONSTRAINTS ALL IMMEDIATE"
_TAKEN: Final = """
    SELECT EXISTS (SELECT FROM businesses WHERE id = %(id)s) AS shop,
      EXISTS (SELECT FROM businesses WHERE code = %(code)s) AS code,
      EXISTS (SELECT FROM slugs WHERE slug = %(slug)s) AS slug,
      EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s) AS zone
"""
_OTHERS_SLUGS: Final = "SELECT slug FROM slugs WHERE slug = ANY (%s) AND business_id <> %s"
_FORGET_SLUGS: Final = "DELETE FROM slugs WHERE business_id = %s"
_KEEP_SLUG: Final = "INSERT INTO slugs (business_id, slug) VALUES (%s, %s) ON CONFLICT (business_id, slug) DO NOTHING"
_OWNERS: Final = """
    SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id
    WHERE m.business_id = %s AND m.role = 'owner' AND m.disabled_at IS NULL AND a.email IS NOT NULL
    ORDER BY m.created_at, m.account_id
"""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the operator says: another address for the shop, one more owner, and whether it is only a try."""

    slug: str | None = None
    owner: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came in. `links`: where each owner without a password sets one; `notes`: what is not as it was."""

    manifest: Manifest
    slug: str
    links: list[str]
    notes: list[str]


class _OnlyATry(Exception):
    """Rolls a dry run back."""


async def import_shop(settings: Settings, path: Path, wishes: Wishes, *, progress: Progress) -> Imported:
    """Put the shop of an archive here. Needs DATABASE_OWNER_URL.

    A dry run does everything, and takes it back. Refuses archive_unreadable, archive_altered, archive_bomb,
    archive_too_new, archive_broken, archive_lawless, archive_zone, shop_exists, slug_taken; then nothing was written.
    """
    if settings.database_owner_url is None:
        raise SystemExit("sello: DATABASE_OWNER_URL is needed to import a shop: the address of sello_owner.")
    imported = list[Imported]()
    with Archive(path, TABLES, schemas=known()) as archive:
        connection = await AsyncConnection.connect(settings.database_owner_url, application_name="sello-import")
        async with connection:
            columns = {name: await columns_of(connection, name) for name in archive.manifest.tables}
            _judge(archive, columns, progress)
            try:
                passwords = Passwords(rounds=4 if settings.sello_test else 12)
                async with connection.transaction():
                    with closing(passwords):
                        whole = _Import(settings, connection, archive, columns, wishes, progress, passwords)
                        imported.append(await whole.run())
                    if wishes.dry_run:
                        raise _OnlyATry
                    crash_points(allowed=settings.sello_test)("import.before_commit")
            except _OnlyATry:
                pass
            except psycopg.errors.UniqueViolation as error:  # somebody imported it meanwhile
                raise Refused("shop_exists") from error
    return imported[0]


def _judge(archive: Archive, columns: Mapping[str, dict[str, Column]], progress: Progress) -> None:
    """Read all of it once: every digest, every line, every value's type. Nothing was written yet."""
    if archive.manifest.made_at > clock.now() + _AHEAD:
        raise Refused("archive_altered", name="made_at")
    if set(archive.manifest.tables) != set(TABLES):
        raise Refused("archive_altered", name="tables")
    for name in TABLES:
        rows = 0
        for row in _rows(archive, name, columns):
            rows += 1
            if name == "reward_rules":
                _judge_rules(row)
        if name == "businesses" and rows != 1:
            raise Refused("archive_broken", table=name, line=rows)
        progress(f"{name} ✓", rows)
    for name in archive.manifest.files:
        archive.file(name)


def _judge_rules(row: Row) -> None:
    try:
        RewardRules(**row["body"])
    except (ValidationError, TypeError) as error:
        raise Refused("archive_broken", table="reward_rules", line=row["version"], field="body") from error


def _rows(archive: Archive, name: str, columns: Mapping[str, dict[str, Column]]) -> Any:
    """The judged rows of a table; closed, its digest compared, when they end."""
    names = archive.manifest.tables[name].columns
    missing = [c for c in TABLES[name].columns if c not in names and _needed(columns[name][c])]
    if missing or len(set(names)) != len(names):
        raise Refused("archive_broken", table=name, line=0, field=", ".join(missing))
    return judged(archive.lines(name), name, names, columns[name])


def _needed(column: Column) -> bool:
    """Whether a row of an older release, which did not know the column, cannot be without it."""
    return column.required and not column.has_default


class _Import:
    """One import inside its transaction."""

    def __init__(
        self,
        settings: Settings,
        connection: AsyncConnection,
        archive: Archive,
        columns: Mapping[str, dict[str, Column]],
        wishes: Wishes,
        progress: Progress,
        passwords: Passwords,
    ) -> None:
        self._passwords = passwords
        self._settings, self._connection, self._archive = settings, connection, archive
        self._columns, self._wishes, self._progress = columns, wishes, progress
        self._manifest = archive.manifest
        self._id = BusinessId(archive.manifest.shop.id)
        self._notes = list[str]()
        self._at = clock.now()

    async def run(self) -> Imported:
        """Everything; what it was."""
        connection, business_id = self._connection, self._id
        await connection.execute(_PATIENT, (str(business_id),))
        before = await _broken(connection)
        await connection.execute(_PUT_OFF)
        people = await self._people()
        slug = await self._shop()
        for name in TABLES:
            if name not in ("accounts", "businesses"):
                self._progress(name, await self._table(name, people))
        await self._check_references()
        platform, db = within_platform(connection), within(connection, business_id)
        await note_arrival(
            platform, business_id, made_at=self._manifest.made_at, entries=self._manifest.tables["stamp_events"].rows
        )
        new = set(people.made)
        if self._wishes.owner is not None:
            new |= await add_owner(platform, business_id, email=self._wishes.owner, passwords=self._passwords)
        again = await arrival.settle(
            self._settings, db, platform, business_id, self._archive.file(LOGO), store=not self._wishes.dry_run
        )
        if again:
            self._notes.append(f"{again} people were erased here after the archive was made, and are erased again.")
        rows = sum(table.rows for table in self._manifest.tables.values())
        await write_audit_as_platform(
            platform, None, account_id=None, action="business.imported", subject_id=business_id, details={"rows": rows}
        )
        links = await self._links(new)
        broken = sorted({law for law, _ in await _broken(connection) - before})
        if broken:
            raise Refused("archive_lawless", laws=", ".join(broken))
        return Imported(manifest=self._manifest, slug=slug, links=links, notes=self._notes)

    async def _people(self) -> Arrived:
        rows = _rows(self._archive, "accounts", self._columns)
        try:
            people = await put_accounts(self._connection, rows, self._passwords)
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise Refused("archive_broken", table="accounts", line=0) from error
        if people.others:
            self._notes.append(f"{len(people.others)} accounts have another id here.")
        return people

    async def _shop(self) -> str:
        """The shop's own row, under a free address and code; its address."""
        [row] = list(_rows(self._archive, "businesses", self._columns))
        slug = row["slug"] = self._wishes.slug or row["slug"]
        asked = {"id": self._id, "code": row["code"], "slug": slug, "zone": row["zone"]}
        taken = await (await self._connection.cursor(row_factory=tuple_row).execute(_TAKEN, asked)).fetchone()
        assert taken is not None  # noqa: S101  # one row always
        shop, code, address, zone = taken
        for is_so, refusal in ((shop, "shop_exists"), (address, "slug_taken"), (not zone, "archive_zone")):
            if is_so:
                raise Refused(refusal)
        if code:
            row["code"] = random_code(6)
            self._notes.append("The shop's code is taken here, so links to its cards have changed.")
        await self._put("businesses", [row], Arrived())
        return slug

    async def _table(self, name: str, people: Arrived) -> int:
        rows = _rows(self._archive, name, self._columns)
        if name == "slugs":
            rows = await self._free_slugs(list(rows))
        count = await self._put(name, rows, people)
        if name == "slugs" and self._wishes.slug:
            await self._connection.execute(_KEEP_SLUG, (self._id, self._wishes.slug))
        return count

    async def _free_slugs(self, rows: list[Row]) -> list[Row]:
        """Former addresses come along unless another shop has them; since when is the archive's word."""
        await self._connection.execute(_FORGET_SLUGS, (self._id,))
        found = await self._connection.execute(_OTHERS_SLUGS, ([row["slug"] for row in rows], self._id))
        taken = {slug for (slug,) in await found.fetchall()}
        self._notes.extend(f"The address {slug} is another shop's here." for slug in sorted(taken))
        return [row for row in rows if row["slug"] not in taken]

    async def _put(self, name: str, rows: Any, people: Arrived) -> int:
        columns = self._columns[name]
        return await put_lines(
            self._connection, self._id, name, TABLES[name], rows, at=self._at, others=people.others,
            uuids=frozenset(column for column in columns if columns[column].kind == "uuid"),
        )  # fmt: skip

    async def _check_references(self) -> None:
        try:
            await self._connection.execute(_ASK_NOW)
        except psycopg.IntegrityError as error:
            table, name = error.diag.table_name, error.diag.constraint_name
            raise Refused("archive_broken", table=table, line=0, field=name) from error

    async def _links(self, new: Set[AccountId]) -> list[str]:
        """For every owner who has no password yet: a link that sets one, mailed and told."""
        owners = await (await self._connection.execute(_OWNERS, (self._id,))).fetchall()
        platform, base_url = within_platform(self._connection), self._settings.public_base_url
        return [
            await send_first_link(platform, self._settings.keys, owner, base_url=base_url)
            for (owner,) in owners
            if owner in new
        ]


async def _broken(connection: AsyncConnection) -> set[tuple[str, str]]:
    """The rows that break a law about shops' data, this transaction's included."""
    views = [path.stem for path in sorted((FOLDER / "laws").glob("*.sql")) if path.stem not in _OF_NO_SHOP]
    every = SQL(" UNION ALL ").join(SQL("(TABLE {})").format(Identifier(f"laws_of_{view}")) for view in views)
    return {(law, key) for law, key, _ in await (await connection.execute(every)).fetchall()}
