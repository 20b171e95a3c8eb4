"""What a message means, and whom it concerns. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sello.shared.ids import BusinessId, CardId, CustomerId
from sello.shared.validation import fold

Asked = Literal["opt_out", "opt_in", "card", "proof", "other"]
ReplyKind = Literal["opted_out", "opted_in", "card", "help", "confirmed"]

WINDOW: Final = timedelta(hours=24)  # so long after a message free words may answer it
CARDS_SHOWN: Final = 3  # of somebody who has cards of many shops, the latest
HELP_EVERY: Final = timedelta(hours=24)

# Whole messages alone: "alto" inside a sentence is no opt-out, and "no más azúcar" is none either.
_OPT_OUT: Final = frozenset(
    {
        "baja", "stop", "alto", "salir", "parar", "cancelar", "no mas", "ya no", "no mas mensajes", "no recibir mas",
        "darme de baja", "dar de baja", "quiero baja", "unsubscribe", "end", "quit", "stopall", "stop all", "revoke",
        "optout", "opt out", "cancel",
    }
)  # fmt: skip
_OPT_IN: Final = frozenset({"alta", "volver", "start", "unstop", "subscribe", "darme de alta", "quiero alta"})
_CARD: Final = frozenset(
    {"sellos", "sello", "mis sellos", "tarjeta", "mi tarjeta", "mis tarjetas", "stamps", "my stamps", "card", "my card"}
)
_BUTTONS: Final[Mapping[str, Asked]] = {"opt_out": "opt_out", "opt_in": "opt_in", "card": "card"}
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with this phone at one shop. `pending`: nobody has proven yet that it is theirs.

    `merged_cards` lead to their card; `answered`: the message answers one of this shop's.
    """

    business_id: BusinessId
    customer_id: CustomerId
    card_id: CardId | None
    merged_cards: list[CardId]
    pending: bool
    open: bool
    written_at: datetime | None
    visited_at: datetime | None
    answered: bool


def asked_by(words: str, button: str) -> Asked:
    """What a message asks for: by the button that was pressed, else by its words, whole, however they are written."""
    if button in _BUTTONS:
        return _BUTTONS[button]
    said = _EDGES.sub("", fold(words[:200]))
    for meaning, known in (("opt_out", _OPT_OUT), ("opt_in", _OPT_IN), ("card", _CARD)):
        if said in known:
            return meaning  # type: ignore[return-value]  # the three of the line above
    return "other"


def by_nearness(holders: Sequence[Holder]) -> list[Holder]:
    """The shop whose message was answered, then those that wrote last or were visited last, then the others."""

    def nearness(holder: Holder) -> tuple[bool, float]:
        moments = [moment.timestamp() for moment in (holder.written_at, holder.visited_at) if moment]
        return holder.answered, max(moments, default=0.0)

    return sorted(holders, key=nearness, reverse=True)
