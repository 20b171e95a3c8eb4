"""Moving in: imported visits, where an import stands, and what was wrong with its lines.

Revision ID: 0013
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0013_moving_in")
