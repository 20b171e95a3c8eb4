"""The counts of all processes as one text for Prometheus, and the files of dead processes folded into one."""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from sello.shared.metrics import REGISTRY, shared_folder

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_KINDS: Final = ("counter", "histogram")


def exposed() -> bytes:
    """Everything counted so far. Reads files: not for the event loop."""
    folder = shared_folder()
    if folder is None:
        return generate_latest(REGISTRY)
    with _alone(folder):
        fold_the_dead(folder)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def latest(names: tuple[str, ...]) -> dict[str, int]:
    """The last values of plain gauges, of those that any process has set. Reads files: not for the event loop."""
    found = dict[str, int]()
    for line in exposed().decode().splitlines():
        name, _, value = line.partition(" ")
        if name in names:
            found[name] = int(float(value))
    return found


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """One reader at a time: nobody may see a dead process's counts in its own file and in the folded one."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fold_the_dead(folder: Path) -> None:
    """Add the counts of processes that have ended to one file per kind, so that restarts do not pile files up.

    Their counts must stay in the sum: a counter that falls looks like a restart of everything. The caller is alone
    with the folder. Killed in between, one process's counts may count twice, and no more than that.
    """
    for kind in _KINDS:
        kept = folder / f"{kind}_0.db"
        for path in sorted(folder.glob(f"{kind}_*.db")):
            pid = path.stem.rpartition("_")[2]
            if path == kept or not pid.isdigit() or _is_alive(int(pid)):
                continue
            _fold(path, kept)
            path.unlink()


def _fold(path: Path, kept: Path) -> None:
    draft = kept.with_suffix(".draft")
    if kept.exists():
        shutil.copyfile(kept, draft)
    else:
        draft.unlink(missing_ok=True)
    if path.stat().st_size == 0:
        return  # it ended before it counted anything
    total = MmapedDict(str(draft))  # type: ignore[no-untyped-call]
    try:
        found = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
        for key, value, _, _ in found:
            total.write_value(key, total.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
    finally:
        total.close()  # type: ignore[no-untyped-call]
    draft.replace(kept)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
