"""A step that a merged card gave is given: it stands for the surviving card's round too.

Revision ID: 0011
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0011_merged_steps")
