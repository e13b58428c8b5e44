"""What a list screen shows: toolbar, conditions, table, bulk bar and footer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from core.ui.shell_model import NO_MARKUP, Action, Choice, Crumb

Width = Literal[
    "name", "email", "phone", "text", "short", "number", "date", "moment", "badge", "choice", "user", "long"
]
CardPlace = Literal["title", "badge", "line", "corner", ""]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `width` is a named width, so that a long value never moves its neighbours; `card` is the place of the
    value in the phone's two-line card (at most one title, one badge, one corner, two lines); `sorted` is
    what `aria-sort` says; `sort_href` is absent where the column cannot be sorted. `edited_as` says how a value is
    changed in its cell: in a form, by choosing from a menu, or not at all.
    """

    name: str
    label: str
    width: Width = "text"
    align_end: bool = False
    card: CardPlace = ""
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    edited_as: Literal["", "form", "menu"] = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force.

    `value` is text in the user's language and digits; `remove_href` is the list without it. One of the chips with the
    same number in `any`, which stand together, has to hold. In the address it is `parameter`=`given`.
    """

    label: str
    value: str | Markup
    remove_href: str
    edit_href: str = ""
    any: str = ""
    parameter: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """A value of the status field with the number of rows that have it; following `href` filters by it."""

    label: str
    count: str
    href: str
    hue: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field one may filter by.

    `kind` chooses the control: "text", "number", "date", "choice", "bool", "ref". `operators` are (op,
    label) with the op of the query string ("" is equality); `choices` are the values of a choice, or the
    date presets (op "period"); `search_href` is where a reference looks up its values. `related` groups
    fields of a neighbouring entity under its name; `unset` is how a choice calls it that nothing is chosen.
    """

    name: str
    label: str
    kind: str
    operators: tuple[Choice, ...]
    choices: tuple[Choice, ...] = ()
    search_href: str = ""
    related: str = ""
    unset: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A line of the column chooser; `locked` is for the title, which always stands first."""

    name: str
    label: str
    shown: bool
    locked: bool = False


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An act on the selected rows, posted to `/{plugin}/{noun}/bulk/{name}`.

    With `choices` a menu is offered and the chosen value sent as `value`; `search_href` looks the value up
    instead, and with `create_allowed` makes a new one there. `confirm` is the question, with "{n}" for the number of
    rows. With `at_most` it is offered for so few rows only, from `at_least` on.
    """

    name: str
    label: str
    icon: str
    choices: tuple[Choice, ...] = ()
    search_href: str = ""
    create_allowed: bool = False
    danger: bool = False
    confirm: str = ""
    download: bool = False
    at_least: int = 1
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the pager; an empty address is a gap ("…") or the current page."""

    label: str
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """The footer's figures, formatted: rows `first` to `last` of `matching`; `total` rows without conditions.

    `matching_text` is the sentence's noun with its number ("316 contacts"), by plural rule.
    """

    first: str
    last: str
    matching_text: str
    total_text: str = ""
    sizes: tuple[PageLink, ...] = ()
    size: str = ""
    pages: tuple[PageLink, ...] = ()
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why there are no rows. The three kinds read differently and offer different ways out."""

    kind: Literal["nothing", "no_match", "forbidden"]
    title: str
    text: str = ""
    icon: str = "inbox"
    action: Action | None = None
    help_href: str = ""


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view that may be opened; `note` says for whom it is."""

    label: str
    href: str
    note: str = ""
    current: bool = False
    icon: str = "list"


@dataclass(frozen=True, slots=True)
class ViewForm:
    """The form that saves what the list shows now: `address` and `columns` are that; `view_id` is the view shown.

    Without the right to share, `audiences` and `roles` are empty.
    """

    name: str
    address: str
    columns: str
    view_id: int = 0
    may_change: bool = False
    may_delete: bool = False
    pinned: bool = False
    opens_first: bool = False
    audience: str = "private"
    audiences: tuple[Choice, ...] = ()
    roles: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewsPanel:
    """Saved views of a list: the tabs over it, all of them, and the form; `name` is the one shown."""

    href: str
    links: tuple[ViewLink, ...]
    tabs: tuple[ViewLink, ...]
    form: ViewForm
    name: str = ""
    notice: str = ""
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class GroupCell:
    """A sum under the column at this place; empty where the column has none."""

    place: int
    label: str
    sum: Markup
    align_end: bool = False


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows with one value: their number and sums, and those that are drawn. `more_href` gives the next ones. A
    group of the first of two levels has `groups` instead of rows."""

    key: str
    label: str
    count: str
    cells: tuple[GroupCell, ...]
    rows: Markup
    is_open: bool
    more_href: str = ""
    has_more: bool = False
    groups: tuple[RowGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class ListScreen:
    """One list. `rows` is the finished body of the table (see `core.ui.cells.table_rows`).

    An action the user may not do is None or missing: its button is then absent and the order of the rest stays.
    `shapes` are the ways the records can be laid out: table, board, calendar. In `groups` the rows stand instead of in
    `rows`, and `group_total` holds the sums of all; `groupings_within` are those of a second level. `keep` are the
    query parameters that a new search or condition must carry on. `filter_panel` may hold the rendered
    `fragments/filter_fields.html`,
    which depends on entity, language and rights only and is worth keeping; without it the template renders
    `filter_fields`.
    """

    entity: str
    base_href: str
    title: str
    total: str
    columns: tuple[Column, ...]
    rows: Markup
    crumbs: tuple[Crumb, ...] = ()
    create: Action | None = None
    import_href: str = ""
    column_choices: tuple[ColumnChoice, ...] = ()
    columns_href: str = ""
    filter_fields: tuple[FilterField, ...] = ()
    filter_panel: Markup = NO_MARKUP
    filter_count: str = ""
    chips: tuple[Chip, ...] = ()
    clear_href: str = ""
    statuses: tuple[StatusCount, ...] = ()
    status_label: str = ""
    more: tuple[Action, ...] = ()
    query: str = ""
    keep: tuple[tuple[str, str], ...] = ()
    sort_text: str = ""
    freshness: str = ""
    bulk: tuple[BulkAction, ...] = ()
    select_all_text: str = ""
    matching: int = 0
    pager: Pager | None = None
    empty: EmptyState | None = None
    views: ViewsPanel | None = None
    columns_back: str = ""
    columns_label: str = ""
    groupings: tuple[ViewLink, ...] = ()
    groupings_within: tuple[ViewLink, ...] = ()
    groups: tuple[RowGroup, ...] = ()
    group_total: tuple[GroupCell, ...] = ()
    notice: str = ""
    shapes: tuple[ViewLink, ...] = ()
