"""Conversations, who is in them, what was written, and the files that came with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.db import BigId, UtcDateTime, metadata

chats = sa.Table(
    "core_chat", metadata,
    sa.Column("id", BigId, primary_key=True),
    # "3:7" for the conversation of these two, of whom there is one; nothing for a group.
    sa.Column("pair", sa.String(41), nullable=True, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Column("last_message_id", sa.BigInteger, nullable=True),
    sqlite_autoincrement=True,
)  # fmt: skip

members = sa.Table(
    "core_chat_member", metadata,
    sa.Column("chat_id", BigId, sa.ForeignKey("core_chat.id", ondelete="CASCADE"), primary_key=True,
              autoincrement=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True,
              autoincrement=False),
    # He reads what was written after this message: it is not for those who join to read what was said before.
    sa.Column("from_id", sa.BigInteger, nullable=False),
    sa.Column("read_id", sa.BigInteger, nullable=False),
    sa.Column("unread", sa.Integer, nullable=False),
    # The newest message of others, so that an open page hears of it by the query that every request begins with.
    sa.Column("newest_id", sa.BigInteger, nullable=False),
    sa.Column("left_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_chat_member_user", "user_id", "unread", "newest_id"),
)  # fmt: skip

messages = sa.Table(
    "core_chat_message", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("chat_id", BigId, sa.ForeignKey("core_chat.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("body", sa.Text, nullable=False),
    # The folded text that a search looks in.
    sa.Column("body_key", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("deleted_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_chat_message_chat", "chat_id", "id"),
    sa.Index("ix_core_chat_message_user", "user_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

files = sa.Table(
    "core_chat_file", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("message_id", BigId, sa.ForeignKey("core_chat_message.id", ondelete="CASCADE"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("is_image", sa.Boolean, nullable=False),
    sa.Index("ix_core_chat_file_message", "message_id"),
    sqlite_autoincrement=True,
)  # fmt: skip


def unread_in_chats(user_id: Any) -> Any:
    """The query for how many messages a user has not read; his id, or the column that has it."""
    return sa.select(sa.func.coalesce(sa.func.sum(members.c.unread), 0)).where(
        members.c.user_id == user_id, members.c.left_at.is_(None))  # fmt: skip


def newest_in_chats(user_id: Any) -> Any:
    """The query for the number of the last message that somebody wrote to a user."""
    return sa.select(sa.func.coalesce(sa.func.max(members.c.newest_id), 0)).where(
        members.c.user_id == user_id, members.c.left_at.is_(None))  # fmt: skip
