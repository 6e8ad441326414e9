"""From where a job was gone on with, and whether its segments may be cached."""

import sqlalchemy as sa
from alembic import op

revision = "documents_3"
down_revision = "documents_2"
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("resumed", sa.BigInteger))
    op.add_column("documents", sa.Column("kept", sa.Boolean(create_constraint=False)))
