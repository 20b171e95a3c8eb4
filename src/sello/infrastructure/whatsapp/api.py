"""What Twilio posts to us, as a route dependency: nobody gets further than here without the account's signature."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from sello.infrastructure.whatsapp.signature import is_signed
from sello.shared.errors import Refused

_MOST: Final = 65_536


@dataclass(frozen=True, slots=True)
class Signed:
    """A form that Twilio signed, and the query of the address it was signed for."""

    params: dict[str, str]
    query: dict[str, str]
    digest: bytes


async def signed_form(request: Request) -> Signed:
    """The form of a webhook. The address that counts is the public one, whatever Host and proxies say.

    Refuses signature_wrong (403) before anything is read from or written to a database.
    """
    settings = request.app.state.settings
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=200)
    except ValueError:
        raise Refused("signature_wrong") from None
    path = request.scope.get("raw_path", b"").decode("latin-1") or request.url.path
    asked = f"{path}?{request.url.query}" if request.url.query else path
    url = settings.public_base_url.rstrip("/") + asked
    signature = request.headers.get("x-twilio-signature")
    if len(body) > _MOST or not is_signed(settings.webhook_tokens, url, pairs, signature):
        raise Refused("signature_wrong")
    digest = hashlib.sha256("\0".join([asked, *(f"{name}={value}" for name, value in sorted(pairs))]).encode())
    query = dict(parse_qsl(request.url.query, keep_blank_values=True))
    return Signed(dict(pairs), query, digest.digest())


SignedForm = Annotated[Signed, Depends(signed_form)]
