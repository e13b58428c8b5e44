"""Uploads that wait for a record to hold them; the files themselves lie in the store."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, UtcDateTime, metadata

uploads = sa.Table(
    "core_upload", metadata,
    sa.Column("id", BigId, primary_key=True),
    # The SHA-256 of the ticket: who reads this table can redeem none.
    sa.Column("ticket", sa.String(64), nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    # An image that was drawn anew; only such a one is ever shown in a page.
    sa.Column("is_image", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by_id", BigId, sa.ForeignKey("core_user.id"), nullable=True),
    sa.Index("ix_core_upload_created_by_id", "created_by_id", "created_at"),
    sa.Index("ix_core_upload_digest", "digest"),
    sqlite_autoincrement=True,
)  # fmt: skip
