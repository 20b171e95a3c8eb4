"""Finer reward rules.

Revision ID: 0004
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0004_rules")
