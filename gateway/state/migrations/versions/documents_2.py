"""The glossary of a document, whether the memory answers, and what became of both."""

import sqlalchemy as sa
from alembic import op

revision = "documents_2"
down_revision = "documents_1"
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("glossary", sa.String(64)))
    op.add_column("documents", sa.Column("memory", sa.Boolean(create_constraint=False)))
    op.add_column("documents", sa.Column("counts", sa.Text))
