"""`sello up`: starts servers, migrates, fills the demo shop, keeps API and worker running."""

import os
import secrets
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from sello.entry.environment import DATABASE, FOR_PEOPLE, child_environment, given, without
from sello.entry.home import CannotStart, Home, Secrets, is_taken
from sello.entry.listening import API_PORT
from sello.entry.played import SIMULATED, Running, Simulated, running
from sello.entry.processes import (
    RUN_VARIABLE,
    ChildProcess,
    ChildSpec,
    Service,
    Signals,
    Watched,
    end_leftovers,
    say,
)
from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey
from sello.infrastructure.database.embedded_process import dies_with_parent, last_words
from sello.infrastructure.database.roles import ROLES, bootstrap

POLL_SECONDS: Final = 0.05
READY_SECONDS: Final = 120.0
HINT_SECONDS: Final = 15.0
ENDS_BEFORE_READY: Final = 3
LEFTOVER_SECONDS: Final = 15.0
# By the interpreter that runs us: it works from a wheel and from a checkout, with nothing on PATH.
SELLO: Final = (sys.executable, "-c", "from sello.entry.cli import main; main()")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is made of besides the servers; tests bring small children.

    `migrate` gets the owner's address, `wants_demo` the platform role's; when that says yes, `demo` is run with
    the owner's address in its environment.
    """

    children: tuple[ChildSpec, ...]
    migrate: Callable[[str], None]
    wants_demo: Callable[[str], bool]
    demo: tuple[str, ...]
    simulated: tuple[Simulated, ...] = ()


def up(environ: Mapping[str, str] | None = None) -> int:
    """Run the platform in the foreground until Ctrl-C or SIGTERM; the exit code of `sello up`.

    Reads SELLO_HOME (`.sello`) and PORT (8000); DATABASE_URL and REDIS_URL switch the embedded servers off.
    """
    environ = os.environ if environ is None else environ
    port = environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        say(f"PORT must be a number from 1 to 65535, not {port!r}.")
        return 1
    home = Home(Path(environ.get("SELLO_HOME") or ".sello"))
    return Supervisor(home, port=int(port), plan=real_plan(int(port)), environ=environ).run()


def real_plan(port: int) -> Plan:
    """The processes of a real run: the API (two workers of uvicorn) and the worker."""
    # Whose proxy headers count is a setting of ours. A worker of uvicorn that answers its parent late on
    # a busy machine must not be killed for it: 30 s instead of 5.
    options = (
        "--factory --workers 2 --loop sello.entry.serving:Loop --http sello.entry.serving:OneWrite"
        " --no-access-log --no-server-header --no-proxy-headers --log-level warning --timeout-graceful-shutdown 10"
        f" --timeout-worker-healthcheck 30 --limit-concurrency 2000 --host 127.0.0.1 --port {port}"
    )
    uvicorn = (sys.executable, "-m", "uvicorn", "sello.entry.http:create_app", *options.split())
    return Plan(
        children=(
            ChildSpec(name="api", argv=uvicorn, ready="http", port=port),
            ChildSpec(name="worker", argv=(*SELLO, "worker"), ready="file", env={API_PORT: str(port)}),
        ),
        migrate=_migrate,
        wants_demo=_has_no_business,
        demo=(*SELLO, "demo"),
        simulated=SIMULATED,
    )


class Supervisor:
    """One run: starts everything in order, restarts what ends, stops everything the other way round."""

    def __init__(self, home: Home, *, port: int, plan: Plan, environ: Mapping[str, str]) -> None:
        self._home = home
        self._port = port
        self._plan = plan
        self._environ = {**environ, RUN_VARIABLE: secrets.token_hex(16)}
        self._address = f"http://127.0.0.1:{port}"
        self._signals = Signals()
        self._servers: list[Watched] = []
        self._children: list[Watched] = []
        self._simulators: list[Running] = []

    def run(self) -> int:
        """0 after a clean stop; 1, with one sentence on stderr, when it does not work."""
        try:
            with self._signals, self._home.locked(self._address):
                try:
                    self._start()
                    self._keep()
                except _Stopped:
                    return 0
                finally:
                    self._stop()
        except (CannotStart, EmbeddedServerError) as error:
            say(str(error))
        except psycopg.Error as error:
            say(f"the database says: {error}")
        except OSError as error:
            say(f"{error.filename or 'the operating system'} says: {error.strerror or error}.")
        return 1

    def _start(self) -> None:
        self._end_leftovers()
        if is_taken(self._port):
            other = f"PORT={self._port + 1}"
            raise CannotStart(f"Port {self._port} is taken by another program: stop it or choose another, {other}.")
        environ = self._prepare()
        for spec in (*self._plan.children, *(one.spec(SELLO) for one in self._simulators)):
            log, ready = self._home.log_file(spec.name), self._home.run_dir / f"{spec.name}.ready"
            self._launch(self._children, ChildProcess(spec, env=environ, log_file=log, ready_file=ready))
        self._await(self._children)
        places = (
            f"  Dashboard         {self._address}/app",
            f"  Counter           {self._address}/stamp",
            f"  API description   {self._address}/openapi.json",
            f"  Background jobs   {self._address}/admin/login",
            f"  Mail it sends     {self._home.root}/mail",
        )
        played = [one.line for one in self._simulators]
        lines = (f"sello is ready: {self._address}", *places, *played, *self._home.world())
        print("\n".join(lines), flush=True)  # noqa: T201

    def _keep(self) -> None:
        while True:
            self._pause(0.5)
            for watched in (*self._servers, *self._children):
                watched.tick()

    def _stop(self) -> None:
        """API first, so that nobody gets half an answer, then the worker, then what both need."""
        for watched in (*self._children, *self._servers):
            try:
                watched.service.stop()
            except (EmbeddedServerError, OSError) as error:
                say(f"{watched.service.name} could not be stopped: {error}")
        self._home.token_file.unlink(missing_ok=True)

    def _prepare(self) -> dict[str, str]:
        """Servers up, database migrated and filled; returns the environment of our processes."""
        known = self._home.secrets()
        postgres = None if given(self._environ, "DATABASE_URL") else self._start_postgres(known)
        valkey = None if given(self._environ, "REDIS_URL") else self._start_valkey(known)
        self._simulators = running(self._plan.simulated, self._environ, home=self._home, known=known)
        environ = child_environment(
            self._environ,
            home=self._home,
            address=self._address,
            known=known,
            postgres=postgres,
            valkey=valkey,
            simulated={name: value for one in self._simulators for name, value in one.settings.items()},
        )
        self._await(self._servers)
        if postgres is not None:
            passwords = {role: known.password_of(role) for role in ROLES}
            bootstrap(postgres.admin_dsn(), database=DATABASE, passwords=passwords)
        self._home.write_env({name: environ[name] for name in FOR_PEOPLE if name in environ})
        self._migrate(given(environ, "DATABASE_OWNER_URL"))
        # A server of somebody's own may be the real thing: no invented shop with known passwords there.
        if postgres is not None and self._plan.wants_demo(environ["DATABASE_PLATFORM_URL"]):
            self._fill_demo(environ)
        return without(environ, "DATABASE_OWNER_URL")

    def _start_postgres(self, known: Secrets) -> EmbeddedPostgres:
        folder, log = self._home.postgres_dir, self._home.log_file("postgres")
        server = EmbeddedPostgres(folder, port=0, password=known.postgres_password, log_file=log)
        server.clear_strays()
        server.port = self._home.port("postgres")
        if not (folder / "PG_VERSION").exists():
            say(f"first start: making a database of PostgreSQL {server.version} in {folder}")
        self._launch(self._servers, server)
        return server

    def _start_valkey(self, known: Secrets) -> EmbeddedValkey:
        folder, log = self._home.valkey_dir, self._home.log_file("valkey")
        server = EmbeddedValkey(folder, port=0, password=known.valkey_password, log_file=log)
        server.clear_strays()
        server.port = self._home.port("valkey")
        self._launch(self._servers, server)
        return server

    def _launch(self, group: list[Watched], service: Service) -> None:
        watched = Watched(service)
        group.append(watched)
        watched.launch()

    def _await(self, group: Sequence[Watched]) -> None:
        """Return when all are ready; CannotStart when one ends thrice or is not ready after 120 s."""
        begin = time.monotonic()
        hint = begin + HINT_SECONDS
        while waiting := [watched for watched in group if not watched.is_ready()]:
            self._pause(POLL_SECONDS)
            for watched in (*self._servers, *self._children):
                watched.tick()
            for watched in waiting:
                if watched.ends >= ENDS_BEFORE_READY:
                    raise CannotStart(f"{watched.service.name} does not start: {_last_words(watched.service)}")
            late, now = waiting[0].service, time.monotonic()
            if now > begin + READY_SECONDS:
                raise CannotStart(f"{late.name} was not ready after {READY_SECONDS:.0f} s: {_last_words(late)}")
            if now > hint:  # uvicorn starts workers that fail again and again and never ends by itself
                hint = begin + READY_SECONDS
                say(f"still waiting for {late.name}: {_last_words(late)}")

    def _pause(self, seconds: float) -> None:
        self._signals.wait(seconds)
        if self._signals.stops:
            raise _Stopped

    def _migrate(self, owner_url: str | None) -> None:
        self._pause(0)
        if owner_url is None:
            say("DATABASE_OWNER_URL is not set, so migrations are left to you (`sello migrate`).")
            return
        try:
            self._plan.migrate(owner_url)
        except Exception as error:
            log = self._home.log_file("migrate")
            log.write_text(traceback.format_exc())
            raise CannotStart(f"The migrations failed: {type(error).__name__}; see {log}.") from error

    def _fill_demo(self, environ: Mapping[str, str]) -> None:
        """A shop to look at, on the first start only; without it sello still runs."""
        self._pause(0)
        say("first start: filling the demo shop")
        log = self._home.log_file("demo")
        with log.open("ab") as output:
            demo = subprocess.Popen(
                self._plan.demo,
                stdin=subprocess.DEVNULL,
                stdout=output,
                env=dict(environ),
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        try:
            while demo.poll() is None:
                self._pause(POLL_SECONDS)
        finally:
            demo.terminate()
            demo.wait()
        if demo.returncode != 0:
            say(f"the demo shop could not be filled (exit code {demo.returncode}); see {log}")

    def _end_leftovers(self) -> None:
        """After a killed supervisor: its children must not serve beside ours."""
        token_file = self._home.token_file
        if token_file.exists() and (token := token_file.read_text().strip()):
            ended = end_leftovers(token, seconds=LEFTOVER_SECONDS)
            if ended:
                say(f"{ended} processes of a run that was killed were ended first.")
        token_file.write_text(self._environ[RUN_VARIABLE])


class _Stopped(Exception):
    """A signal asked us to stop."""


def _last_words(service: Service) -> str:
    return f"{last_words(service.log_file)} (see {service.log_file})"


def _migrate(owner_url: str) -> None:
    from sello.infrastructure.database.migrate import upgrade  # imports alembic: while the servers start

    upgrade(owner_url)


def _has_no_business(platform_url: str) -> bool:
    with psycopg.connect(platform_url) as db:
        return db.execute("SELECT FROM businesses LIMIT 1").rowcount == 0
