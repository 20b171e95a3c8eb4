"""A shop whose statistics are counted by tests: what happened, and what still waits to be counted."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sello.domains.analytics.counts import actions
from sello.shared.ids import BranchId, CardId, id_at, new_id
from tests.support.figures import WHOLE, kept
from tests.support.shop import TestCard
from tests.support.till import Till


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


LIMA = timedelta(hours=-5)


class World:
    """A shop with two branches, whose cards' changes wait until somebody counts them."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.shop = till.shop
        self.database = till.database
        self.business_id = till.shop.business_id
        self.branches: list[BranchId | None] = [None, *(BranchId(new_id()) for _ in range(2))]
        for branch in self.branches[1:]:
            self.database.rows(
                "INSERT INTO branches (business_id, id, name) VALUES (%s, %s, 'Branch')", self.business_id, branch
            )
        self.cards: list[TestCard] = []
        self.merged: set[UUID] = set()
        self.erased: set[UUID] = set()
        self.waiting: list[UUID] = []

    def alive(self) -> list[TestCard]:
        """The cards of people who are neither merged nor erased."""
        return [card for card in self.cards if card.id not in self.merged]

    def card(self) -> TestCard:
        card = self.shop.card(days_ago=200)
        self.cards.append(card)
        self.waiting.append(card.id)
        return card

    async def stamp(self, card: TestCard, at: datetime, *, branch: BranchId | None = None, count: int = 1) -> Any:
        id = await self.till.stamp(card, count, occurred_at=at, branch_id=branch, amount_centimos=750)
        self.waiting.append(card.id)
        return id

    def history(self, card: TestCard, at: datetime, *, amount: int | None = 500) -> None:
        """An imported visit."""
        self.database.rows(
            """
            WITH card AS (
              UPDATE cards SET seq = seq + 1, history_at = greatest(history_at, %s) WHERE id = %s RETURNING *)
            INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,
              occurred_at, recorded_at, amount_centimos)
            SELECT business_id, %s, id, seq, 'history', 0, balance, 0, %s, app_now(), %s FROM card RETURNING id
            """,
            at,
            card.id,
            id_at(at),
            at,
            amount,
        )
        self.waiting.append(card.id)

    def log(self, visits: list[tuple[TestCard, datetime, int]]) -> None:
        """Many imported visits with their amounts, as an import writes them."""
        with self.shop.connect() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                """
                WITH card AS (
                  UPDATE cards SET seq = seq + 1, history_at = greatest(history_at, %s) WHERE id = %s RETURNING *)
                INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,
                  occurred_at, recorded_at, amount_centimos)
                SELECT business_id, %s, id, seq, 'history', 0, balance, 0, %s, app_now(), %s FROM card
                """,
                [(at, card.id, id_at(at), at, amount) for card, at, amount in visits],
            )

    def merge(self, card: TestCard, into: TestCard) -> None:
        """As a merge of two duplicates leaves the cards; both must be empty, which imported ones are."""
        self.database.rows(
            "UPDATE cards SET merged_into = %s WHERE id = %s OR merged_into = %s", into.id, card.id, card.id
        )
        self.merged.add(card.id)
        self.waiting.append(card.id)

    async def count(self, *cards: UUID) -> None:
        await actions.count_cards(self.till.db, self.business_id, [CardId(card) for card in cards])

    async def settle(self, chance: random.Random) -> None:
        """Whatever waits is counted: in any order, some of it twice, some of it together."""
        waiting, self.waiting = self.waiting + chance.sample(self.waiting, len(self.waiting) // 2), []
        chance.shuffle(waiting)
        while waiting:
            some = [waiting.pop() for _ in range(min(len(waiting), chance.choice((1, 1, 1, 3))))]
            await asyncio.gather(*(self.count(card) for card in some))

    def tables(self) -> dict[str, Any]:
        """Everything that is kept of the shop."""
        return {
            table: self.database.rows(statement, self.business_id)
            for table, statement in {
                "customer_days": "SELECT to_jsonb(t) FROM customer_days t WHERE business_id = %s ORDER BY 1",
                "customer_stats": "SELECT to_jsonb(t) FROM customer_stats t WHERE business_id = %s ORDER BY 1",
                "daily_stats": "SELECT to_jsonb(t) FROM daily_stats t WHERE business_id = %s ORDER BY 1",
            }.items()
        }

    def numbers(self) -> list[dict[str, Any]]:
        """The shop's days that are not all zeros."""
        days = kept(self.database, self.business_id).values()
        return [day for day in days if set(day.values()) - {0, day["business_id"], day["branch_id"], day["day"]}]

    def whole(self, day: datetime) -> dict[str, int]:
        """The shop's numbers of a day in Lima."""
        return kept(self.database, self.business_id).get((WHOLE, (day + LIMA).date()), {})
