"""Acts on many records, and what became of each of their records.

An act is a `draft` while its user looks at what it would do, then `waiting`, `running`, and `done`, `cancelled` or
`failed`; taking it back makes it `undoing` and `undone`. A record of it is `waiting`, then `changed`, `same` where it
had the value before, or `failed`; taking back makes it `restored`, or `kept` as it is.

Handing over what a colleague was in charge of is several acts, each of one field of one entity and one successor.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

handovers = sa.Table(
    "core_handover",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("leaver_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # What he had besides records, [{"name", "ids", "to"}]: a `draft`, then `done` and, taken back, `undone`.
    sa.Column("belongings", Json, nullable=False, default=list, server_default="[]"),
    sa.Column("state", sa.String(12), nullable=False, default="draft", server_default="done"),
    sa.Index("ix_core_handover_leaver", "leaver_id", "id"),
    sqlite_autoincrement=True,
)

acts = sa.Table(
    "core_mass_act",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=True),
    # "set", "add", "remove" (of a field with several values) or "delete"; empty until it is chosen.
    sa.Column("does", sa.String(10), nullable=False, default=""),
    sa.Column("field", sa.String(120), nullable=False, default=""),
    sa.Column("value", Json, nullable=True),
    # The list it was asked from, with its conditions.
    sa.Column("back", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("job_id", sa.BigInteger, nullable=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # The handing over of a colleague's records that it is part of.
    sa.Column("handover_id", sa.BigInteger, nullable=True),
    sa.Index("ix_core_mass_act_handover", "handover_id"),
    sa.Index("ix_core_mass_act_user", "user_id", "id"),
    sqlite_autoincrement=True,
)

lines = sa.Table(
    "core_mass_line",
    metadata,
    sa.Column("act_id", BigId, sa.ForeignKey("core_mass_act.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=True),
    sa.Column("before", Json, nullable=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sqlite_with_rowid=False,
)
