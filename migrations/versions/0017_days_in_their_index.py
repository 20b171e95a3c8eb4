"""A shop's days can be read from their index alone.

Revision ID: 0017
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0017_days_in_their_index")
