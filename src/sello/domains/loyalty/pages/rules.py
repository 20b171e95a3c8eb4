"""What links to a customer's pages say before anybody opens them, and what stands there without a program."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sello.domains.business import Step
from sello.shared.errors import Language


class Said(NamedTuple):
    """Title and description of a link, and the words for a browser that runs no scripts."""

    title: str
    description: str
    plain: str


_ENROL: Final[dict[Language, Said]] = {
    "es": Said(
        "Tu tarjeta de {shop}",
        "Junta sellos y gana: {promise}. Sin aplicación, en menos de un minuto.",
        "Para crear tu tarjeta de {shop} en esta página hace falta JavaScript. También puedes pedirla en caja: basta "
        "con tu nombre y tu celular.",
    ),
    "en": Said(
        "Your card of {shop}",
        "Collect stamps and win: {promise}. No app, in less than a minute.",
        "This page needs JavaScript to create your card of {shop}. You can also ask for it at the till: your name and "
        "your mobile are enough.",
    ),
}
_CARD: Final[dict[Language, Said]] = {
    "es": Said(
        "Tarjeta de {shop}",
        "Tus sellos y tus premios en {shop}.",
        "Para ver el código de tu tarjeta hace falta JavaScript. En caja también te encuentran: di tu nombre y los 3 "
        "últimos números de tu celular.",
    ),
    "en": Said(
        "Card of {shop}",
        "Your stamps and your rewards at {shop}.",
        "The code of your card needs JavaScript. They also find you at the till: say your name and the last 3 digits "
        "of your mobile.",
    ),
}


def enrolment_said(shop: str, steps: Sequence[Step], language: Language) -> Said:
    """The words of a shop's enrolment page."""
    return _filled(_ENROL[language], shop=shop, promise=", ".join(f"{step.at} → {step.title}" for step in steps))


def card_said(shop: str, language: Language) -> Said:
    """The words of a card's page: nothing of its holder, for links are passed on."""
    return _filled(_CARD[language], shop=shop)


def _filled(said: Said, **words: str) -> Said:
    return Said(*(part.format(**words) for part in said))
