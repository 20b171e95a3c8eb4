"""Each table is written by the package that owns it; everybody else goes through that package's front door.

Owners are what the packages say of themselves: "Owns the tables …" in the docstring of their `__init__`.
"""

import re

import psycopg
import pytest

from tests.promises.source import Module
from tests.promises.statements import sources, statements
from tests.support.servers import TestDatabase

OWNS = re.compile(r"\bOwns the tables? ([^.:]+)[.:]")
WRITES = re.compile(r"\b(?:INSERT INTO|DELETE FROM|(?<!FOR )(?<!KEY )(?<!DO )UPDATE)\s+(?:ONLY\s+)?([a-z_]+)")

# The database layer keeps these for everybody; a fact may also be written by the statement of its change.
PLATFORM = {"events", "idempotency_keys", "job_attempts"}
OF_OTHERS = re.compile(r"pgqueuer|alembic_version|test_clock")

# Writers besides the owner, and why.
EXCUSED = {
    ("sello.domains.loyalty.expiry.queries", "events"): "one statement for many cards writes the fact of each change",
    ("sello.domains.loyalty.gifts.queries", "events"): "the same",
    (
        "sello.entry.arriving_people",
        "accounts",
    ): "an import is one transaction, as sello_owner, of what another sello wrote",
    ("sello.entry.shop_import", "slugs"): "the same: since when a shop has an address is the archive's word",
    ("sello.entry.world", "events"): "nobody is told of the demo shop's past as if it happened now",
    ("sello.infrastructure.database.retention", "account_tokens"): "what is over its time, in one place for all tables",
    ("sello.infrastructure.database.retention", "login_failures"): "the same",
    ("sello.infrastructure.database.retention", "sessions"): "the same",
    ("sello.infrastructure.database.retention", "device_credentials"): "the same",
    ("sello.infrastructure.database.retention", "device_codes"): "the same",
    ("sello.infrastructure.database.retention", "pin_tries"): "the same",
    ("sello.infrastructure.database.retention", "proof_tries"): "the same",
    ("sello.infrastructure.database.retention", "device_sign_ins"): "the same",
    ("sello.infrastructure.database.retention", "api_keys"): "the same",
    ("sello.infrastructure.database.retention", "archives"): "the same",
    ("sello.infrastructure.database.retention", "imports"): "the same",
    ("sello.infrastructure.database.retention", "import_problems"): "the same",
    ("sello.infrastructure.database.retention", "webhook_inbox"): "the same",
    ("sello.infrastructure.database.retention", "sender_phones"): "the same",
    ("sello.infrastructure.database.retention", "short_links"): "the same",
    ("sello.infrastructure.database.retention", "campaign_alerts"): "the same",
    ("sello.infrastructure.database.retention", "replies"): "the same",
    ("sello.infrastructure.database.retention", "wallet_registrations"): "the same",
    ("sello.infrastructure.database.retention", "wallet_passes"): "the same",
    ("sello.infrastructure.database.retention", "wallet_devices"): "the same",
    ("sello.infrastructure.database.retention", "wallet_events"): "the same",
    ("sello.infrastructure.database.retention", "wallet_logs"): "the same",
    ("sello.infrastructure.database.retention", "memberships"): "the membership that acted for a key ends with it",
}

# Functions of the database that write, and the domain they belong to.
FUNCTIONS = {
    "forget_audit_texts": "business",
    "forget_consent_traces": "customer",
    "forget_keys": "infrastructure",
    "forget_ledger_texts": "loyalty",
    "forget_pending_traces": "customer",
    "bury_pending_cards": "loyalty",
    "add_stamp_v1": "loyalty",
    "take_sender_phones": "campaign",
    "give_back_sender_phones": "campaign",
    "keep_slug": "business",
}

# What shops share is written by functions that know the tenant; no shop's role may touch the table itself.
BY_FUNCTIONS_ALONE = {"sender_phones"}


def written(sql: str) -> set[str]:
    """The tables that a text inserts into, updates or deletes from."""
    return set(WRITES.findall(re.sub(r"--.*", "", sql)))


def domain_of(module: Module) -> str:
    """The domain of a module; of all others the floor they stand on."""
    parts = module.name.split(".")
    return parts[2] if parts[1] == "domains" and len(parts) > 2 else parts[1]


def owners() -> dict[str, str]:
    """The owner of each table, by the domains' front doors and the list above."""
    owned = dict.fromkeys(PLATFORM, "infrastructure")
    for module in sources():
        parts = module.name.split(".")
        if len(parts) == 3 and parts[1] == "domains" and (said := OWNS.search(" ".join(module.text.split()))):
            for table in re.split(r", | and ", said[1]):
                assert table not in owned, f"{table} has two owners"
                owned[table] = parts[2]
    return owned


def test_every_table_has_one_owner(database: TestDatabase) -> None:
    tables = {
        name
        for (name,) in database.rows(
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        if not OF_OTHERS.match(name)
    }
    assert tables == set(owners())


def test_each_table_is_written_by_its_owner() -> None:
    owned, foreign, used = owners(), list[str](), set[tuple[str, str]]()
    for statement in statements():
        for table in written(statement.sql):
            if OF_OTHERS.match(table) or domain_of(statement.module) == owned[table]:
                continue
            if (statement.module.name, table) in EXCUSED:
                used.add((statement.module.name, table))
            else:
                foreign.append(f"{statement.place}: {domain_of(statement.module)} writes {table} of {owned[table]}")
    assert foreign == []
    assert used == set(EXCUSED), "an excuse is no longer needed"


def test_functions_of_the_database_write_what_their_domain_owns(database: TestDatabase) -> None:
    owned = owners()
    functions = database.rows(
        "SELECT proname::text, prosrc FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND proname !~ 'pgqueuer'"
    )
    writers = {name: written(source) for name, source in functions if written(source)}
    assert set(writers) == set(FUNCTIONS)
    for name, tables in writers.items():
        assert {owned[table] for table in tables - {"events"}} == {FUNCTIONS[name]}


def test_what_owners_may_write_the_roles_may_write(database: TestDatabase) -> None:
    """A grant nobody uses is a door nobody watches: what sello_app may write, some statement of it writes."""
    used = {table for s in statements() if s.role == "sello_app" for table in written(s.sql)}
    with psycopg.connect(database.url("sello_owner")) as owner:
        rows = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = ANY (%s)", (list(FUNCTIONS),)).fetchall()
        granted = owner.execute(
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND (has_any_column_privilege('sello_app', oid, 'INSERT, UPDATE')"
            "   OR has_table_privilege('sello_app', oid, 'DELETE'))"
        ).fetchall()
    used |= {table for (source,) in rows for table in written(source)}
    assert {table for (table,) in granted} == used - BY_FUNCTIONS_ALONE


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("INSERT INTO cards (id) SELECT id FROM customers FOR NO KEY UPDATE", {"cards"}),
        ("WITH a AS (UPDATE cards SET seq = 1 RETURNING id) DELETE FROM events", {"cards", "events"}),
        ("INSERT INTO staff_days AS d VALUES (1) ON CONFLICT (id) DO UPDATE SET stamps = 1", {"staff_days"}),
        ("SELECT id FROM cards FOR UPDATE SKIP LOCKED -- UPDATE rewards", set()),
    ],
)
def test_writes_are_seen(sql: str, tables: set[str]) -> None:
    assert written(sql) == tables
