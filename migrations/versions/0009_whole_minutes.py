"""Happy hours begin at the whole minute: the function took 08:59:59.5 for nine.

Revision ID: 0009
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "add_stamp_v1")
