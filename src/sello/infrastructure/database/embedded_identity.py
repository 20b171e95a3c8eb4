"""Who runs PostgreSQL's programs: they refuse uid 0, root needs an identity that reaches programs and data.

Nothing on the way to the data is ever opened to others: what does not work as it is, is reached by another
way. Each way is tried by really starting `postgres --version` in the data folder; the first that works is
taken.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sello.infrastructure.database.embedded_process import EmbeddedServerError

NOBODY: Final = 65534
NAMESPACE: Final = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
PROBE: Final = 'cd "$1" && test -w . && exec "$2" --version'


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How PostgreSQL's programs of `bin_dir` are started.

    `uid` and `gid` None: as we are (inside a user namespace when `prefix` makes one). `by_descriptor`: the
    data folder lies below one that this user may not enter, so it is handed over as an open directory
    (Linux).
    """

    bin_dir: Path
    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()
    by_descriptor: bool = False

    def program(self, name: str) -> tuple[str, ...]:
        """The first words of a command line that runs the program."""
        return (*self.prefix, str(self.bin_dir / name))

    def own(self, path: Path | int) -> None:
        """Make this identity the owner of one file or folder (or open file), without following links."""
        if self.uid is None and not self.prefix:
            return
        uid, gid = (os.geteuid(), os.getegid()) if self.uid is None or self.gid is None else (self.uid, self.gid)
        if isinstance(path, int):
            os.fchown(path, uid, gid)
        else:
            os.chown(path, uid, gid, follow_symlinks=False)

    def own_all(self, folder: Path) -> None:
        """Make this identity the owner of all data when they are another's; no server runs then."""
        version = folder / "PG_VERSION"
        if version.exists() and version.stat().st_uid != (os.geteuid() if self.uid is None else self.uid):
            for path in folder.rglob("*"):
                self.own(path)

    @contextmanager
    def reach(self, data_dir: Path) -> Generator[tuple[str, tuple[int, ...]]]:
        """The name by which a program started now finds the data folder, and the descriptors it needs."""
        if not self.by_descriptor:
            yield str(data_dir), ()
            return
        descriptor = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)

    def run(self, argv: tuple[str, ...], *, pass_fds: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this identity, output captured."""
        return subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=server_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            pass_fds=pass_fds,
        )


def server_environment() -> dict[str, str]:
    """Our environment without what would change how a server behaves (PG*, locales)."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8" if sys.platform.startswith("linux") else "C", "TZ": "UTC"}


def choose(bin_dir: Path, data_dir: Path) -> Identity:
    """The first identity that can run the programs on the existing `data_dir`, made its own."""
    if os.geteuid() != 0:
        return Identity(bin_dir=bin_dir)
    refusals = []
    for identity in _candidates(bin_dir, data_dir):
        refusal = _refusal(identity, data_dir)
        if refusal is None:
            identity.own_all(data_dir)
            return identity
        refusals.append(refusal)
    raise EmbeddedServerError(
        f"PostgreSQL refuses to run as root, and no other user can reach {bin_dir} and {data_dir}: run sello "
        f"as a normal user, or set SELLO_HOME to a folder others may enter ({refusals[-1]})."
    )


def _candidates(bin_dir: Path, data_dir: Path) -> Iterator[Identity]:
    """Cheapest first; data of an earlier start keep their owner where possible."""
    owner = data_dir.stat()
    made = (data_dir / "PG_VERSION").exists()
    uid, gid = (owner.st_uid, owner.st_gid) if made and owner.st_uid != 0 else _nobody()
    user = Identity(bin_dir=bin_dir, uid=uid, gid=gid)
    namespace = Identity(bin_dir=bin_dir, prefix=NAMESPACE)
    descriptor = replace(user, by_descriptor=True)
    if made and owner.st_uid == 0:
        yield from (namespace, user, descriptor)
    elif made:
        yield from (user, descriptor, namespace)
    else:
        yield from (user, namespace, descriptor)
    copied = _copy(bin_dir)
    if copied is not None:
        yield replace(user, bin_dir=copied)
        yield replace(user, bin_dir=copied, by_descriptor=True)


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return NOBODY, NOBODY
    return entry.pw_uid, entry.pw_gid


def _refusal(identity: Identity, data_dir: Path) -> str | None:
    """Why this identity does not work here; None when it does."""
    before = data_dir.stat()
    try:
        identity.own(data_dir)
        with identity.reach(data_dir) as (name, descriptors):
            probe = (*identity.prefix, "/bin/sh", "-c", PROBE, "sh", name, str(identity.bin_dir / "postgres"))
            done = identity.run(probe, pass_fds=descriptors)
        refusal = None if done.returncode == 0 else (done.stderr.strip() or f"exit code {done.returncode}")
    except OSError as error:
        refusal = str(error)
    if refusal is not None:
        os.chown(data_dir, before.st_uid, before.st_gid)
    return refusal


def _copy(bin_dir: Path) -> Path | None:
    """A copy of the wheel's programs where every user may enter; None when they are not the wheel's.

    The libraries lie beside the package, where the programs' relative search path expects them.
    """
    package = bin_dir.parent.parent
    libraries = package.with_name(package.name + ".libs")
    if bin_dir.parent.name != "pginstall" or not libraries.is_dir():
        return None
    stamp = (bin_dir / "postgres").stat()
    folder = Path(tempfile.gettempdir()) / f"sello-postgres-{os.geteuid()}-{stamp.st_size}-{stamp.st_mtime_ns}"
    if not _is_ours(folder):
        fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
        for source in (package, libraries):
            shutil.copytree(source, fresh / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        _open_to_all(fresh)
        try:
            fresh.rename(folder)
        except OSError:  # another start was faster, or the name is not ours: then only we use this copy
            folder = fresh
    return folder / package.name / bin_dir.parent.name / bin_dir.name


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o700
            path.chmod(mode | mode >> 3 & 0o050 | mode >> 6 & 0o005)
