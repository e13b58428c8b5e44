"""What was merged into what, with what is needed to take it back; and what somebody said is not the same.

A merge is `done`, `undone`, or `closed`: one of its records was erased, so nothing tells any more what stood there.
`before` and `after` are the values of the record that was kept, as far as the merge changed them, as JSON; `own` those
among them that the system keeps beside what people enter. `counts` tells how much was moved, by entity or table.

A line of `moved` says that the row `row_id` of a place, such as activities.activity.record_id, led to `from_id`;
`was` holds the values that had to be others for it to move, such as the name of a file.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

merges = sa.Table(
    "core_merge",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("winner_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("before", Json, nullable=True),
    sa.Column("after", Json, nullable=True),
    sa.Column("own", Json, nullable=True),
    sa.Column("counts", Json, nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_merge_winner", "entity", "winner_id", "id"),
    sqlite_autoincrement=True,
)

losers = sa.Table(
    "core_merge_loser",
    metadata,
    sa.Column("merge_id", BigId, sa.ForeignKey("core_merge.id", ondelete="CASCADE"), primary_key=True,
              autoincrement=False),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Index("ix_core_merge_loser_record", "entity", "record_id", "merge_id"),
)  # fmt: skip

moved = sa.Table(
    "core_merge_moved",
    metadata,
    sa.Column("merge_id", BigId, sa.ForeignKey("core_merge.id", ondelete="CASCADE"), primary_key=True,
              autoincrement=False),
    sa.Column("place", sa.String(200), primary_key=True),
    sa.Column("from_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("row_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("was", Json, nullable=True),
)  # fmt: skip

told_apart = sa.Table(
    "core_told_apart",
    metadata,
    sa.Column("entity", sa.String(120), primary_key=True),
    # The smaller of the two numbers, and the larger one.
    sa.Column("low_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("high_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_told_apart_high", "entity", "high_id"),
)
