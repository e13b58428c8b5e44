"""How a worker hears of a job: on PostgreSQL by a message of Procrastinate, sent in the same transaction.

The message carries nothing but the job's number, and a name of a queue: what the job is, and whether it is still to
be done, stands in `core_job` alone. A message that is lost or comes twice therefore does no harm. On SQLite workers
look for themselves whenever the file has changed.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.db import Unit
from core.registry import current

#: The task that workers know, and its queues.
TASK = "diwan.job"
QUICK, LONG = "diwan_quick", "diwan_long"

_DELIVER = sa.text("""
    UPDATE core_job SET delivery_id = (procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, 'diwan.job', 0, NULL, NULL, jsonb_build_object('job_id', core_job.id), CAST(:at AS timestamptz))
    ]::procrastinate_job_to_defer_v1[]))[1] WHERE id = :job_id""")


def announce(opened: Unit, job_id: int, name: str, at: dt.datetime | None = None) -> None:
    """Let a worker know of a job once this transaction is committed, and not before `at`."""
    if opened.dialect == "postgresql":
        opened.execute(_DELIVER, {"queue": queue_of(name), "job_id": job_id, "at": at})


def queue_of(name: str) -> str:
    job = current().derived.jobs.get(name)
    return LONG if job is not None and job.is_long else QUICK
