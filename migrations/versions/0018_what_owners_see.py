"""Owners see what became of a code, who is locked out by wrong PINs and who was here lately.

Revision ID: 0018
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0018_what_owners_see")
