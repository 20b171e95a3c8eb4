"""The link that saves a card in the phone: one signed JWT, made without asking anybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import jwt

from sello.infrastructure.googlewallet.answers import Body
from sello.infrastructure.googlewallet.issuer import Issuer

MOST_CHARACTERS: Final = 1800  # of the JWT; browsers cut longer links


def save_link(
    issuer: Issuer, card: Body, *, card_class: Body | None = None, origins: Sequence[str], now: datetime
) -> str:
    """A link that saves `card` (a loyalty object, however small), with its class where Google may not have it yet.

    What Google knows already it keeps as it is: a link never changes a card. ValueError when it would be too long.
    """
    payload: Body = {"loyaltyObjects": [card]}
    if card_class is not None:
        payload["loyaltyClasses"] = [card_class]
    claims = {
        "iss": issuer.account.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "origins": list(origins),
        "payload": payload,
    }
    token = jwt.encode(claims, issuer.account.key, algorithm="RS256", headers={"kid": issuer.account.key_id})
    if len(token) > MOST_CHARACTERS:
        raise ValueError(f"a save link of {len(token)} characters would be cut")
    return issuer.save_url + token
