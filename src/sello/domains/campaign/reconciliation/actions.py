"""Settling doubts and comparing lists, with what the provider answered; asking it is for `jobs`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sello.domains.campaign.outcomes import actions as outcomes
from sello.domains.campaign.outcomes.actions import Written
from sello.domains.campaign.outcomes.rules import Heard, rank_of
from sello.domains.campaign.reconciliation import queries
from sello.domains.campaign.reconciliation.rules import Doubt, found, rivals_of
from sello.domains.campaign.rules import shown_code
from sello.domains.campaign.templates.rules import variables_in
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.whatsapp import Listed
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, SendId

MOST: Final = 200
_PAGE: Final = 5000
_FIRST: Final = UUID(int=0)


async def begin_looks(db: Db, platform_db: PlatformDb) -> list[Doubt]:
    """Messages in doubt whose time has come, noted as looked for before anybody is asked."""
    due: dict[BusinessId, list[SendId]] = defaultdict(list)
    for one in await queries.in_doubt(platform_db, most=MOST):
        due[one.business_id].append(one.id)
    return [
        Doubt(
            business_id=business_id,
            id=looked.id,
            customer_id=looked.customer_id,
            sender=looked.sender,
            phone=looked.phone,
            claimed_at=looked.claimed_at,
            code=shown_code(looked.code) if looked.code and "discount_code" in variables_in(looked.body) else None,
            at=looked.at,
        )
        for business_id, ids in due.items()
        for looked in await queries.begin_look(db, business_id, ids)
    ]


async def settle(
    db: Db, platform_db: PlatformDb, keys: Keys, doubts: Sequence[tuple[Doubt, Sequence[Listed]]]
) -> list[Written]:
    """Adopt what was found; give up what the provider has not shown for a day. May run twice."""
    sids = sorted({one.sid for _, listed in doubts for one in listed})
    owned = {one.sid for one in await queries.ours(platform_db, sids)} if sids else set()
    words: dict[BusinessId, list[Heard]] = defaultdict(list)
    lost: dict[BusinessId, list[SendId]] = defaultdict(list)
    every = [doubt for doubt, _ in doubts]
    for doubt, listed in doubts:
        one = found(doubt, listed, owned=owned, rivals=rivals_of(doubt, every))
        if one is not None:
            owned.add(one.sid)
            words[doubt.business_id].append(_heard(doubt.id, one))
        elif doubt.is_over:
            lost[doubt.business_id].append(doubt.id)
    written = [await outcomes.hear(db, keys, business_id, its) for business_id, its in words.items()]
    return written + [await outcomes.give_up(db, keys, business_id, ids) for business_id, ids in lost.items()]


@dataclass(frozen=True, slots=True)
class Compared:
    """A page of the provider's list beside ours: those nobody knows, and what was behind."""

    orphans: list[str]
    written: list[Written]


async def compare(db: Db, platform_db: PlatformDb, keys: Keys, page: Sequence[Listed]) -> Compared:
    """Bring ours up to what the provider lists; ranks only rise."""
    known = {one.sid: one for one in await queries.ours(platform_db, [one.sid for one in page])}
    words: dict[BusinessId, list[Heard]] = defaultdict(list)
    for one in page:
        mine = known.get(one.sid)
        if mine is not None and mine.send_id is not None and (rank_of(one.status) or 0) > mine.rank:
            words[mine.business_id].append(_heard(mine.send_id, one))
    written = [await outcomes.hear(db, keys, business_id, its) for business_id, its in words.items()]
    return Compared([one.sid for one in page if one.sid not in known], written)


async def missing(
    platform_db: PlatformDb, seen: set[str], *, sender: str, since: datetime, until: datetime
) -> list[str]:
    """Sids that we say the provider took in this time and that its list does not have."""
    gone: list[str] = []
    after = _FIRST
    while True:
        page = await queries.accepted_between(
            platform_db, sender=sender, since=since, until=until, after=after, most=_PAGE
        )
        gone += [one.sid for one in page if one.sid not in seen]
        if len(page) < _PAGE:
            return gone
        after = page[-1].id


def _heard(send_id: SendId, one: Listed) -> Heard:
    return Heard(send_id, one.sid, rank_of(one.status) or 1, clock.now(), one.error_code)
