"""The signature on what Twilio sends us: HMAC-SHA1 under the account's token over the address and the form.

There is no moment in it, so a copy of an old request is signed as well: whoever takes it in must be idempotent.
"""

import base64
import hmac
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}


def signature_of(token: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """What Twilio writes into X-Twilio-Signature for this address and form; a pair that stands twice counts once."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(params)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def is_signed(tokens: Iterable[str], url: str, params: Iterable[tuple[str, str]], signature: str | None) -> bool:
    """Whether one of our tokens signed it. Twilio writes the port or leaves it out, so both forms are good."""
    if not signature:
        return False
    pairs, given = list(params), signature.encode()
    good = [signature_of(token, form, pairs) for token in tokens for form in _forms(url)]
    return any([hmac.compare_digest(one.encode(), given) for one in good])  # noqa: C419  # all of them, always


def _forms(url: str) -> tuple[str, str]:
    """The address as it is, and with its port written the other way."""
    parts = urlsplit(url)
    if parts.port is not None:
        other = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    else:
        other = parts._replace(netloc=f"{parts.netloc}:{_PORTS.get(parts.scheme, 443)}")
    return url, other.geturl()
