"""Twilio's own SDK with a connection of ours: no second try, short time-outs, an address that can be the simulator's.

What is logged of a call is its sid and its answer; phones and words are not.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Final, cast

import aiohttp
import msgspec
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.contents import Contents
from sello.infrastructure.whatsapp.message import (
    Approval,
    Content,
    Listed,
    MessageStatus,
    Outcome,
    Throttled,
    Unknown,
    Unreachable,
)
from sello.infrastructure.whatsapp.rules import outcome_of
from sello.infrastructure.whatsapp.transport import FAILURES, Answered, Http
from sello.shared.logs import external_call

_PAGE: Final = 1000
_CHANNEL: Final = "whatsapp:"


class TwilioWhatsapp:
    """WhatsApp through an account at Twilio, or at the simulator."""

    def __init__(self, account: Account) -> None:
        self._http = Http(account.base_url)
        # The environment is not asked: what the settings say is what is used.
        nothing = {"TWILIO_ACCOUNT_SID": account.sid}
        self._client = Client(account.sid, account.token, http_client=self._http, environment=nothing)
        self._messages: MessageList = self._client.api.v2010.account.messages
        self._contents = Contents(self._client)

    async def send_template(
        self,
        *,
        to: str,
        sender: str,
        content_sid: str,
        variables: Mapping[str, str],
        status_callback: str,
        validity_seconds: int = 14_400,
    ) -> Outcome:
        """An approved template, once."""
        return await self._send(
            "send_template",
            to=_CHANNEL + to,
            from_=_CHANNEL + sender,
            content_sid=content_sid,
            content_variables=msgspec.json.encode(variables).decode(),
            status_callback=status_callback,
            validity_period=validity_seconds,
        )

    async def send_text(
        self, *, to: str, sender: str, body: str, status_callback: str, media_url: str | None = None
    ) -> Outcome:
        """Free words, once."""
        media = {"media_url": [media_url]} if media_url else {}
        return await self._send(
            "send_text",
            to=_CHANNEL + to,
            from_=_CHANNEL + sender,
            body=body,
            status_callback=status_callback,
            **media,
        )

    async def message(self, sid: str) -> Listed | None:
        """One message as it stands; None when the provider does not know it."""
        with external_call("twilio", "message", sid=sid):
            try:
                return listed(await self._messages.get(sid).fetch_async())
            except Answered as answer:
                if answer.http == 404:
                    return None
                raise Unreachable(str(answer), http=answer.http) from answer
            except FAILURES as error:
                raise Unreachable(type(error).__name__) from error

    async def messages(
        self, *, sender: str, since: datetime, until: datetime | None = None, to: str | None = None
    ) -> AsyncIterator[Listed]:
        """What left `sender`, page by page; a page that fails ends it with Unreachable."""
        about: dict[str, Any] = {"from_": _CHANNEL + sender, "date_sent_after": since}
        if until is not None:
            about["date_sent_before"] = until
        if to is not None:
            about["to"] = _CHANNEL + to
        try:
            pages = await self._messages.stream_async(page_size=_PAGE, **about)
            async with aclosing(cast("Any", pages)) as found:
                async for one in found:
                    yield listed(one)
        except Answered as answer:
            raise Unreachable(str(answer), http=answer.http) from answer
        except FAILURES as error:
            raise Unreachable(type(error).__name__) from error

    async def create_content(self, content: Content) -> str:
        """Put a template there."""
        return await self._contents.create(content)

    async def find_content(self, name: str) -> str | None:
        """The sid of the content with this name."""
        return await self._contents.find(name)

    async def submit_content(self, sid: str, *, name: str, category: str) -> Approval:
        """Ask WhatsApp to approve it."""
        return await self._contents.submit(sid, name=name, category=category)

    async def approval_of(self, sid: str) -> Approval | None:
        """WhatsApp's word on it."""
        return await self._contents.approval_of(sid)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()

    async def _send(self, operation: str, **params: Any) -> Outcome:
        with external_call("twilio", operation) as found:
            outcome = await self._outcome(params)
            found.update(answer=type(outcome).__name__.lower(), **_shown(outcome))
            return outcome

    async def _outcome(self, params: dict[str, Any]) -> Outcome:
        try:
            sent = await self._messages.create_async(**params)
        except Answered as answer:
            return outcome_of(answer.http, answer.text, answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Throttled(None)  # nobody was reached, so nothing was sent
        except TimeoutError:
            return Unknown("timeout")
        except aiohttp.ClientError:
            return Unknown("reset")
        except FAILURES:
            return Unknown("nonsense")
        return outcome_of(201, msgspec.json.encode({"sid": sent.sid, "status": sent.status}).decode())


def listed(found: MessageInstance) -> Listed:
    """A message of the SDK in our words."""
    created = found.date_created or datetime.fromtimestamp(0, UTC)
    return Listed(
        sid=str(found.sid),
        to=str(found.to or "").removeprefix(_CHANNEL),
        sender=str(found.from_ or "").removeprefix(_CHANNEL),
        direction=str(found.direction or ""),
        status=cast("MessageStatus", found.status),
        error_code=found.error_code,
        body=found.body or "",
        created_at=created,
        sent_at=found.date_sent,
    )


def _shown(outcome: Outcome) -> dict[str, str | int | None]:
    return {
        name: value for name in ("sid", "code", "http", "why") if (value := getattr(outcome, name, None)) is not None
    }
