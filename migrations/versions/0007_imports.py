"""Moving in: imports and exports.

Revision ID: 0007
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0007_imports")
