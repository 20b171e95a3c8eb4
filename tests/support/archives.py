"""Installations that shops move between, and archives that somebody tampered with."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from sello.entry.settings import Settings
from sello.entry.shop_export import export_shop
from sello.entry.shop_import import Imported, Wishes, import_shop
from tests.support.servers import Servers, TestDatabase

OTHER_KEYS = {"jwt_secret": "another secret of at least thirty-two", "data_key": "another key of at least thirty-two"}

_COUNT = SQL("SELECT count(*) FROM {}")

Members = dict[str, bytes]


@dataclass(frozen=True)
class Installation:
    """A sello of its own."""

    database: TestDatabase
    settings: Settings

    async def export(self, slug: str, path: Path) -> Path:
        """The archive of a shop."""
        await export_shop(self.settings, slug, path, progress=lambda *_: None)
        return path

    async def take(self, path: Path, **wishes: Any) -> Imported:
        """Import an archive."""
        return await import_shop(self.settings, path, Wishes(**wishes), progress=lambda *_: None)

    def rows(self, *, but: str = "") -> dict[str, int]:
        """How many rows each table has; one of them may be left alone."""
        with psycopg.connect(self.database.url("sello_owner"), autocommit=True) as owner:
            tables = owner.execute(
                "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                " AND relname <> %s",
                (but,),
            ).fetchall()
            counts = (owner.execute(_COUNT.format(Identifier(name))).fetchall() for (name,) in tables)
            return {name: count for (name,), [(count,)] in zip(tables, counts, strict=True)}

    def files(self) -> list[str]:
        """What its storage holds."""
        folder = self.settings.sello_home / "storage"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def install(servers: Servers, home: Path, **more: Any) -> Installation:
    """A fresh installation."""
    database = servers.database("moving")
    return Installation(database, Settings(**{**database.environment(servers, home=home), **more}))


def read(path: Path) -> tuple[dict[str, Any], Members]:
    """The manifest of an archive and its other members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(members.pop("manifest.json")), members


def contents(path: Path) -> dict[str, Any]:
    """What an archive holds, its moment aside."""
    manifest, members = read(path)
    manifest.pop("made_at")
    manifest["files"].pop("README.txt")
    members.pop("README.txt")
    return {"manifest": manifest, **members}


def but(tables: Iterable[str], path: Path) -> dict[str, Any]:
    """What an archive holds, some tables aside."""
    held = contents(path)
    for table in tables:
        held.pop(f"tables/{table}.jsonl")
        held["manifest"]["tables"].pop(table)
    return held


def forge(path: Path, forged: Path, change: Callable[[dict[str, Any], Members], None], *, cover: bool = True) -> Path:
    """The archive with something changed; with `cover` lengths and digests say what is there now."""
    manifest, members = read(path)
    change(manifest, members)
    if cover:
        for name, data in members.items():
            table = name[len("tables/") : -len(".jsonl")]
            if name in manifest["files"]:
                said = manifest["files"][name]
            elif table in manifest["tables"]:
                said = manifest["tables"][table]
                said["rows"] = data.count(b"\n")
            else:
                continue
            said |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)
    return forged


def lines(members: Members, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    return [json.loads(line) for line in members[f"tables/{table}.jsonl"].splitlines()]


def put(members: Members, table: str, rows: list[dict[str, Any]]) -> None:
    """Other rows in their place."""
    members[f"tables/{table}.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
