"""The cast, and three months of their life: what `make run` fills an empty installation with.

Café Luna in Barranco (Rosa owns it, Diego and Mía stamp, Ana has 4 of 5) and Bodega Sol next door (Jorge). Everything
goes through the same actions that people use, under a clock that runs from three months ago to now, in one transaction:
either the whole world stands or nothing. The same seed makes the same world.
"""

import json
import random
from datetime import datetime, timedelta

import psycopg

from sello.domains.analytics import close_days, count_shop
from sello.domains.business import (
    NewShop,
    add_member,
    create_admin,
    enrol_till,
    insert_account,
    make_key,
    open_business,
    register_shop,
    set_pin,
    set_rules,
)
from sello.domains.customer import TEXT_VERSION, Birthday, Person, Receipt, network_hash, open_request, read_text
from sello.domains.loyalty import (
    Confirmation,
    Enrolment,
    Rulebook,
    StampOrder,
    add_stamp,
    confirm_card,
    confirm_redemption,
    enrol,
    merge_customers,
    open_card,
    reserve_reward,
    work_night,
)
from sello.entry.campaigning import Guest, Stage, Story, is_played
from sello.entry.cast import DAYS, LUNA, SOL, Shop, Visit, agrees_at_festival, name_of, on_day, opening, visits
from sello.entry.past import bring_along
from sello.entry.settings import Settings
from sello.entry.shopfront import hang, paint
from sello.infrastructure.database.db import Db, PlatformDb, within, within_platform
from sello.infrastructure.database.migrate import FOLDER
from sello.shared import clock
from sello.shared.auth import Caller, Passwords, Role, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import (
    AccountId,
    BusinessId,
    CardId,
    CustomerId,
    DeviceId,
    RewardId,
    SessionId,
    StampId,
    id_at,
    new_id,
)
from sello.shared.validation import fold

PASSWORD = "tarjeta-de-sellos"  # printed at every start of the demo: it protects nothing
ANAS_PHONE = "+51987654321"
TILL_DAYS = 60  # since when Café Luna has its tablet
PINS = {"Rosa": "5803", "Diego": "2586", "Mía": "7419"}  # printed, too
_SEED = 20261123
_IN_PHONES = (3, 8, 21)  # of Café Luna's guests, besides Ana


async def fill(settings: Settings) -> None:
    """Fill an empty installation as sello_owner and write `world.json` for the terminal. Needs DATABASE_OWNER_URL.

    An installation that has a shop is left alone.
    """
    if settings.database_owner_url is None:
        raise SystemExit("sello: DATABASE_OWNER_URL is needed for the demo world: the address of sello_owner.")
    connection = await psycopg.AsyncConnection.connect(settings.database_owner_url)
    async with connection, connection.transaction():
        if await (await connection.execute("SELECT 1 FROM businesses LIMIT 1")).fetchone():
            return
        await connection.execute((FOLDER / "sql" / "demo_clock.sql").read_bytes())
        try:
            world = _World(connection, settings)
            otpauth = await world.live()
        finally:
            clock.shift(timedelta(0))
        await connection.execute((FOLDER / "sql" / "real_clock.sql").read_bytes())
        # History is not news: only the last hour is left for the relay.
        await connection.execute(
            "UPDATE events SET relayed_at = recorded_at WHERE recorded_at < app_now() - interval '1 hour'"
        )
    if world.story is not None:
        world.story.lay_in()
    await hang(settings, world.rosa, world.shops, world.pockets)
    _write_world(settings, otpauth)


