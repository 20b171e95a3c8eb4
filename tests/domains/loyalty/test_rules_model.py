"""Cards under random rules and random histories, against a model of a page: `Model` alone says what is right.

Rules change in the middle, visits arrive late and out of order or on the very edge of a happy hour, stamps are voided,
rewards handed over, days pass, nights come or do not. After every step the card is what the model says; at the end of
all histories the replay agrees with the ledger and no law is broken.
"""

import asyncio
import io
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from rich.console import Console

from sello.domains.business import HappyHour, RewardRules, Step
from sello.domains.loyalty.ledger.actions import replay
from sello.domains.loyalty.nights.actions import work_night
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import RewardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till, code_of

LIMA = timezone(timedelta(hours=-5))
ANY = st.integers(0, 1_000_000)
PHASES = (Phase.generate,)  # shrinking would go on for minutes: the failing history is printed and short as it is


# ---------------------------------------------------------------- the model


@dataclass
class Stamp:
    id: StampId
    at: datetime
    given: int
    until: date | None
    lapses: int  # of the card when it was given
    voided: bool = False


@dataclass
class Reward:
    cycle: int
    step: int
    cost: int
    end: date | None
    state: str = "ready"


@dataclass
class Model:
    balance: int = 0
    cycle: int = 0
    until: date | None = None
    lapsed: tuple[int, date] | None = None  # what the last lapse took, and through when it had been good
    lapses: int = 0
    stamps: list[Stamp] = field(default_factory=list)
    rewards: list[Reward] = field(default_factory=list)

    def refusal(
        self, rules: RewardRules, at: datetime, count: int, amount: int | None, *, override: bool
    ) -> str | None:
        if count > rules.most_per_purchase:
            return "too_many_stamps"
        if rules.minimum_spend_centimos is not None and not override:
            if amount is None:
                return "amount_missing"
            if amount < rules.minimum_spend_centimos:
                return "below_minimum"
        near = [s.at for s in self.stamps if not s.voided and abs(at - s.at) < rules.cooldown]
        if near and not override:
            return "just_stamped" if abs(at - max(near)) < timedelta(seconds=5) else "cooldown"
        today = sum(s.at.astimezone(LIMA).date() == at.astimezone(LIMA).date() for s in self.stamps)
        return "card_cap" if today >= rules.card_daily_cap and not override else None

    def stamp(self, rules: RewardRules, id: StampId, at: datetime, now: datetime, count: int) -> None:
        day, full = at.astimezone(LIMA).date(), rules.steps[-1].at
        if self.until is not None and day > self.until:
            self.lapse()
        elif self.lapsed is not None and day <= self.lapsed[1] and self.balance == 0:
            self.balance, self.until = self.lapsed
            self.lapses, self.cycle = self.lapses - 1, self.cycle - 1
        given = count * factor(rules, at)
        if not rules.roll_over:
            given = min(given, full - self.balance % full)
        until = day + timedelta(days=rules.stamps_expire_days) if rules.stamps_expire_days else None
        if 0 < self.balance < full - given:
            until = max(until, self.until) if until and self.until else None
        self.earn(rules, self.balance + given, now.astimezone(LIMA).date())
        self.until, self.lapsed = until if self.balance else None, None
        self.stamps.append(Stamp(id, at, given, until, self.lapses))

    def earn(self, rules: RewardRules, to: int, today: date) -> None:
        *way, last = rules.steps
        end = today + timedelta(days=rules.rewards_expire_days) if rules.rewards_expire_days else None
        held = self.balance
        while True:
            self.rewards += [Reward(self.cycle, step.at, 0, end) for step in way if held < step.at <= to]
            if to < last.at:
                break
            self.rewards.append(Reward(self.cycle, last.at, last.at, end))
            held, to, self.cycle = 0, to - last.at, self.cycle + 1
        self.balance = to

    def lapse(self) -> None:
        assert self.until is not None
        self.lapsed, self.balance, self.until = (self.balance, self.until), 0, None
        self.lapses, self.cycle = self.lapses + 1, self.cycle + 1

    def night(self, today: date) -> None:
        if self.until is not None and today > self.until:
            self.lapse()
        for reward in self.rewards:
            if reward.state == "ready" and reward.end is not None and today > reward.end:
                reward.state = "expired"

    def void(self, stamp: Stamp, today: date) -> str:
        if stamp.voided:
            return "already_voided"
        if self.lapses > stamp.lapses:
            return "void_after_expiry"
        balance, cycle, gone = self.balance, self.cycle, list[Reward]()
        left = [reward for reward in self.rewards if reward.state != "revoked"]
        while balance < stamp.given:
            filled = [reward for reward in left if reward.cost and reward not in gone]
            if not filled:
                return "void_would_go_negative"
            gone.append(max(filled, key=lambda reward: reward.cycle))
            balance, cycle = balance + gone[-1].cost, cycle - 1
        balance -= stamp.given
        gone += [r for r in left if not r.cost and (r.cycle, r.step) > (cycle, balance)]
        if any(reward.state == "redeemed" for reward in gone):
            return "void_reward_used"
        if any(reward.state == "expired" or (reward.end and today > reward.end) for reward in gone):
            return "void_reward_expired"
        for reward in gone:
            reward.state = "revoked"
        self.balance, self.cycle, stamp.voided = balance, cycle, True
        standing = [s for s in self.stamps if not s.voided]
        self.until = standing[-1].until if balance and standing else None
        return "done"


