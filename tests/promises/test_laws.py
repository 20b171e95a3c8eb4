"""Every law is broken once on purpose, and seen by sello_laws, whose eyes the nightly run and `sello laws` have.

A fault is planted by a superuser in a transaction that is rolled back; the role changes inside it before the laws are
read, so row-level security and grants are those of sello_laws.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from sello.entry.settings import Settings
from sello.infrastructure.database.laws import broken, broken_async
from sello.infrastructure.database.migrate import FOLDER, upgrade
from sello.shared.ids import new_id
from tests.promises.fault import Fault
from tests.promises.planted import FAULTS
from tests.promises.scene import Scene, build
from tests.promises.scene_campaigns import plan
from tests.promises.scene_wallets import carry
from tests.promises.source import ROOT
from tests.support.load import Protocol
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import make_shop

CLOCK_SQL = (FOLDER / "laws" / "clock.sql").read_bytes()
LAW = re.compile(r"\bL\d\d_[a-z_]+\b")


@pytest.fixture(scope="module")
def lawful(servers: Servers) -> TestDatabase:
    """A database of its own under the clock of production."""
    database = servers.database("laws")
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        owner.execute(CLOCK_SQL)
    return database


@pytest.fixture(scope="module")
def scene(servers: Servers, lawful: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene, committed once, and a superuser's connection."""
    settings = Settings(**lawful.environment(servers, home=tmp_path_factory.mktemp("home")))
    admin = make_conninfo(servers.postgres.admin_dsn(), dbname=lawful.name)
    # Client cursors, because a fault may take more than one statement.
    with psycopg.connect(admin, autocommit=True, cursor_factory=psycopg.ClientCursor) as superuser:
        scene = build(make_shop(settings), superuser)
        plan(scene)
        carry(scene)
        scene.ids["stranger"] = make_shop(settings, name="Bodega Sol").rosa.account_id
        yield scene


def laws_of(database: TestDatabase) -> set[str]:
    """Every law the views speak of."""
    rows = database.rows(
        "SELECT pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT prosrc FROM pg_proc WHERE proname = 'broken_references'"
    )
    return {law for (text,) in rows for law in LAW.findall(text)}


def seen(scene: Scene, fault: Fault) -> set[str]:
    """The laws that sello_laws finds broken while the fault stands."""
    with scene.connection.transaction(force_rollback=True):
        scene.run("SET LOCAL session_replication_role = replica")
        scene.run(fault.plant)
        scene.run("SET LOCAL ROLE sello_laws")
        return {law for law, _, _ in scene.connection.execute("SELECT law, key, detail FROM broken_laws")}


async def test_no_law_is_broken_where_everything_has_happened_once(scene: Scene, lawful: TestDatabase) -> None:
    assert broken(lawful.url("sello_laws")) == []
    assert await broken_async(lawful.url("sello_laws")) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.law)
def test_the_planted_fault_is_seen(scene: Scene, lawful: TestDatabase, fault: Fault) -> None:
    with psycopg.connect(lawful.url("sello_platform")) as bystander:
        if fault.idle:
            bystander.execute("SELECT 1")
        found = seen(scene, fault)
    assert fault.law in found
    assert found - {fault.law} <= set(fault.also)


@pytest.mark.parametrize(("status", "missing"), [("queued", False), ("failed", False), ("successful", True)])
def test_a_poster_that_is_being_made_or_held_is_not_missing(scene: Scene, status: str, missing: bool) -> None:
    [fault] = [each for each in FAULTS if each.law == "L94_poster_missing" and "reward_rules" in each.plant]
    job = """
        ; INSERT INTO pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'STATUS', 'poster.make',
          convert_to(jsonb_build_object('business_id', %(shop)s)::text, 'UTF8'))"""
    plant = fault.plant + job.replace("STATUS", status)
    assert (fault.law in seen(scene, Fault(fault.law, plant))) is missing


def test_every_law_has_its_planted_fault_and_its_line_in_the_manual(lawful: TestDatabase) -> None:
    laws = laws_of(lawful)
    assert len(laws) > 40
    assert laws == {fault.law for fault in FAULTS}
    manual = (ROOT / "docs" / "laws.md").read_text(encoding="utf-8")
    assert sorted(laws) == re.findall(r"^\| `(L\d\d_[a-z_]+)` \|", manual, re.MULTILINE)


