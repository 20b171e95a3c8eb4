"""Refusals that follow from what a ledger came to. Part of the catalogue: status, Spanish, English."""

from typing import Final

LEDGER: Final[dict[str, tuple[int, str, str]]] = {
    "void_after_expiry": (
        409,
        "No se puede anular: los sellos de esa tarjeta vencieron después de este sello.",
        "It cannot be voided: the stamps of that card expired after this one was given.",
    ),
    "void_would_go_negative": (
        409,
        "No se puede anular: esos sellos ya se convirtieron en un premio.",
        "It cannot be voided: those stamps already became a reward.",
    ),
}
