"""`sello simulator google`: the process."""

import asyncio
import signal
from pathlib import Path

import uvloop
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sello.infrastructure.googlewallet.issuer import ServiceAccount
from sello.infrastructure.googlewallet.simulator.app import Simulator
from sello.infrastructure.googlewallet.simulator.faults import Switches
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Listening


def run(issuer_id: str, account: ServiceAccount, *, port: int, folder: Path, switches: Switches | None = None) -> None:
    """Simulate until SIGTERM or Ctrl-C, on loopback alone; the ledger lies in `folder`. Of the key, the public half."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(issuer_id, account, port, folder, switches or Switches()))


async def _serve(issuer_id: str, account: ServiceAccount, port: int, folder: Path, switches: Switches) -> None:
    public = account.key.public_key()

    def key() -> tuple[RSAPublicKey, str]:
        return public, account.email

    ledger = Ledger(folder)
    simulator = Simulator(issuer_id, key, ledger, url=f"http://127.0.0.1:{port}", switches=switches)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Listening(simulator.handle)
    await server.start(port)
    await stop.wait()
    await server.close()
    await simulator.close()
    ledger.close()
