"""Write a shop into an archive, out of one snapshot, a row at a time.

The rows are read as sello_app with the tenant set, so an archive cannot hold a row of another shop, nor a secret that
who serves tenants may not see. Names and e-mails of accounts, which belong to no tenant, are read as sello_platform in
the very same snapshot. Blocking: whoever has an event loop calls it in a thread.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from sello.infrastructure.archives.form import (
    FORMAT,
    KIND,
    MANIFEST,
    README,
    Archived,
    Manifest,
    Member,
    ShopIdentity,
    TableMember,
    member_of,
)

# One snapshot for everything; no role's time-out may end it, because a large shop takes as long as it takes.
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_SAME: Final = SQL("SET TRANSACTION SNAPSHOT {}")
_PATIENT: Final = """
    SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
      set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true)
"""
_TENANT: Final = "SELECT set_config('app.business_id', %s, true)"
_SHOP: Final = """
    SELECT id, slug, code, name, app_now(), pg_export_snapshot() FROM businesses WHERE id = current_business()
"""
# Somebody who was dismissed needs no address any more.
_ACCOUNTS: Final = SQL("""COPY (SELECT row_to_json(x) FROM (
    SELECT a.id, CASE WHEN m.disabled_at IS NULL THEN a.email END AS email, a.name
    FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.business_id = {} ORDER BY a.id) x) TO STDOUT""")
_ROWS: Final = SQL("""COPY (SELECT row_to_json(x) FROM (
    SELECT {} FROM {} WHERE {} = current_business() AND ({}) ORDER BY {}) x) TO STDOUT""")

ACCOUNTS: Final = "accounts"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # no member says when it was written: the manifest does
_STEP: Final = 2000  # rows between two words about the progress

Progress = Callable[[str, int], None]
"""Is told of a table and how many of its rows are written. May raise, to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What is packed: of which shop, from where, with which files beside the tables."""

    business_id: UUID
    app_url: str
    platform_url: str
    tables: Mapping[str, Archived]
    files: Mapping[str, bytes]
    sello: str
    schema: str
    readme: Callable[[ShopIdentity, datetime], str]


class NoShop(Exception):
    """There is no shop with this id."""


def pack(order: Pack, path: Path, *, progress: Progress = lambda *_: None) -> Manifest:
    """Write the archive to `path`, whole or not at all, readable by nobody else; its manifest. Raises NoShop."""
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                manifest = _fill(order, archive, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _fill(order: Pack, archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    tables = dict[str, TableMember]()
    with (
        psycopg.connect(order.app_url, application_name="sello-archive") as tenant,
        psycopg.connect(order.platform_url, application_name="sello-archive") as platform,
    ):
        shop, made_at, snapshot = _begin(tenant, order.business_id)
        platform.execute(_SNAPSHOT)
        platform.execute(_SAME.format(snapshot))
        platform.execute(_PATIENT)
        for name, table in order.tables.items():
            of_accounts = name == ACCOUNTS
            statement = _ACCOUNTS.format(order.business_id) if of_accounts else _statement(name, table)
            lines = _lines(platform if of_accounts else tenant, statement)
            tables[name] = _write_table(archive, name, table, lines, progress)
    readme = order.readme(shop, made_at).encode()
    files = {name: _write(archive, name, data) for name, data in {README: readme, **order.files}.items()}
    manifest = Manifest(
        kind=KIND, format=FORMAT, sello=order.sello, schema=order.schema, made_at=made_at, shop=shop, tables=tables,
        files=files,
    )  # fmt: skip
    _write(archive, MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _begin(tenant: psycopg.Connection, business_id: UUID) -> tuple[ShopIdentity, datetime, str]:
    """Set the tenant and take the snapshot; the shop, the moment, and the snapshot's name for the other connection."""
    tenant.execute(_SNAPSHOT)
    tenant.execute(_PATIENT)
    tenant.execute(_TENANT, (str(business_id),))
    row = tenant.cursor(row_factory=tuple_row).execute(_SHOP).fetchone()
    if row is None:
        raise NoShop
    return ShopIdentity(id=row[0], slug=row[1], code=row[2], name=row[3]), row[4], row[5]


def _statement(name: str, table: Archived) -> Composed:
    columns = [
        SQL("{} AS {}").format(SQL(table.instead[column]), Identifier(column))
        if column in table.instead
        else Identifier(column)
        for column in table.columns
    ]
    return _ROWS.format(
        SQL(", ").join(columns),
        Identifier(name),
        Identifier(table.tenant),
        SQL(table.only),
        SQL(", ").join(map(Identifier, table.key)),
    )


def _lines(connection: psycopg.Connection, statement: Composed) -> Iterator[bytes]:
    with connection.cursor().copy(statement) as copy:
        copy.set_types(["text"])
        for row in copy.rows():
            yield row[0].encode() + b"\n"


def _write_table(
    archive: zipfile.ZipFile, name: str, table: Archived, lines: Iterable[bytes], progress: Progress
) -> TableMember:
    digest, size, rows = hashlib.sha256(), 0, 0
    with archive.open(_info(member_of(name)), "w", force_zip64=True) as member:
        for line in lines:
            member.write(line)
            digest.update(line)
            size += len(line)
            rows += 1
            if rows % _STEP == 0:
                progress(name, rows)
    progress(name, rows)
    return TableMember(columns=list(table.columns), rows=rows, bytes=size, sha256=digest.hexdigest())


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> Member:
    archive.writestr(_info(name), data)
    return Member(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
