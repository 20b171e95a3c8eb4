"""A simulator's ledger: the file that proofs compare with."""

import os
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from sello.shared import clock

LEDGER: Final = "ledger.jsonl"


class Ledger:
    """An append-only file, a JSON line for each thing that happened; written before anybody hears of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / LEDGER
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, what: str, **facts: Any) -> None:
        """Append one line. `monotonic` is the machine's clock that nobody sets."""
        os.write(self._file, _line(what, facts))

    def lines(self) -> list[dict[str, Any]]:
        """Everything since the last `clear`."""
        return [msgspec.json.decode(line) for line in self.path.read_bytes().splitlines()]

    def clear(self) -> None:
        """Begin anew."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


class Draft(Ledger):
    """Lines that lie on no disk yet, of a past that is being made up: they are laid in once it is certain."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, what: str, **facts: Any) -> None:
        """Keep one line."""
        self._written.append(_line(what, facts))

    def lines(self) -> list[dict[str, Any]]:
        """Everything that was written."""
        return [msgspec.json.decode(line) for line in self._written]

    def lay_in(self, folder: Path) -> None:
        """Append all of it to the ledger of this folder, where the next start of the simulator reads it."""
        ledger = Ledger(folder)
        os.write(ledger._file, b"".join(self._written))
        ledger.close()


def _line(what: str, facts: dict[str, Any]) -> bytes:
    line = {"what": what, **facts, "at": clock.now().timestamp(), "monotonic": time.monotonic()}
    return msgspec.json.encode(line) + b"\n"
