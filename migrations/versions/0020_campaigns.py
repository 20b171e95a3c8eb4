"""Campaigns over WhatsApp: templates, campaigns, their members and sends, codes, links, what comes back.

Revision ID: 0020
"""

from alembic import op

from sello.infrastructure.database.migrate import run_sql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(op, "0020_campaigns")
