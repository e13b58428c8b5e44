"""What has to be done again and again: backups, drills, checks of the log; and what runs out or grows old."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.audit.models import audit
from core.config import Config
from core.declarations import Job
from core.entity.base import utc_now
from core.jobs.models import jobs, schedules
from core.language.calendars import exact_time
from core.language.direction import isolate_ltr
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.mail.models import mails
from core.ops import landmarks

GIGABYTE = 1024**3
#: Below this many bytes free something will soon fail; below the second it is time to think of it.
TOO_LITTLE, LITTLE = GIGABYTE // 2, 5 * GIGABYTE
BACKUP_EVERY, VERIFY_EVERY, DRILL_EVERY = dt.timedelta(days=7), dt.timedelta(days=35), dt.timedelta(days=100)
BACKUP, VERIFY = "diwan backup --keep 14 FOLDER", "diwan audit verify"
DRILL, WORKER = "diwan restore --drill FILE", "diwan worker"
#: What is due for longer than this waits for somebody who is not there.
WAITS = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Remark:
    """How something stands; `ok` with a remedy is advice."""

    ok: bool
    text: Any
    remedy: Any = ""


def space(config: Config) -> Iterator[Remark]:
    """Room on the disk of the instance folder."""
    free = shutil.disk_usage(config.instance).free
    text = _("{amount} GB free in {path}.", path=_path(config.instance), amount=format_number(
        round(free / GIGABYTE, 1), preferences().formatting_locale))
    remedy = _("Make room, or move the folder to a larger disk: {path}", path=_path(config.instance))
    yield Remark(free >= TOO_LITTLE, text, remedy if free < LITTLE else "")


def zones() -> Iterator[Remark]:
    """The data of time zones, which governments change."""
    installed = version("tzdata")
    is_old = int(installed.partition(".")[0]) < utc_now().year - 1
    yield Remark(True, _("Data of version {version}.", version=installed),
                 _("Update the package {name}.", name="tzdata") if is_old else "")


def backed_up(connection: Connection) -> Iterator[Remark]:
    """When the last backup was made."""
    last = landmarks.last(connection, landmarks.BACKUP)
    if last is None:
        yield Remark(_age(connection) < BACKUP_EVERY, _("There is no backup yet."), BACKUP)
        return
    late = utc_now() - last.at > BACKUP_EVERY
    yield Remark(not late, _("Last one: {time}, {file}", time=exact_time(last.at), file=_path(last.file)),
                 BACKUP if late else "")


def drilled(connection: Connection) -> Iterator[Remark]:
    """When it was last tried whether a backup can be restored."""
    last = landmarks.last(connection, landmarks.DRILL)
    if last is None:
        yield Remark(True, _("Nobody has tried yet whether a backup can be restored."), DRILL)
        return
    late = utc_now() - last.at > DRILL_EVERY
    yield Remark(True, _("Last one: {time}, {file}", time=exact_time(last.at), file=_path(last.file)),
                 DRILL if late else "")


def verified(connection: Connection) -> Iterator[Remark]:
    """When the audit log was last checked, and what was found."""
    looked = sa.select(audit.c.at, audit.c.changes).where(audit.c.entity == "core.audit",
                                                          audit.c.action == "verify_log")
    row = connection.execute(looked.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(1)).first()
    if row is None:
        yield Remark(True, _("The log has not been checked yet."), VERIFY)
        return
    if not orjson.loads(row.changes or "{}").get("ok", [None, True])[1]:
        yield Remark(False, _("It was broken at {time}.", time=exact_time(row.at)),
                     _("See what it says, and restore a backup if the log was changed: {command}", command=VERIFY))
        return
    late = utc_now() - row.at > VERIFY_EVERY
    yield Remark(True, _("It was whole at {time}.", time=exact_time(row.at)), VERIFY if late else "")


def at_work(connection: Connection, declared: Mapping[str, Job]) -> Iterator[Remark]:
    """Whether somebody works on the jobs: the turn of a schedule that nobody takes, or a job that nobody begins."""
    late = utc_now() - WAITS
    begun = jobs.c.state.in_(("waiting", "failed")) & (jobs.c.run_after < late)
    waiting = connection.execute(sa.select(sa.func.count()).select_from(jobs).where(begun)).scalar_one()
    missed = connection.execute(sa.select(sa.func.min(schedules.c.next_at))).scalar()
    if waiting:
        yield Remark(False, ngettext("{n} job waits for a worker.", "{n} jobs wait for a worker.", waiting), WORKER)
    elif missed is not None and missed < late:
        yield Remark(False, _("No worker has been at work since {time}.", time=exact_time(missed)), WORKER)
    dead = connection.execute(sa.select(jobs.c.name, jobs.c.error).where(jobs.c.state == "dead").order_by(
        jobs.c.run_after.desc()).limit(1)).first()
    if dead is not None:
        job = declared.get(dead.name)
        name = str(job.label or dead.name) if job else dead.name
        yield Remark(True, _("A job failed for good: {name}. {reason}", name=name, reason=isolate_ltr(dead.error)),
                     _("Mend the cause, then retry it under Settings, Background jobs."))


def outbox(connection: Connection) -> Iterator[Remark]:
    """Mails that should have gone by now, and those that did not."""
    count = sa.select(sa.func.count()).select_from(mails)
    late = connection.execute(count.where(
        mails.c.state == "queued", mails.c.created_at < utc_now() - WAITS)).scalar_one()
    stuck = connection.execute(count.where(mails.c.state.in_(("failed", "unknown")))).scalar_one()
    if late:
        yield Remark(True, ngettext("{n} mail waits to be sent.", "{n} mails wait to be sent.", late),
                     _("Set DIWAN_SMTP_URL, and see whether the mail server answers."))
    if stuck:
        yield Remark(True, ngettext("{n} mail could not be delivered.", "{n} mails could not be delivered.", stuck),
                     _("See what the mail server said, and decide whether to send again."))


def _path(path: object) -> str:
    """A path in a sentence: from left to right, also between Arabic words."""
    return isolate_ltr(path) if preferences().direction == "rtl" else str(path)


def _age(connection: Connection) -> dt.timedelta:
    """How long the installation has been there: since the first entry of its log."""
    first = connection.execute(sa.select(audit.c.at).order_by(audit.c.id).limit(1)).scalar()
    return utc_now() - first if first else dt.timedelta(0)
