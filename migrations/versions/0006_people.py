"""Privacy requests, merges and texts.

Revision ID: 0006
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0006_people")
