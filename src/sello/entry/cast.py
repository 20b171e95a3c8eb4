"""The cast of the demo world: what its two shops give, who their guests are, and when those come."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sello.domains.business import BirthdayReward, HappyHour, RewardRules, Step, Welcome
from sello.shared.ids import AccountId, BusinessId

DAYS = 90
FESTIVAL = 46  # people who took a card of Café Luna at the neighbourhood's festival, numbered after the 60 regulars
_FIRST_OF_THEM = 60
_NO_WORD_EVERY = 9  # of them gave no consent
_FESTIVAL_SEED = 35
_ZONE_HOURS = 5  # Lima is five hours behind UTC all year

LUNA = RewardRules(
    steps=(Step(at=5, title="Café gratis"), Step(at=10, title="Almuerzo gratis")),
    cooldown_minutes=30,
    most_per_purchase=5,
    happy_hours=(HappyHour(weekdays=(2, 3, 4), starts="17:00", ends="18:00"),),
    stamps_expire_days=60,
    rewards_expire_days=45,
    welcome=Welcome(title="Galleta de bienvenida"),
    birthday=BirthdayReward(title="Torta de cumpleaños", valid_days=15),
)
SOL = RewardRules(
    steps=(Step(at=8, title="Inca Kola de 1.5 L"),), cooldown_minutes=60, minimum_spend_centimos=1000, roll_over=True
)

_FIRST = (
    "Ana", "Lucía", "Carmen", "Rosa", "Milagros", "Flor", "Julia", "Elena", "Pilar", "Teresa", "Gabriela",
    "Daniela", "Ximena", "Fiorella", "Luis", "Carlos", "José", "Jorge", "Miguel", "Percy", "Wilmer", "Renzo",
    "Óscar", "Hugo", "Iván", "Raúl", "César", "Álvaro", "Nicolás", "Andrés",
)  # fmt: skip
_LAST = (
    "Quispe", "Flores", "Mamani", "Torres", "Rojas", "Huamán", "Vargas", "Ríos", "Paredes", "Castillo", "Núñez",
    "Chávez", "Salazar", "Gutiérrez", "Ramos", "Espinoza", "Cárdenas", "Alarcón", "Ñahui", "Peña",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody comes in; the first time they get their card."""

    at: datetime
    guest: int
    pays: int
    takes_reward: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the cast with the people who stamp there."""

    business_id: BusinessId
    code: str
    staff: tuple[AccountId, ...]
    rules: RewardRules
    guests: int
    phones: str


def name_of(guest: int) -> str:
    """What this guest is called."""
    return f"{_FIRST[guest % len(_FIRST)]} {_LAST[(guest * 7) % len(_LAST)]}"


def visits(chance: random.Random, shop: Shop, now: datetime) -> Iterator[Visit]:
    """Everybody's visits in the order of time: each guest has a rhythm, some stop coming, weekends are fuller."""
    visits: list[Visit] = []
    for guest in range(shop.guests):
        day = now - timedelta(days=chance.triangular(2, DAYS, 60))
        gap = chance.choice((2, 3, 4, 6, 7, 9, 14))
        stays = chance.random() < 0.75
        until = now - timedelta(minutes=10)
        if not stays:
            until = min(until, day + timedelta(days=chance.uniform(0, 25)))
        while day < until:
            at = opening(chance, day)
            if at < until:
                visits.append(Visit(at, guest, chance.randrange(600, 4800, 50), chance.random() < 0.6))
            day += timedelta(days=max(0.7, chance.gauss(gap, gap / 3)) * (0.7 if day.weekday() >= 4 else 1))
    if shop.rules is LUNA:
        visits += [Visit(at, guest, pays, False) for at, guest, pays in festival(now)]
    return iter(sorted(visits, key=lambda visit: visit.at))


def opening(chance: random.Random, day: datetime) -> datetime:
    """A moment of that day when a café is busy: breakfast, lunch or the end of the afternoon, Lima time."""
    hour = chance.choices((8, 9, 10, 13, 14, 17, 18, 19), (5, 6, 3, 5, 3, 4, 5, 3))[0]
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        hours=hour + _ZONE_HOURS, minutes=chance.randrange(60), seconds=chance.randrange(60)
    )


def agrees_at_festival(number: int) -> bool | None:
    """Whether this guest agreed to messages there; None for whoever was not there."""
    return None if number < _FIRST_OF_THEM else number % _NO_WORD_EVERY != 0


def festival(now: datetime) -> Iterator[tuple[datetime, int, int]]:
    """When its people came, their number and what they paid: once, few of them twice, and then no more."""
    chance = random.Random(_FESTIVAL_SEED)  # noqa: S311  # a story, not a secret
    for guest in range(_FIRST_OF_THEM, _FIRST_OF_THEM + FESTIVAL):
        first = chance.randrange(75, 81)
        for day in (first, first - chance.randrange(3, 8)) if guest % 3 == 0 else (first,):
            yield (
                on_day(now, day, chance.randrange(9, 20), chance.randrange(60)),
                guest,
                chance.randrange(700, 3000, 50),
            )


def on_day(now: datetime, days: int, hour: int, minute: int) -> datetime:
    """A time of the day in Lima, so many days ago."""
    zone = timedelta(hours=_ZONE_HOURS)
    midnight = (now - zone).replace(hour=0, minute=0, second=0, microsecond=0) + zone
    return midnight - timedelta(days=days) + timedelta(hours=hour, minutes=minute)
