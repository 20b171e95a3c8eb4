"""`sello simulator whatsapp`: the process."""

import asyncio
import signal
from pathlib import Path

import uvloop

from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Listening
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.app import Simulator
from sello.infrastructure.whatsapp.simulator.faults import Switches


def run(account: Account, *, port: int, folder: Path, inbound_url: str, switches: Switches | None = None) -> None:
    """Simulate until SIGTERM or Ctrl-C, on loopback alone; the ledger lies in `folder`."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(account, port, folder, inbound_url, switches or Switches()))


async def _serve(account: Account, port: int, folder: Path, inbound_url: str, switches: Switches) -> None:
    ledger = Ledger(folder)
    simulator = Simulator(account, ledger, inbound_url=inbound_url, switches=switches)
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
