"""A list's calendar: from the query to the view model that the template prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core import query
from core.actor import actor
from core.entity.base import utc_now
from core.entity.spec import CalendarDates, EntitySpec, FieldSpec
from core.language.calendars import (
    calendar_named,
    format_date,
    format_month,
    format_time,
    month_grid,
    weekday_names,
    weekday_order,
)
from core.language.i18n import Preferences, _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local, zone
from core.permissions import can, readable
from core.query.dated import MOST
from core.ui import list_build
from core.ui.calendar_dates import date_fields, may_move
from core.ui.calendar_days import DAY, Placed, lay
from core.ui.calendar_model import CalendarDay, CalendarItem, CalendarScreen
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.shell import person
from core.ui.views_model import Action, Choice, ListScreen, ViewLink, ViewsPanel
from core.worktime.reading import holidays_between, working_time

#: What a day shows before "+4 more", by span; the day itself shows all.
SHOWN = {"month": 3, "week": 40, "day": MOST}
MORNING, EVENING = 8, 18
HOUR = dt.timedelta(hours=1)
#: The other calendar whose day numbers stand beside those of the reader's own, by language.
OTHERS = {"fa": "jalali", "ar": "hijri"}


@dataclass(frozen=True, slots=True)
class Range:
    """The days shown: `first` to before `after`, those of the month itself, and the anchors before and after."""

    span: str
    day: dt.date
    first: dt.date
    after: dt.date
    own: tuple[dt.date, dt.date]
    previous: dt.date
    next: dt.date
    calendar: str


def range_of(span: str, day: dt.date, reader: Preferences) -> Range:
    """The month, week or day around `day`; where the reader's calendar is not known, that of the others."""
    if span == "day":
        return Range(span, day, day, day + DAY, (day, day + DAY), day - DAY, day + DAY, reader.calendar)
    if span == "week":
        first = day - dt.timedelta(days=(day.isoweekday() - reader.week_start) % 7)
        after = first + 7 * DAY
        return Range(span, day, first, after, (first, after), first - DAY, after, reader.calendar)
    name = reader.calendar if calendar_named(reader.calendar).covers(day) else "gregorian"
    year, month, _day = calendar_named(name).parts(day)
    grid = month_grid(name, year, month, reader.week_start)
    own = [cell.date for week in grid for cell in week if cell.in_month]
    return Range(
        span, day, grid[0][0].date, grid[-1][-1].date + DAY, (own[0], own[-1] + DAY), own[0] - DAY, own[-1] + DAY, name
    )


def names_read(spec: EntitySpec, dates: CalendarDates) -> tuple[str, ...]:
    """The fields an item is drawn with."""
    allowed = readable(spec)
    wanted = (*spec.title_fields, *dates.at, dates.until, dates.done, _hue_field(spec), _who_field(spec))
    return tuple(dict.fromkeys(name for name in wanted if name in allowed))


def _hue_field(spec: EntitySpec) -> str:
    """The choice by whose colours records are told apart."""
    allowed = readable(spec)
    return next(
        (name for name in spec.meta.list if name in allowed and any(one.hue for one in spec.fields[name].choices)), ""
    )


def _who_field(spec: EntitySpec) -> str:
    allowed = readable(spec)
    return next((name for name in (*spec.meta.shared_with, "owner_id") if name in allowed), "")


