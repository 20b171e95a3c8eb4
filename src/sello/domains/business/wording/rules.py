"""Rules in words. Pure.

One sentence for each thing a customer has to know, the same on the card's page, on the page of terms and in the
owner's preview. What concerns staff alone (their cap) is not said.
"""

from datetime import date
from typing import Final, NamedTuple

from sello.domains.business.rules import HappyHour, RewardRules
from sello.shared.errors import Language


class _Unit(NamedTuple):
    """Minutes of a unit, and its names for one and for many."""

    minutes: int
    one: str
    many: str


_UNITS: Final[dict[Language, tuple[_Unit, ...]]] = {
    "es": (_Unit(1440, "día", "días"), _Unit(60, "hora", "horas"), _Unit(1, "minuto", "minutos")),
    "en": (_Unit(1440, "day", "days"), _Unit(60, "hour", "hours"), _Unit(1, "minute", "minutes")),
}
_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábados", "domingos"),
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
}
_TIMES: Final[dict[Language, dict[int, str]]] = {
    "es": {2: "Sellos dobles", 3: "Sellos triples", 4: "Sellos cuádruples", 5: "Sellos quíntuples"},
    "en": {2: "Double stamps", 3: "Triple stamps", 4: "Quadruple stamps", 5: "Quintuple stamps"},
}
_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "step": "Con {stamps}: {title}",
        "last": "Con {stamps} se llena la tarjeta: {title}",
        "one": "Cada compra da un sello.",
        "many": "Cada compra puede dar hasta {stamps}.",
        "minimum": "La compra tiene que ser de al menos {soles}.",
        "carried": "Los sellos que sobran al llenar la tarjeta pasan a la siguiente.",
        "dropped": "Los sellos que sobran al llenar la tarjeta no pasan a la siguiente.",
        "happy": "{times} {days}, {hours}.",
        "cooldown": "Entre un sello y el siguiente pasan al menos {time}.",
        "cap": "Por día se sellan como máximo {count} compras de una tarjeta.",
        "cap_one": "Por día se sella una compra de cada tarjeta.",
        "stamps_expire": "Si pasan más de {days} sin sellar, los sellos de la tarjeta vencen.",
        "stamps_stay": "Los sellos no vencen.",
        "rewards_expire": "Cada premio se puede recoger hasta {days} después de ganarlo.",
        "rewards_stay": "Los premios no vencen.",
        "welcome": "De bienvenida, al confirmar la tarjeta: {gift}",
        "and": " y ",
        "birthday": "Por tu cumpleaños, si ya tenías la tarjeta: {title}",
        "birthday_days": "Se puede recoger hasta {days} después.",
        "birthday_day": "Se recoge el mismo día.",
        "daily": "todos los días",
        "range": "de {first} a {last}",
        "on": "los {days}",
        "all_day": "todo el día",
        "hours": "de {starts} a {ends}",
        "past_midnight": "de {starts} a {ends} del día siguiente",
    },
    "en": {
        "step": "With {stamps}: {title}",
        "last": "{stamps} fill the card: {title}",
        "one": "Each purchase gives one stamp.",
        "many": "A purchase can give up to {stamps}.",
        "minimum": "The purchase has to be at least {soles}.",
        "carried": "Stamps left over when the card is full go on to the next one.",
        "dropped": "Stamps left over when the card is full do not go on to the next one.",
        "happy": "{times} {days}, {hours}.",
        "cooldown": "There are at least {time} between one stamp and the next.",
        "cap": "At most {count} purchases of a card are stamped in a day.",
        "cap_one": "One purchase of a card is stamped in a day.",
        "stamps_expire": "After more than {days} without a stamp, the stamps on the card expire.",
        "stamps_stay": "Stamps do not expire.",
        "rewards_expire": "Each reward can be collected for up to {days} after it was earned.",
        "rewards_stay": "Rewards do not expire.",
        "welcome": "As a welcome, when the card is confirmed: {gift}",
        "and": " and ",
        "birthday": "For your birthday, if you had the card before: {title}",
        "birthday_days": "It can be collected for up to {days} after it.",
        "birthday_day": "It is collected on the day itself.",
        "daily": "every day",
        "range": "{first} to {last}",
        "on": "on {days}",
        "all_day": "all day",
        "hours": "from {starts} to {ends}",
        "past_midnight": "from {starts} to {ends} of the next day",
    },
}
_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
}  # fmt: skip
_RUN: Final = 3  # so many weekdays in a row are told by the first and the last


