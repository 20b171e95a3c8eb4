"""The load generator, a process of its own: `python -m bench.client`, one job as JSON on standard input.

Each connection sends the next request of the file as soon as it has its answer (or `pause` seconds later). Nothing is
looked at while it runs but the status and the length; answers are kept whole and judged afterwards by `checks`.
"""

import asyncio
import pickle
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple, cast

import msgspec
import uvloop

ANSWER_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Job:
    """What to do: requests come from a pickled list of bytes and are sent in their order."""

    port: int
    connections: int
    seconds: float
    requests: str
    answers: str
    pause: float = 0.0


class Answer(NamedTuple):
    """One answer: which request, when it was complete (s since the start), how long it took, and what it said."""

    request: int
    at: float
    took: float
    status: int
    body: bytes


@dataclass(slots=True)
class Outcome:
    """What happened: answers, requests that got none, and the generator's own share of the machine."""

    seconds: float
    cpu: float
    unanswered: int
    exhausted: bool
    answers: list[Answer] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._transport: asyncio.Transport
        self._request = -1
        self._began = 0.0
        self._received = b""
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def send_next(self) -> None:
        self._request = self._run.take()
        if self._request < 0:
            self._transport.close()
            return
        self._began = perf_counter()
        self._transport.write(self._run.requests[self._request])

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        if not self._wanted:
            head = received.find(b"\r\n\r\n")
            if head < 0:
                self._received = received
                return
            self._wanted = head + 4 + _content_length(received[:head])
        if len(received) < self._wanted:
            self._received = received
            return
        now = perf_counter()
        body = received[received.find(b"\r\n\r\n") + 4 : self._wanted]
        run = self._run
        run.answers.append(Answer(self._request, now - run.started, now - self._began, int(received[9:12]), body))
        self._received, self._wanted, self._request = b"", 0, -1
        if run.pause:
            run.loop.call_later(run.pause, self.send_next)
        else:
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._request >= 0:
            self._run.unanswered += 1
        self._run.closed()


def _content_length(head: bytes) -> int:
    low = head.lower()
    at = low.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    end = low.find(b"\r\n", at + 2)
    return int(low[at + 17 : end if end > 0 else len(low)])


class _Run:
    def __init__(self, job: Job, requests: list[bytes]) -> None:
        self.loop = asyncio.get_running_loop()
        self.requests = requests
        self.answers: list[Answer] = []
        self.unanswered = 0
        self.pause = job.pause
        self.started = 0.0
        self._next = 0
        self._until = 0.0
        self._open = job.connections
        self._done = self.loop.create_future()
        self._job = job

    def take(self) -> int:
        """The number of the next request; -1 when time or requests are over."""
        if self._next >= len(self.requests) or perf_counter() >= self._until:
            return -1
        self._next += 1
        return self._next - 1

    def closed(self) -> None:
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(None)

    async def run(self) -> Outcome:
        opened = [
            await self.loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._job.port)
            for _ in range(self._job.connections)
        ]
        self.started = perf_counter()
        self._until = self.started + self._job.seconds
        for _, connection in opened:
            connection.send_next()
        try:
            await asyncio.wait_for(self._done, self._job.seconds + ANSWER_SECONDS)
        except TimeoutError:
            self.unanswered += self._open
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = perf_counter() - self.started
        exhausted = self._next >= len(self.requests)
        return Outcome(seconds, used.ru_utime + used.ru_stime, self.unanswered, exhausted, self.answers)


async def work(job: Job, requests: list[bytes]) -> Outcome:
    """Do a job in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    outcome = await _Run(job, requests).run()
    outcome.cpu -= before.ru_utime + before.ru_stime
    return outcome


def drive(job: Job, requests: list[bytes]) -> Outcome:
    """Run a job in a process of its own and bring its answers back."""
    Path(job.requests).write_bytes(pickle.dumps(requests))
    subprocess.run(
        [sys.executable, "-m", "bench.client"], input=msgspec.json.encode(asdict(job)), check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    outcome: Outcome = pickle.loads(Path(job.answers).read_bytes())  # our child wrote it
    return outcome


if __name__ == "__main__":
    from bench import client  # under its importable name, so that the parent can read what is pickled here

    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=client.Job)
    told = uvloop.run(client.work(asked, pickle.loads(Path(asked.requests).read_bytes())))
    Path(asked.answers).write_bytes(pickle.dumps(told))
