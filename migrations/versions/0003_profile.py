"""A shop's own look: colours, files, posters, and every address it ever had.

Revision ID: 0003
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0003_profile")
