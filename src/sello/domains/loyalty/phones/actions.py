"""What phones ask of us, each thing once."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sello.domains.loyalty.passes.actions import Built, Forge, build, hand_out, issue, token_of
from sello.domains.loyalty.passes.queries import (
    Pass,
    pass_by_serial,
    shown_card,
    write_event,
    write_event_as_platform,
)
from sello.domains.loyalty.passes.rules import Language, last_modified, unchanged_since
from sello.domains.loyalty.phones import queries
from sello.domains.loyalty.phones.rules import LINE, MOST_LOGS, MOST_PHONES, lines_in, serials_in, tag_in
from sello.domains.loyalty.refreshes.actions import push_job
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.database.jobs import enqueue_all
from sello.infrastructure.passkit import seal
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import new_id

PUSH: Final = "push-token"  # what a sealed push token is sealed for


@dataclass(frozen=True, slots=True)
class Fetched:
    """A pass for whoever has shown its token; `built` is None for a phone that has this one."""

    built: Built | None
    modified: datetime


async def own_pass(db: PlatformDb, keys: Keys, pass_type_id: str, serial: str, token: str | None) -> Pass:
    """The pass that a phone names and has the token of.

    Refuses pass_unauthorized, whatever is wrong: the token, the serial, the type, or that it is over.
    """
    found = await pass_by_serial(db, pass_type_id, serial)
    known = token_of(keys, found) if found is not None else None
    # Compared with something even when there is nothing, so that the time says nothing either.
    is_known = hmac.compare_digest((known or "-").encode(), (token or "").encode())
    if found is None or known is None or not is_known:
        raise Refused("pass_unauthorized")
    return found


async def add_to_phone(
    db: Db, platform_db: PlatformDb, forge: Forge, text: str, device_id: str, push_token: str, *, language: Language
) -> tuple[Pass, Built]:
    """All that a phone does when somebody adds the card behind a link: it gets the pass, and wants to hear of it.

    Refuses card_not_found, customer_erased, business_closed, shop_unavailable.
    """
    one, card = await issue(db, platform_db, forge, text, language=language)
    built = await build(db, forge, one, card)
    await hand_out(db, one, built)
    await register(platform_db, forge.keys, one, device_id, push_token)
    return one, built


async def register(db: PlatformDb, keys: Keys, one: Pass, device_id: str, push_token: str) -> bool:
    """The phone wants to hear of its pass; its push token is kept, new or not. Whether it is new here."""

    async def work(tx: PlatformDb) -> bool:
        pass_type = one.pass_type_id
        locked = await queries.lock_pass(tx, one.business_id, one.id)
        device = await queries.put_device(
            tx,
            new_id(),
            device_id=device_id,
            pass_type_id=pass_type,
            push_token_sealed=seal(keys, PUSH, push_token),
        )
        if locked is None or device is None:
            raise Refused("pass_unauthorized")
        registered = await queries.put_registration(tx, one.business_id, one.id, device.id)
        if registered is None or not registered.new:
            return False
        if await queries.push_out(tx, one.business_id, one.id, most=MOST_PHONES):
            await write_event_as_platform(
                tx, one.business_id, one.id, "unregistered", phones=MOST_PHONES - 1, why="cap"
            )
        await queries.note_saved(tx, one.business_id, one.id)
        await write_event_as_platform(tx, one.business_id, one.id, "registered", phones=await _phones(tx, one))
        if locked.tag:  # it has changed since it was issued: who knows which file this phone was given
            # The tag is taken last: whoever takes the next one waits for us.
            await enqueue_all(tx, [push_job(one.business_id, one.card_id)])
            await queries.renew_tag(tx, one.business_id, one.id, device.id)
        return True

    return await db.transact(work)


async def unregister(db: PlatformDb, one: Pass, device_id: str) -> None:
    """The phone does not want to hear of it any more: it is gone from there, or updates are off."""

    async def work(tx: PlatformDb) -> None:
        await queries.lock_pass(tx, one.business_id, one.id)
        gone = await queries.delete_registration(
            tx, one.business_id, one.id, device_id=device_id, pass_type_id=one.pass_type_id
        )
        if gone:
            await queries.forget_idle_device(tx, device_id=device_id, pass_type_id=one.pass_type_id)
            await write_event_as_platform(
                tx, one.business_id, one.id, "unregistered", phones=await _phones(tx, one), why="phone"
            )

    await db.transact(work)


async def changed(db: PlatformDb, device_id: str, pass_type_id: str, since: str | None) -> tuple[list[str], str] | None:
    """The serials of what a phone shows that has changed, and the tag to ask with the next time; None for nothing."""
    newest = await queries.newest_tag(db, pass_type_id)
    tag = tag_in(since, newest=newest.tag if newest else 0)
    found = await queries.changed_passes(db, device_id=device_id, pass_type_id=pass_type_id, since=tag)
    for one in found:
        await write_event_as_platform(db, one.business_id, one.pass_id, "listed")
    return ([one.serial for one in found], str(found[-1].tag)) if found else None


async def fetch(db: Db, forge: Forge, one: Pass, since: datetime | None, *, head: bool = False) -> Fetched:
    """The pass as it is now, or that it has not changed. `head`: somebody only looks, nothing is handed out."""
    now = clock.now()
    card = await shown_card(db, one.business_id, one.card_id)
    told = card is not None and card.seq == one.noted_seq  # a change that waits to be noted is one
    unchanged = told and unchanged_since(one.changed_at, since, now)
    built = None if unchanged else await build(db, forge, one, card)
    if not head:
        if built is not None:
            await hand_out(db, one, built)
        seq = card.seq if card else one.noted_seq
        await write_event(db, one.business_id, one.id, "fetched", seq=seq, unchanged=unchanged)
    return Fetched(built, last_modified(one.changed_at, now))


async def keep_logs(db: PlatformDb, logs: list[str]) -> None:
    """What phones say is wrong: with the pass that they name, or among the latest of all others."""
    for line in lines_in(logs):
        serials = serials_in(line)
        named = await queries.named_pass(db, serials) if serials else None
        if named is None:
            await queries.write_log(db, new_id(), line, most=MOST_LOGS)
        else:
            text = line
            for serial in serials:
                text = text.replace(serial, "…")
            await write_event_as_platform(db, named.business_id, named.pass_id, "logged", text=text[:LINE])


async def _phones(tx: PlatformDb, one: Pass) -> int:
    found = await queries.count_phones(tx, one.business_id, one.id)
    return found.count if found else 0
