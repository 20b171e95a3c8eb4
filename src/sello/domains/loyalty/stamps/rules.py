"""The rules of the day as parameters of the stamp statement, and what its outcomes mean. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from sello.domains.business import RulesInForce, soles
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BranchId, CardId, CustomerId, DeviceId, SessionId, StampId


class StampOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A stamp somebody wants to give, checked for form. Exactly one of card, customer and scan code is set.

    `account_id` gave it. `session_id` is the token's: a session that was ended gives no stamp; None where nobody signed
    in. `credential_id` is that of the till `device_id` which uploads it: then there is no session and no version, the
    giver must have signed in on that till, and must have worked at the shop at the time.
    """

    id: StampId
    account_id: AccountId
    membership_version: int | None
    card_id: CardId | None
    customer_id: CustomerId | None
    scan_code: str | None
    code_issued_at: datetime | None
    occurred_at: datetime
    count: int
    amount_centimos: int | None
    device_id: DeviceId | None
    branch_id: BranchId | None
    override_reason: str | None
    code_expired: bool = False
    """The rotating code is too old to stamp with; a stamp counted with it in time still answers as a replay."""
    session_id: SessionId | None = None
    credential_id: SessionId | None = None


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """A version of the rules as the statement takes them; its arrays are text, which is made once and not per stamp.

    `happy` are minutes of the week and factors (from, to, factor, from, …), None without a happy hour; `minimum` is in
    céntimos.
    """

    version: int
    steps: list[int]
    titles: list[str]
    steps_array: str
    titles_array: str
    cooldown: timedelta
    card_cap: int
    staff_cap: int
    most_per_purchase: int
    roll_over: bool
    minimum: int | None
    happy: str | None
    stamps_days: int | None
    rewards_days: int | None

    @property
    def required(self) -> int:
        """How many stamps fill the card."""
        return self.steps[-1]


class StampResult(msgspec.Struct, frozen=True):
    """The one row of `add_stamp_v1`; `required` filled the card under the rules the stamp was given by.

    `given`: stamps the purchase gave, the happy hour's `factor` included; `stamps_until`: through when all of them are
    good.
    """

    outcome: str
    card_id: UUID | None
    customer_id: UUID | None
    customer_name: str | None
    balance: int | None
    seq: int | None
    occurred_at: datetime | None
    blocked_until: datetime | None
    zone: str | None
    required: int | None
    rewards: list[dict[str, Any]]
    given: int | None
    factor: int | None
    stamps_until: date | None


def compile_rules(rules: RulesInForce) -> CompiledRules:
    """The parameters of the statement for one version of the rules."""
    return CompiledRules(
        version=rules.version,
        steps=[step.at for step in rules.steps],
        titles=[step.title for step in rules.steps],
        steps_array=_array(step.at for step in rules.steps),
        titles_array=_array(step.title for step in rules.steps),
        cooldown=rules.cooldown,
        card_cap=rules.card_daily_cap,
        staff_cap=rules.staff_daily_cap,
        most_per_purchase=rules.most_per_purchase,
        roll_over=rules.roll_over,
        minimum=rules.minimum_spend_centimos,
        happy=_array(number for span in rules.happy_week for number in span) if rules.happy_week else None,
        stamps_days=rules.stamps_expire_days,
        rewards_days=rules.rewards_expire_days,
    )


def _array(values: Iterable[int | str]) -> str:
    """An array as PostgreSQL reads it; JSON quotes and escapes an element as it wants them."""
    return "{" + ",".join(json.dumps(str(value), ensure_ascii=False) for value in values) + "}"


def refusal(result: StampResult, rules: CompiledRules) -> Refused:
    """The refusal behind an outcome, with the facts its sentence needs."""
    if result.outcome in ("cooldown", "just_stamped") and result.blocked_until and result.zone:
        local = result.blocked_until.astimezone(ZoneInfo(result.zone))
        tried = (result.occurred_at or result.blocked_until).astimezone(local.tzinfo)
        said = local.strftime("%H:%M" if local.date() == tried.date() else "%d/%m, %H:%M")
        return Refused(result.outcome, until=result.blocked_until.isoformat(), until_local=said)
    if result.outcome == "too_many_stamps":
        return Refused("too_many_stamps", most=rules.most_per_purchase)
    if result.outcome == "card_cap":
        return Refused("card_cap", cap=rules.card_cap)
    if result.outcome == "staff_cap":
        return Refused("staff_cap", cap=rules.staff_cap)
    if result.outcome in ("amount_missing", "below_minimum") and rules.minimum is not None:
        return Refused(result.outcome, minimum_centimos=rules.minimum, minimum=soles(rules.minimum))
    return Refused(result.outcome)
