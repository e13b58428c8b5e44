"""Notices, and who wants to be told of what in which way."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

notices = sa.Table(
    "core_notice", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(120), nullable=False),
    # What it is about; without a number, about several records of the entity together.
    sa.Column("entity", sa.String(120), nullable=False, default=""),
    sa.Column("record_id", sa.BigInteger, nullable=True),
    # Whoever did it; nobody when Diwan did.
    sa.Column("actor_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("href", sa.String(500), nullable=False, default=""),
    # What stands in the sentence beside the names of actor and record, which are looked up when it is read.
    sa.Column("values", Json, nullable=False),
    sa.Column("count", sa.Integer, nullable=False, default=1),
    sa.Column("in_bell", sa.Boolean, nullable=False),
    sa.Column("mail_due", sa.Boolean, nullable=False),
    sa.Column("digest_due", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # When it was told last: the same again within a short time is counted here.
    sa.Column("told_at", UtcDateTime, nullable=False),
    sa.Column("read_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_notice_user", "user_id", "id"),
    sa.Index("ix_core_notice_record", "entity", "record_id"),
    sa.Index("ix_core_notice_unread", "user_id", sqlite_where=sa.text("read_at IS NULL"),
             postgresql_where=sa.text("read_at IS NULL")),
    sa.Index("ix_core_notice_mail", "id", sqlite_where=sa.text("mail_due = 1"), postgresql_where=sa.text("mail_due")),
    sa.Index("ix_core_notice_digest", "user_id", sqlite_where=sa.text("digest_due = 1"),
             postgresql_where=sa.text("digest_due")),
    sqlite_autoincrement=True,
)  # fmt: skip

choices = sa.Table(
    "core_notice_choice", metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", sa.String(120), primary_key=True),
    sa.Column("bell", sa.Boolean, nullable=False),
    # never, now or digest: one or the other, so that no choice is two mails of the same.
    sa.Column("by_mail", sa.String(8), nullable=False),
    # Comes in quiet hours too.
    sa.Column("urgent", sa.Boolean, nullable=False),
)  # fmt: skip

digests = sa.Table(
    "core_notice_digest", metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    # By the clock of the user's zone; `sent_on` is the day whose mail went last.
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("working_days_only", sa.Boolean, nullable=False),
    sa.Column("sent_on", sa.Date, nullable=True),
    # Both or neither; by the same clock.
    sa.Column("quiet_from", sa.Integer, nullable=True),
    sa.Column("quiet_until", sa.Integer, nullable=True),
)  # fmt: skip


def unread_of(user_id: Any) -> Any:
    """The query for how many notices at the bell a user has not seen; his id, or the column that has it."""
    return sa.select(sa.func.count()).where(notices.c.user_id == user_id, notices.c.read_at.is_(None))
