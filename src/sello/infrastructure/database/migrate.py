"""Migrations: plain SQL files run by alembic as sello_owner, forward only, printable."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.operations import Operations

_INSTALLED = Path(__file__).parents[2] / "migrations"  # inside the wheel
_CHECKOUT = Path(__file__).parents[4] / "migrations"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def upgrade(owner_url: str) -> None:
    """Bring the database at `owner_url` (a postgresql:// address of sello_owner) to the newest revision.

    Each revision is one transaction; lock waits are cut at 500 ms, so a failed call may simply be repeated. A database
    that is there already costs one look and not the loading of alembic: every start asks.
    """
    if _present(owner_url) == newest():
        return
    from alembic import command

    config = _config()
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


def newest() -> str:
    """The newest revision this release knows: files are named by their revision, in order."""
    return max(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def _present(owner_url: str) -> str | None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def printed() -> str:
    """Every revision as one SQL script, for people who run migrations by hand and for the linter."""
    from alembic import command

    out = io.StringIO()
    with redirect_stdout(out):
        command.upgrade(_config(out), "head", sql=True)
    return out.getvalue()


def run_sql(op: Any, *names: str) -> None:
    """Run files of `migrations/sql` inside a revision; called by revisions only."""
    operations: Operations = op
    context = operations.get_context()
    for name in names:
        text = (FOLDER / "sql" / f"{name}.sql").read_text()
        if context.as_sql:
            context.impl.static_output(text)
        else:
            connection = operations.get_bind().connection.driver_connection
            assert connection is not None  # noqa: S101  # a bound connection always has its driver's
            connection.execute(text)


def _config(out: io.StringIO | None = None) -> "Config":
    from alembic.config import Config

    config = Config(output_buffer=out) if out else Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
