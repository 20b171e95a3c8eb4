"""The simulator's ledger: an append-only file, a JSON line for each thing that happened."""

import os
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from sello.shared import clock

LEDGER: Final = "ledger.jsonl"


class Ledger:
    """What pushes came and what phones did; what proofs compare with."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / LEDGER
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, what: str, **facts: Any) -> None:
        """Append one line. `monotonic` is the machine's clock that nobody sets."""
        line = {"what": what, **facts, "at": clock.now().timestamp(), "monotonic": time.monotonic()}
        os.write(self._file, msgspec.json.encode(line) + b"\n")

    def clear(self) -> None:
        """Begin anew."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
