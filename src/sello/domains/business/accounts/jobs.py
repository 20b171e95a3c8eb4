"""The mails about an account.

A payload names the row a mail is about and nothing else: address and link are looked up when it is sent, and a link
that was used or has expired meanwhile is not sent at all. A job that runs twice sends the same mail again, with the
same Message-ID.
"""

from typing import Any, Final
from uuid import UUID

from sello.domains.business.accounts import queries, rules
from sello.domains.business.accounts.rules import TokenKind
from sello.infrastructure.mail import Kind, Message, compose
from sello.infrastructure.services import Services, Work
from sello.shared.auth import sign_link
from sello.shared.ids import AccountId


async def send_verification(services: Services, payload: dict[str, Any]) -> None:
    """The link that proves a mailbox. Payload: token_id."""
    await _send_link(services, payload, kind="verify_email", mail="verify", page="verify-email")


async def send_reset(services: Services, payload: dict[str, Any]) -> None:
    """The link to choose a new password. Payload: token_id."""
    await _send_link(services, payload, kind="reset_password", mail="reset", page="reset-password")


async def send_already_registered(services: Services, payload: dict[str, Any]) -> None:
    """Somebody registered an e-mail that has an account. Payload: token_id."""
    await _send_link(services, payload, kind="reset_password", mail="already_registered", page="reset-password")


async def _send_link(services: Services, payload: dict[str, Any], *, kind: TokenKind, mail: Kind, page: str) -> None:
    id_ = UUID(payload["token_id"])
    holder = await queries.token_holder(services.platform_db, id_, kind=kind)
    account = await queries.account_of(services.platform_db, holder) if holder else None
    if account is None:
        return
    link = rules.page(services.settings.public_base_url, page, sign_link(services.keys, kind, id_))
    text = compose(mail, account.locale, name=account.name, business=account.business_name or "sello", link=link)
    await services.mailer.send(Message(str(id_), account.email, text.subject, text.body))


async def send_password_changed(services: Services, payload: dict[str, Any]) -> None:
    """Tell the owner of a mailbox that the password changed. Payload: account_id, change_id."""
    account = await queries.account_of(services.platform_db, AccountId(UUID(payload["account_id"])))
    if account is None:
        return
    link = f"{services.settings.public_base_url}/app/forgot-password"
    text = compose("password_changed", account.locale, name=account.name, link=link)
    await services.mailer.send(Message(payload["change_id"], account.email, text.subject, text.body))


JOBS: Final[dict[str, Work]] = {
    "mail.verify": send_verification,
    "mail.reset": send_reset,
    "mail.already_registered": send_already_registered,
    "mail.password_changed": send_password_changed,
}
