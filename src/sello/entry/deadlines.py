"""Deadlines by the hundred: one timer looks at all of them, since a timer for each costs every request 10 µs."""

import asyncio
from collections.abc import Awaitable
from time import monotonic
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

LOOK_SECONDS: Final = 0.25


class TookTooLong(Exception):
    """The work was not done by its deadline and was cancelled."""


class _Mark:
    """One running piece of work and when it has to be done."""

    __slots__ = ("cancelling", "over", "task", "until")

    def __init__(self, task: "asyncio.Task[Any]", until: float) -> None:
        self.task = task
        self.until = until
        self.cancelling = task.cancelling()
        self.over = False


class Deadlines:
    """`await deadlines.within(seconds, work)`: like `asyncio.timeout`, up to a quarter of a second late."""

    def __init__(self) -> None:
        self._marks: set[_Mark] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def within(self, seconds: float, work: Awaitable[Result]) -> Result:
        """The result of `work`; TookTooLong when it is not done in time, after it was cancelled."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101  (a coroutine runs in a task)
        mark = _Mark(task, monotonic() + seconds)
        if self._loop is not loop:  # nobody looks yet
            self._loop = loop
            loop.call_later(LOOK_SECONDS, self._look, loop)
        self._marks.add(mark)
        try:
            return await work
        except asyncio.CancelledError:
            # Ours, unless somebody else cancelled the task as well: then theirs goes on.
            if mark.over and task.uncancel() <= mark.cancelling:
                raise TookTooLong from None
            raise
        finally:
            self._marks.discard(mark)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._marks or self._loop is not loop:
            if self._loop is loop:
                self._loop = None  # the next one starts the timer again
            return
        now = monotonic()
        for mark in self._marks:
            if now >= mark.until and not mark.over:
                mark.over = True
                mark.task.cancel()
        loop.call_later(LOOK_SECONDS, self._look, loop)
