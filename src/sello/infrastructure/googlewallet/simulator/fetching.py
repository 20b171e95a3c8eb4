"""Pictures as Google gets them: from its own servers, without whoever looks, once for each address."""

import asyncio
from collections.abc import Iterable
from typing import Final

import httpx

from sello.infrastructure.googlewallet.simulator.book import Book

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST: Final = 5_000_000


class Fetching:
    """Asks for pictures beside the requests that name them, and notes what came."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._http: httpx.AsyncClient | None = None
        self._asked: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def want(self, addresses: Iterable[str]) -> None:
        """Get those that are not here yet."""
        for uri in addresses:
            if uri in self._asked or (self._book.images.get(uri) or {}).get("http") == 200:
                continue
            self._asked.add(uri)
            task = asyncio.create_task(self._fetch(uri))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Once every picture was asked for."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Ask no more."""
        for task in self._tasks:
            task.cancel()
        if self._http is not None:
            await self._http.aclose()

    async def _fetch(self, uri: str) -> None:
        width = height = 0
        self._http = self._http or httpx.AsyncClient(timeout=20.0, trust_env=False)
        try:
            answer = await self._http.get(uri)
            http, content = answer.status_code, answer.content[:_MOST]
            if content.startswith(_PNG):
                width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        except httpx.HTTPError:
            http, content = 0, b""
        self._asked.discard(uri)
        self._book.fetched(uri, http=http, bytes=len(content), width=width, height=height)
