"""Answers kept for repeated requests (REL-04)."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import UtcDateTime, metadata

idempotency = sa.Table(
    "core_idempotency", metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("route", sa.String(200), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)
