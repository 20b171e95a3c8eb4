"""A step that a merged card gave is given: it stands for the surviving card's round too.

Revision ID: 0015
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0015_merged_steps")
