"""Refusals about cards in phones. Part of the catalogue: status, Spanish, English."""

from typing import Final

WALLETS: Final[dict[str, tuple[int, str, str] | tuple[int, str, str, bool]]] = {
    "pass_type_unknown": (
        422,
        "No hay un certificado de Apple instalado para ese identificador.",
        "No certificate of Apple is installed for that identifier.",
    ),
    "pass_type_taken": (409, "Otro local ya usa ese identificador.", "Another shop uses that identifier already."),
    "apple_wallet_off": (
        404,
        "En esta instalación no hay tarjetas para el Wallet de Apple.",
        "There are no cards for Apple's Wallet in this installation.",
    ),
    "pass_unauthorized": (401, "Eso no abre ninguna tarjeta.", "That opens no card."),
    "google_wallet_off": (
        404,
        "Aquí todavía no se puede guardar la tarjeta en Google Wallet.",
        "Cards cannot be saved in Google Wallet here yet.",
    ),
    "wallet_not_ready": (
        503,
        "Tu tarjeta se está preparando. Inténtalo otra vez en unos segundos.",
        "Your card is being prepared. Try again in a few seconds.",
        False,
    ),
}
