"""Understanding stored callbacks, many at once: found their shop, applied there, settled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from sello.domains.campaign.callbacks import queries
from sello.domains.campaign.callbacks.rules import Status, heard, status_of
from sello.domains.campaign.inbox import queries as inbox
from sello.domains.campaign.inbox.rules import GIVE_UP, InboxRow, scrubbed
from sello.domains.campaign.outcomes import actions as outcomes
from sello.domains.campaign.outcomes.actions import Written
from sello.domains.campaign.replies.queries import note_status
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, SendId
from sello.shared.logs import log

MOST: Final = 500
LEASE: Final = timedelta(seconds=30)
_SOON: Final = timedelta(seconds=5)  # the answer to our call may come after its callback


@dataclass(slots=True)
class _Sorted:
    """Callbacks by what is to be done with them."""

    known: dict[BusinessId, list[tuple[InboxRow, Status, SendId]]] = field(default_factory=lambda: defaultdict(list))
    answers: list[tuple[InboxRow, Status, BusinessId, UUID]] = field(default_factory=list)
    orphans: list[tuple[InboxRow, Status]] = field(default_factory=list)
    stateless: list[InboxRow] = field(default_factory=list)


async def understand(db: Db, platform_db: PlatformDb, keys: Keys) -> tuple[int, list[Written]]:
    """Apply what waits in the inbox; how many callbacks that were, and what came of them.

    A worker that dies in here leaves them to their lease; applying them again changes nothing.
    """
    rows = await inbox.take_due(platform_db, "status", most=MOST, lease=LEASE)
    if not rows:
        return 0, []
    found = await _sorted(platform_db, rows)
    await _settle(platform_db, keys, found.stateless, "no_state", None)
    await _wait_or_give_up(platform_db, keys, [row for row, _ in found.orphans])
    for row, status, business_id, reply_id in found.answers:
        await _note_answer(db, platform_db, keys, row, status, business_id, reply_id)
    written = []
    for business_id, its in found.known.items():
        try:
            written.append(await _apply(db, platform_db, keys, business_id, its))
        except Exception as error:
            log.error("callbacks_not_applied", business_id=str(business_id), exc_info=error)
    return len(rows), written


async def _sorted(platform_db: PlatformDb, rows: Sequence[InboxRow]) -> _Sorted:
    found = _Sorted()
    unnamed: list[tuple[InboxRow, Status]] = []
    for row in rows:
        status = status_of(row.params)
        if status is None:
            found.stateless.append(row)
        elif status.business_id is not None and status.send_id is not None:
            found.known[status.business_id].append((row, status, status.send_id))
        elif status.business_id is not None and status.reply_id is not None:
            found.answers.append((row, status, status.business_id, status.reply_id))
        else:
            unnamed.append((row, status))
    sids = sorted({status.sid for _, status in unnamed})
    owners = {owner.sid: owner for owner in await queries.owners_of(platform_db, sids)} if sids else {}
    for row, status in unnamed:
        owner = owners.get(status.sid)
        if owner is None:
            found.orphans.append((row, status))
        else:
            found.known[owner.business_id].append((row, status, owner.send_id))
    return found


async def _apply(
    db: Db,
    platform_db: PlatformDb,
    keys: Keys,
    business_id: BusinessId,
    its: Sequence[tuple[InboxRow, Status, SendId]],
) -> Written:
    words = [heard(status, send_id, row.received_at) for row, status, send_id in its]
    written = await outcomes.hear(db, keys, business_id, words)
    strangers = set(written.strangers)
    for send_id in strangers:
        log.error("callback_of_a_stranger", business_id=str(business_id), send_id=str(send_id))
    good = [row for row, _, send_id in its if send_id not in strangers]
    await _settle(platform_db, keys, good, "applied", business_id)
    await _settle(platform_db, keys, [row for row, _, s in its if s in strangers], "stranger", None)
    return written


async def _note_answer(
    db: Db,
    platform_db: PlatformDb,
    keys: Keys,
    row: InboxRow,
    status: Status,
    business_id: BusinessId,
    reply_id: UUID,
) -> None:
    """What became of an answer to somebody; few, so one at a time."""
    noted = await note_status(db, business_id, reply_id, sid=status.sid, rank=status.rank, error_code=status.error_code)
    await _settle(platform_db, keys, [row], "answer" if noted else "stranger", business_id if noted else None)


async def _wait_or_give_up(platform_db: PlatformDb, keys: Keys, rows: Sequence[InboxRow]) -> None:
    oldest = clock.now() - GIVE_UP
    await _settle(platform_db, keys, [row for row in rows if row.received_at < oldest], "unknown_sid", None)
    waiting = [row.id for row in rows if row.received_at >= oldest]
    if waiting:
        await inbox.put_off(platform_db, waiting, pause=_SOON)


async def _settle(
    platform_db: PlatformDb, keys: Keys, rows: Sequence[InboxRow], outcome: str, business_id: BusinessId | None
) -> None:
    if rows:
        await inbox.settle(
            platform_db,
            [row.id for row in rows],
            outcomes=[outcome] * len(rows),
            businesses=[business_id] * len(rows),
            params=[scrubbed(keys, row.params) for row in rows],
        )
