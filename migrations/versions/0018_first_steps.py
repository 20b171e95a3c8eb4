"""A picture for a shop's card, and which first steps its owner has ticked off.

Revision ID: 0018
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0018_first_steps")
