"""Who runs sello in these tests: whoever runs the tests and, when that is root, also a normal user."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
NOBODY = 65534


@dataclass(frozen=True)
class Person:
    """A user of the machine; `prefix` makes us another one where the checkout lies in a folder of root's."""

    name: str
    uid: int | None = None
    prefix: tuple[str, ...] = ()

    def starts(self, *argv: str, **environ: str) -> "subprocess.Popen[str]":
        """A Python process of this checkout in a session of its own, its output in pipes."""
        return subprocess.Popen(
            [*self.prefix, sys.executable, *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**ENVIRONMENT, **environ},
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            start_new_session=True,
        )

    @contextmanager
    def home(self) -> Generator[Path]:
        """A new folder of this person's own, removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="sello-test-") as name:
            home = Path(name) / "home"
            home.mkdir(mode=0o700)
            if self.uid is not None:
                Path(name).chmod(0o711)
                os.chown(home, self.uid, self.uid)
            yield home


def people() -> list[Person]:
    """Everybody these tests can be."""
    if os.geteuid() != 0:
        return [Person("normal user")]
    normal = Person("normal user", uid=NOBODY)
    try:
        with normal.starts("-c", "import sello, psycopg") as probe:
            probe.communicate()
        reached = probe.returncode == 0
    except PermissionError:
        reached = False
    namespace = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
    return [Person("root"), normal if reached else Person("normal user", prefix=namespace)]


PEOPLE = people()


def until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait for a condition: a slow machine is no failure, its never coming is one."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)
