"""Whose account is used, and the one of the simulator: known to everybody, so good on loopback alone."""

from dataclasses import dataclass
from typing import Final

REAL_HOST: Final = "api.twilio.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account at Twilio and the number its messages leave from (E.164)."""

    base_url: str
    sid: str
    token: str
    number: str


# The number is one that Twilio gives to tests: nobody ever has it.
SIMULATED: Final = Account(
    base_url="http://127.0.0.1:8025",
    sid="AC5e1105e1105e1105e1105e1105e1105e",
    token="the token of the simulator",
    number="+15005550006",
)
