"""Several providers of accounts, and what is needed to log out there: the one provider becomes the first of them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0020"
down_revision = "core_0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = "fk_core_login_provider_role_id"
#: What a provider has before and after.
BOTH = ("issuer", "client_id", "sealed_secret", "active", "link_by_email", "role_id")
FOUND = sa.table(
    "core_login_provider", sa.column("id"), sa.column("name"), sa.column("label", db.Json()), sa.column("issuer"),
    sa.column("client_id"), sa.column("sealed_secret"), sa.column("active", sa.Boolean()),
    sa.column("link_by_email", sa.Boolean()), sa.column("role_id"))  # fmt: skip


def upgrade() -> None:
    found = _rows("name")
    op.drop_table("core_login_provider")
    made = op.create_table(
        "core_login_provider",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("label", db.Json(), nullable=False),
        *_columns(),
        sa.Column("domains", sa.Text(), nullable=False),
        sa.Column("log_out_there", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["core_role.id"], name=op.f(ROLE), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_login_provider")),
        sqlite_autoincrement=True,
    )
    # In whatever language it was written, it is what readers of all languages have seen.
    op.bulk_insert(made, [
        {**{name: row[name] for name in BOTH}, "label": dict.fromkeys(("ar", "fa", "en"), row["name"]),
         "domains": "", "log_out_there": False} for row in found])  # fmt: skip
    op.add_column("core_session", sa.Column("provider_id", BIG_ID, nullable=True))
    op.add_column("core_session", sa.Column("provider_session", sa.String(255), nullable=False, server_default=""))
    op.add_column("core_session", sa.Column("sealed_id_token", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Of several providers the first stays."""
    for name in ("sealed_id_token", "provider_session", "provider_id"):
        op.drop_column("core_session", name)
    found = _rows("label")[:1]
    op.drop_table("core_login_provider")
    made = op.create_table(
        "core_login_provider",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        *_columns(),
        sa.ForeignKeyConstraint(["role_id"], ["core_role.id"], name=op.f(ROLE), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_login_provider")),
    )
    op.bulk_insert(made, [
        {**{name: row[name] for name in BOTH}, "id": 1, "name": next(filter(None, row["label"].values()), "")}
        for row in found])  # fmt: skip


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=300), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("link_by_email", sa.Boolean(), nullable=False),
        sa.Column("role_id", BIG_ID, nullable=True),
    )


def _rows(name: str) -> list[Any]:
    columns = (FOUND.c[one] for one in (*BOTH, name))
    return list(op.get_bind().execute(sa.select(*columns).order_by(FOUND.c.id)).mappings())