def build(
    asked: query.ListQuery, address: ListAddress, dates: CalendarDates, by: str, shown: Range,
    views: ViewsPanel | None = None,
) -> CalendarScreen:
    """The whole screen. Four questions: the records of the range, what is drawn of them, the names of those in charge
    of that, and the holidays."""
    spec, reader = asked.spec, preferences()
    names = names_read(spec, dates)
    when = tuple(name for name in names if name in (*dates.at, dates.until))
    rows = query.dated(asked, dates, shown.first, shown.after, when)
    days = lay(dates, rows[:MOST], shown.first, shown.after, reader.timezone)
    most = SHOWN[shown.span]
    drawn = {placed.row["id"] for found in days.values() for placed in found[:most]}
    drawer = Drawer(spec, dates, shown, query.dated_ones(asked, drawn, names))
    total = len({placed.row["id"] for found in days.values() for placed in found})
    here = _Address(address, shown, by)
    is_day = shown.span == "day"
    weeks = () if is_day else tuple(
        tuple(_day(spec, dates, drawer, here, shown, first + offset * DAY, days, most) for offset in range(7))
        for first in (shown.first + week * 7 * DAY for week in range((shown.after - shown.first).days // 7))
    )  # fmt: skip
    return CalendarScreen(
        list=_list(asked, address, total, shown, views),
        span=shown.span,
        title=_title(shown, reader),
        weekdays=tuple(
            (weekday_names(reader.locale)[one - 1], one in reader.weekend)
            for one in ([shown.day.isoweekday()] if is_day else weekday_order(reader.week_start))
        ),
        weeks=weeks,
        hours=_hours(spec, dates, drawer, here, shown, days.get(shown.day, [])) if is_day else (),
        spans=tuple(
            ViewLink(str(label), here.to(span=span), current=span == shown.span)
            for span, label in (("month", _("Month")), ("week", _("Week")), ("day", _("Day")))
        ),
        previous_href=here.to(shown.previous),
        today_href=here.to(drawer.today),
        next_href=here.to(shown.next),
        fields=_field_choices(spec, by),
        keep=(*address.args, ("span", shown.span), ("on", shown.day.isoformat())),
        back=here.to(),
        notice=str(_("Only the first {count} are shown. Add a condition.", count=figure(MOST)))
        if len(rows) > MOST
        else "",
        is_empty=not total,
    )


@dataclass(frozen=True, slots=True)
class _Address:
    """Where the same calendar shows another range."""

    list: ListAddress
    shown: Range
    by: str

    def to(self, day: dt.date | None = None, span: str = "") -> str:
        given = [*self.list.args, ("span", span or self.shown.span), ("on", (day or self.shown.day).isoformat())]
        return f"{self.list.path}?{urlencode([*given, ('by', self.by)] if self.by else given)}"


class Drawer:
    """Draws records as items: what is the same for all of them is found once."""

    def __init__(
        self, spec: EntitySpec, dates: CalendarDates, shown: Range, drawn: Mapping[int, Mapping[str, Any]]
    ) -> None:
        self.drawn = drawn
        self.spec, self.dates, self.reader = spec, dates, preferences()
        self.now = utc_now()
        self.today = local(self.now, self.reader.timezone).date()
        self.hue_field, self.who_field = _hue_field(spec), _who_field(spec)
        self.hues = {one.value: one.hue for one in spec.fields[self.hue_field].choices} if self.hue_field else {}
        self.movable = {name for name in dates.at if may_move(spec, name)}
        self.locale = self.reader.formatting_locale
        self.holidays = holidays_between(shown.first, shown.after)
        ids = {row[self.who_field] for row in drawn.values()} - {None} if self.who_field else ()
        self.people = {
            number: person(name) for number, name in query.titles({"core.user": ids})["core.user"].items()
        } if ids else {}  # fmt: skip

    def item(self, placed: Placed, day: dt.date) -> CalendarItem:
        row, is_timed = self.drawn[placed.row["id"]], isinstance(placed.begin, dt.datetime)
        days = (placed.last - placed.first).days + 1
        state, hue = self._state(placed, row)
        return CalendarItem(
            id=row["id"],
            version=row["version"],
            href=f"{self.spec.path}/{row['id']}",
            title=(self.spec.title_of(row) if self.spec.meta.title in row else "") or f"#{row['id']}",
            time=format_time(placed.begin, self.locale) if is_timed and day == placed.first else "",
            hue=self.hues.get(row[self.hue_field], "") if self.hue_field else "",
            state=state,
            state_hue=hue,
            part=str(_("day {n} of {count}", n=figure((day - placed.first).days + 1), count=figure(days)))
            if days > 1
            else "",
            who=self.people.get(row[self.who_field]) if self.who_field else None,
            by=placed.by if placed.by in self.movable else "",
            at=placed.begin.hour if is_timed and days == 1 else None,
        )

    def _state(self, placed: Placed, row: Mapping[str, Any]) -> tuple[str, str]:
        if not self.dates.done:
            return "", ""
        if row[self.dates.done] is not None:
            return str(_("Done")), "green"
        is_past = placed.over < self.now if isinstance(placed.over, dt.datetime) else placed.last < self.today
        return (str(_("Overdue")), "red") if is_past else ("", "")


def _day(
    spec: EntitySpec,
    dates: CalendarDates,
    drawer: Drawer,
    here: _Address,
    shown: Range,
    day: dt.date,
    days: Mapping[dt.date, Sequence[Placed]],
    most: int,
) -> CalendarDay:
    found, reader = days.get(day, ()), drawer.reader
    left = len(found) - most
    first, after = shown.own
    return CalendarDay(
        on=day.isoformat(),
        label=format_date(day, drawer.locale, shown.calendar, "full"),
        number=_day_number(day, shown.calendar),
        other=_other(day, shown.calendar, reader),
        href=here.to(day, "day"),
        new_href=_new_href(spec, dates, day, MORNING),
        items=tuple(drawer.item(placed, day) for placed in found[:most]),
        more=ngettext("+{n} more", "+{n} more", left) if left > 0 else "",
        in_range=first <= day < after,
        is_today=day == drawer.today,
        is_weekend=day.isoweekday() in reader.weekend or day in drawer.holidays,
        holiday=drawer.holidays.get(day, ""),
    )


def _hours(
    spec: EntitySpec, dates: CalendarDates, drawer: Drawer, here: _Address, shown: Range, found: Sequence[Placed]
) -> tuple[CalendarDay, ...]:
    """The day's own row for what has no hour, then its hours: those of the reader's work, and those in which there is
    something."""
    day = shown.day
    items = [drawer.item(placed, day) for placed in found]
    whole = CalendarDay(
        day.isoformat(), str(_("All day")), "", href=here.to(), new_href=_new_href(spec, dates, day, MORNING),
        items=tuple(item for item in items if item.at is None),
    )  # fmt: skip
    if all(spec.fields[name].type.name == "date" for name in dates.at):
        return (whole,)
    taken = [item.at for item in items if item.at is not None]
    work, here_zone = working_time(actor().id), zone(drawer.reader.timezone)
    began = {hour: dt.datetime.combine(day, dt.time(hour), here_zone) for hour in range(24)}
    worked = [hour for hour, at in began.items() if work.is_open_between(at, at + HOUR)]
    hours = range(min([MORNING, *taken, *worked]), max([EVENING, *taken, *worked]) + 1)
    return (
        *((whole,) if whole.items else ()),
        *(
            CalendarDay(
                f"{day.isoformat()}T{hour:02}",
                format_time(dt.time(hour), drawer.locale),
                "",
                new_href=_new_href(spec, dates, day, hour),
                items=tuple(item for item in items if item.at == hour),
                is_off=hour not in worked,
            )
            for hour in hours
        ),
    )


def _new_href(spec: EntitySpec, dates: CalendarDates, day: dt.date, hour: int) -> str:
    """The form of a new record with its date filled in, as far as the reader may write it."""
    if not can(f"{spec.name}.add"):
        return ""
    name = next((name for name in dates.at if may_move(spec, name)), "")
    if not name:
        return ""
    text = day.isoformat() if spec.fields[name].type.name == "date" else _typed_instant(spec.fields[name], day, hour)
    return f"{spec.path}/new?{urlencode({name: text})}"


def _typed_instant(f: FieldSpec, day: dt.date, hour: int) -> str:
    reader = preferences()
    instant = dt.datetime.combine(day, dt.time(hour), local(utc_now(), reader.timezone).tzinfo)
    return f.type.to_text(f, instant, reader)


def _day_number(day: dt.date, calendar: str) -> str:
    system = calendar_named(calendar)
    return figure(system.parts(day).day if system.covers(day) else day.day)


def _other(day: dt.date, calendar: str, reader: Preferences) -> str:
    other = "gregorian" if calendar != "gregorian" else OTHERS.get(reader.language, "")
    return _day_number(day, other) if other and calendar_named(other).covers(day) else ""


def _title(shown: Range, reader: Preferences) -> tuple[str, ...]:
    locale = reader.formatting_locale
    if shown.span == "month":
        year, month, _day = calendar_named(shown.calendar).parts(shown.day)
        return (format_month(year, month, locale, shown.calendar),)
    if shown.span == "day":
        return (format_date(shown.day, locale, shown.calendar, "full"),)
    return tuple(format_date(day, locale, shown.calendar, "long") for day in (shown.first, shown.after - DAY))


def _field_choices(spec: EntitySpec, by: str) -> tuple[Choice, ...]:
    """The dates one may choose to see the records by; none where there is but one."""
    found = [Choice(f.name, str(f.label), f.name == by) for f in date_fields(spec)]
    if spec.meta.calendar:
        found.insert(0, Choice("", str(_("Usual dates")), not by))
    return tuple(found) if len(found) > 1 else ()


def _list(
    asked: query.ListQuery, address: ListAddress, total: int, shown: Range, views: ViewsPanel | None
) -> ListScreen:
    own = [(name, value) for name, value in address.args if name not in ("view", "sort")]
    inside = ListAddress(address.path, (*address.args, ("span", shown.span), ("on", shown.day.isoformat())))
    subscribe = Action(
        str(_("Subscribe from another calendar")),
        f"{address.path}/subscribe{'?' if own else ''}{urlencode(own)}",
        "calendar-plus",
        "post",
    )
    return replace(
        list_build.laid_out(asked, inside, total, "calendar", str(_("Calendar")), ("span", "on")),
        views=views,
        more=(subscribe,),
    )
