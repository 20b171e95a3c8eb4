"""What a cell says. Every function gives a value or raises `Wrong`, with nothing guessed where two readings are left.

Days are day/month/year as in Peru, or year-month-day. A moment without a zone is the shop's; a day alone is midnight.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sello.domains.customer import Birthday
from sello.shared.errors import Refused
from sello.shared.validation import peruvian_mobile

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
MOST_CENTIMOS: Final = 100_000_000

_SCIENTIFIC: Final = re.compile(r"([0-9])[.,]?([0-9]*)[eE]\+?([0-9]{1,2})", re.ASCII)
_FLOAT: Final = re.compile(r"([0-9]+)[.,]0+", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DAY: Final = re.compile(
    r"(?:(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
    r"|(?P<d2>[0-9]{1,2})[-/.](?P<m2>[0-9]{1,2})[-/.](?P<y2>[0-9]{4})"
    r"|(?P<y3>[0-9]{4})(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))",
    re.ASCII,
)
_TIME: Final = re.compile(
    r"(?:[Tt]|\s+)(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?:\s*(?P<half>[aApP])\.?\s*[mM]\.?)?(?:\s*(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2}))?",
    re.ASCII,
)
_BIRTHDAY: Final = re.compile(r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})(?:[-/.](?:[0-9]{4}|[0-9]{2}))?", re.ASCII)
_CURRENCY: Final = re.compile(r"\A(?:S/\.?|PEN|soles)|(?:PEN|soles)\Z", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"-?[0-9][0-9.,' ]*", re.ASCII)
_STAMPS: Final = re.compile(r"([0-9]{1,4})(?:[.,]0+)?(?:\s*(?:/|de|of)\s*[0-9]{1,4})?", re.ASCII | re.IGNORECASE)


class Wrong(Exception):
    """A cell that cannot be read: a code of the catalogue, the column and what stands there."""

    def __init__(self, code: str, column: str, found: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.found = found
        self.facts = facts or {}


@dataclass(frozen=True, slots=True)
class Cells:
    """How the cells of one file are read: the shop's zone, the present moment, whether its numbers use a comma."""

    zone: ZoneInfo
    now: datetime
    comma_decimal: bool = field(default=False, kw_only=True)


def phone_of(text: str) -> str:
    """The mobile in E.164. Excel's 9.87654321E+08 is read when no digit is lost, and refused when one may be."""
    if not text:
        raise Wrong("phone_missing", "phone", text)
    phone = _phone(text)
    if phone is None:
        rounded = _SCIENTIFIC.fullmatch(text) is not None
        raise Wrong("phone_rounded" if rounded else "phone_invalid", "phone", text)
    return phone


@lru_cache(maxsize=50_000)  # a log names the same people again and again
def _phone(text: str) -> str | None:
    whole = _FLOAT.fullmatch(text)
    scientific = _SCIENTIFIC.fullmatch(text)
    if whole:
        text = whole[1]
    elif scientific:
        digits = scientific[1] + scientific[2]
        if len(digits) <= int(scientific[3]):
            return None
        text = digits.rstrip("0").ljust(int(scientific[3]) + 1, "0")
    try:
        return peruvian_mobile(text)
    except Refused:
        return None


def name_of(text: str) -> str:
    """A name of at most 255 characters without anything unprintable."""
    if not text:
        raise Wrong("name_missing", "name", text)
    if len(text) > 255 or _CONTROL.search(text):
        raise Wrong("name_invalid", "name", _CONTROL.sub(" ", text))
    return text


def birthday_of(text: str) -> Birthday | None:
    """Day and month of dd/mm, dd-mm-yyyy or yyyy-mm-dd; the year is not kept. None for an empty cell."""
    if not text:
        return None
    whole, short = _DAY.fullmatch(text.split("T", maxsplit=1)[0].split(" ", maxsplit=1)[0]), _BIRTHDAY.fullmatch(text)
    try:
        if whole:
            year, month, day = _numbers(whole)
            if (month, day) != (2, 29):
                date(year, month, day)
            return Birthday(day=day, month=month)
        if short:
            return Birthday(day=int(short["d"]), month=int(short["m"]))
    except ValueError:
        pass
    raise Wrong("birthday_invalid", "birthday", text)