def factor(rules: RewardRules, at: datetime) -> int:
    local, found = at.astimezone(LIMA), [1]
    for happy in rules.happy_hours:
        for begins in (local.date(), local.date() - timedelta(days=1)):
            midnight = datetime.combine(begins, time(), LIMA)
            start, end = (
                midnight + timedelta(hours=int(t[:2]), minutes=int(t[3:])) for t in (happy.starts, happy.ends)
            )
            if begins.isoweekday() in happy.weekdays and start <= local < (end if end > start else end + timedelta(1)):
                found.append(happy.factor)
    return max(found)


# ---------------------------------------------------------------- rules, as small as they can be and still meet


STEPS = st.sampled_from([(2, 4), (3,), (2, 5, 6), (1, 3), (5, 10)])
HAPPY = st.builds(
    HappyHour,
    weekdays=st.sampled_from([(1, 2, 3, 4, 5, 6, 7), (1, 3, 5, 7), (2, 4, 6)]),
    starts=st.sampled_from(["09:00", "12:00", "22:00"]),
    ends=st.sampled_from(["13:00", "24:00", "02:00"]),
    factor=st.integers(2, 4),
)
RULES = st.builds(
    RewardRules,
    steps=STEPS.map(lambda places: tuple(Step(at=at, title=f"Premio {at}") for at in places)),
    roll_over=st.booleans(),
    cooldown_minutes=st.sampled_from([0, 0, 30]),
    staff_daily_cap=st.just(10_000),
    card_daily_cap=st.sampled_from([2, 5, 1000]),
    most_per_purchase=st.sampled_from([2, 7]),
    minimum_spend_centimos=st.sampled_from([None, None, 1000]),
    happy_hours=st.lists(HAPPY, max_size=2).map(tuple),
    stamps_expire_days=st.sampled_from([None, 14, 20]),
    rewards_expire_days=st.sampled_from([None, 7, 18]),
)


# ---------------------------------------------------------------- the machine


