"""Statistics of shops and customers.

Revision ID: 0008
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0008_statistics")
