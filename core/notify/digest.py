"""The daily mail: what came since the last one, for those who chose that, at the hour of each in his own zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from core import mail
from core.db import Unit
from core.declarations import Job
from core.entity.base import utc_now
from core.jobs import Context, queue
from core.language.calendars import format_date
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.mail import Letter
from core.notify import reading
from core.notify.choosing import Times, times
from core.notify.mailing import CHOOSE, due, reading_as
from core.notify.models import digests, notices
from core.notify.telling import MAIL_JOB
from core.plugin.hookspecs import hookimpl
from core.registry import current
from core.worktime.reading import working_time
from core.worktime.times import WorkingTime

#: What does not fit into one mail is told by its number.
MOST_LINES = 50


def mail_digests(context: Context) -> dict[str, Any]:
    """Put a mail into the outbox for everybody whose hour has come and for whom something waits; how many."""
    base_url = context.settings.base_url if context.settings is not None else ""
    with context.unit() as opened:
        waiting = sa.select(notices.c.user_id).where(notices.c.digest_due).distinct().order_by(notices.c.user_id)
        user_ids = list(opened.execute(waiting).scalars())
        if due(opened, 1):
            # Somebody's quiet hours are over, and mails have waited for that.
            queue.enqueue(MAIL_JOB)
    sent = 0
    for user_id in user_ids:
        with context.unit() as opened:
            sent += _mail(opened, user_id, base_url)
        context.progress(sent, len(user_ids))
    return {"mails": sent}


def _mail(opened: Unit, user_id: int, base_url: str) -> bool:
    """Whether it was written; the notices in it are taken out of the waiting ones in the same transaction."""
    last = opened.execute(sa.select(digests.c.sent_on).where(digests.c.user_id == user_id)).scalar()
    with reading_as(opened, user_id) as reader:
        now = local(utc_now(), preferences().timezone)
        if reader is not None and not is_due(times(user_id), now, last, lambda: working_time(user_id)):
            return False
        opened.begin_write()
        mine = sa.and_(notices.c.user_id == user_id, notices.c.digest_due)
        if reader is None:
            opened.execute(sa.update(notices).where(mine).values(digest_due=False))
            return False
        found = [one for one in reading.find(notices.c.digest_due, limit=MOST_LINES) if one.href]
        waiting = opened.execute(sa.select(sa.func.count()).where(mine)).scalar_one()
        opened.execute(sa.update(notices).where(mine).values(digest_due=False))
        _note(opened, user_id, now.date())
        if not found:
            return False
        letter = _letter(found, waiting, now.date(), base_url)
        mail.send(reader.email, letter.subject, letter.text(), letter.html(), dedupe=f"digest-{user_id}-{now.date()}")
    return True


def is_due(chosen: Times, now: dt.datetime, last: dt.date | None, own: Callable[[], WorkingTime]) -> bool:
    """Whether it is time, by the clock of the reader: once a day, and where he chose so only on days on which he works,
    which is asked for then alone."""
    if now.hour < chosen.hour or (last is not None and last >= now.date()):
        return False
    return not chosen.working_days_only or own().works_on(now.date())


def _note(opened: Unit, user_id: int, day: dt.date) -> None:
    if not opened.execute(sa.update(digests).where(digests.c.user_id == user_id).values(sent_on=day)).rowcount:
        usual = Times()
        opened.execute(sa.insert(digests).values(
            user_id=user_id, hour=usual.hour, working_days_only=usual.working_days_only, sent_on=day))  # fmt: skip


def _letter(found: Sequence[reading.Notice], waiting: int, day: dt.date, base_url: str) -> Letter:
    """Under a heading for each kind, the newest first."""
    reader, kinds = preferences(), current().derived.notice_kinds
    date = format_date(day, reader.formatting_locale, reader.calendar, "long")
    paragraphs: list[Any] = []
    for name in dict.fromkeys(one.kind for one in found):
        paragraphs.append(kinds[name].label)
        paragraphs += [one.text for one in found if one.kind == name]
    left = waiting - len(found)
    if left > 0:
        paragraphs.append(lazy_ngettext("And {n} more.", "And {n} more.", left))
    return Letter(_("Your notifications of {date}", date=date), paragraphs,
                  (_("All notifications"), f"{base_url}/notices"), footer=CHOOSE)  # fmt: skip


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.mail_digests", mail_digests, label=_("Mail daily digests"), every=dt.timedelta(minutes=10),
                retries=0, in_steps=True, as_system=True)]  # fmt: skip
