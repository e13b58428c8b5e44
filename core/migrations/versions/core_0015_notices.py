"""Notices to users, and the ways each of them chose."""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0015"
down_revision = "core_0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE")


def _index(name: str, column: str, on_sqlite: sa.TextClause, on_postgresql: sa.TextClause) -> None:
    op.create_index(
        f"ix_core_notice_{name}", "core_notice", [column], unique=False,
        sqlite_where=on_sqlite, postgresql_where=on_postgresql,
    )  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "core_notice",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("href", sa.String(length=500), nullable=False),
        sa.Column("values", db.Json(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("in_bell", sa.Boolean(), nullable=False),
        sa.Column("mail_due", sa.Boolean(), nullable=False),
        sa.Column("digest_due", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("told_at", db.UtcDateTime(), nullable=False),
        sa.Column("read_at", db.UtcDateTime(), nullable=True),
        _user("core_notice"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["core_user.id"], name=op.f("fk_core_notice_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_notice_user", "core_notice", ["user_id", "id"], unique=False)
    op.create_index("ix_core_notice_record", "core_notice", ["entity", "record_id"], unique=False)
    _index("unread", "user_id", sa.text("read_at IS NULL"), sa.text("read_at IS NULL"))
    _index("mail", "id", sa.text("mail_due = 1"), sa.text("mail_due"))
    _index("digest", "user_id", sa.text("digest_due = 1"), sa.text("digest_due"))
    op.create_table(
        "core_notice_choice",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("bell", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        _user("core_notice_choice"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_core_notice_choice")),
    )
    op.create_table(
        "core_notice_digest",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        _user("core_notice_digest"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_core_notice_digest")),
    )


def downgrade() -> None:
    for table in ("core_notice_digest", "core_notice_choice", "core_notice"):
        op.drop_table(table)
