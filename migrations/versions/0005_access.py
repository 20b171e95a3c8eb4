"""Tills, PINs and API keys.

Revision ID: 0005
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0005_access")
