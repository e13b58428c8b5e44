"""Tables of webhooks: where news go and each one of them, where news come from and each one of those.

An outgoing event is `waiting`, then `sent`; `failed` when it was refused for good or nobody answered for days, and
`skipped` when whoever set up the webhook may not see the record. Times that decide anything are the database's own.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

webhooks = sa.Table(
    "core_webhook", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("url", sa.String(2000), nullable=False),
    # Names of entities, empty for all; and what happens to them.
    sa.Column("entities", Json, nullable=False),
    sa.Column("events", Json, nullable=False),
    sa.Column("sealed_secret", sa.Text, nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("retry_at", UtcDateTime, nullable=True),
    # Whoever sends its events now, so that they go out in their order.
    sa.Column("claimed_until", UtcDateTime, nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)  # fmt: skip

deliveries = sa.Table(
    "core_webhook_delivery", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("webhook_id", BigId, sa.ForeignKey("core_webhook.id", ondelete="CASCADE"), nullable=False),
    sa.Column("event_id", sa.String(40), nullable=False),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("event", sa.String(20), nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    # Names of fields; of records that became one the ids of the others.
    sa.Column("changed", Json, nullable=True),
    # Written at the first try; every further one sends the very same.
    sa.Column("body", sa.Text, nullable=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("status", sa.Integer, nullable=True),
    sa.Column("error", sa.String(300), nullable=False, default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("tried_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_webhook_delivery_next", "webhook_id", "state", "id"),
    sa.Index("ix_core_webhook_delivery_record", "entity", "record_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

sources = sa.Table(
    "core_webhook_source", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("key", sa.String(60), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),
    sa.Column("scheme", sa.String(20), nullable=False),
    sa.Column("sealed_secret", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)  # fmt: skip

received = sa.Table(
    "core_webhook_event", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("source_id", BigId, sa.ForeignKey("core_webhook_source.id", ondelete="CASCADE"), nullable=False),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("handled_at", UtcDateTime, nullable=True),
    sa.UniqueConstraint("source_id", "external_id", name="uq_core_webhook_event_external"),
    sqlite_autoincrement=True,
)  # fmt: skip
