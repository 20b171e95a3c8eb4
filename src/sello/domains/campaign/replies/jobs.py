"""Send answers: each is claimed, called once, recorded."""

import asyncio
from typing import Any, Final
from uuid import UUID

from sello.domains.campaign.replies import queries
from sello.domains.campaign.replies.actions import Composed, compose
from sello.domains.campaign.replies.rules import SENT_WITHIN
from sello.domains.campaign.sending.actions import place
from sello.events import ReplyQueued
from sello.infrastructure.database.jobs import MAIL
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.infrastructure.whatsapp import Accepted, Declined, Throttled
from sello.shared.ids import BusinessId
from sello.shared.logs import log

SEND: Final = "campaign.send_reply"
_ACCEPTED, _FAILED = 2, 5  # ranks, as those of campaign messages
_PATIENCE: Final = 5.0  # s: where others wait longer in front of it, an answer comes again instead of standing there


class NotNow(Exception):
    """Nothing was processed, and it may be later: the job is tried again."""


async def send_reply(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id, reply_id. May run twice and beside itself: who claims the answer makes the one call.

    A worker that dies after the claim leaves an answer that is never called again: who hears nothing asks again.
    """
    business_id, reply_id = BusinessId(UUID(payload["business_id"])), UUID(payload["reply_id"])
    if not services.settings.whatsapp_on:
        return
    base_url = services.settings.public_base_url
    said = await compose(services.db, services.platform_db, services.keys, business_id, reply_id, base_url=base_url)
    if said is None:
        return
    wait = await place(services.platform_db, said.reply.sender, rate=services.settings.twilio_messages_per_second)
    if wait > _PATIENCE:
        raise NotNow(f"{wait:.0f} s")
    await asyncio.sleep(wait)
    if await queries.claim_reply(services.db, business_id, reply_id, within=SENT_WITHIN):
        await _call(services, business_id, said)


async def _call(services: Services, business_id: BusinessId, said: Composed) -> None:
    reply = said.reply
    back = f"{services.settings.public_base_url}/webhooks/twilio/status?reply={reply.id}&shop={business_id}"
    outcome = await services.whatsapp.send_text(
        to=said.to, sender=reply.sender, body=said.body, status_callback=back, media_url=said.media_url
    )
    db = services.db
    match outcome:
        case Accepted(sid=sid):
            await queries.note_status(db, business_id, reply.id, sid=sid, rank=_ACCEPTED, error_code=None)
        case Declined(code=code):
            await queries.note_status(db, business_id, reply.id, sid=None, rank=_FAILED, error_code=code)
        case Throttled(code=code):
            await queries.give_back(db, business_id, reply.id)
            raise NotNow(str(code))
        case _:
            await queries.note_unknown(db, business_id, reply.id)
    log.info("reply_sent", reply_id=str(reply.id), kind=reply.kind, outcome=type(outcome).__name__)


JOBS: Final[dict[str, Work]] = {SEND: send_reply}
REACTIONS: Final[Reactions] = {ReplyQueued: (Reaction(entrypoint=SEND, priority=MAIL),)}
