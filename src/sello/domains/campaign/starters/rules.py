"""Texts to begin with. Each would pass WhatsApp's review as it stands, and a test holds every one to that. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from sello.domains.campaign.templates.rules import Category, Language

Trigger = Literal["inactivity", "birthday", "milestone", "near_reward", "reward_unused", "expiring", "segment"]


@dataclass(frozen=True, slots=True)
class Starter:
    """A text, and what it suits."""

    key: str
    language: Language
    category: Category
    suits: tuple[Trigger, ...]
    name: str
    body: str


STARTERS: Final = (
    Starter(
        "te_extranamos", "es", "marketing", ("inactivity",), "Te extrañamos, con descuento",
        "¡Hola, {{name}}! Hace tiempo que no te vemos por {{business}} y te extrañamos 💛\n\n"
        "Muestra este código en caja y te hacemos un descuento: *{{discount_code}}*.\n\n¡Te esperamos!",
    ),
    Starter(
        "tus_sellos_te_esperan", "es", "marketing", ("inactivity",), "Tus sellos te esperan",
        "Hola, {{name}}. En {{business}} te guardamos tus sellos: ya llevas {{stamps}} y solo te faltan {{missing}} "
        "para {{reward}}.\n\n¿Nos vemos esta semana?",
    ),
    Starter(
        "feliz_cumpleanos", "es", "marketing", ("birthday",), "Feliz cumpleaños",
        "¡Feliz cumpleaños, {{name}}! 🎂\n\nEn {{business}} queremos celebrarlo contigo. Pásate estos días y muestra "
        "en caja tu código *{{discount_code}}*: tienes un regalo.",
    ),
    Starter(
        "gracias_por_volver", "es", "marketing", ("milestone",), "Gracias por volver",
        "¡Gracias por volver tantas veces, {{name}}! 🙌\n\nClientes como tú hacen a {{business}}. Para tu próxima "
        "visita te dejamos un descuento: muestra el código *{{discount_code}}* en caja.",
    ),
    Starter(
        "te_falta_poco", "es", "marketing", ("near_reward",), "Te falta muy poco",
        "¡Ya casi, {{name}}! Te falta muy poco para {{reward}} en {{business}} ☕ Sellos por juntar: {{missing}}.\n\n"
        "Ven cuando quieras, tu tarjeta está en tu teléfono.",
    ),
    Starter(
        "tienes_un_premio", "es", "marketing", ("reward_unused",), "Tienes un premio",
        "¡Tienes un premio, {{name}}! 🎁\n\nEn {{business}} te espera {{reward}}. Muestra tu tarjeta en caja "
        "cuando vengas y te lo entregamos.",
    ),
    Starter(
        "por_vencer", "es", "utility", ("expiring",), "Tus sellos o tu premio vencen pronto",
        "Hola, {{name}}. Te avisamos que en tu tarjeta de {{business}} hay algo que vence pronto. Hoy tienes "
        "{{stamps}} sellos. Puedes ver la fecha en tu tarjeta, con el botón de abajo.",
    ),
    Starter(
        "por_vencer_ven", "es", "marketing", ("expiring",), "No dejes que venza",
        "¡No lo dejes pasar, {{name}}! ⏳\n\nLo que juntaste en {{business}} vence pronto: tienes {{stamps}} sellos, y "
        "con solo {{missing}} más te llevas {{reward}}. ¿Vienes esta semana?",
    ),
    Starter(
        "novedad", "es", "marketing", ("segment",), "Una novedad, con descuento",
        "Hola, {{name}}. En {{business}} tenemos novedades y queremos que seas de los primeros en probarlas ✨\n\n"
        "Muestra el código *{{discount_code}}* en caja y te hacemos un descuento. ¡Te esperamos!",
    ),
    Starter(
        "gracias", "es", "marketing", ("segment", "milestone"), "Solo gracias",
        "Hola, {{name}}. Solo queríamos darte las gracias por elegir {{business}}. Ya llevas {{stamps}} sellos en tu "
        "tarjeta. ¡Nos vemos pronto!",
    ),
    Starter(
        "we_miss_you", "en", "marketing", ("inactivity",), "We miss you, with a discount",
        "Hi, {{name}}! It has been a while since you came to {{business}}, and we miss you 💛\n\n"
        "Show this code at the counter for a discount: *{{discount_code}}*.\n\nSee you soon!",
    ),
    Starter(
        "happy_birthday", "en", "marketing", ("birthday",), "Happy birthday",
        "Happy birthday, {{name}}! 🎂\n\nCome by {{business}} one of these days and show your code "
        "*{{discount_code}}* at the counter: there is a present for you.",
    ),
    Starter(
        "nearly_there", "en", "marketing", ("near_reward",), "Nearly there",
        "Nearly there, {{name}}! You are close to {{reward}} at {{business}} ☕ Stamps to go: {{missing}}.\n\n"
        "Come whenever you like, your card is on your phone.",
    ),
)  # fmt: skip


def starters_in(language: Language | None) -> tuple[Starter, ...]:
    """The library in a language, or all of it."""
    return tuple(starter for starter in STARTERS if language in (None, starter.language))
