"""What people agree to, over HTTP. Their cards and look-ups belong to loyalty."""

from typing import Annotated

from fastapi import APIRouter, Path

from sello.domains.customer.rules import CONSENT_TEXTS, ConsentTexts
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused, refusals

router = APIRouter(prefix="/api/v1", tags=["customer"])


@router.get("/consent-texts/{version}", responses=refusals("not_found"))
async def get_consent_texts(version: Annotated[str, Path(max_length=40)], caller: Anyone) -> ConsentTexts:
    """A version of the privacy notice and of the marketing question, word for word."""
    texts = CONSENT_TEXTS.get(version)
    if texts is None:
        raise Refused("not_found")
    return texts
