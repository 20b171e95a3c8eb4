"""A shop moves: out of one installation into an archive, and from there into another that has other keys."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg.sql import SQL, Identifier

from sello.domains.loyalty import replay
from sello.entry.campaigning import HELD_OUT, is_played
from sello.entry.http import create_app
from sello.entry.people import erase_again
from sello.entry.personal_data import PERSONS
from sello.entry.world import PASSWORD, fill
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.database.laws import broken
from sello.shared import clock
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CustomerId, id_at, new_id
from tests.domains.analytics.test_counts import live
from tests.support.archives import OTHER_KEYS, Installation, but, contents, forge, install, lines, put, read
from tests.support.counting import World
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till

NEW_PASSWORD = "una clave del otro lado"
KEYS = ("business_id", "branch_id", "day", "card_id")
STATISTICS = ("customer_days", "customer_stats", "daily_stats", "shop_statistics")


@pytest.fixture(scope="module")
async def origin(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo world."""
    installation = install(servers, tmp_path_factory.mktemp("origin"))
    await fill(installation.settings)
    return installation


@pytest.fixture(scope="module")
async def archive(origin: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Café Luna in a file."""
    return await origin.export("cafe-luna", tmp_path_factory.mktemp("archive") / "luna.zip")


@pytest.fixture
def elsewhere(servers: Servers, tmp_path: Path) -> Installation:
    """Another sello, empty, with keys of its own."""
    return install(servers, tmp_path / "elsewhere", **OTHER_KEYS)


def statistics(installation: Installation, slug: str) -> dict[str, Any]:
    """Everything that is counted of a shop."""
    rows = {
        table: installation.database.rows(
            SQL("SELECT to_jsonb(t) FROM {} t JOIN businesses b ON b.id = t.business_id WHERE b.slug = %s").format(
                Identifier(table)
            ),
            slug,
        )
        for table in STATISTICS
    }
    # A row of zeros stands where something was counted once and is no more.
    return {table: sorted(json.dumps(row) for (row,) in found if counts(row)) for table, found in rows.items()}


def counts(row: dict[str, Any]) -> bool:
    """Whether a row of statistics says something."""
    return any(value not in (0, None) for name, value in row.items() if name not in KEYS)


@asynccontextmanager
async def serving(installation: Installation) -> AsyncIterator[httpx.AsyncClient]:
    """Its API in this process."""
    app = create_app(installation.settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"{installation.settings.public_base_url}/api/v1") as client,
    ):
        client.headers["X-Client"] = "api"
        yield client


async def signed_in(client: httpx.AsyncClient, email: str, password: str) -> None:
    """Sign in for good."""
    answer = await client.post("/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def test_the_demo_shop_moves_and_nothing_is_lost(
    origin: Installation, archive: Path, elsewhere: Installation, tmp_path: Path
) -> None:
    assert origin.database.broken_laws() == []
    done = await elsewhere.take(archive)
    assert (done.slug, len(done.links), done.notes) == ("cafe-luna", 1, [])
    again = await elsewhere.export("cafe-luna", tmp_path / "again.zip")
    assert contents(again) == contents(archive)
    assert statistics(elsewhere, "cafe-luna") == statistics(origin, "cafe-luna")
    assert len(statistics(origin, "cafe-luna")["customer_days"]) > 100
    laws = elsewhere.settings.database_laws_url
    assert laws is not None
    assert broken(laws) == []
    assert replay(laws) == []


def test_only_played_phones_are_written_to_in_the_demo(origin: Installation) -> None:
    """The demo's numbers may be somebody's: with a real account nobody there has a campaign."""
    assert is_played(origin.settings)
    assert not is_played(origin.settings.model_copy(update={"twilio_api_base_url": "https://api.twilio.com"}))
    wave = origin.database.rows(
        "SELECT m.arm, count(*) FROM campaign_members m JOIN customers u ON u.id = m.customer_id"
        " WHERE u.enrolled_at < app_now() - interval '73 days' AND u.source = 'poster'"
        " AND m.occasion LIKE 'visit:%%' AND m.planned_at < app_now() - interval '33 days' GROUP BY 1"
    )
    assert dict(wave)["holdout"] >= HELD_OUT


async def test_its_owner_works_on_where_she_was(origin: Installation, archive: Path, elsewhere: Installation) -> None:
    """A new password, the same numbers; a code on a phone is scanned, and Ana's fifth coffee is handed over."""
    done = await elsewhere.take(archive)
    rosa = "rosa@cafeluna.pe"
    async with serving(origin) as before:
        await signed_in(before, rosa, PASSWORD)
        numbers = (await before.get("/dashboard/metrics")).json()
    async with serving(elsewhere) as client:
        refused = await client.post("/auth/login", json={"email": rosa, "password": PASSWORD})
        assert refused.json()["code"] == "credentials_wrong"
        token = done.links[0].partition("#token=")[2]
        set_ = await client.put("/auth/password-resets", json={"token": token, "password": NEW_PASSWORD})
        assert set_.status_code == 204, set_.text
        await signed_in(client, rosa, NEW_PASSWORD)
        counted = (await client.get("/dashboard/metrics")).json()
        assert counted.keys() == numbers.keys()
        assert {k: v for k, v in counted.items() if k != "as_of"} == {k: v for k, v in numbers.items() if k != "as_of"}
        [(code, link, shop)] = elsewhere.database.rows(
            "SELECT c.scan_code, c.link, b.code FROM cards c JOIN customers u ON u.id = c.customer_id"
            " JOIN businesses b ON b.id = c.business_id WHERE u.name = 'Ana Torres'"
        )
        card = (await client.get(f"/cards/by-link/{shop}{link}")).json()
        assert card["balance"] == 4
        found = (await client.get(f"/scans/{code}")).json()
        stamp = {"id": str(new_id()), "scan_code": code, "occurred_at": clock.now().isoformat(), "amount_centimos": 900}
        stamped = await client.post("/stamps", json=stamp)
        assert stamped.status_code == 201, stamped.text
        reward = stamped.json()["rewards"][0]["id"]
        hand_over = str(id_at(clock.now()))
        assert (await client.post(f"/rewards/{reward}/redemptions", json={"id": hand_over})).status_code == 201
        assert (await client.put(f"/redemptions/{hand_over}/confirmation", json={})).status_code == 200
        assert found["card_id"] == card.get("card_id", found["card_id"])
    assert elsewhere.database.broken_laws() == []


async def test_a_shop_with_a_random_life_moves(
    db: TenantPool, shop: Shop, database: TestDatabase, elsewhere: Installation, tmp_path: Path
) -> None:
    """Stamps, voids, hand-overs, imported visits, merges and erasures in any order."""
    world = World(Till(db, shop, database))
    chance = random.Random(2)
    await live(world, chance, 70)
    await world.settle(chance)
    here = Installation(database, shop.settings)
    first = await here.export(shop.slug, tmp_path / "first.zip")
    assert read(first)[0]["tables"]["stamp_events"]["rows"] > 20
    await elsewhere.take(first)
    # The nights that this shop never had were made up for.
    nightly = ("nights", "shop_statistics")
    assert but(nightly, await elsewhere.export(shop.slug, tmp_path / "second.zip")) == but(nightly, first)
    ours, theirs = statistics(here, shop.slug), statistics(elsewhere, shop.slug)
    assert theirs["customer_stats"] == ours["customer_stats"]
    assert elsewhere.database.broken_laws() == []


async def test_a_try_writes_nothing(archive: Path, elsewhere: Installation) -> None:
    before = elsewhere.rows()
    done = await elsewhere.take(archive, dry_run=True)
    assert done.slug == "cafe-luna"
    assert (elsewhere.rows(), elsewhere.files()) == (before, [])
    await elsewhere.take(archive)


async def test_a_shop_comes_once_and_another_keeps_its_address(archive: Path, elsewhere: Installation) -> None:
    elsewhere.database.rows(
        "INSERT INTO businesses (id, code, slug, name) SELECT new_id(), code, slug, 'Otro' FROM ("
        "VALUES (%s, 'cafe-luna')) AS v (code, slug) RETURNING 1",
        read(archive)[0]["shop"]["code"],
    )
    with pytest.raises(Refused, match="slug_taken"):
        await elsewhere.take(archive)
    done = await elsewhere.take(archive, slug="cafe-luna-barranco", owner="Elena@Luna.pe")
    assert (done.slug, len(done.links)) == ("cafe-luna-barranco", 2)
    assert len(done.notes) == 2  # another code, and an address that stays another shop's
    with pytest.raises(Refused, match="shop_exists"):
        await elsewhere.take(archive, slug="cafe-luna-otra-vez")
    slugs = elsewhere.database.rows("SELECT slug FROM slugs WHERE business_id = %s", read(archive)[0]["shop"]["id"])
    assert slugs == [("cafe-luna-barranco",)]
    elsewhere.database.rows("UPDATE businesses SET closed_at = app_now() WHERE name = 'Otro'")
    assert elsewhere.database.broken_laws() == []


async def test_people_who_are_known_here_keep_their_account(
    archive: Path, elsewhere: Installation, tmp_path: Path
) -> None:
    """Diego works elsewhere already; and somebody else has Rosa's id."""
    [diego], [rosa] = (
        [r for r in lines(read(archive)[1], "accounts") if r["name"] == n] for n in ("Diego Ramos", "Rosa Quispe")
    )
    known = new_id()
    for id_, email in ((known, diego["email"]), (rosa["id"], "otra@example.pe")):
        elsewhere.database.rows(
            "INSERT INTO accounts (id, email, name, password_hash) VALUES (%s, %s, 'Known', 'x') RETURNING 1",
            id_,
            email,
        )
    done = await elsewhere.take(archive)
    assert len(done.notes) == 1
    stamps = dict(
        elsewhere.database.rows("SELECT account_id, count(*) FROM stamp_events WHERE kind = 'earn' GROUP BY 1")
    )
    was = [row["account_id"] for row in lines(read(archive)[1], "stamp_events") if row["kind"] == "earn"]
    assert stamps[known] == was.count(diego["id"])
    [(hers,)] = elsewhere.database.rows("SELECT id FROM accounts WHERE email = %s", rosa["email"])
    assert str(hers) != rosa["id"]
    assert stamps[hers] == was.count(rosa["id"])
    assert elsewhere.database.rows("SELECT password_hash FROM accounts WHERE id = %s", known) == [("x",)]


async def test_no_secret_and_no_neighbour_is_in_the_file(origin: Installation, archive: Path) -> None:
    manifest, members = read(archive)
    everything = b"\n".join(members.values())
    secrets = origin.database.rows(
        "SELECT password_hash FROM accounts WHERE password_hash IS NOT NULL"
        " UNION SELECT encode(secret_hash, 'hex') FROM api_keys UNION SELECT prefix FROM api_keys"
        " UNION SELECT encode(mac, 'hex') FROM pins UNION SELECT encode(network_hash, 'hex') FROM consent_events"
        " WHERE network_hash IS NOT NULL UNION SELECT id::text FROM sessions"
    )
    neighbours = origin.database.rows(
        "SELECT c.id::text FROM cards c JOIN businesses b ON b.id = c.business_id WHERE b.slug <> 'cafe-luna'"
        " UNION SELECT u.phone FROM customers u JOIN businesses b ON b.id = u.business_id WHERE b.slug <> 'cafe-luna'"
    )
    assert len(secrets) > 4
    assert len(neighbours) > 20
    assert [text for (text,) in (*secrets, *neighbours) if text.encode() in everything] == []
    assert b"Ana Torres" in everything
    assert "business_id" not in json.dumps([said["columns"] for said in manifest["tables"].values()])


async def test_nothing_of_another_shop_is_touched(
    origin: Installation, archive: Path, elsewhere: Installation, tmp_path: Path
) -> None:
    sol = await origin.export("bodega-sol", tmp_path / "sol.zip")
    await elsewhere.take(sol)
    before = await elsewhere.export("bodega-sol", tmp_path / "before.zip")
    await elsewhere.take(archive)
    after = await elsewhere.export("bodega-sol", tmp_path / "after.zip")
    assert but(["audit_log"], after) == but(["audit_log"], before)  # where the export itself stands


async def test_whoever_was_erased_stays_erased(
    origin: Installation, elsewhere: Installation, servers: Servers, tmp_path: Path
) -> None:
    """Also where the archive is older than the erasure, if the erasure is known where it is imported."""
    shop = BusinessId(origin.database.rows("SELECT id FROM businesses WHERE slug = 'bodega-sol'")[0][0])
    [(gone,), (later,)] = origin.database.rows(
        "SELECT id FROM customers WHERE business_id = %s AND merged_into IS NULL ORDER BY id LIMIT 2", shop
    )
    db = TenantPool(origin.settings.database_url, size=2)
    await db.open()
    try:
        await PERSONS.erase(db, origin.settings.keys, shop, CustomerId(gone), by=None)
        old = await origin.export("bodega-sol", tmp_path / "old.zip")
        await elsewhere.take(old)
        assert f"erased/{shop}/{gone}.json" in elsewhere.files()
        assert elsewhere.database.rows("SELECT phone, name FROM customers WHERE id = %s", gone) == [(None, None)]
        assert elsewhere.database.rows("SELECT name IS NULL FROM customers WHERE id = %s", later) == [(False,)]
        # A third installation has the storage in which a later erasure is listed.
        third = install(servers, tmp_path / "third", **OTHER_KEYS)
        listed = third.settings.sello_home / "storage" / "erased" / str(shop) / f"{later}.json"
        listed.parent.mkdir(parents=True)
        listed.write_text(json.dumps({"erased_at": datetime.now(UTC).isoformat()}))
        done = await third.take(old)
        assert len(done.notes) == 1
        assert third.database.rows("SELECT phone, name FROM customers WHERE id = %s", later) == [(None, None)]
        assert (await erase_again(third.settings))[1] == 0
        assert third.database.broken_laws() == []
    finally:
        await db.close()


async def test_what_fell_due_on_the_way_is_worked_off(archive: Path, elsewhere: Installation) -> None:
    """An archive that lay for a hundred days: stamps expire by their rule, and the days between are closed."""
    elsewhere.database.set_clock(timedelta(days=100))
    clock.shift(timedelta(days=100))
    try:
        await elsewhere.take(archive)
        [(expired,)] = elsewhere.database.rows("SELECT count(*) FROM stamp_events WHERE kind = 'expire'")
        was = sum(row["kind"] == "expire" for row in lines(read(archive)[1], "stamp_events"))
        assert expired > was
        assert elsewhere.database.broken_laws() == []
    finally:
        clock.shift(timedelta(0))


def test_the_tools_of_this_test_change_what_they_say(archive: Path, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        put(members, "branches", [])

    assert contents(forge(archive, tmp_path / "same.zip", lambda *_: None)) == contents(archive)
    assert "tables/branches.jsonl" in contents(forge(archive, tmp_path / "changed.zip", change))
