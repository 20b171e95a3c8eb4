"""Who a shop is before the law, version by version.

Revision ID: 0012
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0012_identities")
