"""What a record's page shows: head, sections edited in place, panels and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from core.ui.shell_model import NO_MARKUP, Action, Crumb, Person


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field and its value, as finished cell markup; an empty value is said in words by the template.

    `edit_href` gives the fragment that edits it in place; without it the value is read-only.
    """

    name: str
    label: str
    value: Markup = NO_MARKUP
    edit_href: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields in reading order; `edit_href` opens all of them in the form, `pin` is the map of their place,
    in lieu of its coordinates, and `pick_href` opens the map on which it is chosen."""

    title: str
    fields: tuple[FieldValue, ...]
    edit_href: str = ""
    pin: Markup = NO_MARKUP
    pick_href: str = ""


@dataclass(frozen=True, slots=True)
class FieldMenu:
    """A field changed from the head of the page (status, owner): its value, or a `person`.

    `menu_href` gives the menu of its values (`forms/inline_menu.html`); without it the value is read-only.
    """

    name: str
    label: str
    value: str
    hue: str = ""
    person: Person | None = None
    menu_href: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry of the log: label in the reader's language, both values rendered and escaped."""

    label: str
    old: Markup
    new: Markup


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """An entry of the timeline.

    `text` is a whole sentence with its names isolated; `time` is short, `moment` full.
    """

    icon: str
    text: Markup
    time: str
    moment: str
    who: str = ""
    kind: Literal["system", "change", "create", "delete", "note", "import"] = "change"
    changes: tuple[Change, ...] = ()
    href: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """Entries of one day, newest first."""

    label: str
    items: tuple[HistoryItem, ...]


@dataclass(frozen=True, slots=True)
class HistoryScreen:
    """The history of a record as a page of its own."""

    history: tuple[HistoryDay, ...]
    history_more_href: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A change of the record, or what a plugin has drawn (`body`) beside its icon."""

    change: HistoryItem | None = None
    body: Markup = NO_MARKUP
    icon: str = ""
    tone: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """Entries of one day, newest first."""

    label: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class TimelineKind:
    """One of the kinds that the timeline can be narrowed to."""

    label: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TimelineScreen:
    """A page of a record's timeline; `top` is what plugins put above it, `failed` stands for sources that failed."""

    href: str
    kinds: tuple[TimelineKind, ...]
    days: tuple[TimelineDay, ...]
    more_href: str = ""
    history_href: str = ""
    top: Markup = NO_MARKUP
    failed: Markup = NO_MARKUP


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab. Its content is fetched from `href` when first opened, unless `content` came with the page."""

    name: str
    label: str
    href: str = ""
    count: str = ""
    content: Markup = NO_MARKUP


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what a complete record has is filled in: of 100, as shown, and what is missing with the way to it."""

    percent: int
    shown: str
    missing: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Attaching:
    """Where files that are dropped on the page are sent, and how large each may be, in bytes and in words."""

    href: str
    largest: int
    too_large: str


@dataclass(frozen=True, slots=True)
class RecordScreen:
    """One record. `subtitle` is a finished line (role, company); `position` is "3 of 316", formatted.

    `rest` are the sections that are unfolded on a wide page, so that tabs are in sight; a narrow one has them all. Key
    figures are fetched from `figures_href`, where there are any. The timeline is fetched from `timeline_href`,
    unless a `timeline` (TimelineScreen) came with the page.
    """

    entity: str
    record_id: int
    version: int
    name: str
    avatar: Person
    sections: tuple[Section, ...]
    back_href: str
    rest: tuple[Section, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    position: str = ""
    previous_href: str = ""
    next_href: str = ""
    status: FieldMenu | None = None
    owner: FieldMenu | None = None
    number: str = ""
    subtitle: Markup = NO_MARKUP
    completeness: Completeness | None = None
    figures_href: str = ""
    primary: Action | None = None
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    edit: Action | None = None
    attach: Attaching | None = None
    panels: tuple[Panel, ...] = ()
    timeline_href: str = ""
    history_href: str = ""
    timeline: TimelineScreen | None = None
    deleted: str = ""
    restore: Action | None = None
    warnings: tuple[str, ...] = ()
