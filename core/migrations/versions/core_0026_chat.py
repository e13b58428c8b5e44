"""Conversations between colleagues"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0026"
down_revision = "core_0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_chat",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("pair", sa.String(length=41), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_chat")),
        sa.UniqueConstraint("pair", name=op.f("uq_core_chat_pair")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_chat_member",
        sa.Column("chat_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("read_id", sa.BigInteger(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
        sa.Column("left_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["core_chat.id"], name=op.f("fk_core_chat_member_chat_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_chat_member_user_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name=op.f("pk_core_chat_member")),
    )
    op.create_index("ix_core_chat_member_user", "core_chat_member", ["user_id", "unread", "newest_id"])
    op.create_table(
        "core_chat_message",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_key", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["core_chat.id"], name=op.f("fk_core_chat_message_chat_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_chat_message_user_id"),
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_chat_message")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_chat_message_chat", "core_chat_message", ["chat_id", "id"])
    op.create_index("ix_core_chat_message_user", "core_chat_message", ["user_id"])
    op.create_table(
        "core_chat_file",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_image", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["core_chat_message.id"], name=op.f("fk_core_chat_file_message_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_chat_file")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_chat_file_message", "core_chat_file", ["message_id"])


def downgrade() -> None:
    for table in ("core_chat_file", "core_chat_message", "core_chat_member", "core_chat"):
        op.drop_table(table)
