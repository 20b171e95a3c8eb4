"""Posters of several designs, table tents, and pictures that everybody may fetch.

Revision ID: 0022
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0022_posters")
