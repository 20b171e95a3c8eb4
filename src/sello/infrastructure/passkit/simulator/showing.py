"""What the page shows of a phone: each card as it stands in Wallet, in the phone's language."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sello.infrastructure.passkit.simulator.content import Field
from sello.infrastructure.passkit.simulator.phone import Card, Phone
from sello.infrastructure.passkit.simulator.reading import Pass


def shown_phone(phone: Phone) -> dict[str, Any]:
    """A phone with all that is in it."""
    return {
        "name": phone.name,
        "device": phone.device,
        "language": phone.language,
        "on": phone.on,
        "updates": phone.updates,
        "waiting": len(phone.waiting),
        "cards": [shown_card(phone, card) for card in phone.cards.values()],
        "notices": phone.notices[::-1],
    }


def shown_card(phone: Phone, card: Card) -> dict[str, Any]:
    """A card with its fields, the addresses of its pictures, and how it stands with the shop."""
    found, content = card.found, card.found.content
    store = content.store_card
    path = "/".join(("/phones", phone.name, "passes", *(quote(part, safe="") for part in found.key)))
    codes = content.barcodes or ([content.barcode] if content.barcode is not None else [])

    def fields(those: Sequence[Field]) -> list[dict[str, str]]:
        return [_field(found, field, phone.language) for field in those]

    return {
        "pass_type": found.key[0],
        "serial": found.key[1],
        "path": path,
        "organization": content.organization_name,
        "description": found.said(content.description, phone.language),
        "logo_text": found.said(content.logo_text or "", phone.language),
        "colours": [content.background_color, content.foreground_color, content.label_color],
        "pictures": [name for name in ("logo", "strip", "icon") if found.picture(name) is not None],
        "header": fields(store.header_fields),
        "primary": fields(store.primary_fields),
        "secondary": fields([*store.secondary_fields, *store.auxiliary_fields]),
        "back": fields(store.back_fields),
        "code": codes[0].message if codes else None,
        "alt": codes[0].alt_text if codes else None,
        "voided": content.voided,
        "places": len(content.locations),
        "registered": card.registered,
        "fetches": card.fetches,
        "updated": card.updated,
        "error": card.error,
    }


def _field(found: Pass, field: Field, language: str) -> dict[str, str]:
    return {
        "key": field.key,
        "label": found.said(field.label or "", language),
        "value": found.said(str(field.value), language),
    }
