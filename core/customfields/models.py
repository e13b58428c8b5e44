"""The definitions of custom fields. Their values stand in the `custom` column of each entity's own table.

Of a field that a plugin declares the row says whose the key is, where administrators want it, and how its index stands;
what else it holds is a copy of the declaration, for pages.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

custom_field = sa.Table(
    "core_custom_field", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("key", sa.String(40), nullable=False),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("label", Json, nullable=False),
    sa.Column("help", Json, nullable=True),
    sa.Column("choices", Json, nullable=True),
    sa.Column("follows", sa.String(60), nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("unique", sa.Boolean, nullable=False),
    sa.Column("unique_with", sa.String(400), nullable=False),
    sa.Column("filter", sa.Boolean, nullable=False),
    sa.Column("in_list", sa.Boolean, nullable=False),
    sa.Column("in_reports", sa.Boolean, nullable=False),
    sa.Column("default", sa.String(500), nullable=False),
    sa.Column("pattern", sa.String(200), nullable=False),
    sa.Column("minimum", sa.String(40), nullable=False),
    sa.Column("maximum", sa.String(40), nullable=False),
    sa.Column("scale", sa.Integer, nullable=True),
    sa.Column("not_before", sa.String(60), nullable=False),
    sa.Column("not_after", sa.String(60), nullable=False),
    sa.Column("target", sa.String(120), nullable=False),
    sa.Column("section", sa.String(200), nullable=False),
    sa.Column("after", sa.String(60), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("read", sa.String(200), nullable=False),
    sa.Column("write", sa.String(200), nullable=False),
    sa.Column("plugin", sa.String(40), nullable=False),
    sa.Column("is_placed", sa.Boolean, nullable=False),
    sa.Column("index_state", sa.String(12), nullable=False),
    sa.Column("index_error", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime, nullable=True),
    sa.Column("purging_at", UtcDateTime, nullable=True),
    sa.UniqueConstraint("entity", "key"),
    sqlite_autoincrement=True,
)  # fmt: skip
