"""Which plugins are enabled and how they do, the settings, and the stamps that tell processes to rebuild."""

from __future__ import annotations

import sqlalchemy as sa

from core.db import Json, UtcDateTime, metadata

plugin = sa.Table(
    "core_plugin", metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("version", sa.String(40), nullable=False, default=""),
    # What went wrong last, where, and when. A plugin in the state "enabled" runs nevertheless.
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("phase", sa.String(120), nullable=False, default="", server_default=""),
    sa.Column("failed_at", UtcDateTime, nullable=True),
    # What its manifest said when it was turned on, for when its code cannot be asked: its label by language, which
    # plugins it requires, and those whose data it may hide.
    sa.Column("label", Json, nullable=True),
    sa.Column("requires", Json, nullable=True),
    sa.Column("narrows", Json, nullable=True),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

stamp = sa.Table(
    "core_stamp", metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False, default=0),
)

setting = sa.Table(
    "core_setting", metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("value", Json, nullable=True),
)

series = sa.Table(
    "core_series", metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("next", sa.BigInteger, nullable=False),
)
