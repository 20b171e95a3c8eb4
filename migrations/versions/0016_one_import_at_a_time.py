"""One import over HTTP at a time.

Revision ID: 0016
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0016_one_import_at_a_time")
