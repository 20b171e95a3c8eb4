"""Erased people, and the functions that forget words in rows that are never changed otherwise.

Revision ID: 0010
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0010_erasures")
