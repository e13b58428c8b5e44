"""Webhooks: where news go and come from, and each one of them."""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_webhook_source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_source")),
        sa.UniqueConstraint("key", name=op.f("uq_core_webhook_source_key")),
        sa.UniqueConstraint("name", name=op.f("uq_core_webhook_source_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("entities", db.Json(), nullable=False),
        sa.Column("events", db.Json(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", db.UtcDateTime(), nullable=True),
        sa.Column("claimed_until", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_webhook_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_webhook_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", db.UtcDateTime(), nullable=False),
        sa.Column("handled_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["core_webhook_source.id"], name=op.f("fk_core_webhook_event_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_event")),
        sa.UniqueConstraint("source_id", "external_id", name="uq_core_webhook_event_external"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("changed", db.Json(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("tried_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["core_webhook.id"], name=op.f("fk_core_webhook_delivery_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_webhook_delivery_next", "core_webhook_delivery", ["webhook_id", "state", "id"], unique=False
    )
    op.create_index("ix_core_webhook_delivery_record", "core_webhook_delivery", ["entity", "record_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_core_webhook_delivery_record", table_name="core_webhook_delivery")
    op.drop_index("ix_core_webhook_delivery_next", table_name="core_webhook_delivery")
    op.drop_table("core_webhook_delivery")
    op.drop_table("core_webhook_event")
    op.drop_table("core_webhook")
    op.drop_table("core_webhook_source")
