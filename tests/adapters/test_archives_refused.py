"""Archives that somebody cut off, altered or made up: told by a code, and nothing is written."""

import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sello.entry.archive_tables import TABLES
from sello.entry.settings import Settings
from sello.infrastructure.archives import Archive
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.database.migrate import known
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.archives import Installation, Members, contents, forge, install, lines, put
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import make_shop
from tests.support.till import Till, code_of

Change = Callable[[dict[str, Any], Members], None]


@pytest.fixture(scope="module")
async def archive(settings: Settings, database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop: two cards, seven stamps, a coffee that was handed over."""
    shop, db = make_shop(settings), TenantPool(settings.database_url, size=2)
    await db.open()
    till = Till(db, shop, database)
    ana, beto = shop.card(name="Ana Torres"), shop.card(name="Beto Paz")
    await till.stamp(ana, 5)
    await till.stamp(beto, 2)
    await till.hand_over(till.rewards(ana)[0])
    await db.close()
    return await Installation(database, settings).export(shop.slug, tmp_path_factory.mktemp("shop") / "shop.zip")


@pytest.fixture(scope="module")
def elsewhere(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Where nothing arrives."""
    return install(servers, tmp_path_factory.mktemp("elsewhere"))


def edit(table: str, change: Callable[[list[dict[str, Any]]], None]) -> Change:
    """Change the rows of a table."""

    def changes(_: dict[str, Any], members: Members) -> None:
        rows = lines(members, table)
        change(rows)
        put(members, table, rows)

    return changes


def sets(table: str, **values: Any) -> Change:
    """Change columns of a table's first row."""
    return edit(table, lambda rows: rows[0].update(values))


def says(**values: Any) -> Change:
    """Change the manifest."""
    return lambda manifest, _: manifest.update(values)


def _deep(_: dict[str, Any], members: Members) -> None:
    members["tables/audit_log.jsonl"] = b"[" * 100_000 + b"\n"


def _of_another(table: str) -> Change:
    """A row that says it is another shop's."""
    return edit(table, lambda rows: rows[0].update(business_id=str(new_id())))


def _richer(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["balance"] += 1


def _demoted(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["role"] = "staff"


def _poorer(rows: list[dict[str, Any]]) -> None:
    rows.remove(next(row for row in rows if row["delta"] == 2))


FORGED: dict[str, tuple[str, Change]] = {
    "a newer format": ("archive_too_new", says(format=2)),
    "a newer schema": ("archive_too_new", says(schema="9999")),
    "an unknown table": ("archive_too_new", lambda m, _: m["tables"].update(stars=m["tables"]["branches"])),
    "an unknown column": ("archive_too_new", lambda m, _: m["tables"]["cards"]["columns"].append("colour")),
    "another kind of file": ("archive_unreadable", says(kind="photos")),
    "a manifest of nonsense": ("archive_unreadable", says(shop=7)),
    "an archive of tomorrow": ("archive_altered", says(made_at="2099-01-01T00:00:00Z")),
    "a table left out": ("archive_altered", lambda m, f: (m["tables"].pop("gifts"), f.pop("tables/gifts.jsonl"))[0]),
    "a path that leads out": ("archive_altered", lambda _, f: f.update({"../evil.sh": b"x"})),
    "a file that is named": ("archive_altered", lambda m, f: (
        f.update({"files/../x": b"x"}), m["files"].update({"files/../x": {"bytes": 1, "sha256": "0"}}))[0]),
    "no JSON": ("archive_broken", lambda _, f: f.update({"tables/cards.jsonl": b"nonsense\n"})),
    "deep JSON": ("archive_broken", _deep),
    "a line without an end": ("archive_altered", lambda _, f: f.update({"tables/nights.jsonl": b"{}"})),
    "a column missing": ("archive_broken", edit("cards", lambda rows: rows[0].pop("link"))),
    "a column of no table": ("archive_broken", sets("cards", colour="red")),
    "another shop's row": ("archive_broken", _of_another("cards")),
    "a number for a text": ("archive_broken", sets("customers", name=7)),
    "a text for a number": ("archive_broken", sets("cards", balance="7")),
    "a number too large": ("archive_broken", sets("cards", balance=2**40)),
    "a wrong id": ("archive_broken", sets("cards", id="1; DROP TABLE cards")),
    "a wrong moment": ("archive_broken", sets("cards", issued_at="yesterday")),
    "a moment without a zone": ("archive_broken", sets("cards", issued_at="2026-01-01T00:00:00")),
    "nothing where something must be": ("archive_broken", sets("cards", link=None)),
    "a NUL": ("archive_broken", sets("customers", name="A\x00a")),
    "half a letter": ("archive_broken", sets("customers", name="\ud800")),
    "what a check refuses": ("archive_broken", sets("customers", phone="911")),
    "the same row twice": ("archive_broken", edit("cards", lambda rows: rows.append(rows[0]))),
    "a reference to nobody": ("archive_broken", sets("cards", customer_id=str(new_id()))),
    "a reference put off to nobody": ("archive_broken", sets("cards", merged_into=str(new_id()), balance=0)),
    "rules that are none": ("archive_broken", sets("reward_rules", body={"steps": []})),
    "two shops": ("archive_broken", edit("businesses", lambda rows: rows.append(rows[0]))),
    "a zone of no country": ("archive_zone", sets("businesses", zone="America/Atlantis")),
    "a balance out of thin air": ("archive_lawless", edit("cards", _richer)),
    "an entry taken out": ("archive_lawless", edit("stamp_events", _poorer)),
    "no owner": ("archive_lawless", edit("memberships", _demoted)),
    "a logo that is none": ("logo_unreadable", lambda m, f: (
        f.update({"files/logo.png": b"<svg/>"}), m["files"].update({"files/logo.png": {}}))[0]),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_archive_writes_nothing(
    what: str, archive: Path, elsewhere: Installation, tmp_path: Path
) -> None:
    code, change = FORGED[what]
    forged = forge(archive, tmp_path / "forged.zip", change)
    before = elsewhere.rows()
    with pytest.raises(Refused) as refused:
        await elsewhere.take(forged)
    assert refused.value.code == code
    assert (elsewhere.rows(), elsewhere.files()) == (before, [])


async def test_whatever_is_changed_without_the_manifest_is_seen(
    archive: Path, elsewhere: Installation, tmp_path: Path
) -> None:
    for table in ("cards", "customers", "stamp_events", "accounts"):
        change = edit(table, lambda rows: rows.reverse())
        forged = forge(archive, tmp_path / f"{table}.zip", change, cover=False)
        with pytest.raises(Refused, match="archive_altered"):
            await elsewhere.take(forged)


async def test_half_an_archive_is_none(archive: Path, elsewhere: Installation, tmp_path: Path) -> None:
    whole, cut, before = archive.read_bytes(), tmp_path / "cut.zip", elsewhere.rows()
    for length in (0, 1, 21, 22, 100, len(whole) // 2, len(whole) - 23, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(Refused, match="archive_unreadable"):
            await elsewhere.take(cut)
    refused = 0
    for place in range(50, len(whole), len(whole) // 15):  # a bit that tipped over
        cut.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        code = await code_of(elsewhere.take(cut, dry_run=True))
        if isinstance(code, str):
            assert code.startswith("archive_")
            refused += 1
        else:
            assert contents(cut) == contents(archive)  # it lay in a date that nobody reads
    assert refused > 5
    assert elsewhere.rows() == before


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("manifest.json", "w") as member:
        for _ in range(300):
            member.write(b" " * (1 << 20))


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:08}", b"")


def _endless_contents(path: Path) -> None:
    """A table of contents that is said, by the larger record, to have four billion bytes."""
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 1 << 32, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(end_64 + locator + end)


@pytest.mark.parametrize("make", [_bomb, _many, _endless_contents])
async def test_a_bomb_does_not_go_off(make: Callable[[Path], None], elsewhere: Installation, tmp_path: Path) -> None:
    make(tmp_path / "bomb.zip")
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="archive_bomb"):
            await elsewhere.take(tmp_path / "bomb.zip")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_large_archive_is_read_in_pieces(archive: Path, tmp_path: Path) -> None:
    """Twenty megabytes of audit log, and a few of memory."""

    def much(_: dict[str, Any], members: Members) -> None:
        chance = random.Random(1)
        members["tables/audit_log.jsonl"] = b"".join(
            b'{"a":"%s"}\n' % chance.randbytes(500).hex().encode() for _ in range(20_000)
        )

    large = forge(archive, tmp_path / "large.zip", much)
    tracemalloc.start()
    try:
        with Archive(large, TABLES, schemas=known()) as opened:
            assert sum(1 for _ in opened.lines("audit_log")) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
