"""What the pages that belong to no entity show: start page, global search and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from core.ui.list_model import StatusCount
from core.ui.record_model import HistoryItem
from core.ui.shell_model import NO_MARKUP, Action, Person


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that opens its rows, and the figure it is compared with."""

    title: str
    scope: str
    figure: str
    href: str
    compared_with: str = ""
    compared: str = ""


@dataclass(frozen=True, slots=True)
class StatusBar(StatusCount):
    """A status with its share of the longest one, in percent, for the bar's length."""

    share: int = 0


@dataclass(frozen=True, slots=True)
class StatusBlock:
    """The rows of one entity by status."""

    title: str
    scope: str
    href: str
    total: str
    bars: tuple[StatusBar, ...]


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A record found or opened lately; `detail` is a finished second line."""

    title: str
    href: str
    entity: str
    icon: str = ""
    avatar: Person | None = None
    detail: Markup = NO_MARKUP
    time: str = ""


@dataclass(frozen=True, slots=True)
class PluginBlock:
    """A block of the start page that a plugin has drawn."""

    title: str
    content: Markup


@dataclass(frozen=True, slots=True)
class StepLine:
    """A first step; one that is done is ticked off and leads nowhere."""

    label: str
    hint: str
    icon: str
    href: str
    panel: bool
    done: bool


@dataclass(frozen=True, slots=True)
class FirstStepsBlock:
    """What a newcomer does first. `text` says how far he is, `share` in percent; `hide` puts the block away."""

    steps: tuple[StepLine, ...]
    text: str
    share: int
    hide: Action


@dataclass(frozen=True, slots=True)
class TourStop:
    """Where it stands (a selector of the page), and what it says."""

    at: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TourBlock:
    """The stops there are; `starts` when the reader asked for the tour himself."""

    stops: tuple[TourStop, ...]
    starts: bool = False


@dataclass(frozen=True, slots=True)
class DashboardScreen:
    """The start page: only what the database holds. `dates` are today in each of the user's calendars.

    `troubles` are sentences on modules that failed, with the address where an administrator finds more.
    """

    greeting: str
    dates: tuple[str, ...]
    tiles: tuple[Tile, ...] = ()
    blocks: tuple[StatusBlock, ...] = ()
    opened: tuple[RecordLink, ...] = ()
    changes: tuple[HistoryItem, ...] = ()
    changes_href: str = ""
    first_steps: FirstStepsBlock | None = None
    tour: TourBlock | None = None
    troubles: tuple[tuple[str, str], ...] = ()
    widgets: tuple[PluginBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Hits of one entity, best first; `failed` says why there can be none now."""

    label: str
    hits: tuple[RecordLink, ...]
    all_href: str = ""
    total: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class SearchScreen:
    """The answer to the search in the top bar, as a dropdown (fragment) or a page."""

    query: str
    groups: tuple[SearchGroup, ...] = ()
    commands: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorScreen:
    """A refused or failed request.

    `missing` names the permission that was lacking and `ask` who may give it.
    """

    status: int
    title: str
    text: str
    missing: str = ""
    ask: str = ""
    reference: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictField:
    """A field two people changed: what stood before, what is stored now and what this user typed.

    `stored_input` and `own_input` are what the form posts back for either choice.
    """

    name: str
    label: str
    before: Markup
    stored: Markup
    own: Markup
    stored_input: str
    own_input: str
    keep: Literal["own", "stored"] = "own"


@dataclass(frozen=True, slots=True)
class ConflictScreen:
    """409: both values side by side, chosen field by field; `carried` are the other inputs of the form."""

    title: str
    who: str
    time: str
    post_href: str
    version: int
    fields: tuple[ConflictField, ...]
    carried: tuple[tuple[str, str], ...] = ()
    cancel_href: str = "/"
