"""Writing the file of an export, page by page: each page is read in a unit of its own, as whoever asked for it.

No read lasts longer than a page, so that nobody who writes waits for it and SQLite's log does not grow behind it. The
file is written beside the store and enters it when it is whole: of a job that was killed nothing can be fetched, and
the next try writes it anew.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import query
from core.actor import Actor, actor
from core.db import run_unit
from core.declarations import Job
from core.errors import DiwanError
from core.files.s3 import store_of
from core.files.uploads import digest_of, make_room
from core.jobs import Context
from core.jobs.context import Cancelled, Stopped
from core.jobs.lease import Overtaken
from core.jobs.running import PASSING
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin.hookspecs import hookimpl
from core.registry import current
from core.transfer.exporter import Table, exportable, pages_of, refuse_if_changed, within_rights
from core.transfer.exports import keeping
from core.transfer.exports.models import exports
from core.transfer.exports.reach import reach_of


@dataclass(frozen=True, slots=True)
class Begun:
    """What is written: settled when the job begins, with the rights that its user has then."""

    row: dict[str, Any]
    table: Table
    ids: Sequence[int]
    reach: dict[str, Any]
    who: Actor


def carry_out(context: Context) -> None:
    """Write the file of an export. What another try cannot help with ends it, and its user is told."""
    try:
        with context.unit():
            row = keeping.begin(context.arguments["export"])
        if row is not None:
            _write(context, row)
    except (Overtaken, Cancelled, Stopped):
        raise
    except Exception as error:
        if _is_last(context, error):
            told, mine = _told(context, error), exports.c.id == context.arguments["export"]
            run_unit(context.engine, lambda opened: keeping.fail(opened, told, mine))
        raise


def _is_last(context: Context, error: Exception) -> bool:
    """Whether the job ends with this try, as `core.jobs.running.fail` goes by it."""
    is_final = isinstance(error, DiwanError) and not isinstance(error, PASSING)
    return is_final or context.row["attempts"] > context.declared.retries


def _told(context: Context, error: Exception) -> str:
    if isinstance(error, DiwanError):
        return str(error)
    return str(_("An unexpected error occurred. Reference: {code}", code=f"job-{context.id}"))


def _write(context: Context, row: dict[str, Any]) -> None:
    assert context.settings is not None
    with context.unit():
        begun = _begun(row)
    folder, own = context.settings.instance / "incoming", f"export-{row['id']}-"
    make_room(folder, None)
    for left in folder.glob(f"{own}*"):  # by a worker that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=own, dir=folder) as place:
        path = Path(place) / "file"
        with path.open("wb") as out:
            rows = begun.table.write(out, _pages(context, begun), aside=Path(place))
            out.flush()
            os.fsync(out.fileno())
        # A workbook takes a while to be packed: he may have thought better of it.
        context.check()
        size, digest = path.stat().st_size, digest_of(path)
        store_of(context.settings).add(digest, path)
    with context.unit():
        is_kept = keeping.finish(row, begun.table.asked, digest, size, rows, begun.reach)
    if not is_kept:
        context.check()


def _begun(row: dict[str, Any]) -> Begun:
    """As it was asked for, within the rights of today: a condition on a field that is closed by now is refused."""
    spec = current().entity(row["entity"])
    asked = query.parse_args(spec, [(name, value) for name, value in row["asked"]], preferences())
    allowed = exportable(spec)
    asked = within_rights(asked.with_fields(name for name in row["fields"] if name in allowed), row["format"])
    return Begun(row, Table(asked, row["format"], preferences()), query.ordered_ids(asked),
                 reach_of(spec, asked.fields), actor())  # fmt: skip


def _pages(context: Context, begun: Begun) -> Iterator[Sequence[Any]]:
    done = 0
    context.progress(done, len(begun.ids))
    for ids in pages_of(begun.ids):
        with context.unit():
            refuse_if_changed(begun.who, actor())
            lines = begun.table.lines(ids)
        yield lines
        done += len(ids)
        context.progress(done, len(begun.ids))


def forget(context: Context) -> int:
    """Forget the exports whose time is over."""
    with context.unit() as opened:
        return keeping.forget_old(opened)


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(keeping.JOB, carry_out, label=_("Export"), is_long=True, in_steps=True, lease=30, retries=12),
        Job("core.forget_exports", forget, label=_("Forget old exports"), every=dt.timedelta(hours=1), retries=0,
            in_steps=True, as_system=True),
    ]  # fmt: skip
