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
        line = {"what": what, **facts, "at": clock.now().timestamp(), "monotonic": time.monotonic()}
        os.write(self._file, msgspec.json.encode(line) + b"\n")

    def lines(self) -> list[dict[str, Any]]:
        """Everything since the last `clear`."""
        return [msgspec.json.decode(line) for line in self.path.read_bytes().splitlines()]

    def clear(self) -> None:
        """Begin anew."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
