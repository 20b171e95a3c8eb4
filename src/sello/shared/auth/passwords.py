"""Password hashing: bcrypt cost 12, one hash at a time in a thread of its own.

One hash takes a good part of a second of one core, so an open door here starves the stamps: beyond a short queue
callers are refused with `busy` instead of waiting.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from pwdlib.hashers.bcrypt import BcryptHasher

from sello.shared.errors import Refused, Unavailable

Result = TypeVar("Result")

MOST_BYTES = 72
FEWEST_CHARACTERS = 10


def check_new_password(password: str) -> str:
    """The password, when it may be set: at least 10 characters, at most 72 bytes (bcrypt reads no further)."""
    if len(password.encode()) > MOST_BYTES or "\x00" in password:
        raise Refused("password_too_long")
    if len(password) < FEWEST_CHARACTERS:
        raise Refused("password_too_short")
    return password


class _Line:
    """Those who wait to prove the same account."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.people = 0


class Passwords:
    """Hashes and verifies in one bounded thread per process."""

    def __init__(self, *, rounds: int = 12, waiting: int = 8) -> None:
        """`waiting` callers may stand in line; one more is told to come back."""
        self._hasher = BcryptHasher(rounds=rounds)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._waiting = 0
        self._most = waiting
        self._lines: dict[str, _Line] = {}
        # Verified against when the account does not exist, so that both answers take the same time.
        self._nobody = self._hasher.hash("nobody has this password")

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncGenerator[None]:
        """One proof of an account at a time: guesses in flight are then few, and count without barring the owner."""
        line = self._lines.setdefault(account, _Line())
        if line.people > self._most:
            raise Unavailable("busy", after=2)
        line.people += 1
        try:
            async with line.lock:
                yield
        finally:
            line.people -= 1
            if line.people == 0:
                self._lines.pop(account, None)

    async def hash(self, password: str) -> str:
        """The bcrypt hash of a password already checked by `check_new_password`."""
        return await self._run(self._hasher.hash, password)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password fits; takes as long for an account that does not exist (`hashed=None`)."""
        if len(password.encode()) > MOST_BYTES or "\x00" in password:
            password, hashed = "too long to be anybody's", None
        fits = await self._run(self._hasher.verify, password, hashed or self._nobody)
        return fits and hashed is not None

    async def _run(self, work: Callable[..., Result], *args: str) -> Result:
        if self._waiting >= self._most:
            raise Unavailable("busy", after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
