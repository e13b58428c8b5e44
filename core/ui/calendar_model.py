"""What a calendar shows: days with records in them, as a month, or with their hours as a week or a day."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.ui.list_model import ListScreen, ViewLink
from core.ui.shell_model import NO_MARKUP, Choice, Person


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """A record on one day. `state` is a word ("Overdue", "Done") with the `state_hue` it is drawn in.

    `part` tells which of several days this is. `by` is the field that moving the record changes, empty where the
    reader may not. In the hours of a day, `quarter` is where in its hour the item begins and `long` how much it takes,
    in quarters of an hour; it stands in the `lane` of the `lanes` that overlap. `lasts` are the minutes that the record
    takes, and `stretches` says whether the reader may change them.
    """

    id: int
    version: int
    href: str
    title: str
    time: str = ""
    hue: str = ""
    state: str = ""
    state_hue: str = ""
    part: str = ""
    who: Person | None = None
    by: str = ""
    quarter: int = 0
    long: int = 0
    lane: int = 0
    lanes: int = 1
    lasts: int = 0
    stretches: bool = False


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day, or an hour of it: `on` is what a record dropped here is moved to (`2026-11-28`, `2026-11-28T09`).

    `items` are the records (CalendarItem) as `calendar_cells` draws them. `number` is the day's number in the reader's
    calendar, `other` in the other one that he knows; `holiday` is what a day off is called, `is_off` an hour in which
    the reader does not work.
    """

    on: str
    label: str
    number: str
    other: str = ""
    href: str = ""
    new_href: str = ""
    items: Markup = NO_MARKUP
    more: str = ""
    in_range: bool = True
    is_today: bool = False
    is_weekend: bool = False
    holiday: str = ""
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """A day with its hours: `head` has what stands above them; no hours where records have no time of day."""

    head: CalendarDay
    weekday: str
    hours: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class CalendarScreen:
    """A list as a calendar; `title` tells its days."""

    list: ListScreen
    span: str
    title: str
    weekdays: tuple[tuple[str, bool], ...]
    weeks: tuple[tuple[CalendarDay, ...], ...]
    columns: tuple[CalendarColumn, ...]
    spans: tuple[ViewLink, ...]
    previous_href: str
    today_href: str
    next_href: str
    fields: tuple[Choice, ...]
    keep: tuple[tuple[str, str], ...]
    back: str
    notice: str = ""
    is_empty: bool = False
