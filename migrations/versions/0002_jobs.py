"""The job queue: PgQueuer's tables and who may touch them.

Revision ID: 0002
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0002_jobs")
