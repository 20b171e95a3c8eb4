"""The ledger shown and proven: pages for people, and a replay that finds whatever does not follow from the entries."""

import io
from typing import Any, LiteralString

import httpx
import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from sello.domains.loyalty.ledger.actions import replay
from sello.domains.loyalty.ledger.rules import Difference
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.till import Till


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


@pytest.fixture
async def ana(till: Till, shop: Shop) -> TestCard:
    """A card with everything in its ledger: stamps, rewards, hand-overs and what was taken back."""
    card = shop.card()
    await till.stamp(card, 9)
    last = await till.stamp(card)
    coffee, _ = till.rewards(card)
    done = await till.hand_over(coffee)
    await till.take_back(done.id, reason="Pidió cambiarlo")
    await till.void(last, reason="Sello repetido")
    await till.hand_over(coffee)
    await till.stamp(card, 3)
    shop.card(name="Nadie Sellado")
    return card


def differences(database: TestDatabase) -> list[Difference]:
    return replay(database.url("sello_laws"), console=Console(file=io.StringIO()))


async def test_the_replay_agrees_with_every_card(ana: TestCard, database: TestDatabase) -> None:
    assert differences(database) == []


PLANTED: dict[str, LiteralString] = {
    "balance": "UPDATE cards SET balance = balance + 1 WHERE id = {card}",
    "seq": "UPDATE cards SET seq = seq + 1 WHERE id = {card}",
    "cycle": "UPDATE cards SET cycle = cycle + 1 WHERE id = {card}",
    "last visit": "UPDATE cards SET last_at = last_at + interval '1 day' WHERE id = {card}",
    "cost of": "UPDATE rewards SET threshold = 9, cost = 9 WHERE card_id = {card} AND cost > 0",
    "revoked": "UPDATE rewards SET revoked_at = app_now() WHERE card_id = {card} AND threshold = 5",
    "was handed over": "UPDATE redemptions x SET voided_at = app_now(), voided_by = x.confirmed_by"
    " FROM rewards r WHERE r.id = x.reward_id AND r.card_id = {card} AND x.voided_at IS NULL",
    "balance after": "UPDATE stamp_events SET balance_after = balance_after + 1 WHERE card_id = {card} AND seq = 1",
    "seq of entry": "UPDATE stamp_events SET seq = 100 WHERE card_id = {card} AND kind = 'redeem' AND seq < 7",
    "voids": "UPDATE stamp_events e SET voids = t.id FROM stamp_events t WHERE e.card_id = {card} AND e.kind = 'void'"
    " AND e.delta = 0 AND t.card_id = e.card_id AND t.seq = 1",
    "rewards issued": "UPDATE stamp_events SET kind = 'adjust' WHERE card_id = {card}"
    " AND kind = 'issue_reward' AND delta = 0",
}


@pytest.mark.parametrize("what", PLANTED)
async def test_the_replay_finds_what_is_planted(what: str, ana: TestCard, database: TestDatabase) -> None:
    """The plant is undone by restoring the rows, for the laws would find it too."""
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as connection:
        before = {table: _rows(connection, table, ana) for table in _TABLES}
        connection.execute(sql.SQL(PLANTED[what]).format(card=ana.id))
        found = differences(database)
        for table, rows in before.items():
            _restore(connection, table, rows)
    assert any(what in difference.what for difference in found), found
    assert {difference.card_id for difference in found} == {ana.id}
    assert differences(database) == []


_TABLES: dict[str, LiteralString] = {
    "cards": "SELECT balance, seq, cycle, last_at, id FROM cards WHERE id = {card}",
    "stamp_events": "SELECT seq, balance_after, voids, kind, id FROM stamp_events WHERE card_id = {card}",
    "rewards": "SELECT threshold, cost, revoked_at, id FROM rewards WHERE card_id = {card}",
    "redemptions": "SELECT voided_at, voided_by, void_reason, x.id FROM redemptions x"
    " JOIN rewards r ON r.id = x.reward_id WHERE r.card_id = {card}",
}
_RESTORE: dict[str, LiteralString] = {
    "cards": "UPDATE cards SET balance = %s, seq = %s, cycle = %s, last_at = %s WHERE id = %s",
    "stamp_events": "UPDATE stamp_events SET seq = %s, balance_after = %s, voids = %s, kind = %s WHERE id = %s",
    "rewards": "UPDATE rewards SET threshold = %s, cost = %s, revoked_at = %s WHERE id = %s",
    "redemptions": "UPDATE redemptions SET voided_at = %s, voided_by = %s, void_reason = %s WHERE id = %s",
}


def _rows(connection: psycopg.Connection, table: str, card: TestCard) -> list[tuple[Any, ...]]:
    return connection.execute(sql.SQL(_TABLES[table]).format(card=card.id)).fetchall()


def _restore(connection: psycopg.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        connection.execute(sql.SQL(_RESTORE[table]), row)


async def test_the_progress_is_shown(ana: TestCard, database: TestDatabase) -> None:
    shown = io.StringIO()
    replay(database.url("sello_laws"), console=Console(file=shown, force_terminal=True, width=100))
    assert "cards replayed" in shown.getvalue()


# ---------------------------------------------------------------- over HTTP


async def test_the_ledger_of_a_card_in_pages(client: httpx.AsyncClient, shop: Shop, ana: TestCard) -> None:
    url, diego = f"/api/v1/cards/{ana.id}/ledger", shop.diego.headers
    entries, before = list[dict[str, Any]](), None
    while True:
        answer = await client.get(url, params={"limit": 4} | ({"before": before} if before else {}), headers=diego)
        assert answer.status_code == 200, answer.text
        entries += answer.json()["entries"]
        before = answer.json()["next"]
        if before is None:
            break
    assert [entry["seq"] for entry in entries] == list(range(len(entries), 0, -1))
    kinds = [(entry["kind"], entry["delta"], entry["voided"]) for entry in reversed(entries)]
    assert kinds == [
        ("earn", 9, False), ("issue_reward", 0, False), ("earn", 1, True), ("issue_reward", -10, True),
        ("redeem", 0, True), ("void", 0, False), ("void", 10, False), ("void", -1, False), ("redeem", 0, False),
        ("earn", 3, False), ("issue_reward", -10, False),
    ]  # fmt: skip
    assert {entry["by"] for entry in entries} == {"Diego Ramos"}
    assert [entry["reason"] for entry in entries if entry["kind"] == "void"] == ["Sello repetido"] * 2 + [
        "Pidió cambiarlo"
    ]
    assert {entry["reward_title"] for entry in entries} == {None, "Café gratis", "Almuerzo gratis"}


async def test_another_shop_s_card_has_no_ledger_here(
    client: httpx.AsyncClient, neighbour: Shop, ana: TestCard
) -> None:
    for page in ("ledger", "rewards"):
        for card_id in (ana.id, new_id()):
            answer = await client.get(f"/api/v1/cards/{card_id}/{page}", headers=neighbour.diego.headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")
