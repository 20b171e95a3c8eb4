"""Refusals about campaigns and their codes. Part of the catalogue: status, Spanish, English."""

from typing import Final

CAMPAIGNS: Final[dict[str, tuple[int, str, str]]] = {
    "campaign_fixed": (
        409,
        "La campaña ya empezó: eso ya no cambia. Haz una copia.",
        "The campaign has begun: this does not change any more. Make a copy.",
    ),
    "campaign_ended": (409, "La campaña ya terminó.", "The campaign is over."),
    "campaign_not_active": (409, "La campaña no está en marcha.", "The campaign is not running."),
    "budget_spent": (
        409,
        "El presupuesto de la campaña ya se gastó. Súbelo para seguir.",
        "The campaign's budget is spent. Raise it to go on.",
    ),
    "template_not_found": (404, "No encontramos esa plantilla en este local.", "We could not find that template here."),
    "template_not_approved": (
        409,
        "WhatsApp todavía no aprobó esa plantilla.",
        "WhatsApp has not approved that template.",
    ),
    "variable_unanswered": (
        409,
        "La plantilla promete un código y la campaña no da ninguno.",
        "The template promises a code and the campaign gives none.",
    ),
    "code_not_found": (404, "No encontramos ese código en este local.", "We could not find that code at this shop."),
    "code_used": (409, "Ese código ya se usó ({at_local}).", "That code was already used ({at_local})."),
    "code_expired": (409, "Ese código venció ({at_local}).", "That code has run out ({at_local})."),
    "code_withdrawn": (409, "Ese código ya no vale.", "That code is not worth anything any more."),
    "code_not_used": (409, "Ese código no se usó.", "That code was not used."),
}
