"""A list's calendar: from the query to the view model that the template prints."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from core import query
from core.entity.spec import CalendarDates, EntitySpec
from core.language.calendars import (
    calendar_named,
    format_date,
    format_date_range,
    format_month,
    weekday_names,
    weekday_order,
)
from core.language.i18n import Preferences, _
from core.language.i18n import current as preferences
from core.query.dated import MOST
from core.ui import list_build
from core.ui.calendar_dates import date_fields
from core.ui.calendar_days import DAY, lay
from core.ui.calendar_drawing import Address, Drawer, columns, day_of, names_read
from core.ui.calendar_model import CalendarScreen
from core.ui.calendar_range import Range
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.views_model import Action, Choice, ListScreen, ViewLink, ViewsPanel

#: What a day shows before "+4 more", by span; the day itself shows all.
SHOWN = {"month": 3, "week": 40, "day": MOST}


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
    laid = lay(dates, when, rows[:MOST], shown.first, shown.after, reader.timezone, SHOWN[shown.span])
    drawn = {placed.row["id"] for found in laid.shown.values() for placed in found}
    here = Address(address, shown, by)
    drawer = Drawer(spec, dates, here, query.dated_ones(asked, drawn, names))
    has_hours = any(spec.fields[name].type.name != "date" for name in dates.at)
    in_columns = shown.span == "day" or (shown.span == "week" and has_hours)
    weeks = () if in_columns else tuple(
        tuple(day_of(drawer, first + offset * DAY, laid) for offset in range(7))
        for first in (shown.first + week * 7 * DAY for week in range((shown.after - shown.first).days // 7))
    )  # fmt: skip
    return CalendarScreen(
        list=_list(asked, address, laid.total, drawer, views),
        span=shown.span,
        title=_title(shown, reader),
        weekdays=tuple(
            (weekday_names(reader.locale)[one - 1], one in reader.weekend)
            for one in weekday_order(reader.week_start)
        ),
        weeks=weeks,
        columns=columns(drawer, laid) if in_columns else (),
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
        is_empty=not laid.total,
    )


def _title(shown: Range, reader: Preferences) -> str:
    locale = reader.formatting_locale
    if shown.span == "month":
        year, month, _day = calendar_named(shown.calendar).parts(shown.day)
        return format_month(year, month, locale, shown.calendar)
    if shown.span == "day":
        return format_date(shown.day, locale, shown.calendar, "full")
    return format_date_range(shown.first, shown.after - DAY, locale, shown.calendar)


def _field_choices(spec: EntitySpec, by: str) -> tuple[Choice, ...]:
    """The dates one may choose to see the records by; none where there is but one."""
    found = [Choice(f.name, str(f.label), f.name == by) for f in date_fields(spec)]
    if spec.meta.calendar:
        found.insert(0, Choice("", str(_("Usual dates")), not by))
    return tuple(found) if len(found) > 1 else ()


def _list(
    asked: query.ListQuery, address: ListAddress, total: int, drawer: Drawer, views: ViewsPanel | None
) -> ListScreen:
    shown = drawer.shown
    own = [(name, value) for name, value in address.args if name not in ("view", "sort")]
    inside = ListAddress(address.path, (*address.args, ("span", shown.span), ("on", shown.day.isoformat())))
    subscribe = Action(
        str(_("Subscribe from another calendar")),
        f"{address.path}/subscribe{'?' if own else ''}{urlencode(own)}",
        "calendar-plus",
        "post",
    )
    made = list_build.laid_out(asked, inside, total, "calendar", str(_("Calendar")), ("span", "on"))
    # What is made from here is for a day that one sees.
    new_href = drawer.new_href(drawer.today if shown.own[0] <= drawer.today < shown.own[1] else shown.day)
    create = replace(made.create, href=new_href) if made.create and new_href else made.create
    return replace(made, create=create, views=views, more=(subscribe,))
