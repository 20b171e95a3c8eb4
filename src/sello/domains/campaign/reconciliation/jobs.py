"""Asking the provider's list: every minute for messages in doubt, every night for the whole day before."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sello.domains.campaign.outcomes.actions import Written
from sello.domains.campaign.outcomes.jobs import follow
from sello.domains.campaign.reconciliation import actions
from sello.domains.campaign.reconciliation.rules import AFTER, BEFORE, Doubt, day_of
from sello.infrastructure.services import Services, Work
from sello.infrastructure.whatsapp import Listed, Unreachable
from sello.shared import clock
from sello.shared.logs import log
from sello.shared.metrics import show_disagreements

FIND_OUT: Final = "campaign.find_out"
COMPARE_DAY: Final = "campaign.compare_day"
_AT_ONCE: Final = 8
_PAGE: Final = 1000
_MOST_SHOWN: Final = 20
_MARGIN: Final = timedelta(minutes=5)  # a message at midnight may lie on either side of it


async def find_out(services: Services, _: dict[str, Any]) -> None:
    """Look for messages in doubt. The second time finds them looked for, or settled."""
    if not services.settings.whatsapp_on:
        return
    while doubts := await actions.begin_looks(services.db, services.platform_db):
        asking = asyncio.Semaphore(_AT_ONCE)
        answers = await asyncio.gather(*(_listed(services, doubt, asking) for doubt in doubts))
        answered = [(doubt, answer) for doubt, answer in zip(doubts, answers, strict=True) if answer is not None]
        await _follow(services, await actions.settle(services.db, services.platform_db, services.keys, answered))
        if len(answered) < len(doubts):
            raise Unreachable("the list did not answer")  # the queue tries again, with growing pauses
        if len(doubts) < actions.MOST:
            return


async def _listed(services: Services, doubt: Doubt, asking: asyncio.Semaphore) -> list[Listed] | None:
    """What went to that phone around that time; None when the provider could not be asked."""
    if doubt.phone is None:
        return []
    async with asking:
        try:
            return [
                one
                async for one in services.whatsapp.messages(
                    sender=doubt.sender,
                    to=doubt.phone,
                    since=doubt.claimed_at - BEFORE,
                    until=doubt.claimed_at + AFTER,
                )
            ]
        except Unreachable:
            return None


async def compare_day(services: Services, payload: dict[str, Any]) -> None:
    """Compare the provider's list of a day with ours, both ways. Reads, and brings ours up to it: may run twice.

    `until` in the payload (a moment) asks for the UTC day before it; otherwise it is yesterday.
    """
    if not services.settings.whatsapp_on:
        return
    until_at = datetime.fromisoformat(payload["until"]) if "until" in payload else clock.now()
    since, until = day_of(until_at)
    sender = services.settings.twilio_whatsapp_number
    seen: set[str] = set()
    orphans: list[str] = []
    page: list[Listed] = []
    async for one in services.whatsapp.messages(sender=sender, since=since - _MARGIN, until=until + _MARGIN):
        seen.add(one.sid)
        page.append(one)
        if len(page) == _PAGE:
            orphans += await _compare(services, page)
            page = []
    orphans += await _compare(services, page)
    gone = await actions.missing(services.platform_db, seen, sender=sender, since=since, until=until)
    show_disagreements(orphans=len(orphans), missing=len(gone))
    for sid in orphans[:_MOST_SHOWN]:
        log.error("message_of_nobody", sid=sid)
    for sid in gone[:_MOST_SHOWN]:
        log.error("message_not_listed", sid=sid)
    log.info("day_compared", listed=len(seen), orphans=len(orphans), missing=len(gone))


async def _compare(services: Services, page: Sequence[Listed]) -> list[str]:
    if not page:
        return []
    compared = await actions.compare(services.db, services.platform_db, services.keys, page)
    await _follow(services, compared.written)
    return compared.orphans


async def _follow(services: Services, written: Sequence[Written]) -> None:
    for one in written:
        await follow(services, one)


JOBS: Final[dict[str, Work]] = {FIND_OUT: find_out, COMPARE_DAY: compare_day}
