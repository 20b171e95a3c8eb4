"""The texts of our mail, in Spanish first. Blanks in braces are filled by `compose`."""

from typing import Literal, NamedTuple

Kind = Literal["verify", "reset", "already_registered", "invitation", "password_changed", "certificate_ends"]


class Text(NamedTuple):
    """One mail in one language."""

    subject: str
    body: str


TEXTS: dict[Kind, dict[str, Text]] = {
    "verify": {
        "es": Text(
            "Confirma tu correo en sello",
            "Hola, {name}:\n\nConfirma tu correo para empezar a usar {business} en sello:\n\n{link}\n\n"
            "El enlace vale 3 días. Si no creaste esta cuenta, no hagas nada.\n",
        ),
        "en": Text(
            "Confirm your e-mail at sello",
            "Hello {name},\n\nConfirm your e-mail to start using {business} on sello:\n\n{link}\n\n"
            "The link is good for 3 days. If you did not create this account, do nothing.\n",
        ),
    },
    "reset": {
        "es": Text(
            "Elige una contraseña nueva",
            "Hola, {name}:\n\nPediste una contraseña nueva. Elígela aquí:\n\n{link}\n\n"
            "El enlace vale 1 hora y una sola vez. Si no lo pediste, no hagas nada.\n",
        ),
        "en": Text(
            "Choose a new password",
            "Hello {name},\n\nYou asked for a new password. Choose it here:\n\n{link}\n\n"
            "The link is good for 1 hour and once. If you did not ask, do nothing.\n",
        ),
    },
    "already_registered": {
        "es": Text(
            "Ya tienes una cuenta en sello",
            "Hola, {name}:\n\nAlguien, quizá tú, quiso registrarse con este correo, que ya tiene cuenta. "
            "Inicia sesión, o elige una contraseña nueva aquí:\n\n{link}\n\n"
            "El enlace vale 1 hora y una sola vez. Si no fuiste tú, no hagas nada.\n",
        ),
        "en": Text(
            "You already have a sello account",
            "Hello {name},\n\nSomebody, perhaps you, tried to register this e-mail, which has an account. "
            "Sign in, or choose a new password here:\n\n{link}\n\n"
            "The link is good for 1 hour and once. If it was not you, do nothing.\n",
        ),
    },
    "invitation": {
        "es": Text(
            "{business} te invita a trabajar con sello",
            "Hola, {name}:\n\n{business} te invita a su equipo en sello. Acepta aquí:\n\n{link}\n\n"
            "El enlace vale 7 días. Si no conoces este local, no hagas nada.\n",
        ),
        "en": Text(
            "{business} invites you to work with sello",
            "Hello {name},\n\n{business} invites you to its team on sello. Accept here:\n\n{link}\n\n"
            "The link is good for 7 days. If you do not know this shop, do nothing.\n",
        ),
    },
    "certificate_ends": {
        "es": Text(
            "Un certificado de Apple vence pronto",
            "Hola, {name}:\n\nEste certificado de tarjetas vence pronto:\n\n{link}\n\nDesde ese día ninguna tarjeta "
            "en un iPhone se actualiza. Renuévalo en la cuenta de desarrollador de Apple con el mismo identificador y "
            "pon los archivos nuevos en lugar de los viejos; las tarjetas siguen sin que nadie lo note.\n",
        ),
        "en": Text(
            "A certificate of Apple's ends soon",
            "Hello {name},\n\nThis certificate of cards ends soon:\n\n{link}\n\nFrom that day on no card in an iPhone "
            "changes. Renew it in Apple's developer account under the same identifier, and put the new files in the "
            "place of the old ones; cards go on and nobody notices.\n",
        ),
    },
    "password_changed": {
        "es": Text(
            "Tu contraseña cambió",
            "Hola, {name}:\n\nTu contraseña en sello acaba de cambiar y las demás sesiones se cerraron. "
            "Si no fuiste tú, pide una contraseña nueva ahora mismo:\n\n{link}\n",
        ),
        "en": Text(
            "Your password was changed",
            "Hello {name},\n\nYour sello password was just changed and other sessions were ended. "
            "If it was not you, ask for a new password right away:\n\n{link}\n",
        ),
    },
}


def compose(kind: Kind, locale: str, *, name: str, business: str = "sello", link: str = "") -> Text:
    """The mail of a kind in the locale's language (`en…` or Spanish), its blanks filled."""
    text = TEXTS[kind]["en" if locale.startswith("en") else "es"]
    blanks = {"name": name, "business": business, "link": link}
    return Text(text.subject.format_map(blanks), text.body.format_map(blanks))
