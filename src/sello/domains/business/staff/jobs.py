"""The mail of an invitation, as the reaction to StaffInvited."""

from typing import Any, Final
from uuid import UUID

from sello.domains.business.accounts.rules import page
from sello.domains.business.staff import queries
from sello.events import StaffInvited
from sello.infrastructure.database.jobs import MAIL
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.mail import Message, compose
from sello.infrastructure.services import Services, Work
from sello.shared.auth import sign_link


async def send_invitation(services: Services, payload: dict[str, Any]) -> None:
    """Reaction to StaffInvited. Payload: invitation_id. Running twice sends the same mail again.

    An invitation accepted, withdrawn, replaced or expired meanwhile is not sent.
    """
    id_ = UUID(payload["invitation_id"])
    invitation = await queries.invitation_by_link(services.platform_db, id_)
    if invitation is None:
        return
    link = page(services.settings.public_base_url, "accept-invitation", sign_link(services.keys, "invitation", id_))
    text = compose("invitation", invitation.locale, name=invitation.name, business=invitation.business_name, link=link)
    await services.mailer.send(Message(str(id_), invitation.email, text.subject, text.body))


JOBS: Final[dict[str, Work]] = {"mail.invitation": send_invitation}
REACTIONS: Final[Reactions] = {StaffInvited: (Reaction(entrypoint="mail.invitation", priority=MAIL),)}
