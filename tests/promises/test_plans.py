"""How PostgreSQL runs every statement of the source over tens of thousands of rows: by an index, never by reading all.

Read as the role that runs it, with the tenant set: row-level security keeps some indexes from being used, and a
superuser would never notice. The plans are generic ones, as prepared statements get them after some runs.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from sello.shared.ids import new_id
from tests.promises.statements import Statement, statements
from tests.promises.test_queries import prepare
from tests.support.servers import Servers, TestDatabase

# Shops, and customers of each, with three months behind them.
SHOPS = 20
CUSTOMERS = 500
# Written with triggers off: foreign keys hold here anyway and would be asked a hundred thousand times.
_MANY = """
INSERT INTO businesses (id, code, slug, name, rule_version)
  SELECT gen_random_uuid(), 'SH' || lpad(s::text, 4, '0'), 'shop-' || s, 'Shop', 1
  FROM generate_series(1, {shops}) s;
INSERT INTO reward_rules (business_id, version, body) SELECT id, 1, '{{}}' FROM businesses;
INSERT INTO accounts (id, email, name, password_hash)
  SELECT gen_random_uuid(), 'person-' || n || '@example.pe', 'Person', 'none' FROM generate_series(1, 2000) n;
INSERT INTO memberships (business_id, account_id, role, name)
  SELECT b.id, a.id, 'owner', 'Person' FROM (SELECT id, row_number() OVER () AS n FROM businesses) b
  JOIN (SELECT id, row_number() OVER () AS n FROM accounts) a ON a.n % {shops} + 1 = b.n;
INSERT INTO customers (business_id, id, phone, name, name_folded, source, confirmed_at)
  SELECT b.id, gen_random_uuid(), '+519' || lpad(n::text, 8, '0'), 'Ana ' || n, 'ana ' || n, 'till', now()
  FROM businesses b, generate_series(1, {customers}) n;
INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)
  SELECT business_id, gen_random_uuid(), id, upper(substr(md5(id::text), 1, 20)), upper(substr(md5(id::text), 1, 22)),
    now() - interval '90 days', now() FROM customers;
INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id,
    occurred_at, recorded_at)
  SELECT c.business_id, gen_random_uuid(), c.id, n, 'earn', 1, n, 1, m.account_id, t.at, t.at
  FROM cards c JOIN (SELECT DISTINCT ON (business_id) business_id, account_id FROM memberships ORDER BY 1) m
    USING (business_id), generate_series(1, 3) n, LATERAL (SELECT now() - (90 - n * 20) * interval '1 day' AS at) t;
INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by, issued_at)
  SELECT business_id, gen_random_uuid(), card_id, 0, 3, 3, 'Coffee', 1, id, recorded_at FROM stamp_events WHERE seq = 3;
INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id,
    occurred_at, recorded_at, reward_id)
  SELECT r.business_id, gen_random_uuid(), r.card_id, 4, 'issue_reward', -3, 0, 1, e.account_id, r.issued_at,
    r.issued_at, r.id FROM rewards r JOIN stamp_events e ON e.business_id = r.business_id AND e.id = r.caused_by;
INSERT INTO redemptions (business_id, id, reward_id, reserved_by, reserved_at, expires_at)
  SELECT r.business_id, gen_random_uuid(), r.id, e.account_id, now(), now() + interval '90 seconds'
  FROM rewards r JOIN stamp_events e ON e.business_id = r.business_id AND e.id = r.caused_by;
INSERT INTO customer_days (business_id, card_id, day, branch_id, purchases, stamps, stamps_expired, amount_centimos,
    rewards_issued, rewards_redeemed)
  SELECT business_id, card_id, occurred_at::date, '00000000-0000-0000-0000-000000000000', 1, 1, 0, 0, 0, 0
  FROM stamp_events WHERE kind = 'earn';
INSERT INTO customer_stats (business_id, card_id, counted_seq, visits, at_risk_from, lost_from)
  SELECT business_id, id, 3, 3, current_date - 10, current_date + 10 FROM cards;
INSERT INTO daily_stats (business_id, branch_id, day, visits)
  SELECT id, '00000000-0000-0000-0000-000000000000', current_date - n, 1 FROM businesses, generate_series(0, 400) n;
INSERT INTO daily_stats (business_id, branch_id, day, visits)
  SELECT id, 'ffffffff-ffff-ffff-ffff-ffffffffffff', current_date - n, 1 FROM businesses, generate_series(0, 400) n;
INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version)
  SELECT business_id, gen_random_uuid(), id, 'opt_in', 'card', '1' FROM customers;
INSERT INTO staff_days (business_id, account_id, day, stamps)
  SELECT business_id, account_id, current_date - n, 1 FROM memberships, generate_series(1, 5) n;
INSERT INTO events (id, business_id, kind, payload, relayed_at)
  SELECT gen_random_uuid(), business_id, 'StampAdded', '{{}}', CASE WHEN random() < 0.999 THEN now() END
  FROM stamp_events;
INSERT INTO sessions (id, account_id, business_id, expires_at)
  SELECT gen_random_uuid(), account_id, business_id, now() + interval '7 days' FROM memberships, generate_series(1, 3);
INSERT INTO login_failures (id, account_hash, network_hash, failed_at)
  SELECT gen_random_uuid(), sha256((n % 2000)::text::bytea), sha256((n % 300)::text::bytea), now()
  FROM generate_series(1, 20000) n;
INSERT INTO account_tokens (id, account_id, kind, expires_at)
  SELECT gen_random_uuid(), id, 'verify_email', now() FROM accounts, generate_series(1, 3);
INSERT INTO audit_log (id, business_id, account_id, action)
  SELECT gen_random_uuid(), business_id, account_id, 'rules.change' FROM memberships, generate_series(1, 5);
INSERT INTO idempotency_keys (business_id, key, request_hash, resource_id)
  SELECT business_id, 'key of ' || id, '', id FROM customers;
INSERT INTO fraud_signals (business_id, id, kind, account_id, day)
  SELECT business_id, gen_random_uuid(), 'burst', account_id, current_date - n
  FROM memberships, generate_series(1, 4) n;
INSERT INTO devices (business_id, id, name, enrolled_by)
  SELECT business_id, gen_random_uuid(), 'Till', account_id FROM memberships;
INSERT INTO device_credentials (business_id, id, device_id, expires_at)
  SELECT business_id, gen_random_uuid(), id, now() FROM devices;
INSERT INTO api_keys (business_id, id, prefix, secret_hash, scopes)
  SELECT business_id, account_id, substr(md5(account_id::text), 1, 8), sha256(''), '{{stamps:write}}' FROM memberships;
INSERT INTO invitations (business_id, id, email, name, role, invited_by, expires_at)
  SELECT business_id, gen_random_uuid(), account_id || '@example.pe', 'Person', 'staff', account_id, now()
  FROM memberships;
INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint)
  SELECT n, 'successful', 0, 'work' FROM generate_series(1, 20000) n;
