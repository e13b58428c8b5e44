"""Two foreign keys as their models declare them, and sessions that get a new id when their user's roles change"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None

#: The table, the key's name, its column, what it refers to, and what happens when that is deleted.
KEYS = (
    ("core_team", "fk_core_team_head_id", "head_id", "core_user", "RESTRICT"),
    ("core_role_field", "fk_core_role_field_role_id", "role_id", "core_role", "CASCADE"),
)
BY_COLUMNS = {"fk": "fk_%(table_name)s_%(column_0_N_name)s"}


def upgrade() -> None:
    op.add_column("core_session", sa.Column("renewal_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_context().dialect.name != "sqlite":
        for key in KEYS:
            _replace(op, *key)
        return
    # SQLite changes a key only by making the table anew, and triggers and the highest number go with the old one.
    highest = op.get_bind().execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'core_team'")).scalar()
    op.drop_search_index("core_team")
    for key in KEYS:
        options = {"sqlite_autoincrement": True} if key[0] == "core_team" else {}
        with op.batch_alter_table(
            key[0], recreate="always", naming_convention=BY_COLUMNS, table_kwargs=options
        ) as batch:
            _replace(batch, *key)
    op.create_search_index("core_team")
    op.execute("INSERT INTO core_team_fts(core_team_fts) VALUES ('rebuild')")
    if highest is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'core_team'")
        op.get_bind().execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('core_team', :seq)"), {"seq": highest}
        )


def downgrade() -> None:
    """The keys stay as they are: nothing depends on how they were before."""
    op.drop_column("core_session", "renewal_due")


def _replace(to: Any, table: str, name: str, column: str, target: str, on_delete: str) -> None:
    """Drop the key under whatever name it has; where it has none, batch operations name it by its column."""
    found = sa.inspect(op.get_bind()).get_foreign_keys(table)
    old = next(key["name"] for key in found if key["constrained_columns"] == [column]) or name
    if to is op:
        op.drop_constraint(old, table, type_="foreignkey")
        op.create_foreign_key(name, table, target, [column], ["id"], ondelete=on_delete)
    else:
        to.drop_constraint(old, type_="foreignkey")
        to.create_foreign_key(name, target, [column], ["id"], ondelete=on_delete)
