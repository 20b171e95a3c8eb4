"""Owners see what became of a code, who is locked out by wrong PINs and who was here lately.

Revision ID: 0019
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0019_what_owners_see")
