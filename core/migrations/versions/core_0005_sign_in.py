"""Second factors, known devices, mailed links, narrowed tokens"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MADE = ("core_second_factor", "core_recovery_code", "core_device", "core_mail_link")


def upgrade() -> None:
    for table, column in _added():
        op.add_column(table, column)
    op.execute(sa.text("UPDATE core_user SET kind = 'person', device_notices = :yes").bindparams(yes=True))
    op.execute(sa.text("UPDATE core_role SET second_factor = :no").bindparams(no=False))
    op.create_table(
        "core_second_factor",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _of_user("core_second_factor"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_core_second_factor")),
    )
    op.create_table(
        "core_recovery_code",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _of_user("core_recovery_code"),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_core_recovery_code")),
    )
    op.create_table(
        "core_device",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", db.UtcDateTime(), nullable=False),
        _of_user("core_device"),
        sa.PrimaryKeyConstraint("token_hash", "user_id", name=op.f("pk_core_device")),
    )
    op.create_index("ix_core_device_user", "core_device", ["user_id"], unique=False)
    op.create_table(
        "core_mail_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("bound_to", sa.String(length=64), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        _of_user("core_mail_link"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_core_mail_link")),
    )
    op.create_index("ix_core_mail_link_user", "core_mail_link", ["user_id"], unique=False)


def downgrade() -> None:
    for table in MADE:
        op.drop_table(table)
    for table, column in _added():
        op.drop_column(table, column.name)


def _added() -> tuple[tuple[str, sa.Column[Any]], ...]:
    """Made anew each time: a column belongs to the first table it is put into."""
    return (
        ("core_user", sa.Column("kind", sa.String(length=40), nullable=True)),
        ("core_user", sa.Column("device_notices", sa.Boolean(), nullable=True)),
        ("core_role", sa.Column("second_factor", sa.Boolean(), nullable=True)),
        ("core_session", sa.Column("factor", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("core_token", sa.Column("last_address", sa.String(length=64), nullable=False, server_default="")),
        ("core_token", sa.Column("entities", sa.Text(), nullable=False, server_default="")),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["core_user.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE"
    )
