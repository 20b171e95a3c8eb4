"""Templates at the provider: made, found by name, submitted to WhatsApp, asked after."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from sello.infrastructure.whatsapp.message import Approval, ApprovalState, Content, Unreachable
from sello.infrastructure.whatsapp.rules import code_of
from sello.infrastructure.whatsapp.transport import FAILURES, Answered
from sello.shared.logs import external_call

_PAGE: Final = 500
_STATES: Final = frozenset({"received", "pending", "approved", "rejected", "paused", "disabled"})


class Contents:
    """Twilio's Content API."""

    def __init__(self, client: Client) -> None:
        self._contents = client.content.v1.contents

    async def create(self, content: Content) -> str:
        """A new content; its sid."""
        card = ContentList.WhatsappCard({"body": content.body, "actions": content.actions}).to_dict()
        request = ContentList.ContentCreateRequest(
            {
                "friendly_name": content.name,
                "language": content.language,
                "variables": dict(content.samples),
                "types": ContentList.Types({"whatsapp/card": card}),
            }
        )
        made = await _asked("create_content", lambda: self._contents.create_async(request))
        return str(made.sid)

    async def find(self, name: str) -> str | None:
        """The sid of the content called `name`; contents are few, so all are looked through."""

        async def look() -> str | None:
            async for one in await self._contents.stream_async(page_size=_PAGE):
                if one.friendly_name == name:
                    return str(one.sid)
            return None

        sid: str | None = await _asked("find_content", look)
        return sid

    async def submit(self, sid: str, *, name: str, category: str) -> Approval:
        """Hand it to WhatsApp for approval."""
        request = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": category.upper()})
        made = await _asked(
            "submit_content", lambda: self._contents.get(sid).approval_create.create_async(request), sid=sid
        )
        return Approval(_state(made.status), _word(made.category), made.rejection_reason or None)

    async def approval_of(self, sid: str) -> Approval | None:
        """Where its approval stands."""
        try:
            found = await _asked(
                "approval_of_content", lambda: self._contents.get(sid).approval_fetch().fetch_async(), sid=sid
            )
        except Unreachable as failure:
            if failure.http == 404:
                return None
            raise
        said: dict[str, Any] = found.whatsapp or {}
        return Approval(
            _state(said.get("status")), _word(said.get("category")), str(said.get("rejection_reason") or "") or None
        )


async def _asked(operation: str, ask: Callable[[], Awaitable[Any]], **facts: str) -> Any:
    with external_call("twilio", operation, **facts):
        try:
            return await ask()
        except Answered as answer:
            raise Unreachable(str(answer), code=code_of(answer.text), http=answer.http) from answer
        except FAILURES as error:
            raise Unreachable(type(error).__name__) from error


def _state(said: object) -> ApprovalState | None:
    """One of the states we know; `unsubmitted` and words of tomorrow are none."""
    word = str(said or "").lower()
    return cast("ApprovalState", word) if word in _STATES else None


def _word(said: object) -> str | None:
    return str(said).lower() if said else None
