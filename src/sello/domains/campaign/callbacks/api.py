"""Where the provider tells what became of a message."""

from fastapi import APIRouter, Response, status

from sello.domains.campaign.inbox.actions import receive
from sello.infrastructure.database.api import Platform
from sello.infrastructure.whatsapp.api import SignedForm
from sello.shared.errors import refusals

router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])


@router.post("/status", status_code=status.HTTP_204_NO_CONTENT, responses=refusals("signature_wrong"))
async def post_status(form: SignedForm, platform_db: Platform) -> Response:
    """Take a status callback: stored at once, the very same one once, understood afterwards."""
    params = form.params | {f"?{name}": value for name, value in form.query.items()}
    await receive(platform_db, "status", form.digest, params)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
