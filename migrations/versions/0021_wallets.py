"""Cards in the phone: passes, phones, registrations, what became of every change.

Revision ID: 0021
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0021_wallets")
