"""Moving in: what a file does to cards, ledgers and statistics, once, twice and again when it has grown."""

from datetime import UTC, datetime, timedelta

import pytest

from sello.domains.business import RewardRules, Step
from sello.domains.loyalty.imports.rules import batches
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import time_of
from tests.support.figures import disagreements
from tests.support.moving import bring, ledger_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till, code_of

ANA, BETO, CARLA = "987100001", "987100002", "987100003"
LOG = f"""celular,fecha,monto
{ANA},2026-03-01 23:30,12.50
{ANA},2026-03-02 00:30,8
{BETO},2026-03-05,
{BETO},2026-03-05,
{BETO},2026-03-05T10:00:00-05:00,S/ 30.00
"""
RULES = RewardRules(
    steps=(Step(at=3, title="Café"), Step(at=5, title="Almuerzo")), cooldown_minutes=30, card_daily_cap=5
)


def sums(database: TestDatabase, shop: Shop) -> list[tuple[object, ...]]:
    """By phone: visits, purchases, céntimos, first and last day."""
    return database.rows(
        "SELECT u.phone, s.visits, s.purchases, s.amount_centimos, s.first_day::text, s.last_day::text, s.median_gap"
        " FROM customer_stats s JOIN cards c ON c.id = s.card_id JOIN customers u ON u.id = c.customer_id"
        " WHERE s.business_id = %s ORDER BY 1",
        shop.business_id,
    )