def moment_of(text: str, cells: Cells, *, column: str) -> datetime:
    """The moment in UTC, to the millisecond."""
    if not text:
        raise Wrong("date_missing", column, text)
    day = _DAY.match(text)
    rest = text[day.end() :].strip() if day else ""
    clock = _TIME.fullmatch(" " + rest.lstrip("Tt,").lstrip()) if rest else None
    if day is None or (rest and clock is None):
        raise Wrong("date_invalid", column, text)
    try:
        local = datetime.combine(date(*_numbers(day)), _clock(clock) if clock else time(0))
        zone = clock["zone"] if clock else None
        moment = _in_zone(local, zone, cells.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Wrong("date_invalid", column, text) from error
    if moment < EARLIEST:
        raise Wrong("date_too_old", column, text)
    if moment > cells.now:
        raise Wrong("date_future", column, text)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def amount_of(text: str, cells: Cells) -> int | None:
    """Céntimos of `12.50`, `12,50`, `S/ 1,234.50`, `1.234,50`, `1 234.5`; None for an empty cell."""
    if not text:
        return None
    bare = _CURRENCY.sub("", text.strip()).strip()
    bare = _CURRENCY.sub("", bare).strip()
    if not _AMOUNT.fullmatch(bare):
        raise Wrong("amount_invalid", "amount", text)
    try:
        centimos = Decimal(_plain_number(bare, cells, text)) * 100
    except InvalidOperation as error:
        raise Wrong("amount_invalid", "amount", text) from error
    if centimos < 0:
        raise Wrong("amount_negative", "amount", text)
    if centimos > MOST_CENTIMOS:
        raise Wrong("amount_too_large", "amount", text)
    if centimos != int(centimos):
        raise Wrong("amount_invalid", "amount", text)
    return int(centimos)


def stamps_of(text: str) -> int:
    """7 of `7`, `7/10`, `7 de 10` and `7 of 10`; 0 for an empty cell."""
    if not text:
        return 0
    found = _STAMPS.fullmatch(text)
    if found is None:
        raise Wrong("stamps_invalid", "stamps", text)
    return int(found[1])


def _numbers(day: re.Match[str]) -> tuple[int, int, int]:
    groups = day.groupdict()
    return (
        int(groups["y"] or groups["y2"] or groups["y3"]),
        int(groups["m"] or groups["m2"] or groups["m3"]),
        int(groups["d"] or groups["d2"] or groups["d3"]),
    )


def _clock(found: re.Match[str]) -> time:
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    fraction = (found["f"] or "").ljust(6, "0")[:6]
    return time(hour, int(found["min"]), int(found["s"] or 0), int(fraction))


def _in_zone(local: datetime, zone: str | None, shops: ZoneInfo) -> datetime:
    if zone is None:
        return local.replace(tzinfo=shops)
    if zone in "Zz":
        return local.replace(tzinfo=UTC)
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (local + (offset if zone[0] == "-" else -offset)).replace(tzinfo=UTC)


def _plain_number(bare: str, cells: Cells, text: str) -> str:
    """The number with a point as its decimal sign, if only one reading is possible."""
    digits = bare.replace(" ", "").replace("'", "")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal, thousands = (",", ".") if comma > point else (".", ",")
        whole, _, cents = digits.rpartition(decimal)
        _grouped(whole, thousands, text)
        return f"{whole.replace(thousands, '')}.{cents}"
    if comma < 0 and point < 0:
        return digits
    mark = "," if comma >= 0 else "."
    if digits.count(mark) > 1:
        _grouped(digits, mark, text)
        return digits.replace(mark, "")
    whole, _, cents = digits.partition(mark)
    if len(cents) != 3:
        return f"{whole}.{cents}"
    if mark == "," and not cells.comma_decimal:  # 1,234: nobody writes thousandths of a sol
        return digits.replace(",", "")
    raise Wrong("amount_ambiguous", "amount", text)


def _grouped(whole: str, mark: str, text: str) -> None:
    """Thousands are marked every three digits, or the cell is not a number we know."""
    first, *others = whole.lstrip("-").split(mark)
    if others and (not 1 <= len(first) <= 3 or any(len(group) != 3 for group in others)):
        raise Wrong("amount_invalid", "amount", text)
