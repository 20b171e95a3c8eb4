"""The core: shops, people, cards, the ledger, facts.

Revision ID: 0001
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0001_core", "0001_access", "add_stamp_v1")
