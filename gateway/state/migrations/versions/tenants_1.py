"""Tenants, API keys and their usage; the public is a tenant from the start."""

import time

import sqlalchemy as sa
from alembic import op

revision = "tenants_1"
down_revision = None
depends_on = None


def upgrade() -> None:
    clock = op.create_table(
        "key_clock",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_clock"),
    )
    op.bulk_insert(clock, [{"id": 1, "changes": 0}])
    tenants = op.create_table(
        "tenants",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("shares_cache", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
    )
    op.bulk_insert(tenants, [{"id": "public", "created_s": round(time.time()), "shares_cache": False}])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("requests_per_minute", sa.Integer),
        sa.Column("characters_per_day", sa.BigInteger),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("expires_s", sa.BigInteger),
        sa.Column("revoked_s", sa.BigInteger),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_api_keys_tenant_tenants"),
    )
    op.create_index("ix_api_keys_tenant", "api_keys", ["tenant"])
    op.create_index("ix_api_keys_changed", "api_keys", ["changed"])
    op.create_table(
        "usage",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("api_key", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("characters", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "api_key", "day", name="pk_usage"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_usage_tenant_tenants"),
    )