"""

# Statements that read a whole table, and why that is right.
WHOLE_TABLES: dict[str, str] = {
    "domains.customer.pending.queries.erase_stale_pending": "nightly, over all shops",
}
# Modules and roles whose statements nobody waits for: nightly deletions, the proof of the ledger, the demo.
UNHURRIED = ("sello.infrastructure.database.retention", "sello.entry.world", "sello.entry.shop_import")

# The ones a person at the counter waits for, and an index without which they would be slow.
HOT = {
    "domains.loyalty.queries.card_of": "cards_pkey",
    "domains.loyalty.queries.locked_card": "cards_pkey",
    "domains.loyalty.queries.append_event": "cards_pkey",
    "domains.loyalty.lookups.queries.scan_of_code": "cards_scan_code",
    "domains.loyalty.lookups.queries.scan_of_card": "cards_pkey",
    "domains.loyalty.lookups.queries.customers_by_digits": "customers_last_three",
    "domains.loyalty.lookups.queries.customers_by_words": "customers_pkey",
    "domains.loyalty.roster.queries.latest_customers": "stamp_events_pkey",
    "domains.loyalty.ledger.queries.lines_of": "stamp_events_card",
    "domains.loyalty.voids.queries.standing_rewards": "stamp_events_reward",
    "domains.loyalty.merges.queries.held_rewards": "stamp_events_reward",
    "domains.analytics.counts.queries.kept_days": "customer_days_pkey",
    "domains.analytics.dashboard.queries.spans_of": "daily_stats_pkey",
    "domains.analytics.days.queries.moves_of": "daily_stats_pkey",
    "domains.analytics.days.queries.hours_of": "stamp_events_account",
    "domains.analytics.days.queries.away_of": "customer_stats_at_risk",
    "domains.loyalty.happenings.queries.told_before": "events_business",
    "domains.loyalty.fraud.queries.stamps_with_ids": "stamp_events_pkey",
    "domains.analytics.counts.queries.ledger_days": "stamp_events_card",
    "domains.analytics.counts.queries.families_of": "cards_merged",
    "domains.customer.queries.confirmed_by_phone": "customers_any_phone",
    "domains.business.sessions.queries.standing_of": "sessions_pkey",
    "domains.business.devices.queries.till_standing": "device_credentials_id",
    "domains.business.keys.queries.key_standing": "api_keys_prefix",
    "domains.business.accounts.queries.account_by_email": "accounts_email_key",
    "infrastructure.database.relay.relay_batch.tell": "events_waiting",
}


# Hot statements that go through all of a shop's rows in a large table, and why that is right.
WHOLE_SHOPS: dict[str, dict[str, str]] = {
    "domains.analytics.days.queries.away_of": {
        "customer_stats": "the index holds days; it is read from today backwards and left after a handful"
    },
    "domains.loyalty.roster.queries.latest_customers": {
        "stamp_events": "the latest of the shop, from the end of its key",
        "cards": "the newest of the shop, from the end of its key",
    },
    "domains.loyalty.happenings.queries.told_before": {
        "events": "the index holds times; it is read from the latest backwards and left after a screenful"
    },
    "domains.analytics.days.queries.hours_of": {
        "memberships": "the people who stamp at one shop, some dozens; of each the ranges of five days"
    },
    "domains.loyalty.lookups.queries.customers_by_words": {
        "customers": "words may stand anywhere in a name, and the index for that cannot be used behind row-level"
        " security; it ends with a screenful, and digits, which most type, have their own"
    },
    "infrastructure.database.relay.relay_batch.tell": {"events": "the index is partial: it holds what waits, no more"},
}


@pytest.fixture(scope="module")
def big(servers: Servers) -> TestDatabase:
    """A database with enough rows for the planner to care."""
    database = servers.database("plans")
    with psycopg.connect(servers.postgres.admin_dsn(database.name), autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(_MANY.format(shops=SHOPS, customers=CUSTOMERS).encode())
        admin.execute("VACUUM ANALYZE")
    return database


@pytest.fixture(scope="module")
def large(big: TestDatabase) -> set[str]:
    """The tables one does not read as a whole."""
    rows = big.rows("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND reltuples >= 2000")
    return {name for (name,) in rows}


@pytest.fixture(scope="module")
def tables(big: TestDatabase) -> dict[str, str]:
    """The table of each index."""
    return dict(big.rows("SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index"))


@pytest.fixture(scope="module")
def connections(big: TestDatabase) -> Iterator[dict[str, psycopg.Connection]]:
    """A connection of each role, the tenant of one shop set for sello_app."""
    roles = ("sello_app", "sello_platform", "sello_laws", "sello_owner")
    opened = {role: psycopg.connect(big.url(role), autocommit=True) for role in roles}
    [(business_id,)] = big.rows("SELECT id FROM businesses LIMIT 1")
    opened["sello_app"].execute("SELECT set_config('app.business_id', %s, false)", (str(business_id),))
    for connection in opened.values():
        connection.execute("SET plan_cache_mode = force_generic_plan")
    yield opened
    for connection in opened.values():
        connection.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def read_whole(plan: dict[str, Any]) -> set[str]:
    """The tables that a plan reads from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


def read_by_shop(plan: dict[str, Any], tables: dict[str, str]) -> set[str]:
    """The tables that a plan reads through an index with no more than the tenant to go by: all rows of the shop.

    `tables`: the table of each index. Only what is equal to something counts: "older than" may be all of them. What is
    asked of the rows that were found is a filter, as slow as the shop is large; on its first day nobody would notice.
    """
    found = set()
    for node in nodes(plan):
        if index := node.get("Index Name"):
            columns = re.findall(r"(\w+)\)*(?:::\w+)? = ", node.get("Index Cond", ""))
            if set(columns) <= {"business_id"}:
                found.add(tables[index])
    return found


