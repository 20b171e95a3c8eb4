"""Which PINs may be set, and what is kept of one. Pure."""

import hashlib
import hmac
import re
from datetime import timedelta
from itertools import pairwise
from typing import Final

from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId

SALT_BYTES: Final = 16
MOST_TRIES: Final = 5  # wrong ones in a row, of one member on one till ...
LOCKED_FOR: Final = timedelta(minutes=15)  # ... and then none for so long
MOST_AT_SHOP: Final = 20  # wrong ones of anybody on all tills of a shop, from the first of them on ...
SHOP_WINDOW: Final = timedelta(hours=1)  # ... for so long; right ones do not clear them, the owner does

_PIN = re.compile(r"[0-9]{4,6}", re.ASCII)
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_new_pin(pin: str) -> str:
    """The PIN, when it may be set; refuses pin_form and pin_weak (one digit, a run, a repeated half, a date)."""
    if not _PIN.fullmatch(pin):
        raise Refused("pin_form")
    if _is_guessed_first(pin):
        raise Refused("pin_weak")
    return pin


def _is_guessed_first(pin: str) -> bool:
    digits = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    if len(set(digits)) < 3 or len(steps) == 1:  # 1111, 1121; 1234, 8765, 1357
        return True
    half = len(pin) // 2
    if len(pin) % 2 == 0 and pin[:half] == pin[half:]:
        return True
    return _is_date(pin)


def _is_date(pin: str) -> bool:
    """A year somebody alive may be born in, or day, month and perhaps a year in any usual order."""
    if len(pin) == 4:
        return 1930 <= int(pin) <= 2029 or _is_day(pin[:2], pin[2:]) or _is_day(pin[2:], pin[:2])
    if len(pin) == 6:
        first, second, third = pin[:2], pin[2:4], pin[4:]
        return _is_day(first, second) or _is_day(second, first) or _is_day(third, second)
    return False


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= _DAYS[int(month) - 1]


def pin_mac(keys: Keys, business_id: BusinessId, account_id: AccountId, salt: bytes, pin: str) -> bytes:
    """What is kept of a PIN: nothing that can be turned around without DATA_KEY.

    There are at most a million PINs, so a slow hash alone would be undone in minutes by whoever holds a stolen
    database, and would make everybody at the counter wait. A key that is not in the database cannot be guessed.
    """
    if not keys.data:
        raise ValueError("PINs need DATA_KEY")
    key = hmac.digest(keys.data, b"sello:pin", hashlib.sha256)
    return hmac.digest(key, business_id.bytes + account_id.bytes + salt + pin.encode(), hashlib.sha256)


def fits(keys: Keys, business_id: BusinessId, account_id: AccountId, salt: bytes, mac: bytes, pin: str) -> bool:
    """Whether this is the PIN; takes as long either way."""
    return hmac.compare_digest(pin_mac(keys, business_id, account_id, salt, pin), mac)
