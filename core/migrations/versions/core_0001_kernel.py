"""The kernel's tables"""

import sqlalchemy as sa
from alembic import op

from core import db
from core.audit.protect import append_only_ddl, begin_chain

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    if dialect == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "core_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("record_title", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("payload_digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest_version", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_audit_actor", "core_audit", ["actor_id", "at", "id"], unique=False)
    op.create_index("ix_core_audit_at", "core_audit", ["at", "id"], unique=False)
    op.create_index("ix_core_audit_entity", "core_audit", ["entity", "at", "id"], unique=False)
    op.create_index("ix_core_audit_record", "core_audit", ["entity", "record_id", "id"], unique=False)
    op.create_index("ix_core_audit_tx", "core_audit", ["tx"], unique=False)
    op.create_table(
        "core_audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_head")),
    )
    op.create_table(
        "core_audit_link",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("digest_version", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_core_audit_link")),
    )
    op.create_table(
        "core_idempotency",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "route", "key", name=op.f("pk_core_idempotency")),
    )
    op.create_index(op.f("ix_core_idempotency_at"), "core_idempotency", ["at"], unique=False)
    op.create_table(
        "core_plugin",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_plugin")),
    )
    op.create_table(
        "core_series",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_series")),
    )
    op.create_table(
        "core_setting",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", db.Json(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_setting")),
    )
    op.create_table(
        "core_stamp",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_stamp")),
    )
    op.create_table(
        "core_throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_throttle")),
    )
    op.create_table(
        "core_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.Column("digits", sa.String(length=40), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=True),
        sa.Column("week_start", sa.String(length=40), nullable=True),
        sa.Column("density", sa.String(length=40), nullable=True),
        sa.Column("theme", sa.String(length=40), nullable=True),
        sa.Column("shortcuts", sa.Boolean(), nullable=True),
        sa.Column("last_seen_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_user_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_user_created_at",
        "core_user",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_user_name_key",
        "core_user",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_user_name_sort_ar",
        "core_user",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_user_name_sort_en",
        "core_user",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_user_name_sort_fa",
        "core_user",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_core_user_email",
        "core_user",
        ["email"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "core_credential",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_credential_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_core_credential")),
    )
    op.create_table(
        "core_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_path", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("plan", db.Json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("started_at", db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.Column("heartbeat_at", db.UtcDateTime(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("undo_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone", db.Json(), nullable=True),
        sa.Column("undone_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undo_by_id"], ["core_user.id"], name=op.f("fk_core_import_undo_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_import_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_import")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_import_state", "core_import", ["state", "id"], unique=False)
    op.create_index("ix_core_import_user", "core_import", ["user_id", "id"], unique=False)
    op.create_table(
        "core_import_mapping",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("headings", db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_import_mapping_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "entity", name=op.f("pk_core_import_mapping")),
    )
    op.create_table(
        "core_list_columns",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("columns", db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_list_columns_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "entity", name=op.f("pk_core_list_columns")),
    )
    op.create_table(
        "core_opened",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_opened_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "entity", "record_id", name=op.f("pk_core_opened")),
    )
    op.create_index("ix_core_opened_user_at", "core_opened", ["user_id", "at"], unique=False)
    op.create_table(
        "core_organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("tax_number", sa.String(length=60), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=True),
        sa.Column("week_start", sa.String(length=40), nullable=True),
        sa.Column("fiscal_year_start", sa.String(length=60), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_organisation_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_organisation")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_organisation_created_at",
        "core_organisation",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_organisation_name_key",
        "core_organisation",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_organisation_name_sort_ar",
        "core_organisation",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_organisation_name_sort_en",
        "core_organisation",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_organisation_name_sort_fa",
        "core_organisation",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "core_role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=20000), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_role_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_role_created_at",
        "core_role",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_role_name_key",
        "core_role",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_role_name_sort_ar",
        "core_role",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_role_name_sort_en",
        "core_role",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_role_name_sort_fa",
        "core_role",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "core_team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_team_created_by_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["core_team.id"], name=op.f("fk_core_team_parent_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_team")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_team_created_at",
        "core_team",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_team_name_key",
        "core_team",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_team_name_sort_ar",
        "core_team",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_team_name_sort_en",
        "core_team",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_team_name_sort_fa",
        "core_team",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_core_team_parent_id",
        "core_team",
        ["parent_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "core_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=True),
        sa.Column("last_used_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_token_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_token_user_id"), "core_token", ["user_id"], unique=False)
    op.create_table(
        "core_import_failure",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", db.Json(), nullable=False),
        sa.Column("messages", db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["core_import.id"], name=op.f("fk_core_import_failure_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_core_import_failure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_import_row",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", db.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["core_import.id"], name=op.f("fk_core_import_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "record_id", name=op.f("pk_core_import_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_role_grant",
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("permission", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["core_role.id"], name=op.f("fk_core_role_grant_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "permission", name=op.f("pk_core_role_grant")),
    )
    op.create_table(
        "core_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_core_session_organisation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_core_session")),
    )
    op.create_index(op.f("ix_core_session_user_id"), "core_session", ["user_id"], unique=False)
    op.create_table(
        "core_user_organisation",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_core_user_organisation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_organisation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", name=op.f("pk_core_user_organisation")),
    )
    op.create_index(
        "ix_core_user_organisation_organisation", "core_user_organisation", ["organisation_id", "user_id"], unique=False
    )
    op.create_table(
        "core_user_role",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["core_role.id"], name=op.f("fk_core_user_role_role_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_core_user_role")),
    )
    op.create_index("ix_core_user_role_role", "core_user_role", ["role_id", "user_id"], unique=False)
    op.create_table(
        "core_user_team",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["core_team.id"], name=op.f("fk_core_user_team_team_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_team_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "team_id", name=op.f("pk_core_user_team")),
    )
    op.create_index("ix_core_user_team_team", "core_user_team", ["team_id", "user_id"], unique=False)
    op.create_search_index("core_user")
    op.create_search_index("core_organisation")
    op.create_search_index("core_role")
    op.create_search_index("core_team")
    for statement in append_only_ddl(dialect):
        op.execute(statement)
    begin_chain(op.get_bind())


def downgrade() -> None:
    op.drop_search_index("core_team")
    op.drop_search_index("core_role")
    op.drop_search_index("core_organisation")
    op.drop_search_index("core_user")
    op.drop_index("ix_core_user_team_team", table_name="core_user_team")
    op.drop_table("core_user_team")
    op.drop_index("ix_core_user_role_role", table_name="core_user_role")
    op.drop_table("core_user_role")
    op.drop_index("ix_core_user_organisation_organisation", table_name="core_user_organisation")
    op.drop_table("core_user_organisation")
    op.drop_index(op.f("ix_core_session_user_id"), table_name="core_session")
    op.drop_table("core_session")
    op.drop_table("core_role_grant")
    op.drop_table("core_import_row")
    op.drop_table("core_import_failure")
    op.drop_index(op.f("ix_core_token_user_id"), table_name="core_token")
    op.drop_table("core_token")
    op.drop_index(
        "ix_core_team_parent_id",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_team_name_sort_fa",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_team_name_sort_en",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_team_name_sort_ar",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_team_name_key",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_team_created_at",
        table_name="core_team",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("core_team")
    op.drop_index(
        "ix_core_role_name_sort_fa",
        table_name="core_role",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_role_name_sort_en",
        table_name="core_role",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_role_name_sort_ar",
        table_name="core_role",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_role_name_key",
        table_name="core_role",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_role_created_at",
        table_name="core_role",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("core_role")
    op.drop_index(
        "ix_core_organisation_name_sort_fa",
        table_name="core_organisation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_organisation_name_sort_en",
        table_name="core_organisation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_organisation_name_sort_ar",
        table_name="core_organisation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_organisation_name_key",
        table_name="core_organisation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_organisation_created_at",
        table_name="core_organisation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("core_organisation")
    op.drop_index("ix_core_opened_user_at", table_name="core_opened")
    op.drop_table("core_opened")
    op.drop_table("core_list_columns")
    op.drop_table("core_import_mapping")
    op.drop_index("ix_core_import_user", table_name="core_import")
    op.drop_index("ix_core_import_state", table_name="core_import")
    op.drop_table("core_import")
    op.drop_table("core_credential")
    op.drop_index(
        "uq_core_user_email",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_user_name_sort_fa",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_user_name_sort_en",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_user_name_sort_ar",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_user_name_key",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_core_user_created_at",
        table_name="core_user",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("core_user")
    op.drop_table("core_throttle")
    op.drop_table("core_stamp")
    op.drop_table("core_setting")
    op.drop_table("core_series")
    op.drop_table("core_plugin")
    op.drop_index(op.f("ix_core_idempotency_at"), table_name="core_idempotency")
    op.drop_table("core_idempotency")
    op.drop_table("core_audit_link")
    op.drop_table("core_audit_head")
    op.drop_index("ix_core_audit_tx", table_name="core_audit")
    op.drop_index("ix_core_audit_record", table_name="core_audit")
    op.drop_index("ix_core_audit_entity", table_name="core_audit")
    op.drop_index("ix_core_audit_at", table_name="core_audit")
    op.drop_index("ix_core_audit_actor", table_name="core_audit")
    op.drop_table("core_audit")