def plan_of(connection: psycopg.Connection, statement: Statement) -> dict[str, Any]:
    """The generic plan of a statement."""
    with connection.transaction(force_rollback=True):
        nulls = prepare(connection, statement.sql, statement.types)
        row = connection.execute(f"EXPLAIN (FORMAT JSON) EXECUTE asked {nulls}".encode()).fetchone()
        assert row is not None
        plan: dict[str, Any] = (row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"]
        return plan


def test_the_data_is_large_enough(large: set[str]) -> None:
    assert large >= {"customers", "cards", "stamp_events", "rewards", "redemptions", "events", "sessions", "accounts"}


@pytest.mark.parametrize("name", HOT)
def test_the_hot_statement_uses_its_index(connections: dict[str, psycopg.Connection], name: str) -> None:
    [statement] = [statement for statement in statements() if statement.name == name]
    plan = plan_of(connections[statement.role], statement)
    assert HOT[name] in {node.get("Index Name") for node in nodes(plan)}, json.dumps(plan, indent=1)


@pytest.mark.parametrize("name", HOT)
def test_the_hot_statement_reads_no_shop_as_a_whole(
    connections: dict[str, psycopg.Connection], large: set[str], tables: dict[str, str], name: str
) -> None:
    for statement in statements():
        if statement.name == name:
            plan = plan_of(connections[statement.role], statement)
            found = read_by_shop(plan, tables) & large
            assert found == WHOLE_SHOPS.get(name, {}).keys(), json.dumps(plan, indent=1)


@pytest.mark.parametrize(
    "statement",
    [s for s in statements() if s.module.name not in UNHURRIED and s.role != "sello_laws"],
    ids=lambda s: f"{s.name}:{s.line}",
)
def test_the_statement_reads_no_large_table_as_a_whole(
    connections: dict[str, psycopg.Connection], large: set[str], statement: Statement
) -> None:
    plan = plan_of(connections[statement.role], statement)
    found = read_whole(plan) & large
    assert bool(found) == (statement.name in WHOLE_TABLES), f"{found} in {json.dumps(plan, indent=1)}"


def test_a_stamp_reads_no_table_as_a_whole(big: TestDatabase, large: set[str]) -> None:
    """The statements inside add_stamp_v1, counted by the server itself."""
    [(shop, account, scan_code)] = big.rows(
        "SELECT c.business_id, m.account_id, c.scan_code FROM cards c JOIN memberships m USING (business_id) LIMIT 1"
    )
    with psycopg.connect(big.url("sello_app"), autocommit=True) as app, app.transaction(force_rollback=True):
        app.execute("SELECT set_config('app.business_id', %s, true)", (str(shop),))
        for late in ("0", "40 days", "3 days"):
            assert _stamp(app, shop, account, scan_code, late) in ("counted", "too_late")
        scanned = app.execute("SELECT relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0").fetchall()
        found = app.execute("SELECT relname FROM pg_stat_xact_user_tables WHERE idx_scan > 0").fetchall()
    assert {name for (name,) in scanned} & large == set()
    assert {"cards", "stamp_events", "customers"} <= {name for (name,) in found}


def _stamp(app: psycopg.Connection, shop: UUID, account: UUID, scan_code: str, late: str) -> str:
    row = app.execute(
        "SELECT outcome FROM add_stamp_v1(%s, %s, %s, 1, NULL, NULL, NULL, NULL, %s, NULL, app_now() - %s::interval,"
        " NULL, 1, NULL, 1, '{10}', '{Coffee}', interval '1 hour', 5, 100)",
        (shop, new_id(), account, scan_code, late),
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_the_whole_shop_is_seen_in_a_plan() -> None:
    """The check can fail: each of these goes through a shop, or through everything."""
    tables = {"cards_pkey": "cards", "rewards_open": "rewards"}
    by_tenant = {"Node Type": "Index Scan", "Index Name": "cards_pkey", "Index Cond": "(business_id = $1)"}
    by_card = by_tenant | {"Index Cond": "((business_id = $1) AND (id = ANY ($2)))"}
    by_setting = by_tenant | {"Index Cond": "(cards.business_id = (InitPlan 1).col1)"}
    assert read_by_shop(by_tenant | {"Filter": "(id = $2)"}, tables) == {"cards"}
    assert read_by_shop(by_setting, tables) == {"cards"}
    assert read_by_shop({"Plans": [by_card, {"Index Name": "rewards_open"}]}, tables) == {"rewards"}
    assert read_by_shop(by_card, tables) == set()
    assert read_by_shop(by_tenant | {"Index Cond": "((business_id = $1) AND (ROW(a, b) > ROW($2, $3)))"}, tables) == {
        "cards"
    }
