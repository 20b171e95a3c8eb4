"""Migrations: plain SQL files run by alembic as sello_owner, forward only, printable."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.operations import Operations

_INSTALLED = Path(__file__).parents[2] / "migrations"  # inside the wheel
_CHECKOUT = Path(__file__).parents[4] / "migrations"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def upgrade(owner_url: str) -> None:
    """Bring the database at `owner_url` (a postgresql:// address of sello_owner) to the newest revision.

    Each revision is one transaction; lock waits are cut at 500 ms, so a failed call may simply be repeated.
    """
    config = _config()
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


def printed() -> str:
    """Every revision as one SQL script, for people who run migrations by hand and for the linter."""
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


def _config(out: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=out) if out else Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
