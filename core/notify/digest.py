"""The daily mail: what came since the last one, for those who chose that, at the hour of each in his own zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core import mail
from core.db import Unit
from core.declarations import Job
from core.entity.base import utc_now
from core.jobs import Context, queue
from core.language.calendars import format_date, format_datetime
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.mail import Letter, Line, Part
from core.notify import reading
from core.notify.choosing import Times, times
from core.notify.mailing import CHOOSE, detail_lines, due, reading_as
from core.notify.models import digests, notices
from core.notify.telling import MAIL_JOB
from core.plugin.hookspecs import hookimpl
from core.worktime.reading import working_time
from core.worktime.times import FAR, WorkingTime

#: What does not fit into one mail is told by its number, as far as that many were read.
MOST_LINES, MOST_READ = 50, 500
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def mail_digests(context: Context) -> dict[str, Any]:
    """Put a mail into the outbox for everybody whose hour has come and for whom something waits; how many."""
    base_url = context.settings.base_url if context.settings is not None else ""
    with context.unit() as opened:
        due_ones = sa.select(notices.c.user_id).where(notices.c.digest_due, notices.c.count > 0)
        waiting = due_ones.distinct().order_by(notices.c.user_id)
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
    """Whether it was written. That the day's mail is out, what is in it and the mail itself are one transaction: of two
    schedulers one writes it, and one that dies has written nothing."""
    mine = sa.and_(notices.c.user_id == user_id, notices.c.digest_due, notices.c.count > 0)
    with reading_as(opened, user_id) as reader:
        if reader is None:
            opened.begin_write()
            opened.execute(sa.update(notices).where(mine).values(digest_due=False))
            return False
        turn = last_turn(times(user_id), local(utc_now(), preferences().timezone), lambda: working_time(user_id))
        if turn is None or not _waits(opened, mine, turn) or not _is_first(opened, user_id, turn.date()):
            return False
        taken = sa.update(notices).where(mine).values(digest_due=False).returning(notices.c.id)
        ids = sorted(opened.execute(taken).scalars())
        found = [one for one in reading.find(notices.c.id.in_(ids[-MOST_READ:]), limit=MOST_READ) if one.href]
        if not found:
            return False
        letter = _letter(found, turn.date(), base_url)
        mail.send(reader.email, letter.subject, letter.text(), letter.html(), dedupe=f"digest-{user_id}-{turn.date()}")
    return True


def last_turn(chosen: Times, now: dt.datetime, own: Callable[[], WorkingTime]) -> dt.datetime | None:
    """When the mail was to go last, by the clock of its reader; None while he is left alone. His working days are asked
    for only where he chose to get it on these alone."""
    if chosen.quiet is not None and chosen.quiet.holds(now):
        return None
    turn = dt.datetime.combine(now.date(), dt.time(chosen.hour), now.tzinfo)
    days = [turn - dt.timedelta(days=number) for number in range(FAR if chosen.working_days_only else 2)]
    days = [day for day in days if day <= now]
    if not chosen.working_days_only:
        return days[0]
    hours = own()
    return next((day for day in days if hours.works_on(day.date())), None) if hours.works_on(now.date()) else None


def _waits(opened: Unit, mine: Any, turn: dt.datetime) -> bool:
    """Whether something came before its turn; what came later waits for the next."""
    came = notices.c.created_at < turn.astimezone(dt.UTC)
    return opened.execute(sa.select(notices.c.id).where(mine, came).limit(1)).first() is not None


def _is_first(opened: Unit, user_id: int, day: dt.date) -> bool:
    """Whether the mail of this day is out only from now on: whoever else writes it waits here and finds it written."""
    opened.begin_write()
    is_new = sa.or_(digests.c.sent_on.is_(None), digests.c.sent_on < day)
    if opened.execute(sa.update(digests).where(digests.c.user_id == user_id, is_new).values(sent_on=day)).rowcount:
        return True
    usual = Times()
    row = {"user_id": user_id, "hour": usual.hour, "working_days_only": usual.working_days_only, "sent_on": day}
    made = _INSERT[opened.dialect](digests).values(row).on_conflict_do_nothing().returning(digests.c.user_id)
    # Not by its count of rows: PostgreSQL's driver gives none for such a statement.
    return opened.execute(made).first() is not None


def _letter(found: Sequence[reading.Notice], day: dt.date, base_url: str) -> Letter:
    """By what they are about, the newest first."""
    reader, shown = preferences(), found[:MOST_LINES]
    pages = dict.fromkeys(one.page for one in shown if one.page)
    groups = ([one for one in shown if one.page == page] for page in (*pages, ""))
    parts = [_part(group, base_url) for group in groups if group]
    left = len(found) - len(shown)
    if left:
        parts.append(Part("", lines=[Line(lazy_ngettext("And {n} more.", "And {n} more.", left))]))
    date = format_date(day, reader.formatting_locale, reader.calendar, "long")
    return Letter(_("Your notifications of {date}", date=date), (), (_("All notifications"), f"{base_url}/notices"),
                  footer=CHOOSE, parts=parts)  # fmt: skip


def _part(about: Sequence[reading.Notice], base_url: str) -> Part:
    """What came about one record; what is about none has addresses of its own."""
    first = about[0]
    if not first.title:
        return Part(_("Other notifications"), lines=[_line(one, base_url + one.href) for one in about])
    # Of the same record all tell the same: it is said once.
    details = detail_lines(next((one for one in about if one.details), first))
    heading: Any = mail.value(first.title)
    if first.about:
        heading = _("{record} ({about})", record=heading, about=mail.value(first.about))
    return Part(heading, base_url + first.page, [*map(_line, about), *details])


def _line(one: reading.Notice, href: str = "") -> Line:
    return Line(one.text, mail.value(format_datetime(one.told_at, preferences())), href)


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.mail_digests", mail_digests, label=_("Mail daily digests"), every=dt.timedelta(minutes=10),
                retries=0, in_steps=True, as_system=True)]  # fmt: skip