class _World:
    def __init__(self, connection: psycopg.AsyncConnection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self._chance = random.Random(_SEED)  # noqa: S311  # a story, not a secret
        self._platform: PlatformDb = within_platform(connection)
        self._rulebook = Rulebook()
        self._now = clock.now()
        self._tablet: DeviceId | None = None
        self.rosa: Caller
        self.shops: list[BusinessId]
        self.story: Story | None = None
        self.pockets: dict[str, str] = {}  # whose iPhone keeps which card, by the text of its link

    async def live(self) -> str:
        """Make the people, then let the days pass; the admin's otpauth address."""
        await self._set_clock(self._now - timedelta(days=DAYS + 1))
        passwords = Passwords()
        hashed = await passwords.hash(PASSWORD)
        luna = await self._shop("Café Luna", "cafe-luna", "rosa@cafeluna.pe", "Rosa Quispe", hashed)
        sol = await self._shop("Bodega Sol", "bodega-sol", "jorge@bodegasol.pe", "Jorge Medina", hashed)
        diego = await self._staff(luna[0], "diego@cafeluna.pe", "Diego Ramos", hashed)
        mia = await self._staff(luna[0], "mia@cafeluna.pe", "Mía Soto", hashed)
        shops = (
            Shop(luna[0], await self._code(luna[0]), (diego, mia, luna[1]), LUNA, 60, "98"),
            Shop(sol[0], await self._code(sol[0]), (sol[1],), SOL, 18, "97"),
        )
        await bring_along(self._tenant(luna[0]), self._settings.keys, luna[0], luna[1])
        await self._tills_of(shops[0])
        self.rosa, self.shops = self._caller(shops[0], luna[1]), [shop.business_id for shop in shops]
        self.story = self._campaigns(shops[0])
        await self._days_of(shops[0], self.story)
        await self._days_of(shops[1], None)
        ana = await self._ana(shops[0])
        await self._twice(shops[0])
        await self._set_clock(self._now)
        for shop in shops:
            await work_night(self._tenant(shop.business_id), shop.business_id)
            # Its facts are told as if long ago, so no reaction counts them.
            await count_shop(self._tenant(shop.business_id), shop.business_id)
            await close_days(self._tenant(shop.business_id), shop.business_id)
        if self.story is not None:
            await self.story.begin(ana)
        await paint(self._tenant(luna[0]), self._platform, self.rosa, self.shops)
        otpauth = await create_admin(
            self._platform, passwords, self._settings.keys, email="admin@sello.pe", name="Admin", password=PASSWORD
        )
        passwords.close()
        return otpauth

    async def _set_clock(self, at: datetime) -> None:
        clock.shift(timedelta(0))
        ago = clock.now() - at
        clock.shift(-ago)
        await self._connection.execute("SELECT set_config('demo.ago', %s, true)", (f"{ago.total_seconds():f} s",))

    async def _shop(self, name: str, slug: str, email: str, owner: str, hashed: str) -> tuple[BusinessId, AccountId]:
        made = await register_shop(
            self._platform, NewShop(name, slug), email=email, name=owner, password_hash=hashed, verified=True
        )
        assert made is not None  # noqa: S101  # the installation is empty
        await set_rules(
            self._tenant(made.business_id),
            made.business_id,
            SOL if slug == "bodega-sol" else LUNA,
            account_id=made.account_id,
        )
        return made.business_id, made.account_id

    async def _code(self, business_id: BusinessId) -> str:
        return (await open_business(self._tenant(business_id), business_id)).code

    async def _staff(self, business_id: BusinessId, email: str, name: str, hashed: str) -> AccountId:
        account_id = AccountId(new_id())
        await insert_account(self._platform, account_id, email=email, name=name, password_hash=hashed, verified=True)
        await add_member(self._platform, business_id, account_id, role="staff", name=name)
        return account_id

    async def _tills_of(self, shop: Shop) -> None:
        """A tablet that the staff share by PIN, and a key for the cash register, which nobody is told."""
        await self._set_clock(self._now - timedelta(days=TILL_DAYS))
        db, keys, rosa = self._tenant(shop.business_id), self._settings.keys, self._caller(shop, shop.staff[-1])
        tablet = await enrol_till(
            db, keys, TokenIssuer(keys), rosa, id_at(clock.now()), name="Tablet del mostrador", branch_id=None
        )
        self._tablet = tablet.device_id
        for account, name in zip(shop.staff, ("Diego", "Mía", "Rosa"), strict=True):
            await set_pin(db, keys, self._caller(shop, account), PINS[name])
        await make_key(
            db, self._platform, rosa, name="Caja registradora", scopes=["stamps:write", "customers:read"],
            expires_at=None,
        )  # fmt: skip

    def _caller(self, shop: Shop, account: AccountId) -> Caller:
        role: Role = "owner" if account == shop.staff[-1] else "staff"
        return Caller(account, shop.business_id, role, 1, SessionId(account))

    def _tenant(self, business_id: BusinessId) -> Db:
        return within(self._connection, business_id)

    def _campaigns(self, shop: Shop) -> Story | None:
        """What Rosa sends, as long as it is our simulator that gets it."""
        diego = self._caller(shop, shop.staff[0])

        async def come(guest: Guest, when: datetime, pays: int) -> Caller:
            await self._stamp(shop, diego, guest.held.card_id, Visit(when, guest.number, pays, False))
            return diego

        stage = Stage(
            connection=self._connection, settings=self._settings, rosa=self.rosa, now=self._now,
            set_clock=self._set_clock, come=come,
        )  # fmt: skip
        return Story(stage) if is_played(self._settings) else None

    async def _days_of(self, shop: Shop, story: Story | None) -> None:
        cards: dict[int, Confirmation] = {}
        rewards: dict[int, list[RewardId]] = {}
        worked = self._now - timedelta(days=DAYS + 1)
        for visit in visits(self._chance, shop, self._now):
            if story is not None:
                await story.until(visit.at)
            await self._set_clock(visit.at)
            if visit.at - worked > timedelta(days=7):  # a night makes up for those before it
                worked = visit.at
                await work_night(self._tenant(shop.business_id), shop.business_id)
            caller = self._somebody(shop)
            if visit.guest not in cards:
                cards[visit.guest] = await self._enrol(shop, caller, visit.guest)
            earned = await self._stamp(shop, caller, cards[visit.guest].card_id, visit)
            if story is not None:
                await story.came(cards[visit.guest].customer_id)
            waiting = rewards.setdefault(visit.guest, [])
            if waiting and visit.takes_reward:
                await self._redeem(shop, caller, waiting.pop(0), visit.at)
            waiting.extend(earned)
        if story is not None:
            await story.until(self._now)

    def _somebody(self, shop: Shop) -> Caller:
        weights = (6, 4, 1)[: len(shop.staff)]
        return self._caller(shop, self._chance.choices(shop.staff, weights)[0])

    async def _ana(self, shop: Shop) -> CustomerId:
        """Ana Torres has 4 of 5: one more stamp and her coffee is free. Who she is."""
        caller, ana = self._somebody(shop), None
        for days in (12, 9, 5, 2):
            # Before the happy hour: four visits are four stamps. The last one is not of today.
            visit = Visit(on_day(self._now, days, 9, self._chance.randrange(60)), 0, 1250, False)
            await self._set_clock(visit.at)
            ana = ana or await self._hand_out(shop, caller, Person("Ana Torres", ANAS_PHONE), network=200, agrees=True)
            await self._stamp(shop, caller, ana.card_id, visit)
        assert ana is not None  # noqa: S101  # she came four times
        return ana.customer_id

    async def _twice(self, shop: Shop) -> None:
        """Milagros lost her card and took a second one; Rosa saw it. She has asked what the shop keeps of her."""
        caller, db = self._caller(shop, shop.staff[-1]), self._tenant(shop.business_id)
        made = list[Confirmation]()
        for days, phone in ((20, "+51981230457"), (3, "+51981230475")):
            visit = Visit(opening(self._chance, self._now - timedelta(days=days)), 0, 1800, False)
            await self._set_clock(visit.at)
            made.append(await self._hand_out(shop, caller, Person("Milagros Ñahui", phone), network=201))
            await self._stamp(shop, caller, made[-1].card_id, visit)
        await self._set_clock(self._now - timedelta(days=1))
        lost, second = made
        reason = "Perdió la primera tarjeta y cambió de número"
        await merge_customers(db, caller, lost.customer_id, into=second.customer_id, reason=reason)
        await open_request(
            db, shop.business_id, second.customer_id, "access", source="card", wish="¿Qué datos míos tienen?", by=None,
            working_days=self._settings.privacy_answer_days,
        )  # fmt: skip

    async def _enrol(self, shop: Shop, caller: Caller, guest: int) -> Confirmation:
        name = name_of(guest)
        phone = f"+519{shop.phones[1]}{self._chance.randrange(10**4):04d}{guest:03d}"
        birthday = Birthday(day=self._chance.randint(1, 28), month=self._chance.randint(1, 12)) if guest % 3 else None
        agrees = agrees_at_festival(guest)
        held = await self._hand_out(shop, caller, Person(name, phone, birthday), network=guest, agrees=agrees)
        if self.story is not None and shop.rules is LUNA:
            self.story.guests[phone] = Guest(guest, phone, held)
        return held

    async def _hand_out(
        self, shop: Shop, caller: Caller, person: Person, *, network: int, agrees: bool | None = None
    ) -> Confirmation:
        db, keys = self._tenant(shop.business_id), self._settings.keys
        hashed = network_hash(keys, f"190.{network}.0.0")
        by_chance = self._chance.random() < 0.7
        agrees = by_chance if agrees is None else agrees
        receipt = Receipt("enrolment", read_text(TEXT_VERSION, "es"), "afiche-1", hashed) if agrees else None
        order = Enrolment(person, receipt, "afiche-1", hashed)
        made = await enrol(db, keys, shop.business_id, order, key=None)
        if shop.rules is LUNA and (person.phone == ANAS_PHONE or network in _IN_PHONES):
            self.pockets[fold(person.name).replace(" ", "-")] = shop.code + made.link
        pending = await open_card(db, self._platform, keys, shop.code + made.link)
        return await confirm_card(db, caller, pending.card.card_id, digits=person.phone[-3:])

    async def _stamp(self, shop: Shop, caller: Caller, card_id: CardId, visit: Visit) -> list[RewardId]:
        has_till = shop.rules is LUNA and visit.at > self._now - timedelta(days=TILL_DAYS)
        order = StampOrder(
            id=StampId(id_at(visit.at)), account_id=caller.account_id, membership_version=1, card_id=card_id,
            customer_id=None, scan_code=None, code_issued_at=None, occurred_at=clock.now(), count=1,
            amount_centimos=visit.pays, device_id=self._tablet if has_till else None, branch_id=None,
            override_reason=None,
        )  # fmt: skip
        try:
            stamped = await add_stamp(self._tenant(shop.business_id), self._rulebook, shop.business_id, order)
        except Refused:  # back within the cooldown, or a small purchase: no stamp, as in life
            return []
        return [RewardId(reward["id"]) for reward in stamped.result.rewards]

    async def _redeem(self, shop: Shop, caller: Caller, reward_id: RewardId, at: datetime) -> None:
        db = self._tenant(shop.business_id)
        try:
            reserved = await reserve_reward(db, caller, reward_id, id_at(at))
        except Refused:  # nobody asked for it in time
            return
        await self._set_clock(at + timedelta(seconds=20))
        await confirm_redemption(db, caller, reserved.redemption.id)


def _write_world(settings: Settings, otpauth: str) -> None:
    world = {
        "logins": [
            f"  Café Luna         rosa@cafeluna.pe (owner), diego@cafeluna.pe (staff), password {PASSWORD}",
            f"  Bodega Sol        jorge@bodegasol.pe (owner), password {PASSWORD}",
            "  Campaigns         one of five weeks ago, and one that writes to Ana and others right away",
            "  Take a card       /e/cafe-luna and /e/bodega-sol, where the posters lead",
            "  Pages to read     /legal/cafe-luna/terms and /legal/cafe-luna/privacy",
            f"  PINs at Café Luna  {', '.join(f'{name} {pin}' for name, pin in PINS.items())}, on an enrolled till",
            f"  Platform admin    admin@sello.pe, password {PASSWORD}, second factor {otpauth}",
        ],
    }
    settings.sello_home.mkdir(parents=True, exist_ok=True)
    (settings.sello_home / "world.json").write_text(json.dumps(world, indent=1, ensure_ascii=False))
