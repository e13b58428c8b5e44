"""Feedback of users, and to whom the tour is offered"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0028"
down_revision = "core_0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "core_feedback",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.String(length=5000), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("window_size", sa.String(length=20), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_feedback_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_feedback_created_at", "core_feedback", ["created_at", "id"], unique=False,
                    sqlite_where=LIVING, postgresql_where=LIVING)  # fmt: skip
    op.create_search_index("core_feedback")
    op.add_column("core_user", sa.Column("tour", sa.Boolean(), nullable=True))
    # Whoever is here already knows the way.
    op.execute(sa.text("UPDATE core_user SET tour = :no").bindparams(no=False))


def downgrade() -> None:
    op.drop_column("core_user", "tour")
    op.drop_search_index("core_feedback")
    op.drop_table("core_feedback")