def rules_in_words(rules: RewardRules, language: Language) -> list[str]:
    """What these rules say to a customer, a sentence each, the reward first."""
    texts = _TEXTS[language]
    return [
        *_steps(rules, language),
        *_purchase(rules, language),
        *(_happy(happy, language) for happy in rules.happy_hours),
        *_limits(rules, language),
        *_gifts(rules, language),
        texts["stamps_expire"].format(days=time_in_words(rules.stamps_expire_days * 1440, language))
        if rules.stamps_expire_days
        else texts["stamps_stay"],
        texts["rewards_expire"].format(days=time_in_words(rules.rewards_expire_days * 1440, language))
        if rules.rewards_expire_days
        else texts["rewards_stay"],
    ]


def soles(centimos: int) -> str:
    """An amount as people say it in both languages: `15 soles`, `15.50 soles`, `1 sol`."""
    whole, rest = divmod(centimos, 100)
    if rest:
        return f"{whole}.{rest:02d} soles"
    return f"{whole} sol" if whole == 1 else f"{whole} soles"


def stamps_in_words(count: int, language: Language) -> str:
    """`1 sello`, `5 sellos`."""
    one, many = ("sello", "sellos") if language == "es" else ("stamp", "stamps")
    return f"{count} {one if count == 1 else many}"


def time_in_words(minutes: int, language: Language) -> str:
    """A length of time in the largest unit that says it exactly: `90 minutos`, `2 horas`, `1 día`."""
    unit = next(unit for unit in _UNITS[language] if minutes % unit.minutes == 0)
    count = minutes // unit.minutes
    return f"{count} {unit.one if count == 1 else unit.many}"


def full_sentence(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence already."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def day_in_words(day: date, language: Language) -> str:
    """`23 de noviembre de 2026`, `23 November 2026`."""
    month = _MONTHS[language][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{day.day} {month} {day.year}"


def _steps(rules: RewardRules, language: Language) -> list[str]:
    texts = _TEXTS[language]
    *way, last = rules.steps
    said = [
        texts["step"].format(stamps=stamps_in_words(step.at, language), title=full_sentence(step.title)) for step in way
    ]
    return [*said, texts["last"].format(stamps=stamps_in_words(last.at, language), title=full_sentence(last.title))]


def _purchase(rules: RewardRules, language: Language) -> list[str]:
    texts, most = _TEXTS[language], rules.most_per_purchase
    said = [texts["one"] if most == 1 else texts["many"].format(stamps=stamps_in_words(most, language))]
    if rules.minimum_spend_centimos is not None:
        said.append(texts["minimum"].format(soles=soles(rules.minimum_spend_centimos)))
    if most > 1 or rules.happy_hours:  # else nothing is ever left over
        said.append(texts["carried" if rules.roll_over else "dropped"])
    return said


def _limits(rules: RewardRules, language: Language) -> list[str]:
    texts = _TEXTS[language]
    cap = texts["cap_one"] if rules.card_daily_cap == 1 else texts["cap"].format(count=rules.card_daily_cap)
    if rules.cooldown_minutes == 0:
        return [cap]
    return [texts["cooldown"].format(time=time_in_words(rules.cooldown_minutes, language)), cap]


def _gifts(rules: RewardRules, language: Language) -> list[str]:
    texts, said = _TEXTS[language], list[str]()
    if rules.welcome is not None:
        stamps = stamps_in_words(rules.welcome.stamps, language) if rules.welcome.stamps else None
        gift = texts["and"].join(part for part in (stamps, rules.welcome.title) if part)
        said.append(texts["welcome"].format(gift=full_sentence(gift)))
    if rules.birthday is not None:
        days = rules.birthday.valid_days
        until = texts["birthday_days"].format(days=time_in_words(days * 1440, language)) if days else ""
        said.append(
            f"{texts['birthday'].format(title=full_sentence(rules.birthday.title))} {until or texts['birthday_day']}"
        )
    return said


def _happy(happy: HappyHour, language: Language) -> str:
    texts = _TEXTS[language]
    hours = texts["past_midnight" if happy.minutes[1] > 1440 and happy.ends != "00:00" else "hours"]
    if happy.minutes == (0, 1440):
        hours = texts["all_day"]
    return texts["happy"].format(
        times=_TIMES[language][happy.factor],
        days=_days(happy.weekdays, language),
        hours=hours.format(starts=happy.starts, ends=happy.ends),
    )


def _days(weekdays: tuple[int, ...], language: Language) -> str:
    texts, names = _TEXTS[language], [_WEEKDAYS[language][weekday - 1] for weekday in weekdays]
    if len(names) == 7:
        return texts["daily"]
    if len(names) >= _RUN and weekdays[-1] - weekdays[0] == len(names) - 1:
        return texts["range"].format(first=names[0], last=names[-1])
    *others, last = names
    return texts["on"].format(days=f"{', '.join(others)}{texts['and']}{last}" if others else last)
