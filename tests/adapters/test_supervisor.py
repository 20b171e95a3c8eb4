"""`sello up` with tiny children: its first start, its refusals, its restarts, its clean stop, its own kill -9."""

import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sello.entry.home import Home, is_taken
from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedValkey, free_port
from sello.infrastructure.database.embedded_process import marked_pids
from sello.infrastructure.database.roles import ROLES, bootstrap
from tests.adapters.people import PEOPLE, Person, until

LOGINS = ["rosa: a password"]


class Run:
    """One `sello up` and what is seen of it from outside."""

    def __init__(self, person: Person, home: Path, kind: str, environ: dict[str, str]) -> None:
        self.home = home
        self.port = int(environ.pop("PORT", "0")) or free_port()
        self._kind = kind
        argv = ("-m", "tests.adapters.supervised", str(home), str(self.port), kind)
        self.process = person.starts(*argv, **environ)

    def until_ready(self) -> list[str]:
        """The lines that it prints when it is ready."""
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline().strip()]
        if not lines[0]:
            raise AssertionError(self.process.communicate()[1])
        logins = Home(self.home).world()
        last = logins[-1].strip() if logins else f"Mail it sends     {self.home}/mail"
        while lines[-1] != last:
            lines.append(self.process.stdout.readline().strip())
            assert lines[-1], "an empty line, or its end, before the last log-in"
        return lines

    def api(self) -> dict[str, Any]:
        """Process id and environment of the API; empty while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return {}

    def worker_pid(self) -> int:
        """The worker's process id; 0 while it has not said that it is ready."""
        try:
            return int((self.home / "run" / "worker.ready").read_text())
        except (OSError, ValueError):
            return 0

    def server_pid(self, server: str) -> int:
        """The oldest process of one of our servers: the postmaster, or Valkey; 0 when none runs."""
        return min(self.servers()[server], default=0)

    def servers(self) -> dict[str, list[int]]:
        """Every process of our servers."""
        postgres = EmbeddedPostgres(self.home / "postgres", port=1, password="x")
        valkey = EmbeddedValkey(self.home / "valkey", port=1, password="x")
        return {
            "postgres": marked_pids("postgres", postgres.mark),
            "valkey-server": marked_pids("valkey-server", valkey.mark),
        }

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to stop; its exit code and what it said on stderr."""
        self.process.send_signal(sign)
        said = self.process.communicate(timeout=60)[1]
        return self.process.returncode, said

    def leaves_nothing(self) -> bool:
        """Whether neither servers nor children are left."""
        return not any(self.servers().values()) and not is_taken(self.port)

    def end(self) -> None:
        """Whatever happened, nothing of it survives the test."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.communicate()
        until(self.leaves_nothing)


