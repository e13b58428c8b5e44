"""Scope of sub-teams, heads of teams, rights to single fields, and mass changes as a right of their own"""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

def upgrade() -> None:
    # All becomes 4. What was called team covered the teams below as well, so its holders go on with that.
    op.execute("UPDATE core_role_grant SET scope = CASE scope WHEN 3 THEN 4 ELSE 3 END WHERE scope IN (2, 3)")
    # Whoever could change records could change many at once.
    op.execute(
        "INSERT INTO core_role_grant (role_id, permission, scope) SELECT DISTINCT role_id, 'core.mass.change', 4"
        " FROM core_role_grant WHERE permission LIKE '%.change' AND permission NOT LIKE 'core.%' AND role_id NOT IN"
        " (SELECT role_id FROM core_role_grant WHERE permission = 'core.mass.change')"
    )
    op.create_table(
        "core_role_field",
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["core_role.id"], name=op.f("fk_core_role_field_role_id_core_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "entity", "field", name=op.f("pk_core_role_field")),
    )
    # In one statement: SQLite makes a foreign key only together with its column.
    head = sa.Column("head_id", BIG_ID, sa.ForeignKey("core_user.id"), nullable=True)
    op.add_column("core_team", head, inline_references=True)
    op.create_index(
        "ix_core_team_head_id",
        "core_team",
        ["head_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_core_team_head_id", table_name="core_team")
    if op.get_context().dialect.name == "postgresql":
        op.drop_column("core_team", "head_id")
    op.drop_table("core_role_field")
    op.execute("UPDATE core_role_grant SET scope = CASE scope WHEN 4 THEN 3 ELSE 2 END WHERE scope IN (3, 4)")
