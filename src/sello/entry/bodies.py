"""Bodies before anybody reads them: whole within 10 s, small, JSON by their own word, not deeper than 32.

A raw body (a picture) is small and whole; what it is, its endpoint finds out.
"""

import re
from itertools import accumulate
from typing import Final

from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from sello.entry.refusals import answer

ARRIVAL_SECONDS: Final = 10.0
DEEPEST: Final = 32
METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FORMS: Final = ("/admin/jobs/", "/webhooks/twilio/")  # the queue's pages send a browser's forms, Twilio its own

# A string that never ends is taken to the end, so that no body makes this look at its bytes more than once.
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEP_OF: Final = bytes.maketrans(b"[{]}", b"\x00\x00\x01\x01")


class ClientGone(Exception):
    """The client hung up before its body was complete: nobody is there to answer."""


async def arrive(
    scope: Scope, receive: Receive, headers: dict[bytes, bytes], *, most: int, is_raw: bool = False
) -> tuple[bytes, Response | None]:
    """The body of at most `most` bytes, or why it is refused. Raises ClientGone."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and (len(length) > 12 or int(length) > most):
        return b"", answer(scope, "too_large", {"limit": most})
    body = await _collected(receive, most)
    if body is None:
        return b"", answer(scope, "too_large", {"limit": most})
    return body, _objection(scope, headers, body) if body and not is_raw else None


def objection(
    scope: Scope, body: bytes, headers: dict[bytes, bytes], *, most: int, is_raw: bool = False
) -> Response | None:
    """Why a body that has already arrived is refused."""
    if len(body) > most:
        return answer(scope, "too_large", {"limit": most})
    return _objection(scope, headers, body) if body and not is_raw else None


async def _collected(receive: Receive, most: int) -> bytes | None:
    message = await receive()
    body = _part(message)
    if not message.get("more_body", False):  # nearly every body comes in one piece
        return body if len(body) <= most else None
    parts = bytearray(body)
    while message.get("more_body", False) and len(parts) <= most:
        message = await receive()
        parts += _part(message)
    return bytes(parts) if len(parts) <= most else None


def _part(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientGone
    part: bytes = message.get("body", b"")
    return part


def _objection(scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Response | None:
    media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media == b"application/x-www-form-urlencoded" and scope["path"].startswith(FORMS):
        return None
    if media != b"application/json" or headers.get(b"content-encoding", b"identity") != b"identity":
        return answer(scope, "unsupported_media")
    if is_too_deep(body):
        return answer(scope, "malformed", {"deepest": DEEPEST})
    return None


def is_too_deep(body: bytes) -> bool:
    """Whether the JSON nests deeper than 32."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    brackets = _STRING.sub(b"", body).translate(_STEP_OF, _NO_BRACKETS)
    return max(accumulate(map((1, -1).__getitem__, brackets)), default=0) > DEEPEST
