"""Refusals of message templates and of WhatsApp itself, each as status, Spanish, English."""

from typing import Final

TEMPLATES: Final[dict[str, tuple[int, str, str]]] = {
    "template_variable_unknown": (
        422, "No conocemos la variable «{variable}».", "We do not know the variable “{variable}”.",
    ),
    "template_braces": (
        422, "Las llaves solo van en las variables, dos a cada lado.", "Braces belong to variables alone, two a side.",
    ),
    "template_variable_edge": (
        422, "WhatsApp no acepta un texto que empieza o termina con una variable: agrega una palabra o un signo.",
        "WhatsApp takes no text that begins or ends with a variable: add a word or a sign.",
    ),
    "template_variables_adjacent": (
        422, "WhatsApp no acepta dos variables seguidas: pon una palabra entre ellas.",
        "WhatsApp takes no two variables side by side: put a word between them.",
    ),
    "template_too_few_words": (
        422, "Hay muchas variables para tan pocas palabras: escribe al menos {least} palabras.",
        "There are many variables for so few words: write at least {least} words.",
    ),
    "template_too_long": (
        422, "Con las variables llenas el mensaje llegaría a {longest} letras; WhatsApp permite {most}.",
        "Filled in, the message would reach {longest} characters; WhatsApp allows {most}.",
    ),
    "template_name_taken": (
        409, "Ya tienes una plantilla con ese nombre.", "You already have a template with that name.",
    ),
    "template_submitted": (
        409, "Esta plantilla ya se mandó a WhatsApp y no puede cambiar. Haz una copia.",
        "This template was sent to WhatsApp and cannot change. Make a copy.",
    ),
    "template_in_use": (
        409, "Una campaña usa esta plantilla. Termínala primero.", "A campaign uses this template. End that first.",
    ),
    "signature_wrong": (403, "La firma no es de Twilio.", "The signature is not Twilio's."),
    "whatsapp_off": (
        409, "WhatsApp no está conectado en esta instalación.", "WhatsApp is not connected in this installation.",
    ),
}  # fmt: skip
