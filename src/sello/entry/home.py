"""The folder of one installation (`.sello/`): its lock, secrets, ports, logs and traces of the run."""

import base64
import fcntl
import json
import os
import secrets
import shlex
import shutil
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from sello.infrastructure.database.embedded import free_port

LOG_BYTES: Final = 10_000_000


class CannotStart(Exception):
    """sello cannot start or go on; the text is one sentence for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What this installation invents for itself on its first start."""

    postgres_password: str
    sello_owner_password: str
    sello_app_password: str
    sello_platform_password: str
    sello_laws_password: str
    valkey_password: str
    jwt_secret: str
    data_key: str
    metrics_token: str
    twilio_auth_token: str

    def password_of(self, role: str) -> str:
        """The password of one of the database's log-in roles."""
        return str(getattr(self, f"{role}_password"))


class Home:
    """Paths and small files below one folder; only the holder of the lock writes them."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.run_dir = self.root / "run"
        self.log_dir = self.root / "log"
        self.postgres_dir = self.root / "postgres"
        self.valkey_dir = self.root / "valkey"
        self.metrics_dir = self.run_dir / "metrics"
        self.token_file = self.run_dir / "token"

    @contextmanager
    def locked(self, address: str) -> Generator[None]:
        """Hold the installation until the block ends or we die; CannotStart when another process does."""
        # Others may pass through (PostgreSQL runs as another user when we are root) but not look around.
        self.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotStart(_who_runs(lock.read())) from error
            lock.truncate()
            json.dump({"pid": os.getpid(), "address": address}, lock)
            lock.flush()
            for folder in (self.run_dir, self.log_dir):
                folder.mkdir(mode=0o700, exist_ok=True)
            yield

    def secrets(self) -> Secrets:
        """The installation's secrets, made on the first call; a new release's additional ones are added."""
        path = self.root / "secrets.json"
        if not path.exists() and (self.postgres_dir / "PG_VERSION").exists():
            raise CannotStart(f"{path} is gone but its database is not: bring it back, or remove {self.root}.")
        known = _read_json(path)
        found = Secrets(**{field.name: known.get(field.name) or _new_secret() for field in fields(Secrets)})
        if any(name not in known for name in asdict(found)):
            _write_json(path, {**known, **asdict(found)})
        return found

    def port(self, name: str) -> int:
        """The port this server had the last time, or a new one when it is taken or there was none."""
        ports = _read_json(self.root / "ports.json")
        port = ports.get(name)
        if not isinstance(port, int) or is_taken(port):
            port = free_port()
            _write_json(self.root / "ports.json", {**ports, name: port})
        return port

    def log_file(self, name: str) -> Path:
        """The log of one process. Called once per start; a log over 10 MB becomes `<name>.log.1` then."""
        path = self.log_dir / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
        return path

    def fresh_metrics_dir(self) -> Path:
        """An empty folder for the counters of this run's processes."""
        shutil.rmtree(self.metrics_dir, ignore_errors=True)
        self.metrics_dir.mkdir(mode=0o700)
        return self.metrics_dir

    def write_env(self, settings: Mapping[str, str]) -> None:
        """Keep the settings of the running installation as `env`, for commands of a person: `. .sello/env`."""
        lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
        _write_text(
            self.root / "env", "# The settings of the running installation: set -a; . .sello/env; set +a\n" + lines
        )

    def world(self) -> list[str]:
        """Log-ins of the demo world, as lines for the terminal; empty when there is none."""
        return [str(line) for line in _read_json(self.root / "world.json").get("logins", ())]


def is_taken(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _who_runs(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"sello already runs at {holder['address']} (process {holder['pid']})."
    except (ValueError, KeyError, TypeError):
        return "sello is already being started by another process."


def _new_secret() -> str:
    """264 random bits in 44 letters that need no quoting in an address (33 bytes leave no padding)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(33)).decode()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CannotStart(f"{path} is not the JSON that sello wrote: mend it, or remove {path.parent}.") from error
    return found if isinstance(found, dict) else {}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    _write_text(path, json.dumps(content, indent=2))


def _write_text(path: Path, content: str) -> None:
    """Write all or nothing, for our eyes only."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
