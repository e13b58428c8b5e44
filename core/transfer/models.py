"""Imports: what was asked, how far it is, and what each row was, so that it can be resumed and undone.

An import is a `draft` while its user maps the file, then `waiting`, `running`, perhaps `cancelling`, and `done`,
`cancelled` or `failed`; taking it back makes it `undoing` and `undone`. Counts of a draft are those of its dry run.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

imports = sa.Table(
    "core_import",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("file_name", sa.String(255), nullable=False),
    sa.Column("file_path", sa.Text, nullable=False),
    sa.Column("file_hash", sa.String(64), nullable=False),
    sa.Column("plan", Json, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=True),
    sa.Column("finished_at", UtcDateTime, nullable=True),
    sa.Column("heartbeat_at", UtcDateTime, nullable=True),
    sa.Column("total", sa.Integer, nullable=False, default=0),
    sa.Column("done", sa.Integer, nullable=False, default=0),
    sa.Column("last_line", sa.Integer, nullable=False, default=1),
    sa.Column("created", sa.Integer, nullable=False, default=0),
    sa.Column("updated", sa.Integer, nullable=False, default=0),
    sa.Column("skipped", sa.Integer, nullable=False, default=0),
    sa.Column("failed", sa.Integer, nullable=False, default=0),
    # Rows that came in with a warning, and what is said of the first of them.
    sa.Column("warned", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("warnings", Json, nullable=True),
    sa.Column("error", sa.Text, nullable=False, default=""),
    # Whoever works on it now; another may take over once the heartbeat is old.
    sa.Column("worker", sa.String(40), nullable=False, default=""),
    sa.Column("undo_by_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("undone", Json, nullable=True),
    sa.Column("undone_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_import_state", "state", "id"),
    sa.Index("ix_core_import_user", "user_id", "id"),
    sqlite_autoincrement=True,
)

import_rows = sa.Table(
    "core_import_row",
    metadata,
    sa.Column("import_id", BigId, sa.ForeignKey("core_import.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True),
    sa.Column("is_new", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("before", Json, nullable=True),
    sqlite_with_rowid=False,
)

failed_rows = sa.Table(
    "core_import_failure",
    metadata,
    sa.Column("import_id", BigId, sa.ForeignKey("core_import.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("cells", Json, nullable=False),
    sa.Column("messages", Json, nullable=False),
    sqlite_with_rowid=False,
)

mappings = sa.Table(
    "core_import_mapping",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(120), primary_key=True),
    sa.Column("headings", Json, nullable=False),
)
