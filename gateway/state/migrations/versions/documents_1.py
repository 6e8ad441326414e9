"""Jobs that translate documents."""

import sqlalchemy as sa
from alembic import op

revision = "documents_1"
down_revision = None
depends_on = "tenants_1"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cache", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("characters", sa.BigInteger, nullable=False),
        sa.Column("translated", sa.BigInteger, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("error", sa.String(64)),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("begun_s", sa.BigInteger),
        sa.Column("finished_s", sa.BigInteger),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
        sa.Column("runner", sa.String(32)),
        sa.Column("leased_until_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_documents"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_documents_tenant_tenants"),
    )
    op.create_index("ix_documents_state", "documents", ["state", "leased_until_s"])
    op.create_index("ix_documents_expires_s", "documents", ["expires_s"])
