"""What people write, as Twilio posts it."""

from fastapi import APIRouter, Response

from sello.domains.campaign.inbox.actions import receive
from sello.infrastructure.database.api import Platform
from sello.infrastructure.whatsapp.api import SignedForm
from sello.shared.auth.api import Anyone
from sello.shared.errors import refusals

router = APIRouter(tags=["webhooks"])

_NO_ANSWER = "<?xml version='1.0' encoding='UTF-8'?><Response/>"  # TwiML: our answers go out by themselves


@router.post(
    "/webhooks/twilio/inbound",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}}, **refusals("signature_wrong")},
)
async def post_inbound(form: SignedForm, caller: Anyone, platform: Platform) -> Response:
    """A message from a phone: stored, and understood by the worker. The same one again changes nothing."""
    await receive(
        platform, "inbound", form.digest, form.params | {f"?{name}": said for name, said in form.query.items()}
    )
    return Response(_NO_ANSWER, media_type="application/xml")
