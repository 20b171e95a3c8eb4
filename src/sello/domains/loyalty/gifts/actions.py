"""Giving the welcome and the birthday reward."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sello.domains.business import RulesInForce, current_rules
from sello.domains.loyalty.gifts import queries
from sello.domains.loyalty.gifts.rules import Celebrated
from sello.domains.loyalty.queries import append_event
from sello.events import BonusAdded
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CardId, CustomerId, new_id

_BATCH: Final = 500
_NO_YEAR: Final = 0


async def give_welcome(
    tx: Db, business_id: BusinessId, card_id: CardId, customer_id: CustomerId, *, account_id: AccountId | None
) -> None:
    """Give the welcome of the rules in force, once, in the transaction that confirms the card. Locks the card."""
    rules = await current_rules(tx, business_id)
    today = await queries.today_of(tx, business_id)
    if rules is None or rules.welcome is None or today is None:
        return
    if rules.welcome.title is not None:
        given: int = len(
            await queries.give_reward(
                tx,
                business_id,
                card_id,
                kind="welcome",
                year=_NO_YEAR,
                title=rules.welcome.title,
                version=rules.version,
                good_until=_days_after(today.today, rules.rewards_expire_days),
            )
        )
    else:
        given = await queries.insert_gift(tx, business_id, customer_id, kind="welcome", year=_NO_YEAR)
    if given and rules.welcome.stamps:
        await _add_bonus(tx, business_id, card_id, customer_id, rules, today.today, account_id=account_id)


async def give_birthdays(
    db: Db, business_id: BusinessId, birthdays: Sequence[Celebrated], today: date, rules: RulesInForce
) -> int:
    """Give every birthday reward of these days that is due; how many. A second time finds none."""
    if rules.birthday is None:
        return 0
    total = 0
    for birthday in birthdays:
        while given := await queries.give_birthdays(
            db,
            business_id,
            month=birthday.month,
            day=birthday.day,
            on=birthday.on,
            title=rules.birthday.title,
            version=rules.version,
            good_until=today + timedelta(days=rules.birthday.valid_days),
            most=_BATCH,
        ):
            total += len(given)
    return total


async def _add_bonus(
    tx: Db,
    business_id: BusinessId,
    card_id: CardId,
    customer_id: CustomerId,
    rules: RulesInForce,
    today: date,
    *,
    account_id: AccountId | None,
) -> None:
    count = rules.welcome.stamps if rules.welcome else 0
    entry = await append_event(
        tx,
        business_id,
        card_id,
        id=new_id(),
        kind="bonus",
        delta=count,
        account_id=account_id,
        stamps_until=_days_after(today, rules.stamps_expire_days),
    )
    assert entry is not None  # noqa: S101  # the caller has just confirmed this card
    bonus = BonusAdded(
        card_id=card_id, customer_id=customer_id, count=count, balance=entry.balance_after, seq=entry.seq
    )
    await facts.record(tx, business_id, bonus)


def _days_after(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
