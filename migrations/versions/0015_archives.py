"""Whole shops in an archive: what owners asked for, and where an imported shop came from.

Revision ID: 0015
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0015_archives")
