"""How Apple's push service fails: by what `PUT /switches` said, drawn the same way for the same seed."""

import random
from typing import Annotated, Final, Literal

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Fault = Literal[
    "hang", "reset", "goaway", "slow", "lost",
    "BadDeviceToken", "Unregistered", "ExpiredToken", "ExpiredProviderToken", "InvalidProviderToken", "BadCertificate",
    "TopicDisallowed", "TooManyRequests", "TooManyProviderTokenUpdates", "InternalServerError", "ServiceUnavailable",
    "Shutdown", "html",
]  # fmt: skip
STATUS: Final = {
    "BadDeviceToken": 400, "DeviceTokenNotForTopic": 400, "TopicDisallowed": 400, "MissingTopic": 400,
    "InvalidPushType": 400, "PayloadEmpty": 400,
    "BadCertificate": 403, "ExpiredProviderToken": 403, "InvalidProviderToken": 403, "MissingProviderToken": 403,
    "BadPath": 404, "MethodNotAllowed": 405, "Unregistered": 410, "ExpiredToken": 410, "PayloadTooLarge": 413,
    "TooManyProviderTokenUpdates": 429, "TooManyRequests": 429, "InternalServerError": 500, "ServiceUnavailable": 503,
    "Shutdown": 503,
}  # fmt: skip


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault and the share of pushes it happens to; `lost` is answered with 200 and reaches no phone."""

    fault: Fault
    share: Share = 1.0


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be switched; without a word, all goes well and at once.

    `any_token`: tokens of no phone here are welcome, too (for measuring). `notice_ms`: until a phone that was told asks
    the shop. `down`: nobody answers at Apple's address.
    """

    answer_delay_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    slow_ms: Annotated[int, msgspec.Meta(ge=0)] = 5000
    notice_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    faults: tuple[Chance, ...] = ()
    any_token: bool = False
    down: bool = False
    seed: int = 1


class Fate:
    """Draws what becomes of each push."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._dice = random.Random(switches.seed)  # noqa: S311  # repeatable on purpose

    def fault(self) -> Fault | None:
        """What goes wrong with the next push; None when nothing does."""
        for chance in self.switches.faults:
            if chance.share >= 1 or self._dice.random() < chance.share:
                return chance.fault
        return None
