"""Café Luna's campaigns: half of those who took a card at the neighbourhood's festival and stayed away were written to.

Told by the same actions that people and the worker use, under the moved clock, while `world` lets the days pass. The
provider of those days is `Past`: what it was told is laid where the simulator finds it, so that templates are approved
there and chats are remembered. Which guests are held out is drawn by the installation's own key; how many of the
festival's, and what became of the messages one after the other, is the same in every world.
"""

import hashlib
import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, repeat
from typing import Final, Literal
from urllib.parse import urlsplit

import psycopg

from sello.domains.campaign import (
    OPT_OUT_PAYLOAD,
    STARTERS,
    Answered,
    Claimed,
    Heard,
    Inactivity,
    NearReward,
    Plan,
    Refusal,
    Took,
    Use,
    activate,
    arm_of,
    claim_due,
    create_campaign,
    create_template,
    follow,
    hear,
    key_of_draw,
    messages_page,
    plan_campaign,
    plan_customer,
    plan_shop,
    rank_of,
    receive,
    record,
    redeem_code,
    status_callback,
    submit_template,
    variables_in,
)
from sello.domains.campaign.inbound.jobs import understand_inbound
from sello.domains.campaign.replies.jobs import send_reply
from sello.domains.campaign.templates.jobs import submit
from sello.domains.customer import TEXT_VERSION, Receipt, read_text, set_consent
from sello.domains.loyalty import Confirmation
from sello.entry.cast import agrees_at_festival, on_day
from sello.entry.hands import services_of
from sello.entry.settings import Settings
from sello.infrastructure.database.db import SET_TENANT, within, within_platform
from sello.infrastructure.whatsapp import Accepted
from sello.infrastructure.whatsapp.simulator.past import Past
from sello.shared import clock
from sello.shared.auth import Caller
from sello.shared.ids import CampaignId, CustomerId, TemplateId, id_at

Fate = Literal["redeems", "comes", "clicks", "reads", "lies", "leaves", "has_no_whatsapp", "is_no_number"]

