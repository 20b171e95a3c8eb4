"""One import over HTTP at a time.

Revision ID: 0012
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0012_one_import_at_a_time")
