"""Jobs: what is to be done in the background, how far it is, and when the next turn of each schedule is due.

A job is `waiting`, `running`, then `done`; `failed` while it waits for its next try, `dead` when there is none left,
`cancelled` when somebody stopped it. Times that decide anything are the database's own (REL-15).
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

jobs = sa.Table(
    "core_job", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("arguments", Json, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("priority", sa.Integer, nullable=False, default=0),
    sa.Column("run_after", UtcDateTime, nullable=False),
    # One of a kind among those that wait; and the turn of a schedule that it is for.
    sa.Column("dedupe", sa.String(200), nullable=True),
    sa.Column("slot", sa.String(40), nullable=True),
    # Whoever works on it now, under a name used once; another may take over when the lease is over.
    sa.Column("worker", sa.String(40), nullable=False, default=""),
    sa.Column("lease_until", UtcDateTime, nullable=True),
    sa.Column("cancel_asked", sa.Boolean, nullable=False, default=False),
    sa.Column("done", sa.BigInteger, nullable=False, default=0),
    sa.Column("total", sa.BigInteger, nullable=False, default=0),
    sa.Column("note", sa.String(200), nullable=False, default=""),
    sa.Column("result", Json, nullable=True),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("trace", sa.Text, nullable=False, default=""),
    # For whom, the organisation he has chosen among several, and in whose language, calendar, zone and digits (T9).
    sa.Column("actor_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("acts_as", sa.String(8), nullable=False),
    sa.Column("organisation_id", sa.BigInteger, nullable=True),
    sa.Column("reader", Json, nullable=False),
    sa.Column("request_id", sa.String(40), nullable=False, default=""),
    # The message of the engine that carries the id to a worker, on PostgreSQL.
    sa.Column("delivery_id", sa.BigInteger, nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=True),
    sa.Column("finished_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_job_state", "state", "run_after"),
    sa.Index("ix_core_job_name", "name", "id"),
    sa.Index("uq_core_job_dedupe", "dedupe", unique=True,
             sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("uq_core_job_slot", "name", "slot", unique=True),
    sqlite_autoincrement=True,
)  # fmt: skip

schedules = sa.Table(
    "core_schedule", metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    # The rule that `next_at` follows from; another rule, in a new version of the code, starts anew.
    sa.Column("rule", sa.String(200), nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=True),
)  # fmt: skip
