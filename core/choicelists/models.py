"""The choice lists that an admin has edited, one row a value."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import Json, metadata

choice = sa.Table(
    "core_choice", metadata,
    sa.Column("entity", sa.String(120), primary_key=True),
    sa.Column("field", sa.String(60), primary_key=True),
    sa.Column("value", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    # {"ar": …, "fa": …, "en": …}; what is missing is read from the declaration.
    sa.Column("labels", Json, nullable=False),
    sa.Column("hue", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("preset", sa.Boolean, nullable=False),
)  # fmt: skip
