"""Files that a job writes, or has written, from a list: what was asked, how far it is, where the file is.

An export is `waiting`, `running`, then `done`, `cancelled` or `failed`. Only one that is done has a file.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

exports = sa.Table(
    "core_export",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("format", sa.String(8), nullable=False),
    # The conditions, search and order of the list as pairs, as in its address, which are forgotten with a person whom
    # they may name; and the columns.
    sa.Column("asked", Json, nullable=True),
    sa.Column("fields", Json, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("job_id", sa.BigInteger, nullable=True),
    # Rows that were asked for, and that are in the file.
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False, default=0),
    sa.Column("digest", sa.String(64), nullable=True),
    sa.Column("size", sa.BigInteger, nullable=False, default=0),
    # The rights by which it was written: whoever has lost one of them does not get it.
    sa.Column("reach", Json, nullable=True),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_export_user", "user_id", "id"),
    sa.Index("ix_core_export_created_at", "created_at"),
    sqlite_autoincrement=True,
)
