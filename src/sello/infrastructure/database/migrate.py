"""Migrations: plain SQL files run by alembic as sello_owner, forward only, printable; then the views of the laws.

The laws hold no data and speak of the newest schema, so they are no revisions: `migrations/laws/*.sql` says what they
are today (`<name>.sql` makes the view `laws_of_<name>`), and every upgrade that finds others puts them in their place.
"""

import hashlib
import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.operations import Operations

_INSTALLED = Path(__file__).parents[2] / "migrations"  # inside the wheel
_CHECKOUT = Path(__file__).parents[4] / "migrations"
_REVISION = re.compile(r'^revision = "(\d+)"', re.MULTILINE)
_STANDS_ON = re.compile(r'^down_revision = "(\d+)"', re.MULTILINE)
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def upgrade(owner_url: str) -> None:
    """Bring the database at `owner_url` (a postgresql:// address of sello_owner) to the newest revision and laws.

    Each revision is one transaction, the laws are another; lock waits are cut at 500 ms, so a failed call may simply be
    repeated. A database that is there already costs one look and not the loading of alembic: every start asks.
    """
    revision, laws = _present(owner_url)
    if revision != newest():
        from alembic import command

        config = _config()
        config.attributes["url"] = owner_url
        command.upgrade(config, "head")
    if laws != _fingerprint():
        with psycopg.connect(owner_url) as connection:
            connection.execute("SET LOCAL lock_timeout = '500ms'")
            for part in _laws():
                connection.execute(part)


def newest() -> str:
    """The newest revision this release knows: the one that no other stands on. Numbers say who wrote it, not when."""
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER / "versions").glob("[0-9]*.py")]
    own, below = ({found[1] for text in texts if (found := said.search(text))} for said in (_REVISION, _STANDS_ON))
    [head] = own - below
    return head


def known() -> frozenset[str]:
    """Every revision this release knows."""
    return frozenset(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def _present(owner_url: str) -> tuple[str | None, str | None]:
    """The revision and the fingerprint of the laws that the database has."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return None, None
        row = connection.execute(
            "SELECT version_num, obj_description(to_regclass('public.broken_laws'), 'pg_class') FROM alembic_version"
        ).fetchone()
        return row or (None, None)


def _law_files() -> list[Path]:
    return sorted((FOLDER / "laws").glob("*.sql"))


def _fingerprint() -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in _law_files())
    return hashlib.sha256(text.encode()).hexdigest()


_DROP_LAWS = """
DO $$
DECLARE
  names text;
BEGIN
  SELECT string_agg(quote_ident(relname), ', ') INTO names FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
      AND (relname = 'broken_laws' OR relname LIKE 'laws\\_of\\_%');
  IF names IS NOT NULL THEN EXECUTE 'DROP VIEW ' || names; END IF;
END $$;
"""


def _laws() -> list[bytes]:
    """The statements that put today's laws in the place of whatever laws there are, to be run in one transaction."""
    files = _law_files()
    texts = [_DROP_LAWS.encode(), *(path.read_bytes() for path in files)]
    views = [Identifier(f"laws_of_{path.stem}") for path in files if b"CREATE VIEW" in path.read_bytes()]
    every: Composed = SQL(" UNION ALL ").join(SQL("TABLE {}").format(view) for view in views)
    texts += [
        statement.as_bytes()
        for statement in (
            SQL("CREATE VIEW broken_laws (law, key, detail) WITH (security_invoker = true) AS {};\n").format(every),
            SQL("GRANT SELECT ON {}, broken_laws TO sello_laws;\n").format(SQL(", ").join(views)),
            SQL("COMMENT ON VIEW broken_laws IS {};\n").format(Literal(_fingerprint())),
        )
    ]
    return texts


def printed() -> str:
    """Every revision and the laws as one SQL script, for people who run migrations by hand and for the linter."""
    from alembic import command

    out = io.StringIO()
    with redirect_stdout(out):
        command.upgrade(_config(out), "head", sql=True)
    return "\n".join((out.getvalue(), "BEGIN;\n", *(part.decode() for part in _laws()), "COMMIT;\n"))


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
