"""The user's own imports: drafts on their way through the wizard, and those that were started."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Conflict, NotFound
from core.language.i18n import _
from core.transfer import jobs, queueing, uploads
from core.transfer.importer import Outcome
from core.transfer.models import failed_rows, imports, mappings
from core.transfer.plan import ImportPlan

#: Files that one user may have lying about unfinished; the oldest gives way.
MOST_DRAFTS = 5
RECENT = 5
MOST_HEADINGS = 500
DRAFT_AGE = dt.timedelta(days=1)
FILE_AGE = dt.timedelta(days=30)


def create(spec: EntitySpec, plan: ImportPlan, file_name: str, path: Path, file_hash: str, total: int) -> int:
    """A new draft of the actor."""
    _make_room(path.parent)
    return jobs.note(spec, plan, file_name, str(path), file_hash, total, actor().id, state="draft")


def _make_room(folder: Path) -> None:
    own = sa.select(imports.c.id, imports.c.file_path).where(
        imports.c.user_id == actor().id, imports.c.state == "draft")
    _forget(folder, unit().execute(own.order_by(imports.c.id.desc()).offset(MOST_DRAFTS - 1)).all())


def _forget(folder: Path, rows: Sequence[Any]) -> None:
    """Remove imports with their files. The files go first: a row without a file is found again, not the reverse."""
    for row in rows:
        uploads.drop(folder, row.file_path)
    if rows:
        unit().begin_write()
        unit().execute(sa.delete(imports).where(imports.c.id.in_([row.id for row in rows])))


def visible(spec: EntitySpec, import_id: int) -> dict[str, Any]:
    """An import that the actor may look at: his own, and as an administrator those that anybody has started."""
    job, who = jobs.find(import_id), actor()
    if job is not None and job["entity"] == spec.name:
        if job["user_id"] == who.id and who.id is not None:
            return job
        if who.is_admin and job["state"] != "draft":
            return job
    raise NotFound(_("This import does not exist, or it is somebody else’s."))


def own_draft(spec: EntitySpec, import_id: int) -> dict[str, Any]:
    """A draft of the actor; Conflict when it was started in the meantime."""
    job = visible(spec, import_id)
    if job["state"] != "draft":
        raise Conflict(_("This import was started already."))
    return job


def recent(spec: EntitySpec) -> Sequence[Mapping[str, Any]]:
    statement = sa.select(imports).where(imports.c.user_id == actor().id, imports.c.entity == spec.name)
    return unit().execute(statement.order_by(imports.c.id.desc()).limit(RECENT)).mappings().all()  # type: ignore[return-value]


def save(job: Mapping[str, Any], plan: ImportPlan, total: int, counts: Outcome, checked: int) -> None:
    """Keep the draft as it is on the screen, with the counts of its dry run."""
    unit().begin_write()
    unit().execute(sa.update(imports).where(imports.c.id == job["id"], imports.c.state == "draft").values(
        plan=plan.as_json(), total=total, done=checked, created=counts.created, updated=counts.updated,
        skipped=counts.skipped, failed=counts.failed, warned=counts.warned))


def begin(job: Mapping[str, Any]) -> None:
    """Hand the draft to the workers; a second press finds it begun and changes nothing."""
    unit().begin_write()
    begun = unit().execute(sa.update(imports).where(imports.c.id == job["id"], imports.c.state == "draft").values(
        state="waiting", created_at=utc_now(), done=0, last_line=1, created=0, updated=0, skipped=0, failed=0,
        warned=0))
    if begun.rowcount:
        queueing.ask(job["id"])


def remembered(spec: EntitySpec) -> dict[str, str]:
    """Which field the user gave each heading in earlier files of this entity; "" = not imported (P16)."""
    statement = sa.select(mappings.c.headings).where(
        mappings.c.user_id == actor().id, mappings.c.entity == spec.name)
    return unit().execute(statement).scalar() or {}


def remember(spec: EntitySpec, header: Sequence[str], columns: Sequence[str | None]) -> None:
    """Keep the mapping of this file; what was known of other headings stays, the oldest least."""
    now = {heading: name or "" for heading, name in zip(header, columns, strict=True) if heading}
    kept = {heading: name for heading, name in remembered(spec).items() if heading not in now}
    headings = dict(list({**kept, **now}.items())[-MOST_HEADINGS:])
    unit().begin_write()
    mine = sa.and_(mappings.c.user_id == actor().id, mappings.c.entity == spec.name)
    if unit().execute(sa.update(mappings).where(mine).values(headings=headings)).rowcount == 0:
        unit().execute(sa.insert(mappings).values(user_id=actor().id, entity=spec.name, headings=headings))


def tidy(folder: Path) -> None:
    """Forget drafts of yesterday, and the files and failed rows of imports that ended a month ago."""
    now = utc_now()
    abandoned = sa.select(imports.c.id, imports.c.file_path).where(
        imports.c.state == "draft", imports.c.created_at < now - DRAFT_AGE)
    _forget(folder, unit().execute(abandoned).all())
    old = sa.select(imports.c.id, imports.c.file_path).where(
        imports.c.finished_at < now - FILE_AGE, imports.c.file_path != "", imports.c.state.not_in(jobs.AT_WORK))
    for row in unit().execute(old).all():
        uploads.drop(folder, row.file_path)
        unit().begin_write()
        unit().execute(sa.delete(failed_rows).where(failed_rows.c.import_id == row.id))
        unit().execute(sa.update(imports).where(imports.c.id == row.id).values(file_path=""))
