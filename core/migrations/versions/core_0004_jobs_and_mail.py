"""Jobs, their schedules, and the outbox of mails; on PostgreSQL also what Procrastinate keeps its messages in.

Procrastinate's tables are made from a copy of its own file, so that this migration does the same for ever. A newer
version of it brings its changes in `sql/migrations`: those of them that follow the copy go into a new migration here,
and the copy stays. A test compares the two.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


PROCRASTINATE = Path(__file__).parent.parent / "procrastinate.sql"
_DROP_FUNCTIONS = """
DO $$ DECLARE found regprocedure; BEGIN
    FOR found IN SELECT oid::regprocedure FROM pg_proc
        WHERE proname LIKE 'procrastinate%' AND pronamespace = 'public'::regnamespace
    LOOP EXECUTE 'DROP FUNCTION ' || found || ' CASCADE'; END LOOP;
END $$"""


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        # Many statements at once, which only a command without parameters may hold.
        bind = op.get_bind().execution_options(no_parameters=True)
        bind.exec_driver_sql(PROCRASTINATE.read_text(encoding="utf-8"))
    op.create_table(
        "core_schedule",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("next_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_schedule")),
    )
    op.create_table(
        "core_job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("arguments", db.Json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_after", db.UtcDateTime(), nullable=False),
        sa.Column("dedupe", sa.String(length=200), nullable=True),
        sa.Column("slot", sa.String(length=40), nullable=True),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("lease_until", db.UtcDateTime(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("result", db.Json(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acts_as", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("reader", db.Json(), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("started_at", db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["core_user.id"], name=op.f("fk_core_job_actor_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_job_name", "core_job", ["name", "id"], unique=False)
    op.create_index("ix_core_job_state", "core_job", ["state", "run_after"], unique=False)
    op.create_index(
        "uq_core_job_dedupe",
        "core_job",
        ["dedupe"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("uq_core_job_slot", "core_job", ["name", "slot"], unique=True)
    op.create_table(
        "core_mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("recipients", db.Json(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("dedupe", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", db.UtcDateTime(), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("lease_until", db.UtcDateTime(), nullable=True),
        sa.Column("handed_over_at", db.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["core_user.id"], name=op.f("fk_core_mail_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_mail_state", "core_mail", ["state", "next_try_at"], unique=False)
    op.create_index("uq_core_mail_dedupe", "core_mail", ["dedupe"], unique=True)
    op.create_index("uq_core_mail_message_id", "core_mail", ["message_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_core_mail_message_id", table_name="core_mail")
    op.drop_index("uq_core_mail_dedupe", table_name="core_mail")
    op.drop_index("ix_core_mail_state", table_name="core_mail")
    op.drop_table("core_mail")
    op.drop_index("uq_core_job_slot", table_name="core_job")
    op.drop_index(
        "uq_core_job_dedupe",
        table_name="core_job",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("ix_core_job_state", table_name="core_job")
    op.drop_index("ix_core_job_name", table_name="core_job")
    op.drop_table("core_job")
    op.drop_table("core_schedule")
    if op.get_context().dialect.name == "postgresql":
        # The functions first, with the triggers that call them: some of them speak of the tables' rows.
        op.execute(_DROP_FUNCTIONS)
        for table in ("events", "periodic_defers", "jobs", "workers"):
            op.drop_table(f"procrastinate_{table}")
        op.execute("DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status")
