"""`make bench BENCH_ARGS=--wallets`: what one core does for cards in the phone; needs no database.

signed     passes made into a file: pass.json, manifest, signature, ZIP; their pictures are there already
pushed     pushes over one HTTP/2 connection to Apple's service, played by a process of its own
"""

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from sello.entry.processes import answers
from sello.entry.watching import set_up
from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.passkit import DEFAULT_PASS_TYPE, DEFAULT_TEAM, Certificates, Delivered, Picture, packed
from sello.infrastructure.passkit.push import ApplePush

SECONDS: Final = 4.0
ROUNDS: Final = 3
SIGNED_GOAL, PUSHED_GOAL = 1000, 100
_SELLO: Final = (sys.executable, "-c", "from sello.entry.cli import main; main()")
# As large as a shop's own: icon and logo in three sizes, a strip in three.
_SIZES: Final = {"icon": (1, 2, 4), "logo": (3, 6, 10), "strip": (5, 12, 20)}


@dataclass(frozen=True, slots=True)
class Found:
    """The median of each round: passes of one core's second, pushes of one connection's."""

    signed: float
    pushed: float


def measure() -> Found:
    """Rounds of both, one after the other, so that what else the machine does meets both."""
    set_up(level="error")
    signed, pushed = list[float](), list[float]()
    with TemporaryDirectory() as folder:
        home = Path(folder)
        certificates = Certificates(home / "apple", pass_type_id=DEFAULT_PASS_TYPE, team_id=DEFAULT_TEAM)
        with _Apple(home) as apple:
            for _ in range(ROUNDS):
                signed.append(_signed(certificates))
                pushed.append(asyncio.run(_pushed(certificates, apple)))
    return Found(statistics.median(signed), statistics.median(pushed))


def as_text(found: Found, at: str) -> Iterator[str]:
    """The rows with their goals, as Markdown."""
    rows = (
        (f">= {SIGNED_GOAL:,} passes signed a second of one core, pictures as they were", found.signed, SIGNED_GOAL),
        (f">= {PUSHED_GOAL:,} pushes a second over one worker's connection", found.pushed, PUSHED_GOAL),
    )
    yield f"Measured on {at[:10]} by `make bench BENCH_ARGS=--wallets`, {ROUNDS} rounds of {SECONDS:g} s, medians."
    yield ""
    yield "| cards in the phone | measured | reached |"
    yield "|---|---|---|"
    for goal, measured, least in rows:
        yield f"| {goal} | {measured:,.0f} | {'yes' if measured >= least else '**no**'} |"


def _signed(certificates: Certificates) -> float:
    """Passes a second of processor time, each with another count and serial."""
    signer = certificates.signer(DEFAULT_PASS_TYPE)
    if signer is None:
        raise AssertionError("the authority signs everything")
    pictures = {
        f"{name}{'' if scale == 1 else f'@{scale}x'}.png": Picture.of(secrets.token_bytes(kilobytes * 1024))
        for name, sizes in _SIZES.items() for scale, kilobytes in enumerate(sizes, 1)
    }  # fmt: skip
    return _rate(lambda number: packed(signer, _content(number), pictures))


def _content(number: int) -> dict[str, Any]:
    texts = {"label": "Premio", "value": "Un café de la casa con lo que quieras llevar"}
    return {
        "formatVersion": 1, "passTypeIdentifier": DEFAULT_PASS_TYPE, "teamIdentifier": DEFAULT_TEAM,
        "serialNumber": f"{number:026d}", "organizationName": "Café Luna", "description": "Tarjeta de Café Luna",
        "webServiceURL": "https://sello.example/passkit", "authenticationToken": f"{number:026d}",
        "storeCard": {
            "headerFields": [{"key": "stamps", "label": "Sellos", "value": f"{number % 10} de 10"}],
            "secondaryFields": [{"key": "next", **texts}],
            "backFields": [{"key": f"back{line}", **texts} for line in range(6)],
        },
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": f"{number:020d}", "messageEncoding": "iso-8859-1"}],
    }  # fmt: skip


def _rate(work: Callable[[int], object]) -> float:
    count, until, began = 0, time.monotonic() + SECONDS, time.process_time()
    while time.monotonic() < until:
        work(count)
        count += 1
    return count / (time.process_time() - began)


async def _pushed(certificates: Certificates, apple: "_Apple") -> float:
    """Pushes a second, a hundred at once as a worker's jobs would be at most."""
    push = ApplePush(apple.url, ca_file=apple.ca_file, certificates=certificates.pem)
    await push.push(topic=DEFAULT_PASS_TYPE, token=secrets.token_hex(32))
    count, began = 0, time.monotonic()
    while time.monotonic() < began + SECONDS:
        tokens = [secrets.token_hex(32) for _ in range(100)]
        outcomes = await asyncio.gather(*(push.push(topic=DEFAULT_PASS_TYPE, token=token) for token in tokens))
        if any(outcome != Delivered() for outcome in outcomes):
            raise SystemExit(f"bench: a push was not taken: {outcomes}")
        count += len(outcomes)
    rate = count / (time.monotonic() - began)
    await push.close()
    return rate


class _Apple:
    """Apple, played, as a process; every token is welcome."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._port, apns = free_port(), free_port()
        self.url = f"https://127.0.0.1:{apns}"
        self.ca_file = home / "apple" / "apns-ca.pem"
        self._argv = (*_SELLO, "simulator", "apple", "--port", str(self._port), "--apns-port", str(apns))

    def __enter__(self) -> "_Apple":
        self._child = subprocess.Popen(self._argv, env={**os.environ, "SELLO_HOME": str(self._home)})
        while not answers(self._port):
            if self._child.poll() is not None:
                raise SystemExit("bench: Apple's simulator does not start")
            time.sleep(0.05)
        httpx.put(f"http://127.0.0.1:{self._port}/switches", json={"any_token": True}).raise_for_status()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.wait(20)
