"""What every answer carries for the browser's sake, and which other origins may read answers."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from sello.infrastructure.pages import app_policy

Header = tuple[bytes, bytes]

_EVERYWHERE: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_API: Final[tuple[Header, ...]] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
_PAGE: Final[tuple[Header, ...]] = (
    (b"content-security-policy", app_policy().encode()),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
_NO_STORE: Final[Header] = (b"cache-control", b"no-store")
_TRANSPORT: Final[Header] = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_ASKED: Final = b"authorization, content-type, idempotency-key, x-client, x-business-id, x-reason, x-request-id"
_TOLD: Final = b"x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset"
_METHODS: Final = "GET, POST, PUT, PATCH, DELETE"


class SecurityHeaders:
    """Adds to an answer what it does not say itself."""

    def __init__(self, *, https: bool, cors_origins: Sequence[str]) -> None:
        everywhere = (*_EVERYWHERE, _TRANSPORT) if https else _EVERYWHERE
        self._api = [*everywhere, *_API]
        self._page = [*everywhere, *_PAGE]
        self._names = {name for name, _ in (*self._api, _NO_STORE)}
        self._cors = Cors(cors_origins)

    def add(self, sent: list[Header], *, private: bool, origin: bytes | None) -> list[Header]:
        """The headers `sent` by the endpoint and ours. `private`: nobody may keep the answer."""
        names = dict(sent)
        # A script's own policy rules what a service worker may fetch, so scripts count as pages.
        kind = names.get(b"content-type", b"")
        ours = (
            self._page if kind.startswith((b"text/html", b"text/javascript", b"application/javascript")) else self._api
        )
        if private:
            ours = [*ours, _NO_STORE]
        if not self._names.isdisjoint(names):
            ours = [header for header in ours if header[0] not in names]
        return sent + ours + self._cors.headers(origin) if self._cors.origins else sent + ours

    def preflight(self, origin: bytes | None, wanted: bytes | None) -> Response | None:
        """The answer to a browser that asks whether another origin's page may call; None when it asks no such thing."""
        if wanted is None or origin not in self._cors.origins:
            return None
        return Response(
            status_code=204,
            headers={
                "access-control-allow-methods": _METHODS,
                "access-control-allow-headers": _ASKED.decode(),
                "access-control-max-age": "600",
            },
        )


class Cors:
    """The list of other origins whose pages may call us: whole origins, never a pattern, so `*` names nobody."""

    def __init__(self, origins: Sequence[str]) -> None:
        self.origins = frozenset(origin.rstrip("/").encode() for origin in origins if "*" not in origin)

    def headers(self, origin: bytes | None) -> list[Header]:
        """What lets a listed origin read the answer; caches must tell origins apart in any case."""
        if origin not in self.origins or origin is None:
            return [(b"vary", b"Origin")]
        return [
            (b"vary", b"Origin"),
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _TOLD),
        ]
