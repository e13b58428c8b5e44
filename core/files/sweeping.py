"""Files that nothing holds any more go: a day after a sweep first found them so, or as soon as it is asked for.

What holds a file is read from the tables themselves, whether or not their plugin is on and their field in use.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core import jobs
from core.attachments.models import versions
from core.chat.models import files as chat_files
from core.db import Unit
from core.declarations import Job
from core.entity.base import utc_now
from core.files.models import uploads
from core.files.s3 import store_of
from core.files.store import Store
from core.files.uploads import VALID
from core.jobs.models import jobs as queued
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.transfer.exports.models import exports

JOB, REMOVE = "core.sweep_files", "core.remove_files"
#: How long the removal of a file waits for an export that is being written and may turn out to be the same.
PAUSE = dt.timedelta(minutes=1)
DAY = 86_400.0
_DIGEST = re.compile(r'"sha256"\s*:\s*"([0-9a-f]{64})"')
#: The columns that make a table one of records; the log and the queues name files that may go.
_OF_RECORDS = {"id", "version", "deleted_at", "custom"}


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(JOB, _sweep, label=_("Delete files that no record holds"), every=dt.timedelta(days=1), is_long=True,
            in_steps=True, as_system=True, silence=3600),
        Job(REMOVE, _remove, label=_("Delete a file that is not needed any more"), in_steps=True, as_system=True),
    ]  # fmt: skip


def remove(digests: Collection[str | None]) -> None:
    """Have files deleted that are not needed any more, once this transaction is committed, unless something else holds
    them. It is a job, so that nothing is lost when the process ends; the sweep finds what was left all the same."""
    gone = sorted({one for one in digests if one})
    if gone:
        jobs.enqueue(REMOVE, {"digests": gone})


def _remove(context: jobs.Context) -> dict[str, Any] | None:
    if context.settings is None:
        return None
    with context.unit() as opened:
        if _exports_are_written(opened):
            jobs.enqueue(REMOVE, context.arguments, run_after=PAUSE)
            return None
        free = set(context.arguments["digests"]) - _all_held(opened)
    store = store_of(context.settings)
    for digest in free:
        store.remove(digest)
    return {"deleted": len(free)}


def _exports_are_written(opened: Unit) -> bool:
    """Whether a file may lie in the store that its export does not hold yet."""
    at_work = sa.select(exports.c.id).join(queued, queued.c.id == exports.c.job_id).where(
        exports.c.state == "running", queued.c.state.in_(("waiting", "running", "failed")))
    return opened.execute(at_work.limit(1)).first() is not None


def _sweep(context: jobs.Context) -> dict[str, Any] | None:
    if context.settings is None:
        return None
    with context.unit() as opened:
        opened.begin_write()
        opened.execute(sa.delete(uploads).where(uploads.c.created_at < utc_now() - 2 * VALID))
    with context.unit() as opened:
        held = _all_held(opened)
    _tidy(context.settings.instance / "incoming")
    return {"deleted": sweep(store_of(context.settings), held)}


def sweep(store: Store, held: set[str], grace: float = DAY) -> int:
    """Delete what is not `held`; answers how many files went."""
    gone = 0
    for digest in store.settled(grace):
        if digest in held:
            store.keep(digest)
        else:
            gone += store.release(digest, grace)
    return gone


def _all_held(opened: Unit) -> set[str]:
    return {*holding(opened.connection), *opened.execute(sa.select(uploads.c.digest)).scalars()}


def holding(connection: Connection) -> set[str]:
    """The digests of all files that a record holds, in the trash too, and of attachments, messages and exports."""
    of_tables = (sa.select(column) for column in (versions.c.digest, chat_files.c.digest, exports.c.digest))
    found = {digest for digest in connection.execute(sa.union(*of_tables)).scalars() if digest}
    inspector = sa.inspect(connection)
    for name in inspector.get_table_names():
        columns = inspector.get_columns(name)
        if _OF_RECORDS - {column["name"] for column in columns}:
            continue
        for column in columns:
            if "JSON" not in str(column["type"]).upper():
                continue
            text = sa.cast(sa.column(column["name"]), sa.Text)
            statement = sa.select(text).select_from(sa.table(name)).where(text.like('%"sha256"%'))
            for value in connection.execution_options(yield_per=1000).execute(statement).scalars():
                found.update(_DIGEST.findall(value))
    return found


def _tidy(folder: Path) -> None:
    """What a killed process left of an upload."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(path, ignore_errors=True)
