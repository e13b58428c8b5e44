"""Tables of saved views, and which one a list opens with."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

views = sa.Table(
    "core_list_view", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("owner_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    # private, team, role or everybody; `audience_id` is the team's or role's number.
    sa.Column("audience", sa.String(10), nullable=False),
    sa.Column("audience_id", sa.BigInteger, nullable=True),
    # [[name, value], …] of the list's address: conditions, search and order.
    sa.Column("conditions", Json, nullable=False),
    sa.Column("columns", Json, nullable=False),
    sa.Column("pinned", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_list_view_entity", "entity"),
    sqlite_autoincrement=True,
)  # fmt: skip

defaults = sa.Table(
    "core_list_view_default", metadata,
    sa.Column("entity", sa.String(120), primary_key=True),
    # user or role, and which one
    sa.Column("holder", sa.String(10), primary_key=True),
    sa.Column("holder_id", sa.BigInteger, primary_key=True),
    sa.Column("view_id", BigId, sa.ForeignKey("core_list_view.id", ondelete="CASCADE"), nullable=False),
    sa.Index("ix_core_list_view_default_view", "view_id"),
)  # fmt: skip