def test_an_upgrade_puts_the_laws_of_this_release_in_the_place_of_others(servers: Servers) -> None:
    database = servers.database("other_laws")
    newest = laws_of(database)
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        owner.execute("CREATE VIEW laws_of_yesterday AS SELECT 'L99_yesterday' AS law")
        owner.execute(
            "CREATE OR REPLACE VIEW laws_of_people AS SELECT ''::text AS law, ''::text AS key, ''::text AS detail"
        )
        upgrade(database.url("sello_owner"))
        assert laws_of(database) ^ newest == {
            "L30_merged_into_merged",
            "L32_consent_derived",
            "L31_merged_card_alive",
            "L99_yesterday",
        }
        owner.execute("COMMENT ON VIEW broken_laws IS 'those of another release'")
    upgrade(database.url("sello_owner"))
    assert laws_of(database) == newest
    assert database.broken_laws() == []


def test_the_views_see_with_the_eyes_of_the_one_who_asks(lawful: TestDatabase) -> None:
    assert (
        lawful.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
            " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
        )
        == []
    )
    # Functions with their owner's eyes: only those that blank what was written for good, and of the set tenant alone;
    # of the platform, only of those who never came. And one that says which ids a phone has, to the platform alone.
    owners_eyes = lawful.rows(
        "SELECT proname::text, prosrc ~ 'erased_at IS NOT NULL'"
        " AND CASE WHEN has_function_privilege('sello_app', oid, 'EXECUTE')"
        "   THEN prosrc ~ 'p_business = current_business\\(\\)'"
        "   ELSE prosrc ~ 'confirmed_at IS NULL' AND has_function_privilege('sello_platform', oid, 'EXECUTE') END"
        " AND 'search_path=public, pg_temp' = ANY (proconfig) AND NOT has_function_privilege('public', oid, 'EXECUTE')"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef AND provolatile = 'v' ORDER BY 1"
    )
    assert owners_eyes == [
        ("bury_pending_cards", True),
        ("forget_audit_texts", True),
        ("forget_consent_traces", True),
        ("forget_keys", True),
        ("forget_ledger_texts", True),
        ("forget_pending_traces", True),
        ("give_back_sender_phones", False),  # these two keep what shops share, by hashes that the caller names
        ("take_sender_phones", False),
    ]
    answering = lawful.rows(
        "SELECT proname::text, pg_get_function_result(oid), has_function_privilege('sello_app', oid, 'EXECUTE'),"
        " has_function_privilege('public', oid, 'EXECUTE')"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef AND provolatile <> 'v' ORDER BY 1"
    )
    ids = "TABLE(business_id uuid, customer_id uuid, pending boolean)"
    assert answering == [("customers_with_phone", ids, False, False)]


def test_the_reader_of_the_laws_can_change_nothing(lawful: TestDatabase) -> None:
    assert (
        lawful.rows(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('sello_laws', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        )
        == []
    )
    for table in ("accounts", "account_tokens"):
        with psycopg.connect(lawful.url("sello_laws")) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(SQL("SELECT * FROM {}").format(Identifier(table)))


class TestEvidence:
    """What clients wrote down against the ledger: the laws that no view can hold."""

    @pytest.fixture
    def protocol(self, tmp_path: Path, scene: Scene) -> Iterator[Protocol]:
        """A protocol that agrees with the scene."""
        protocol = Protocol(tmp_path)
        for (id,) in scene.connection.execute("SELECT id FROM stamp_events WHERE kind = 'earn'"):
            protocol.tried(str(id))
            protocol.answered(str(id), 201)
        yield protocol
        protocol.close()

    def said(self, protocol: Protocol, lawful: TestDatabase, scene: Scene) -> list[str]:
        """The kinds of what the evidence says."""
        return [line.split(":")[0] for line in protocol.broken(lawful, scene.shop)]

    def test_nothing_speaks_against_an_honest_ledger(self, protocol: Protocol, lawful: Any, scene: Scene) -> None:
        assert self.said(protocol, lawful, scene) == []

    def test_a_lost_acknowledgement_is_seen(self, protocol: Protocol, lawful: Any, scene: Scene) -> None:
        id = str(new_id())
        protocol.tried(id)
        protocol.answered(id, 201)
        assert self.said(protocol, lawful, scene) == ["lost"]

    def test_a_stamp_nobody_sent_is_seen(self, protocol: Protocol, lawful: Any, scene: Scene) -> None:
        protocol.tries.remove(str(scene.ids["ana_stamp"]))
        assert self.said(protocol, lawful, scene) == ["phantom"]

    def test_a_stamp_counted_against_its_refusal_is_seen(self, protocol: Protocol, lawful: Any, scene: Scene) -> None:
        protocol.answered(str(scene.ids["ana_stamp"]), 409)
        assert self.said(protocol, lawful, scene) == ["refused but counted"]
