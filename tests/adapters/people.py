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
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
NOBODY = 65534
NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000")


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
    """Everybody these tests can be: inside a container root may have nobody else to become."""
    if os.geteuid() != 0:
        return [Person("normal user")]
    others = (Person("normal user", uid=NOBODY), Person("normal user", prefix=NAMESPACE))
    return [Person("root"), *[other for other in others if _can_start(other)][:1]]


def _can_start(person: Person) -> bool:
    try:
        with person.starts("-c", "import psycopg, sello") as probe:
            probe.communicate()
    except OSError:
        return False
    return probe.returncode == 0


PEOPLE = people()
HAS_NAMESPACES = os.geteuid() == 0 and _can_start(Person("somebody", prefix=NAMESPACE))


def until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait for a condition: a slow machine is no failure, its never coming is one."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)
