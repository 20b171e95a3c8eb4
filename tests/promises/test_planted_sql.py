"""`make check` refuses SQL that is put together from pieces: ty sees that it is no literal text.

Planted into a copy of the tree and checked as `make check` checks it, with a literal twin that has to pass.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.source import ROOT, SRC

TOOLS = Path(sys.executable).parent

PLANTED = '''"""Planted."""

from psycopg import AsyncConnection

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId


class Name:
    """A row."""

    name: str


async def planted(
    db: Db, platform_db: PlatformDb, connection: AsyncConnection, business_id: BusinessId, table: str
) -> None:
    """One statement."""
    await {call}
'''

CALLS = {
    "fetch_one": "db.fetch_one(Name, business_id, {sql})",
    "fetch_all": "db.fetch_all(Name, business_id, {sql})",
    "execute": "db.execute(business_id, {sql})",
    "platform": "platform_db.fetch_all(Name, {sql})",
    "psycopg": "connection.execute({sql})",
}

BUILT = {
    "f-string": 'f"SELECT name FROM {table}"',
    "plus": '"SELECT name FROM " + table',
    "percent": '"SELECT name FROM %s" % table',
    "format": '"SELECT name FROM {}".format(table)',
    "join": '" ".join(["SELECT name FROM", table])',
}

LITERAL = '"SELECT name " + "FROM branches"'


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source and of the type checker's settings."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copytree(SRC, copy / "src", ignore=shutil.ignore_patterns("__pycache__", "web", "*.egg-info"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def check(copy: Path, call: str, sql: str) -> subprocess.CompletedProcess[str]:
    """`ty check` of one planted module."""
    module = copy / "src" / "sello" / "planted.py"
    module.write_text(PLANTED.replace("{call}", CALLS[call].replace("{sql}", sql)), encoding="utf-8")
    return subprocess.run(
        [TOOLS / "ty", "check", "--python", TOOLS.parent, "--output-format", "concise", module],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("built", BUILT)
@pytest.mark.parametrize("call", CALLS)
def test_built_sql_is_refused(call: str, built: str, copy: Path) -> None:
    outcome = check(copy, call, BUILT[built])
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "Found 1 diagnostic" in outcome.stdout
    assert "planted.py:19:" in outcome.stdout


@pytest.mark.parametrize("call", CALLS)
def test_literal_sql_passes(call: str, copy: Path) -> None:
    outcome = check(copy, call, LITERAL)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
