"""Notices by mail: each once, in the words of its reader, and only of what he may see when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from core import mail
from core.actor import Actor, acting
from core.auth.actors import load_actor
from core.auth.display import preferences_of, user_preferences
from core.db import Unit
from core.declarations import Job
from core.entity.base import utc_now
from core.jobs import Context
from core.language.i18n import _, use
from core.language.timezones import local
from core.mail import Letter, Line, Part
from core.notify import reading
from core.notify.choosing import Quiet, is_urgent
from core.notify.models import digests, notices
from core.notify.telling import MAIL_JOB
from core.plugin.hookspecs import hookimpl
from core.registry import current as registry

AT_ONCE = 100
CHOOSE = _("You choose what you are told of by mail in your settings, under Notifications.")


def mail_notices(context: Context) -> dict[str, Any]:
    """Put a mail into the outbox for every notice that is to go by mail; how many. In his quiet hours those of a reader
    wait that are not urgent to him: the job of daily mails asks for them anew once these hours are over."""
    base_url = context.settings.base_url if context.settings is not None else ""
    done = 0
    while ids := _next(context):
        for notice_id in ids:
            with context.unit() as opened:
                done += _mail(opened, notice_id, base_url)
        context.progress(done)
    return {"mails": done}


def _next(context: Context) -> list[int]:
    with context.unit() as opened:
        return due(opened, AT_ONCE)


def due(opened: Unit, limit: int) -> list[int]:
    """Notices to be mailed now, the oldest first."""
    waits = (notices.c.mail_due, notices.c.count > 0)
    wanted, resting = sa.select(notices.c.id).where(*waits), _resting(opened)
    if resting:
        wanted = wanted.where(sa.or_(notices.c.user_id.not_in(resting), is_urgent()))
    return list(opened.execute(wanted.order_by(notices.c.id).limit(limit)).scalars())


def _resting(opened: Unit) -> list[int]:
    """Those for whom mails wait and it is quiet now."""
    waits = sa.exists().where(notices.c.user_id == digests.c.user_id, notices.c.mail_due)
    rows = opened.execute(sa.select(digests).where(digests.c.quiet_from.is_not(None), waits)).all()
    now, habits = utc_now(), preferences_of([row.user_id for row in rows])
    return [row.user_id for row in rows
            if Quiet(row.quiet_from, row.quiet_until).holds(local(now, habits[row.user_id].timezone))]


def _mail(opened: Unit, notice_id: int, base_url: str) -> bool:
    """Whether it was written: taken back by nobody else in the meantime, and about something its reader may see."""
    opened.begin_write()
    taken = sa.update(notices).where(notices.c.id == notice_id, notices.c.mail_due).values(mail_due=False)
    user_id = opened.execute(taken.returning(notices.c.user_id)).scalar()
    if user_id is None:
        return False
    with reading_as(opened, user_id) as reader:
        found = reading.find(notices.c.id == notice_id, limit=1) if reader is not None else []
        if reader is None or not found or not found[0].href:
            return False
        notice = found[0]
        letter = Letter(subject_of(notice.text), _told(notice), (_led_to(notice), base_url + notice.href),
                        footer=CHOOSE, parts=[Part("", lines=detail_lines(notice))] if notice.details else ())
        mail.send(reader.email, letter.subject, letter.text(), letter.html(), dedupe=f"notice-{notice_id}")
    return True


def _led_to(notice: reading.Notice) -> Any:
    """What can be answered is answered on the page of the record."""
    kind = registry().derived.notice_kinds[notice.kind]
    return _("Open and answer") if kind.actions and not kind.folded else _("Open")


def detail_lines(notice: reading.Notice) -> list[Line]:
    """When and where it is, as lines of a mail."""
    return [Line(_("{field}: {value}", field=one.label, value=mail.value(one.text))) for one in notice.details]


def _told(notice: reading.Notice) -> list[Any]:
    return [notice.text, mail.value(notice.about)] if notice.about else [notice.text]


@contextmanager
def reading_as(opened: Unit, user_id: int) -> Iterator[Actor | None]:
    """With the user's rights, language, calendar and zone; None for one who may not work any more."""
    reader = load_actor(opened.connection, user_id)
    if reader is None:
        yield None
        return
    with acting(reader), use(user_preferences(user_id)):
        yield reader


def subject_of(text: Any) -> str:
    """A sentence as the subject of a mail: in one short line."""
    return " ".join(str(text).split())[:200]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(MAIL_JOB, mail_notices, label=_("Mail notifications"), in_steps=True, as_system=True)]
