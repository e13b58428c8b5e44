"""Attachments of records and their versions; the bytes lie in the store of `core.files` by their digest."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, UtcDateTime, metadata

_LIVING = sa.text("deleted_at IS NULL")

attachments = sa.Table(
    "core_attachment", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    # The folded name: what is sent again under it is a new version.
    sa.Column("name_key", sa.String(200), nullable=False),
    # The number of the newest version.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("deleted_at", UtcDateTime, nullable=True),
    sa.Column("deleted_by_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Index("uq_core_attachment_name", "entity", "record_id", "name_key", unique=True,
             sqlite_where=_LIVING, postgresql_where=_LIVING),
    sa.Index("ix_core_attachment_record", "entity", "record_id", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip

versions = sa.Table(
    "core_attachment_version", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("attachment_id", BigId, sa.ForeignKey("core_attachment.id", ondelete="CASCADE"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    # How it can be looked at: "image", "pdf", "text", or "" for what is only fetched.
    sa.Column("look", sa.String(10), nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("sent_by_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.UniqueConstraint("attachment_id", "number"),
    sa.Index("ix_core_attachment_version_digest", "digest"),
    sa.Index("ix_core_attachment_version_sent_by_id", "sent_by_id", "sent_at"),
    sqlite_autoincrement=True,
)  # fmt: skip