Starter = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts runs (by default in one home of this test's own) and ends them afterwards."""
    with ExitStack() as stack:

        def start(
            *, home: Path = tmp_path / "home", person: Person = PEOPLE[0], kind: str = "whole", **environ: str
        ) -> Run:
            run = Run(person, home, kind, environ)
            stack.callback(run.end)
            return run

        yield start


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_two_starts_and_a_second_one_beside_them(person: Person, start: Starter) -> None:
    with person.home() as home:
        run = start(home=home, person=person)
        address = f"http://127.0.0.1:{run.port}"
        first, *_, last = run.until_ready()
        assert [first, last] == [f"sello is ready: {address}", *LOGINS]
        made = {name: (home / name).read_text() for name in ("secrets.json", "ports.json")}
        assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600

        second = start(home=home, person=person)
        said = second.process.communicate(timeout=60)[1]
        assert second.process.returncode == 1
        assert said == f"sello: sello already runs at {address} (process {run.process.pid}).\n"

        code, said = run.stop()
        assert (code, said.count("first start")) == (0, 2), said
        assert run.leaves_nothing()
        assert (home / "stopped").read_text() == "api worker "

        again = start(home=home, person=person, PORT=str(run.port))
        first, *_, last = again.until_ready()
        assert [first, last] == [f"sello is ready: {address}", *LOGINS]
        assert {name: (home / name).read_text() for name in made} == made
        code, said = again.stop(signal.SIGINT)
        assert (code, said) == (0, ""), "nothing is made or filled twice"
        assert again.leaves_nothing()


def test_what_ends_is_started_again(start: Starter) -> None:
    run = start()
    run.until_ready()
    roots: dict[str, Callable[[], int]] = {
        "api": lambda: int(run.api().get("pid", 0)),
        "worker": run.worker_pid,
        "PostgreSQL": lambda: run.server_pid("postgres"),
        "Valkey": lambda: run.server_pid("valkey-server"),
    }
    for pid in roots.values():
        before = pid()
        os.kill(before, signal.SIGKILL)
        until_other(pid, before)
    until(lambda: rows(run) == 1)
    code, said = run.stop()
    assert code == 0
    for name in roots:
        assert re.search(
            rf"^sello: {name} ended \(signal 9\); it is started again now; its log is .*\.log$", said, re.MULTILINE
        )


def until_other(pid: Callable[[], int], before: int) -> None:
    until(lambda: pid() not in (0, before))


def rows(run: Run) -> int:
    """Businesses in the database, read as the platform role; -1 while it cannot be read."""
    try:
        with psycopg.connect(run.api()["environ"]["DATABASE_PLATFORM_URL"]) as db:
            row = db.execute("SELECT count(*) FROM businesses").fetchone()
    except (psycopg.Error, KeyError):
        return -1
    assert row is not None
    return int(row[0])


def test_the_children_get_what_they_need_and_no_more(start: Starter) -> None:
    run = start(METRICS_TOKEN="my own", DATABASE_OWNER_URL="postgresql://left.over/from/elsewhere")
    run.until_ready()
    environ = run.api()["environ"]
    secrets = json.loads((run.home / "secrets.json").read_text())
    assert environ["METRICS_TOKEN"] == "my own"
    assert environ["JWT_SECRET"] == secrets["jwt_secret"]
    assert environ["DATA_KEY"] == secrets["data_key"]
    assert environ["PUBLIC_BASE_URL"] == f"http://127.0.0.1:{run.port}"
    assert Path(environ["PROMETHEUS_MULTIPROC_DIR"]).is_dir()
    assert "DATABASE_OWNER_URL" not in environ
    assert secrets["postgres_password"] not in json.dumps(environ)
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_PLATFORM_URL", "platform"), ("DATABASE_LAWS_URL", "laws")):
        with psycopg.connect(environ[name]) as db:
            assert db.execute("SELECT current_user::text").fetchone() == (f"sello_{role}",)


def test_a_taken_port_is_said_in_one_sentence(start: Starter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start(PORT=str(port))
        said = run.process.communicate(timeout=60)[1]
    assert run.process.returncode == 1
    other = f"PORT={port + 1}"
    assert said == f"sello: Port {port} is taken by another program: stop it or choose another, {other}.\n"


def test_a_child_that_cannot_start_ends_all_with_its_last_words(start: Starter) -> None:
    run = start(kind="broken")
    said = run.process.communicate(timeout=60)[1]
    assert run.process.returncode == 1
    assert "sello: worker does not start: no such table of stamps" in said
    assert run.leaves_nothing()


def test_after_its_own_kill_9_the_next_start_is_whole(start: Starter) -> None:
    run = start()
    run.until_ready()
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.communicate()
    again = start(PORT=str(run.port))
    assert again.until_ready()[0] == f"sello is ready: http://127.0.0.1:{run.port}"
    assert rows(again) == 1
    assert again.stop()[0] == 0


def test_servers_of_your_own_are_used_and_left_alone(start: Starter, tmp_path: Path) -> None:
    passwords = dict.fromkeys(ROLES, "given")
    postgres = EmbeddedPostgres(tmp_path / "own", port=free_port(), password="x", fast_unsafe=True)
    valkey = EmbeddedValkey(tmp_path / "cache", port=free_port(), password="x")
    try:
        postgres.start()
        valkey.start()
        bootstrap(postgres.admin_dsn(), database="mine", passwords=passwords)
        where = f"given@127.0.0.1:{postgres.port}/mine"
        urls = {
            f"DATABASE_{kind}URL": f"postgresql://sello_{role}:{where}"
            for kind, role in (("", "app"), ("PLATFORM_", "platform"), ("OWNER_", "owner"))
        }
        run = start(**urls, REDIS_URL=valkey.url)
        run.until_ready()
        assert not any(run.servers().values())
        assert run.api()["environ"]["DATABASE_URL"] == urls["DATABASE_URL"]
        assert rows(run) == 0, "migrated, and no invented shop in it"
        assert run.stop()[0] == 0
        assert postgres.pid is not None
        assert valkey.pid is not None
    finally:
        postgres.kill()
        valkey.kill()


def test_half_a_setting_of_servers_is_refused(start: Starter) -> None:
    run = start(DATABASE_URL="postgresql://sello_app@127.0.0.1/mine")
    said = run.process.communicate(timeout=60)[1]
    assert run.process.returncode == 1
    assert said == "sello: DATABASE_URL is set and DATABASE_PLATFORM_URL is not: a server of yours needs both.\n"


def test_lost_secrets_are_not_made_up_beside_old_data(start: Starter) -> None:
    run = start()
    run.until_ready()
    run.stop()
    (run.home / "secrets.json").unlink()
    again = start()
    said = again.process.communicate(timeout=60)[1]
    assert again.process.returncode == 1
    assert "secrets.json is gone but its database is not: bring it back" in said
    assert not (run.home / "secrets.json").exists()


def test_ports_are_remembered_until_somebody_takes_them(tmp_path: Path) -> None:
    home = Home(tmp_path)
    port = home.port("postgres")
    assert home.port("postgres") == port
    with socket.create_server(("127.0.0.1", port)):
        moved = home.port("postgres")
        assert moved != port
    assert home.port("postgres") == moved


def test_a_long_log_is_put_aside_at_the_start(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.locked("http://127.0.0.1:8000"):
        home.log_file("api").write_bytes(b"x" * 10_000_001)
        assert not home.log_file("api").exists()
        assert (home.log_dir / "api.log.1").stat().st_size == 10_000_001
