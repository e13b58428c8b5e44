"""What stands on the days of a calendar, drawn: its items, the days of a month, and the hours of a week or a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core import query
from core.actor import actor
from core.entity.base import utc_now
from core.entity.spec import CalendarDates, EntitySpec
from core.language.calendars import calendar_named, format_date, format_time, weekday_names
from core.language.i18n import Preferences, _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local, zone
from core.permissions import can, readable
from core.ui.calendar_cells import drawn
from core.ui.calendar_dates import may_move
from core.ui.calendar_days import Laid, Placed
from core.ui.calendar_hours import IN_AN_HOUR, MOST_LANES, Piece, side_by_side, takes_hours
from core.ui.calendar_model import CalendarColumn, CalendarDay, CalendarItem
from core.ui.calendar_range import Range
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.shell import person
from core.worktime.reading import holidays_between, working_time
from core.worktime.times import WorkingTime

MORNING, EVENING = 8, 18
MINUTE = dt.timedelta(minutes=1)
#: So many stand side by side in a day of the week, where there is less room.
LANES_IN_WEEK = 3
#: The other calendar whose day numbers stand beside those of the reader's own, by language.
OTHERS = {"fa": "jalali", "ar": "hijri"}


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


@dataclass(frozen=True, slots=True)
class Address:
    """Where the same calendar shows another range."""

    list: ListAddress
    shown: Range
    by: str

    def to(self, day: dt.date | None = None, span: str = "") -> str:
        given = [*self.list.args, ("span", span or self.shown.span), ("on", (day or self.shown.day).isoformat())]
        return f"{self.list.path}?{urlencode([*given, ('by', self.by)] if self.by else given)}"


class Drawer:
    """Draws records as items, and days: what is the same for all of them is found once."""

    def __init__(
        self, spec: EntitySpec, dates: CalendarDates, here: Address, drawn: Mapping[int, Mapping[str, Any]]
    ) -> None:
        self.drawn = drawn
        self.here, self.shown = here, here.shown
        self.spec, self.dates, self.reader = spec, dates, preferences()
        self.now = utc_now()
        self.today = local(self.now, self.reader.timezone).date()
        self.hue_field, self.who_field = _hue_field(spec), _who_field(spec)
        self.hues = {one.value: one.hue for one in spec.fields[self.hue_field].choices} if self.hue_field else {}
        self.movable = {name for name in dates.at if may_move(spec, name)}
        self.until = dates.until if dates.until and may_move(spec, dates.until) else ""
        self.locale = self.reader.formatting_locale
        self.done, self.overdue = (str(_("Done")), "green"), (str(_("Overdue")), "red")
        self.new_by = next((name for name in dates.at if name in self.movable), "") if can(f"{spec.name}.add") else ""
        self.holidays = holidays_between(self.shown.first, self.shown.after)
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
        )

    def piece(self, piece: Piece, day: dt.date) -> CalendarItem:
        """An item over the time it takes; only where it begins can it be moved and made longer."""
        placed, item = piece.placed, self.item(piece.placed, day)
        return replace(
            item,
            by="" if piece.is_rest else item.by,
            quarter=piece.begin % IN_AN_HOUR,
            long=piece.end - piece.begin,
            lane=piece.lane,
            lanes=piece.lanes,
            lasts=int((placed.over - placed.begin) / MINUTE),
            stretches=bool(self.until and not piece.is_rest),
        )

    def _state(self, placed: Placed, row: Mapping[str, Any]) -> tuple[str, str]:
        if not self.dates.done:
            return "", ""
        if row[self.dates.done] is not None:
            return self.done
        is_past = placed.over < self.now if isinstance(placed.over, dt.datetime) else placed.last < self.today
        return self.overdue if is_past else ("", "")

    def new_href(self, day: dt.date, hour: int | None = None) -> str:
        """The form of a new record with its date filled in, as far as the reader may write it."""
        if not self.new_by:
            return ""
        f = self.spec.fields[self.new_by]
        clock = dt.time(self._usual_hour(day) if hour is None else hour)
        instant = dt.datetime.combine(day, clock, zone(self.reader.timezone))
        text = day.isoformat() if f.type.name == "date" else f.type.to_text(f, instant, self.reader)
        return f"{self.spec.path}/new?{urlencode({self.new_by: text})}"

    def _usual_hour(self, day: dt.date) -> int:
        """In the morning; of today an hour that is still to come."""
        coming = local(self.now, self.reader.timezone).hour + 1
        return min(max(coming, MORNING), 23) if day == self.today else MORNING


def day_of(drawer: Drawer, day: dt.date, laid: Laid | None) -> CalendarDay:
    """A day with the records that are shown of it; without `laid` none."""
    found = laid.shown[day] if laid else ()
    left = laid.counts[day] - len(found) if laid else 0
    shown, reader = drawer.shown, drawer.reader
    first, after = shown.own
    return CalendarDay(
        on=day.isoformat(),
        label=format_date(day, drawer.locale, shown.calendar, "full"),
        number=_day_number(day, shown.calendar),
        other=_other(day, shown.calendar, reader),
        href=drawer.here.to(day, "day"),
        new_href=drawer.new_href(day),
        items=drawn(drawer.item(placed, day) for placed in found),
        more=ngettext("+{n} more", "+{n} more", left) if left > 0 else "",
        in_range=first <= day < after,
        is_today=day == drawer.today,
        is_weekend=day.isoweekday() in reader.weekend or day in drawer.holidays,
        holiday=drawer.holidays.get(day, ""),
    )


def columns(drawer: Drawer, laid: Laid) -> tuple[CalendarColumn, ...]:
    """The days of a week, or one day: above what has no hour, then the hours: those of the reader's work, and those in
    which there is something."""
    shown, found = drawer.shown, laid.shown
    zoned, lanes = zone(drawer.reader.timezone), MOST_LANES if shown.span == "day" else LANES_IN_WEEK
    every = [*found]
    timed = {day: [one for one in found[day] if takes_hours(one)] for day in every}
    pieces_of = {day: side_by_side(timed[day], day, zoned, lanes) for day in every}
    has_hours = any(drawer.spec.fields[name].type.name != "date" for name in drawer.dates.at)
    work = working_time(actor().id)
    worked = {day: _worked(work, day, zoned) for day in every} if has_hours else {}
    hours = _hours([piece for pieces, _left in pieces_of.values() for piece in pieces], worked)

    def column(day: dt.date) -> CalendarColumn:
        pieces, left = pieces_of[day]
        head = day_of(drawer, day, None)
        whole = [one for one in found[day] if not takes_hours(one)]
        # On the page of the day itself all are told; in a week the day's own page tells the others.
        above = [*whole, *(left if shown.span == "day" else ())]
        more = laid.counts[day] - len(above) - len(pieces)
        return CalendarColumn(
            replace(
                head,
                items=drawn(drawer.item(one, day) for one in above),
                more=ngettext("+{n} more", "+{n} more", more) if more > 0 else "",
            ),
            weekday_names(drawer.reader.locale)[day.isoweekday() - 1],
            tuple(
                CalendarDay(
                    f"{day.isoformat()}T{hour:02}",
                    format_time(dt.time(hour), drawer.locale),
                    "",
                    new_href=drawer.new_href(day, hour),
                    items=drawn(drawer.piece(piece, day) for piece in pieces if piece.hour == hour),
                    is_off=hour not in worked[day],
                )
                for hour in hours
            ),
        )

    return tuple(column(day) for day in every)


def _worked(work: WorkingTime, day: dt.date, zoned: dt.tzinfo) -> frozenset[int]:
    """The hours of a day in which the reader works."""
    shifts = (*work.shifts(day - dt.timedelta(days=1)), *work.shifts(day))
    began = ((hour, dt.datetime.combine(day, dt.time(hour), zoned).astimezone(dt.UTC)) for hour in range(24))
    hour_long = dt.timedelta(hours=1)
    return frozenset(
        hour for hour, at in began if any(begin < at + hour_long and at < end for begin, end in shifts)
    )


def _hours(pieces: Sequence[Piece], worked: Mapping[dt.date, frozenset[int]]) -> range:
    if not worked:
        return range(0)
    own = [hour for hours in worked.values() for hour in hours]
    first = min([MORNING, *own, *(piece.hour for piece in pieces)])
    return range(first, max([EVENING, *own, *((piece.end - 1) // IN_AN_HOUR for piece in pieces)]) + 1)


def _day_number(day: dt.date, calendar: str) -> str:
    system = calendar_named(calendar)
    return figure(system.parts(day).day if system.covers(day) else day.day)


def _other(day: dt.date, calendar: str, reader: Preferences) -> str:
    other = "gregorian" if calendar != "gregorian" else OTHERS.get(reader.language, "")
    return _day_number(day, other) if other and calendar_named(other).covers(day) else ""