async def test_a_log_becomes_visits_on_their_days(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    reading, done = await bring(db, shop, "visits", LOG)
    assert (reading.problems, done.state, done.new_customers, done.new_entries) == ((), "done", 2, 5)
    assert sums(database, shop) == [
        (f"+51{ANA}", 2, 2, 2050, "2026-03-01", "2026-03-02", 1),
        (f"+51{BETO}", 1, 3, 3000, "2026-03-05", "2026-03-05", None),
    ]
    assert disagreements(database, shop.business_id) == []
    rows = database.rows(
        "SELECT e.id, e.occurred_at, e.kind, e.delta, e.account_id, u.name, u.source, u.enrolled_at, c.issued_at"
        " FROM stamp_events e JOIN cards c ON c.id = e.card_id JOIN customers u ON u.id = c.customer_id"
        " WHERE e.business_id = %s ORDER BY e.occurred_at",
        shop.business_id,
    )
    assert {row[2:7] for row in rows if row[5] == "Cliente 001"} == {("history", 0, None, "Cliente 001", "import")}
    assert all(time_of(row[0]) == row[1] and row[0].version == 7 for row in rows)
    assert rows[0][7] == rows[0][8] == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # a customer since the first visit
    assert database.rows("SELECT count(*) FROM consent_events WHERE business_id = %s", shop.business_id) == [(0,)]


async def test_nobody_is_told_and_nothing_is_given(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    await bring(db, shop, "visits", LOG)
    kinds = database.rows("SELECT DISTINCT kind FROM events WHERE business_id = %s", shop.business_id)
    assert kinds == [("VisitsImported",)]
    assert database.rows("SELECT count(*) FROM rewards WHERE business_id = %s", shop.business_id) == [(0,)]


async def test_twice_is_once_and_a_longer_file_adds_its_new_lines(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    await bring(db, shop, "visits", LOG)
    before = ledger_of(database, shop.business_id)
    _, again = await bring(db, shop, "visits", LOG)
    assert (again.state, again.done_lines, again.new_customers, again.new_entries) == ("done", 5, 0, 0)
    assert ledger_of(database, shop.business_id) == before
    _, longer = await bring(db, shop, "visits", f"{LOG}{BETO},2026-03-05,4.00\n{CARLA},2026-03-06,\n")
    assert (longer.new_customers, longer.new_entries) == (1, 2)
    assert sums(database, shop)[1][1:4] == (1, 4, 3400)
    assert disagreements(database, shop.business_id) == []


async def test_the_order_of_lines_and_the_writing_of_phones_and_dates_do_not_matter(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    await bring(db, shop, "visits", LOG)
    other = f"Fecha;Teléfono\n05/03/2026 10:00;+51 {BETO}\n02/03/2026 12:30 a.m.;0051{ANA}\n2026-03-02T04:30Z;{ANA}\n"
    _, again = await bring(db, shop, "visits", other)
    assert (again.new_customers, again.new_entries) == (0, 0)


async def test_a_phone_that_changed_since_is_no_new_customer(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    await bring(db, shop, "visits", LOG)
    database.rows(
        "UPDATE customers SET phone = '+51987100009' WHERE phone = %s AND business_id = %s",
        f"+51{ANA}",
        shop.business_id,
    )
    _, again = await bring(db, shop, "visits", LOG)
    assert (again.new_customers, again.new_entries) == (0, 0)


async def test_wrong_lines_stop_everything_unless_they_are_left_out(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    text = f"{LOG}12345,2026-03-01,\n{CARLA},2099-01-01,\n{CARLA},2026-03-06,abc\n"
    reading, refused = await bring(db, shop, "visits", text)
    assert [(p.line, p.code) for p in reading.problems] == [
        (7, "phone_invalid"), (8, "date_future"), (9, "amount_invalid"),
    ]  # fmt: skip
    assert (refused.state, refused.lines, refused.bad_lines, refused.done_lines) == ("refused", 8, 3, 0)
    assert ledger_of(database, shop.business_id) == []
    _, dry = await bring(db, shop, "visits", text, dry_run=True, skip_bad=True)
    assert (dry.state, dry.new_customers, dry.new_entries) == ("done", 2, 5)
    assert ledger_of(database, shop.business_id) == []
    _, done = await bring(db, shop, "visits", text, skip_bad=True)
    assert (done.state, done.done_lines, done.new_customers, done.new_entries) == ("done", 5, 2, 5)


async def test_a_forecast_knows_what_is_there(db: TenantPool, shop: Shop) -> None:
    await bring(db, shop, "visits", LOG)
    _, dry = await bring(db, shop, "visits", f"{LOG}{CARLA},2026-03-06,\n", dry_run=True)
    assert (dry.new_customers, dry.new_entries) == (1, 1)


async def test_history_stands_in_nobodys_way(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    shop.set_rules(RULES)
    card, till = shop.card(), Till(db, shop, database)
    now = datetime.now(UTC) - timedelta(minutes=1)
    await bring(db, shop, "visits", f"phone,visited_at\n{card.phone},{now.isoformat()}\n")
    assert till.ledger(card) == [("history", 0, 0)]
    await till.stamp(card)  # no cooldown, no cap: that was no stamp
    assert await code_of(till.stamp(card)) == "just_stamped"
    assert till.ledger(card) == [("history", 0, 0), ("earn", 1, 1)]


# ---------------------------------------------------------------- customers and paper cards


PEOPLE = f"""Celular;Nombre;Cumpleaños;Cliente desde;Sellos
{ANA};Ana Ñahui;29/02;01/02/2024;2 de 5
{BETO};Beto Ruiz;;;5/5
{CARLA};Carla Soto;;2025-01-01;
"""


async def test_customers_come_with_their_paper_cards(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    shop.set_rules(RULES)
    for again in (False, True):
        _, done = await bring(db, shop, "customers", PEOPLE)
        assert (done.new_customers, done.new_entries, done.new_rewards) == ((0, 0, 0) if again else (3, 2, 1))
    rows = database.rows(
        "SELECT u.name, u.birth_day, u.birth_month, u.enrolled_at::date::text, c.balance, c.cycle,"
        " (SELECT array_agg(e.kind || e.delta ORDER BY e.seq) FROM stamp_events e WHERE e.card_id = c.id),"
        " (SELECT array_agg(r.title || r.cost) FROM rewards r WHERE r.card_id = c.id)"
        " FROM customers u JOIN cards c ON c.customer_id = u.id WHERE u.business_id = %s ORDER BY u.phone",
        shop.business_id,
    )
    assert rows[0] == ("Ana Ñahui", 29, 2, "2024-02-01", 2, 0, ["adjust2"], None)
    assert rows[1][4:] == (0, 1, ["adjust5", "issue_reward-5"], ["Almuerzo5"])
    assert rows[2][4:] == (0, 0, None, None)
    assert disagreements(database, shop.business_id) == []
    assert database.rows("SELECT sum(new_cards)::int FROM daily_stats WHERE business_id = %s", shop.business_id) == [
        (3,)
    ]


async def test_stamps_on_paper_join_those_on_the_card(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    shop.set_rules(RULES)
    card, till = shop.card(name="Ana Torres"), Till(db, shop, database)
    await till.stamp(card)
    await bring(db, shop, "customers", f"phone,name,birthday,stamps\n{card.phone},Somebody Else,01/12,2\n")
    assert till.ledger(card) == [("earn", 1, 1), ("adjust", 2, 3), ("issue_reward", 0, 3)]  # three only together
    known = database.rows("SELECT name, birth_day, birth_month FROM customers WHERE id = %s", card.customer_id)
    assert known == [("Ana Torres", 1, 12)]  # the name she has here stays, a birthday she lacked comes along


async def test_a_name_takes_the_place_of_a_stand_in(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    await bring(db, shop, "visits", LOG)
    await bring(db, shop, "customers", f"phone,name\n{ANA},Ana Ñahui\n{BETO},Beto Ruiz\n")
    names = database.rows("SELECT name, name_folded FROM customers WHERE business_id = %s ORDER BY 1", shop.business_id)
    assert names == [("Ana Ñahui", "ana nahui"), ("Beto Ruiz", "beto ruiz")]


async def test_a_shop_without_rules_has_no_stamps_to_carry_over(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    database.rows("UPDATE businesses SET rule_version = 0 WHERE id = %s", shop.business_id)
    reading, refused = await bring(db, shop, "customers", PEOPLE)
    assert [(p.line, p.code) for p in reading.problems] == [(2, "stamps_without_rules"), (3, "stamps_without_rules")]
    assert refused.state == "refused"
    assert await code_of(bring(db, shop, "visits", LOG, count_stamps=True)) == "rules_missing"


@pytest.mark.parametrize("most", [1, 2, 3, 100])
async def test_batches_split_nobody(db: TenantPool, shop: Shop, most: int) -> None:
    reading, _ = await bring(db, shop, "visits", LOG, dry_run=True)
    groups = list(batches(reading.visits, most=most))
    assert [visit for group in groups for visit in group] == sorted(
        reading.visits, key=lambda visit: (visit.phone, visit.visited_at, visit.occurrence)
    )
    seen = [{visit.phone for visit in group} for group in groups]
    assert all(not one & other for place, one in enumerate(seen) for other in seen[:place])
