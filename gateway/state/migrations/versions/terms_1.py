"""Glossaries with their versions, translation memories, readers' suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "terms_1"
down_revision = None
depends_on = "tenants_1"


def upgrade() -> None:
    op.create_table(
        "glossaries",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.String(35), nullable=False),
        sa.Column("target", sa.String(35), nullable=False),
        sa.Column("term_count", sa.Integer, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", "version", name="pk_glossaries"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_glossaries_tenant_tenants"),
    )
    op.create_table(
        "memory_units",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("source_lang", sa.String(35), nullable=False),
        sa.Column("target_lang", sa.String(35), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("reviewed", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("reviewer_key", sa.String(16), nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_memory_units"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_memory_units_tenant_tenants"),
    )
    key = ["tenant", "source_lang", "target_lang", "hash"]
    op.create_index("uq_memory_units_source", "memory_units", key, unique=True)
    op.create_table(
        "memory_revisions",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_memory_revisions"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_memory_revisions_tenant_tenants"),
    )
    op.create_table(
        "feedback",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(32), nullable=False),
        sa.Column("source_lang", sa.String(35), nullable=False),
        sa.Column("target_lang", sa.String(35), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("suggested", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("publish", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("licence", sa.String(64), nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("reviewer_key", sa.String(16), nullable=False),
        sa.Column("decided_s", sa.BigInteger),
        sa.PrimaryKeyConstraint("tenant", "ticket", name="pk_feedback"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_feedback_tenant_tenants"),
    )
