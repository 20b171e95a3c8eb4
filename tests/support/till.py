"""A till: what the people of a shop do with its cards, through the actions and without HTTP."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sello.domains.loyalty.rewards import actions as rewards
from sello.domains.loyalty.rewards.rules import Redemption
from sello.domains.loyalty.stamps import actions as stamps
from sello.domains.loyalty.stamps.actions import Rulebook
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.domains.loyalty.voids import actions as voids
from sello.domains.loyalty.voids.actions import Voided
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import RedemptionId, RewardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard

Result = TypeVar("Result")


async def code_of(work: Awaitable[Result]) -> Result | str:
    """What the work returns, or the code it was refused with."""
    try:
        return await work
    except Refused as refused:
        return refused.code


@dataclass
class Till:
    """Diego's till, unless somebody else is named with `by`."""

    db: TenantPool
    shop: Shop
    database: TestDatabase
    rulebook: Rulebook = field(default_factory=Rulebook)
    late: timedelta = timedelta(0)

    def pass_time(self, by: timedelta) -> None:
        """Move the clock of the database forward."""
        self.late += by
        self.database.set_clock(self.late)

    async def stamp(self, card: TestCard, count: int = 1, *, by: Person | None = None, **changes: Any) -> StampId:
        """Give stamps; the id of the entry."""
        order: dict[str, Any] = {
            "id": StampId(new_id()),
            "account_id": (by or self.shop.diego).account_id,
            "membership_version": 1,
            "card_id": card.id,
            "customer_id": None,
            "scan_code": None,
            "code_issued_at": None,
            "occurred_at": datetime.now(UTC) + self.late,
            "count": count,
            "amount_centimos": None,
            "device_id": None,
            "branch_id": None,
            "override_reason": None,
        }
        order |= changes
        await stamps.add_stamp(self.db, self.rulebook, self.shop.business_id, StampOrder(**order))
        return StampId(order["id"])

    async def reserve(self, reward_id: RewardId, *, by: Person | None = None, id: UUID | None = None) -> Redemption:
        """Begin to hand a reward over."""
        caller = (by or self.shop.diego).caller
        return (await rewards.reserve_reward(self.db, caller, reward_id, id or new_id())).redemption

    async def confirm(self, redemption_id: RedemptionId, *, by: Person | None = None) -> Redemption:
        """Finish handing it over."""
        return await rewards.confirm_redemption(self.db, (by or self.shop.diego).caller, redemption_id)

    async def hand_over(self, reward_id: RewardId, *, by: Person | None = None) -> Redemption:
        """Both steps."""
        return await self.confirm((await self.reserve(reward_id, by=by)).id, by=by)

    async def release(self, redemption_id: RedemptionId, *, by: Person | None = None) -> None:
        """Not now."""
        await rewards.release_reservation(self.db, (by or self.shop.diego).caller, redemption_id)

    async def take_back(
        self,
        redemption_id: RedemptionId,
        *,
        by: Person | None = None,
        id: UUID | None = None,
        reason: str | None = None,
    ) -> Redemption:
        """Void a hand-over."""
        caller = (by or self.shop.diego).caller
        return await rewards.void_redemption(self.db, caller, redemption_id, id or new_id(), reason=reason)

    async def void(
        self, stamp_id: StampId, *, by: Person | None = None, id: UUID | None = None, reason: str | None = None
    ) -> Voided:
        """Void a stamp."""
        caller = (by or self.shop.diego).caller
        return await voids.void_stamp(self.db, caller, stamp_id, id or new_id(), reason=reason)

    def rewards(self, card: TestCard) -> list[RewardId]:
        """Rewards of the card that are not revoked, in the order they were earned."""
        rows = self.database.rows(
            "SELECT id FROM rewards WHERE card_id = %s AND revoked_at IS NULL ORDER BY cycle, threshold", card.id
        )
        return [RewardId(row[0]) for row in rows]

    def ledger(self, card: TestCard) -> list[tuple[str, int, int]]:
        """(kind, delta, balance after) along seq."""
        rows = self.database.rows(
            "SELECT kind, delta, balance_after FROM stamp_events WHERE card_id = %s ORDER BY seq", card.id
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def count(self, sql: str, *values: Any) -> int:
        """The number a query answers with, as sello_owner sees it."""
        return int(self.database.rows(sql, *values)[0][0])