class RulesMachine(RuleBasedStateMachine):
    """One card of the shop, and everything that can happen to it."""

    till: ClassVar[Till]
    runner: ClassVar[asyncio.Runner]
    owner: ClassVar[psycopg.Connection]

    @initialize(rules=RULES)
    def begin(self, rules: RewardRules) -> None:
        # Never back: the nights of this history also come to the cards of those before it, in the same shop.
        noon = datetime.combine(self.today + timedelta(days=1), time(12), LIMA)
        self.till.pass_time(noon - datetime.now(UTC) - self.till.late)
        self.owner.execute("DELETE FROM nights WHERE business_id = %s", (self.till.shop.business_id,))
        self.card, self.model = self.till.shop.card(days_ago=60), Model()
        self.change(rules)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.till.late

    @property
    def today(self) -> date:
        return self.now.astimezone(LIMA).date()

    def does(self, work: Coroutine[Any, Any, Any]) -> str:
        result = self.runner.run(code_of(work))
        return result if isinstance(result, str) else "done"

    @rule(rules=RULES)
    def change(self, rules: RewardRules) -> None:
        self.in_force = rules
        self.till.shop.set_rules(rules)

    @rule(count=st.integers(1, 8), amount=st.sampled_from([None, 999, 1000]), override=st.booleans())
    def stamp(self, count: int, amount: int | None, override: bool) -> None:
        self.give(self.now, count, amount, override=override)

    @rule(ago=st.timedeltas(timedelta(0), timedelta(days=6)), count=st.integers(1, 3))
    def late_stamp(self, ago: timedelta, count: int) -> None:
        self.give(self.now - ago, count, 1000, override=False)

    @rule(
        days=st.integers(0, 5),
        edge=st.sampled_from(["09:00", "12:00", "13:00", "22:00", "00:00", "02:00"]),
        before=st.booleans(),
    )
    def stamp_on_an_edge(self, days: int, edge: str, before: bool) -> None:
        at = datetime.combine(self.today - timedelta(days=days), time.fromisoformat(edge), LIMA)
        at -= timedelta(microseconds=before)
        if at < self.now:
            self.give(at, 1, 1000, override=True)

    def give(self, at: datetime, count: int, amount: int | None, *, override: bool) -> None:
        expected = self.model.refusal(self.in_force, at, count, amount, override=override)
        id, reason = StampId(new_id()), "Por probar" if override else None
        changes: dict[str, Any] = {"id": id, "occurred_at": at, "amount_centimos": amount, "override_reason": reason}
        work = code_of(self.till.stamp(self.card, count, **changes))
        assert (None if (said := self.runner.run(work)) == id else said) == expected
        if expected is None:
            self.model.stamp(self.in_force, id, at, self.now, count)

    # No preconditions: whether a stamp or a reward is there hangs on the weekday, and which rule comes next must not.
    @rule(pick=ANY)
    def void(self, pick: int) -> None:
        if not self.model.stamps:
            return
        stamp = self.model.stamps[-1 - pick % min(4, len(self.model.stamps))]
        expected = self.model.void(stamp, self.today)
        assert self.does(self.till.void(stamp.id, by=self.till.shop.rosa, reason="Por probar")) == expected

    @rule(pick=ANY)
    def hand_over(self, pick: int) -> None:
        if not self.model.rewards:
            return
        reward = self.model.rewards[-1 - pick % min(4, len(self.model.rewards))]
        over = reward.end is not None and self.today > reward.end
        expected = {"redeemed": "reward_redeemed", "revoked": "reward_revoked", "expired": "reward_expired"}
        [(id,)] = self.rows(
            "SELECT id FROM rewards WHERE card_id = %s AND (cycle, threshold, cost) = (%s, %s, %s)"
            " AND (revoked_at IS NOT NULL) = %s ORDER BY issued_at DESC LIMIT 1",
            reward.cycle, reward.step, reward.cost, reward.state == "revoked",
        )  # fmt: skip
        said = self.does(self.till.hand_over(RewardId(id)))
        assert said == expected.get(reward.state, "reward_expired" if over else "done")
        reward.state = "redeemed" if said == "done" else reward.state

    @rule(days=st.integers(0, 8), quarters=st.integers(0, 95))
    def wait(self, days: int, quarters: int) -> None:
        self.till.pass_time(timedelta(days=days, minutes=15 * quarters))

    @rule()
    def night(self) -> None:
        if self.runner.run(work_night(self.till.db, self.till.shop.business_id)) is not None:
            self.model.night(self.today)

    @invariant()
    def the_card_is_what_the_model_says(self) -> None:
        model = self.model
        [row] = self.rows("SELECT balance, cycle, stamps_until FROM cards WHERE id = %s")
        assert row == (model.balance, model.cycle, model.until)
        rewards = self.rows(
            "SELECT cycle, threshold, cost, good_until, CASE WHEN revoked_at IS NOT NULL THEN 'revoked'"
            " WHEN expired_at IS NOT NULL THEN 'expired'"
            " WHEN EXISTS (SELECT FROM redemptions x WHERE x.reward_id = r.id AND x.confirmed_at IS NOT NULL)"
            " THEN 'redeemed' ELSE 'ready' END FROM rewards r WHERE card_id = %s"
        )
        assert sorted(rewards, key=str) == sorted(
            ((r.cycle, r.step, r.cost, r.end, r.state) for r in model.rewards), key=str
        )

    def rows(self, query: Any, *values: Any) -> list[tuple[Any, ...]]:
        return self.owner.execute(query, (self.card.id, *values)).fetchall()


@pytest.mark.parametrize(
    ("histories", "steps"), [(25, 25), pytest.param(400, 60, marks=pytest.mark.proof)], ids=["some", "many"]
)
def test_cards_under_any_rules_agree_with_their_model(
    settings: Settings, shop: Shop, database: TestDatabase, histories: int, steps: int
) -> None:
    pool = TenantPool(settings.database_url, size=2, wait=10)
    with asyncio.Runner() as runner, shop.connect() as owner:
        runner.run(pool.open())
        RulesMachine.till, RulesMachine.runner, RulesMachine.owner = Till(pool, shop, database), runner, owner
        try:
            run_state_machine_as_test(
                RulesMachine,
                settings=hypothesis_settings(
                    max_examples=histories, stateful_step_count=steps, deadline=None, database=None, phases=PHASES
                ),
            )
        finally:
            runner.run(pool.close())
    assert replay(database.url("sello_laws"), console=Console(file=io.StringIO())) == []
