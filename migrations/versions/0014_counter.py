"""The counter: dismissed guesses, limits of wrong PINs and proofs, sign-ins by time, forgotten enrolments.

Revision ID: 0014
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0014_counter")
