"""What users keep of the look of things: chosen columns, and what they opened lately."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

list_columns = sa.Table(
    "core_list_columns", metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(120), primary_key=True),
    sa.Column("columns", Json, nullable=False),
)

opened = sa.Table(
    "core_opened", metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(120), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_core_opened_user_at", "user_id", "at"),
)