DAYS: Final = 35  # since the campaign was started
HELD_OUT: Final = 20  # of the festival's 41 who agreed to messages
_SEED: Final = 35
_NO_WHATSAPP, _NO_NUMBER = 63024, 21211
_LETTERS: Final[dict[str, Fate]] = {
    "R": "redeems", "v": "comes", "c": "clicks", "r": "reads", "d": "lies", "o": "leaves", "f": "has_no_whatsapp",
    "x": "is_no_number",
}  # fmt: skip
_STORY: Final = "RrRcrdRvRofRrRxrdRrcRd"  # what becomes of the messages one after the other ...
_AFTERWARDS: Final = "rdc"  # ... and of those after them, again and again


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who has a card; the festival's people have the higher numbers."""

    number: int
    phone: str
    held: Confirmation


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the world lends to its campaigns. `come`: somebody is stamped, by whom it says."""

    connection: psycopg.AsyncConnection
    settings: Settings
    rosa: Caller
    now: datetime
    set_clock: Callable[[datetime], Awaitable[None]]
    come: Callable[[Guest, datetime, int], Awaitable[Caller]]


def is_played(settings: Settings) -> bool:
    """Whether messages go to our simulator: the demo's phones may be somebody's, so nothing real is ever told."""
    return settings.whatsapp_on and urlsplit(settings.twilio_api_base_url).hostname in ("127.0.0.1", "localhost", "::1")


class Story:
    """What happens, moment by moment; `guests` by their phones, filled by the world as they get their cards."""

    def __init__(self, stage: Stage) -> None:
        self.guests: dict[str, Guest] = {}
        self._stage = stage
        self._shop = stage.rosa.business_id
        self._keys = stage.settings.keys
        self._db, self._platform = within(stage.connection, self._shop), within_platform(stage.connection)
        self._past = Past(stage.settings.whatsapp)
        self._services = services_of(stage.settings, self._db, self._platform, self._past)
        self._chance = random.Random(_SEED)  # noqa: S311  # a story, not a secret
        self._fates = (_LETTERS[letter] for letter in chain(_STORY, chain.from_iterable(repeat(_AFTERWARDS))))
        self._coming: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._told = 0
        self._wait = False  # messages wait for the morning
        self._templates: dict[str, TemplateId] = {}
        self._later(self._day(DAYS + 5, 11, 20), self._write_templates)
        self._later(self._day(DAYS, 20, 40), self._miss_you)
        for days in range(DAYS - 1, -1, -1):
            self._later(self._day(days, 6, 15), self._plan)
            self._later(self._day(days, 9, 1), self._send)

    def lay_in(self) -> None:
        """Have the simulator remember it, once the world is certain."""
        self._past.lay_in(self._stage.settings.sello_home / "whatsapp")

    async def until(self, moment: datetime) -> None:
        """Let everything happen that is to happen by then."""
        while self._coming and self._coming[0][0] <= moment:
            when, _, happen = heapq.heappop(self._coming)
            await self._stage.set_clock(when)
            await self._stage.connection.execute(SET_TENANT, (str(self._shop),))
            await happen()

    async def came(self, customer_id: CustomerId) -> None:
        """Somebody was stamped: whoever comes is not told in the morning that they are missed."""
        if self._wait:
            await self._looked_at(customer_id)

    async def begin(self, ana: CustomerId) -> None:
        """Now: start what the worker sends as soon as it runs, never quiet, with Ana among those it means."""
        plan = self._plan_of("¡Te falta muy poco!", NearReward(missing=1, after_days=1), "te_falta_poco", held_out=10)
        while True:
            id = id_at(clock.now())
            if arm_of(key_of_draw(self._keys, CampaignId(id)), ana, plan.holdout_percent) == "message":
                break
        await create_campaign(self._db, self._stage.rosa, id, plan)
        await activate(self._db, self._stage.rosa, CampaignId(id))

    # ------------------------------------------------------------ what the shop does

    async def _write_templates(self) -> None:
        for key in ("te_extranamos", "te_falta_poco"):
            text = next(one for one in STARTERS if one.key == key)
            made = await create_template(
                self._db, self._stage.rosa, id_at(clock.now()), name=text.name, language=text.language,
                category=text.category, body=text.body,
            )  # fmt: skip
            self._templates[key] = TemplateId(made.id)
            await submit_template(self._db, self._stage.rosa, TemplateId(made.id))
            await submit(self._services, {"business_id": str(self._shop), "template_id": str(made.id)})

    async def _miss_you(self) -> None:
        """Rosa starts it in the evening: it goes out the next morning, and until then two people have changed it."""
        plan = self._plan_of("Te extrañamos", Inactivity(days_inactive=30), "te_extranamos", held_out=50, percent=20)
        campaign_id, meant, held_out = self._draw(plan.holdout_percent)
        await create_campaign(self._db, self._stage.rosa, campaign_id, plan)
        await activate(self._db, self._stage.rosa, campaign_id)
        await self._plan_one(campaign_id)
        early, unwilling = meant[:2]
        self._later(self._day(DAYS - 1, 8, 12), partial(self._come, early))
        self._later(self._day(DAYS - 1, 8, 31), partial(self._say_no, unwilling))
        for days, guest in zip((5, 11), held_out, strict=False):
            self._later(self._day(DAYS - days, 13, 20), partial(self._come, guest))

    def _plan_of(
        self, name: str, trigger: Inactivity | NearReward, template: str, *, held_out: int, percent: int | None = None
    ) -> Plan:
        quiet = (20 * 60, 9 * 60) if percent else (0, 0)
        return Plan(
            name=name, trigger=trigger, template_id=self._templates[template], discount_percent=percent, gift=None,
            code_days=14, holdout_percent=held_out, budget_centimos=3000, quiet_from=quiet[0], quiet_until=quiet[1],
        )  # fmt: skip

    def _draw(self, percent: int) -> tuple[CampaignId, list[Guest], list[Guest]]:
        """An id under which just so many of the festival's people are held out; who gets a message, and who none."""
        people = [one for one in self.guests.values() if agrees_at_festival(one.number)]
        while True:
            id = CampaignId(id_at(clock.now()))
            key = key_of_draw(self._keys, id)
            held_out = [one for one in people if arm_of(key, one.held.customer_id, percent) == "holdout"]
            if len(held_out) == HELD_OUT:
                return id, [one for one in people if one not in held_out], held_out

    async def _plan_one(self, campaign_id: CampaignId) -> None:
        await plan_campaign(self._db, self._keys, self._shop, campaign_id, sender=self._sender)
        self._wait = True

    async def _plan(self) -> None:
        await plan_shop(self._db, self._keys, self._shop, sender=self._sender)
        self._wait = True

    async def _looked_at(self, customer_id: CustomerId) -> None:
        await plan_customer(self._db, self._keys, self._shop, customer_id, sender=self._sender, stamped=True)

    async def _send(self) -> None:
        self._wait = False
        looked_at = 1
        while looked_at:
            turn = await claim_due(self._db, self._keys, self._shop, sender=self._sender, daily=None, most=50)
            looked_at = turn.looked_at
            for message in turn.claimed:
                await self._call(message, next(self._fates))

    async def _call(self, message: Claimed, fate: Fate) -> None:
        if fate == "is_no_number":
            await self._record(message, Refusal(_NO_NUMBER))
            return
        back = status_callback(self._stage.settings.public_base_url, self._shop, message.id)
        said = await self._past.send_template(
            to=message.phone, sender=self._sender, content_sid=message.content_sid, variables=message.variables,
            status_callback=back,
        )  # fmt: skip
        assert isinstance(said, Accepted)  # noqa: S101  # the past takes everything
        await self._record(message, Took(said.sid))
        self._set_out(message, said.sid, fate)

    async def _record(self, message: Claimed, answer: Took | Refusal) -> None:
        await record(self._db, self._keys, self._shop, [Answered(message.id, message.claim, answer)])

    # ------------------------------------------------------------ what people do

    def _set_out(self, message: Claimed, sid: str, fate: Fate) -> None:
        """What becomes of a message, from now on."""
        now, chance = clock.now(), self._chance
        if fate == "has_no_whatsapp":
            self._later(now + timedelta(seconds=3), partial(self._fail, message, sid))
            return
        self._later(now + timedelta(seconds=2), partial(self._hear, message, sid, "sent"))
        self._later(now + timedelta(seconds=chance.randrange(3, 60)), partial(self._hear, message, sid, "delivered"))
        if fate == "lies":
            return
        read = now + timedelta(minutes=chance.randrange(4, 400))
        self._later(read, partial(self._hear, message, sid, "read"))
        if fate in ("clicks", "redeems"):
            self._later(read + timedelta(seconds=20), partial(self._click, message))
        if fate == "leaves":
            self._later(read + timedelta(minutes=1), partial(self._leave, message, sid))
        if fate in ("comes", "redeems"):
            hour, minute = chance.choice((9, 10, 13, 17, 18)), chance.randrange(60)
            when = on_day(now, -chance.randrange(1, 11), hour, minute)
            self._later(when, partial(self._come, self.guests[message.phone], message if fate == "redeems" else None))

    async def _hear(self, message: Claimed, sid: str, status: str, code: int | None = None) -> None:
        if code is None:
            self._past.move(sid, status)
        word = Heard(message.id, sid, rank_of(status) or 1, clock.now(), code)
        await hear(self._db, self._keys, self._shop, [word])

    async def _fail(self, message: Claimed, sid: str) -> None:
        await self._hear(message, sid, self._past.fail(sid, _NO_WHATSAPP), _NO_WHATSAPP)

    async def _click(self, message: Claimed) -> None:
        """The button's address ends in the last of the variables."""
        await follow(self._db, self._platform, message.variables[str(len(message.variables))], person=True)

    async def _come(self, guest: Guest, message: Claimed | None = None) -> None:
        """Somebody comes in; with the code of their message they pay less."""
        now, pays = clock.now(), self._chance.randrange(1400, 4200, 50)
        member = await self._stage.come(guest, now, pays)
        await self._looked_at(guest.held.customer_id)
        if message is not None:
            text = next(one.body for one in STARTERS if one.key == "te_extranamos")
            number = variables_in(text).index("discount_code") + 1
            use = Use(id=id_at(now), amount_centimos=pays)
            await redeem_code(self._db, member, message.variables[str(number)], use)

    async def _say_no(self, guest: Guest) -> None:
        """On their card: no message any more."""
        receipt = Receipt("card", read_text(TEXT_VERSION, "es"))
        await set_consent(self._db, self._shop, guest.held.customer_id, "opt_out", receipt)

    async def _leave(self, message: Claimed, sid: str) -> None:
        """They press the message's other button; the answer confirms it."""
        words = "No recibir más"
        params = {
            "MessageSid": self._past.write(message.phone, words), "From": f"whatsapp:{message.phone}",
            "To": f"whatsapp:{self._sender}", "Body": words, "ButtonText": words, "ButtonPayload": OPT_OUT_PAYLOAD,
            "OriginalRepliedMessageSid": sid,
        }  # fmt: skip
        digest = hashlib.sha256(params["MessageSid"].encode()).digest()
        inbox_id = await receive(self._platform, "inbound", digest, params)
        await understand_inbound(self._services, {"inbox_id": str(inbox_id)})
        customer_id = self.guests[message.phone].held.customer_id
        for one in await messages_page(self._db, self._shop, customer_id, before=None, most=10):
            if one.kind == "reply":
                await send_reply(self._services, {"business_id": str(self._shop), "reply_id": str(one.id)})

    # ------------------------------------------------------------ when

    @property
    def _sender(self) -> str:
        return self._stage.settings.twilio_whatsapp_number

    def _day(self, days: int, hour: int, minute: int) -> datetime:
        return on_day(self._stage.now, days, hour, minute)

    def _later(self, when: datetime, happen: Callable[[], Awaitable[None]]) -> None:
        self._told += 1
        heapq.heappush(self._coming, (when, self._told, happen))
