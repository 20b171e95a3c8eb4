"""A card against a model of it: whatever people do, in whatever order, the database and a few sums agree.

With one rule (5 = coffee, 10 = lunch) everything a card holds follows from how many stamps stand: `earned(total)`.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import psycopg
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import RedemptionId, RewardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till, code_of

Place = tuple[int, int]  # (how often the card had been filled, step)
ANY = st.integers(0, 1_000_000)
BY = st.sampled_from(["rosa", "diego"])
STANDING = "SELECT cycle, threshold FROM rewards WHERE card_id = %s AND revoked_at IS NULL"
STANDING_AT = "SELECT id FROM rewards WHERE card_id = %s AND revoked_at IS NULL AND (cycle, threshold) = (%s, %s)"
RESERVING = {"reserved": "reward_reserved", "redeemed": "reward_redeemed"}
CONFIRMING = {
    "reserved": "done",
    "voided": "already_voided",
    "released": "reservation_released",
    "expired": "reservation_expired",
}


def earned(total: int) -> set[Place]:
    """The rewards that `total` standing stamps have earned."""
    return {(cycle, step) for cycle in range(total // 10 + 1) for step in (5, 10) if cycle * 10 + step <= total}


@dataclass
class Stamp:
    id: StampId
    count: int
    voided: bool = False


@dataclass
class HandOver:
    id: RedemptionId
    place: Place
    reward_id: RewardId
    by: str
    state: str = "reserved"


class CardMachine(RuleBasedStateMachine):
    """Two people at one card."""

    till: ClassVar[Till]
    runner: ClassVar[asyncio.Runner]
    owner: ClassVar[psycopg.Connection]

    def __init__(self) -> None:
        super().__init__()
        self.card = self.till.shop.card()
        self.stamps: list[Stamp] = []
        self.hand_overs: list[HandOver] = []

    @property
    def total(self) -> int:
        return sum(stamp.count for stamp in self.stamps if not stamp.voided)

    def using(self, place: Place) -> HandOver | None:
        """The hand-over that holds this reward, if any."""
        holding = [one for one in self.hand_overs if one.place == place and one.state in ("reserved", "redeemed")]
        return holding[0] if holding else None

    def does(self, work: Coroutine[Any, Any, Any]) -> str:
        result = self.runner.run(code_of(work))
        return result if isinstance(result, str) else "done"

    @rule(count=st.integers(1, 12), by=BY)
    def stamp(self, count: int, by: str) -> None:
        id = self.runner.run(self.till.stamp(self.card, count, by=getattr(self.till.shop, by)))
        self.stamps.append(Stamp(id, count))

    @precondition(lambda self: self.stamps)
    @rule(pick=ANY, by=BY)
    def void(self, pick: int, by: str) -> None:
        stamp = self.stamps[pick % len(self.stamps)]
        lost = earned(self.total) - earned(self.total - stamp.count)
        expected = "void_reward_used" if any(self.using(place) for place in lost) else "done"
        expected = "already_voided" if stamp.voided else expected
        work = self.till.void(stamp.id, by=getattr(self.till.shop, by), reason="Por probar")
        assert self.does(work) == expected
        stamp.voided |= expected == "done"

    @precondition(lambda self: self.total >= 5)
    @rule(pick=ANY, by=BY)
    def reserve(self, pick: int, by: str) -> None:
        place = sorted(earned(self.total))[pick % len(earned(self.total))]
        reward_id = self.rows(STANDING_AT, *place)[0][0]
        holder, id = self.using(place), RedemptionId(new_id())
        expected = RESERVING[holder.state] if holder else "done"
        assert self.does(self.till.reserve(reward_id, id=id, by=getattr(self.till.shop, by))) == expected
        if expected == "done":
            self.hand_overs.append(HandOver(id, place, reward_id, by))

    @precondition(lambda self: self.hand_overs)
    @rule(pick=ANY, by=BY)
    def confirm(self, pick: int, by: str) -> None:
        one = self.hand_overs[pick % len(self.hand_overs)]
        expected = CONFIRMING.get(one.state)
        if one.state == "redeemed":
            expected = "done" if one.by == by else "reward_redeemed"
        elif one.state != "voided" and self.revoked(one.reward_id):
            expected = "reward_revoked"
        elif one.state in ("released", "expired") and (holder := self.using(one.place)) and holder.state == "redeemed":
            expected = "reward_redeemed"
        assert self.does(self.till.confirm(one.id, by=getattr(self.till.shop, by))) == expected
        if one.state == "reserved":
            one.state, one.by = "redeemed", by

    @precondition(lambda self: self.hand_overs)
    @rule(pick=ANY)
    def release(self, pick: int) -> None:
        one = self.hand_overs[pick % len(self.hand_overs)]
        assert self.does(self.till.release(one.id)) == ("reward_redeemed" if one.state == "redeemed" else "done")
        one.state = "released" if one.state == "reserved" else one.state

    @precondition(lambda self: self.hand_overs)
    @rule(pick=ANY)
    def take_back(self, pick: int) -> None:
        one = self.hand_overs[pick % len(self.hand_overs)]
        expected = {"redeemed": "done", "voided": "already_voided"}.get(one.state, "not_voidable")
        assert self.does(self.till.take_back(one.id, reason="Por probar")) == expected
        one.state = "voided" if one.state == "redeemed" else one.state

    @rule()
    def wait(self) -> None:
        self.till.pass_time(timedelta(seconds=91))
        for one in self.hand_overs:
            one.state = "expired" if one.state == "reserved" else one.state

    @invariant()
    def the_card_is_what_its_stamps_make_it(self) -> None:
        standing = set(self.rows(STANDING))
        ((balance, cycle),) = self.rows("SELECT balance, cycle FROM cards WHERE id = %s")
        assert (balance, cycle, standing) == (self.total % 10, self.total // 10, earned(self.total))

    def revoked(self, reward_id: RewardId) -> bool:
        return bool(
            self.owner.execute("SELECT FROM rewards WHERE id = %s AND revoked_at IS NOT NULL", (reward_id,)).rowcount
        )

    def rows(self, query: Any, *values: Any) -> list[tuple[Any, ...]]:
        return self.owner.execute(query, (self.card.id, *values)).fetchall()


def test_a_card_agrees_with_its_model(settings: Settings, shop: Shop, database: TestDatabase) -> None:
    pool = TenantPool(settings.database_url, size=2, wait=10)
    with asyncio.Runner() as runner, shop.connect() as owner:
        runner.run(pool.open())
        CardMachine.till, CardMachine.runner, CardMachine.owner = Till(pool, shop, database), runner, owner
        try:
            run_state_machine_as_test(
                CardMachine,
                settings=hypothesis_settings(max_examples=20, stateful_step_count=30, deadline=None, database=None),
            )
        finally:
            runner.run(pool.close())
