"""A list's screen: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import g
from markupsafe import Markup

from core import query
from core.actor import actor
from core.entity.spec import EntitySpec
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.nouns import noun
from core.language.numbers import format_number
from core.maps import place_of
from core.notify import several
from core.permissions import can
from core.query.page import COUNT_CAP
from core.registry import current as registry
from core.ui import cells, group_fields, list_bulk, list_filters, list_rows
from core.ui.board_fields import board_field, status_field
from core.ui.calendar_dates import dates_of
from core.ui.list_address import ListAddress
from core.ui.rendering import fragment
from core.ui.views_model import (
    Action,
    Crumb,
    EmptyState,
    ListScreen,
    PageLink,
    Pager,
    StatusCount,
    ViewLink,
    ViewsPanel,
)

SIZES = (25, 50, 80, 200)
DEFAULT_SIZE = 50


#: What one layout of a list knows and the others do not.
OWN_TO_LAYOUT = frozenset({"limit", "columns", "page", "cursor", "group", "by", "sum", "span", "on"})


def build(
    asked: query.ListQuery, address: ListAddress, views: ViewsPanel | None = None, *, is_short: bool = False
) -> ListScreen:
    """The whole screen of one page of a list, or of a short one below a record."""
    found = query.fetch(list_rows.with_face(asked), g.identity.change_number)
    screen = frame(asked, address, views, found)
    draw = list_rows.row_drawer(asked, screen.columns, found.rows, is_short=is_short)
    return replace(screen, rows=draw(found.rows))


def frame(
    asked: query.ListQuery, address: ListAddress, views: ViewsPanel | None, found: query.Page
) -> ListScreen:
    """All of a list's screen but its rows."""
    spec, change_number = asked.spec, g.identity.change_number
    names = asked.fields
    total, total_exact = (
        (found.total, found.total_is_exact)
        if not (asked.given or asked.q)
        else query.capped_count(query.ListQuery(spec), change_number)
    )
    return ListScreen(
        entity=spec.name,
        base_href=spec.path,
        title=str(spec.meta.plural),
        total=count_text(total, total_exact),
        columns=list_rows.columns_of(asked, address),
        rows=Markup(""),
        crumbs=crumbs(spec),
        create=create_action(spec),
        import_href=f"{spec.path}/import" if can(f"{spec.name}.import") and can(f"{spec.name}.add") else "",
        column_choices=list_rows.column_choices(spec, names),
        columns_href=f"{spec.path}/columns",
        columns_back=address.without(),
        views=views,
        filter_panel=filter_panel(spec),
        filter_count=figure(len(asked.given)) if asked.given else "",
        chips=list_filters.chips(asked, address),
        clear_href=address.without_conditions() if asked.given else "",
        statuses=_statuses(asked, address, change_number, found),
        status_label=_status_label(spec),
        more=_more(spec, address),
        query=asked.q,
        keep=tuple((name, value) for name, value in address.args if name not in ("q", "page", "cursor", "lang")),
        sort_text=_sort_text(asked),
        bulk=list_bulk.bulk_actions(spec),
        select_all_text=_select_all(spec, found),
        matching=found.total,
        pager=_pager(asked, address, found, total, total_exact) if found.total else None,
        empty=_empty(spec, asked, address) if not found.rows else None,
        shapes=shapes(spec, address, "table"),
        groupings=groupings(spec, address),
        notice=several.gone_since(asked),
    )


def laid_out(
    asked: query.ListQuery, address: ListAddress, total: int, shape: str, label: str, own: Sequence[str] = ()
) -> ListScreen:
    """The screen of a list in another shape than a table, such as a board: head, toolbar and conditions are the list's
    own and lead back to `address`. `own` are the parameters of the shape that stay when the conditions go."""
    spec = asked.spec
    kept = [(name, value) for name, value in address.args if name in ("view", "sort", *own)]
    return ListScreen(
        entity=spec.name,
        base_href=address.path,
        title=str(spec.meta.plural),
        total=figure(total),
        columns=(),
        rows=Markup(""),
        crumbs=crumbs(spec, Crumb(label)),
        create=create_action(spec),
        filter_panel=filter_panel(spec),
        filter_count=figure(len(asked.given)) if asked.given else "",
        chips=list_filters.chips(asked, address),
        clear_href=f"{address.path}?{urlencode(kept)}" if asked.given else "",
        query=asked.q,
        keep=tuple((name, value) for name, value in address.args if name != "q"),
        shapes=shapes(spec, ListAddress(spec.path, address.args), shape),
    )


def shapes(spec: EntitySpec, address: ListAddress, shown: str) -> tuple[ViewLink, ...]:
    """The ways the records of a list can be laid out, with its conditions; none where there is but one."""
    found = [("table", _("Table"), "table", "")]
    if board_field(spec) is not None:
        found.append(("board", _("Board"), "layout-kanban", "/board"))
    if dates_of(spec) is not None:
        found.append(("calendar", _("Calendar"), "calendar", "/calendar"))
    if place_of(spec):
        found.append(("map", _("Map"), "map-pin", "/map"))
    if len(found) == 1:
        return ()
    query = urlencode([(name, value) for name, value in address.args if name not in OWN_TO_LAYOUT])
    return tuple(
        ViewLink(str(label), f"{spec.path}{place}?{query}" if query else f"{spec.path}{place}", current=name == shown,
                 icon=icon)
        for name, label, icon, place in found
    )  # fmt: skip


def groupings(spec: EntitySpec, address: ListAddress, chosen: Sequence[str] = ()) -> tuple[ViewLink, ...]:
    """By what the rows can be grouped; the first leads back to the list without groups. A second level stays."""
    known = group_fields.options(spec)
    if not known:
        return ()

    def href(one: str) -> str:
        return address.with_value("group", ",".join((one, *(within for within in chosen[1:] if within != one))))

    return (
        ViewLink(str(_("No groups")), address.without("group"), current=not chosen),
        *(ViewLink(label, href(one), current=one in chosen[:1]) for one, label in known),
    )


def groupings_within(spec: EntitySpec, address: ListAddress, chosen: Sequence[str]) -> tuple[ViewLink, ...]:
    """By what the rows of each group can be grouped again."""
    first, within = chosen[0], chosen[1:]
    return (
        ViewLink(str(_("No groups")), address.with_value("group", first), current=not within),
        *(ViewLink(label, address.with_value("group", f"{first},{one}"), current=one in within)
          for one, label in group_fields.options(spec) if one != first),
    )


def crumbs(spec: EntitySpec, *more: Crumb) -> tuple[Crumb, ...]:
    """Where the reader is: the entity's list, and what stands below it."""
    return (Crumb(str(spec.meta.plural), spec.path if more else ""), *more)


def count_text(total: int, exact: bool) -> str:
    return figure(total) if exact else f"{figure(COUNT_CAP)}+"


def figure(value: int) -> str:
    """A number as the reader writes it."""
    return format_number(value, preferences().formatting_locale)


def create_action(spec: EntitySpec) -> Action | None:
    if not can(f"{spec.name}.add"):
        return None
    return Action(str(_("Create {entity}", entity=noun(spec.meta.label))), f"{spec.path}/new", "plus", panel=True)


def filter_panel(spec: EntitySpec) -> Markup:
    """The conditions' form; it depends on entity, language and rights only, so it is kept."""
    key = ("filter panel", spec.name, preferences(), actor().rights_key)
    panel: Markup = registry().remember(
        key, lambda: cells.finished(fragment("fragments/filter_fields.html", filter_fields=list_filters.fields(spec)))
    )
    return panel


def _status_label(spec: EntitySpec) -> str:
    name = status_field(spec)
    return str(spec.fields[name].label) if name else ""


def _statuses(
    asked: query.ListQuery, address: ListAddress, change_number: int, found: query.Page
) -> tuple[StatusCount, ...]:
    """Each status with the number of rows it would leave; the counts are kept while nothing changes."""
    spec, name = asked.spec, status_field(asked.spec)
    if not name:
        return ()
    chosen = next((one.value for one in asked.given if one.parameter == name), "")
    counts = status_counts(asked, name, change_number) if found.total_is_exact or chosen else {}
    everything = StatusCount(
        str(_("All")), figure(sum(counts.values())) if counts else "", address.without(name), "", not chosen
    )
    return (
        everything,
        *(
            StatusCount(
                str(choice.label),
                figure(counts.get(choice.value, 0)) if counts else "",
                address.with_value(name, choice.value),
                choice.hue,
                choice.value == chosen,
            )
            for choice in spec.fields[name].choices
            if choice.active or counts.get(choice.value) or choice.value == chosen
        ),
    )


def status_counts(asked: query.ListQuery, name: str, change_number: int) -> dict[str, int]:
    others = [
        (one, condition)
        for one, condition in zip(asked.given, asked.where, strict=False)
        if one.parameter != name
    ]
    plain = query.ListQuery(
        asked.spec,
        given=tuple(one for one, _c in others),
        where=tuple(condition for _o, condition in others),
        q=asked.q,
    )
    rows = query.kept_groups(plain, name, change_number)
    return {str(row[name]): row["count"] for row in rows if row[name] is not None}


def _more(spec: EntitySpec, address: ListAddress) -> tuple[Action, ...]:
    report = Action(
        str(_("Report")),
        address.without("limit", "columns", "sort", "q").replace(spec.path, f"{spec.path}/report", 1),
        "chart-bar",
    )
    trash: tuple[Action, ...] = ()
    if can(f"{spec.name}.change"):
        trash = (Action(str(_("Recent bulk changes")), f"{spec.path}/mass", "history"),)
    if can(f"{spec.name}.delete"):
        trash = (*trash, Action(str(_("Trash")), f"{spec.path}/trash", "trash"))
    if spec.meta.duplicates and can(f"{spec.name}.change") and can(f"{spec.name}.delete"):
        trash = (Action(str(_("Find duplicate records")), f"{spec.path}/suspects", "git-merge"), *trash)
    if not can(f"{spec.name}.export"):
        return (report, *trash)
    export = address.without("limit", "columns").replace(spec.path, f"{spec.path}/export", 1)
    joint = "&" if "?" in export else "?"
    return (
        report,
        Action(str(_("Export to Excel")), f"{export}{joint}format=xlsx", "table"),
        Action(str(_("Export to CSV")), f"{export}{joint}format=csv", "download"),
        *trash,
    )


def _sort_text(asked: query.ListQuery) -> str:
    if not asked.sort:
        return ""
    return str(_("Sorted by {field}", field=asked.spec.fields[asked.sort[0][0]].label))


def _select_all(spec: EntitySpec, found: query.Page) -> str:
    if found.total <= len(found.rows):
        return ""
    return ngettext("Select all {n} record", "Select all {n} records", found.total)


def _pager(asked: query.ListQuery, address: ListAddress, found: query.Page, total: int, total_exact: bool) -> Pager:
    size, number = asked.limit, asked.page
    last_page = max(1, -(-found.total // size))
    first = (number - 1) * size + 1
    matching = ngettext("{n} record", "{n} records", found.total)
    if not found.total_is_exact:
        matching = str(_("more than {count} records", count=figure(COUNT_CAP)))
    return Pager(
        first=figure(min(first, found.total)),
        last=figure(first + len(found.rows) - 1),
        matching_text=matching,
        total_text=str(_("{count} in total", count=count_text(total, total_exact))) if asked.given or asked.q else "",
        sizes=tuple(PageLink(figure(one), address.with_value("limit", str(one)), one == size) for one in SIZES),
        size=figure(size),
        pages=_pages(address, number, last_page),
        previous_href=address.with_value("page", str(number - 1)) if number > 1 else "",
        next_href=address.with_value("page", str(number + 1)) if number < last_page else "",
    )


def _pages(address: ListAddress, number: int, last: int) -> tuple[PageLink, ...]:
    """First, last and those around the current one, with gaps between."""
    near = sorted({1, last, *(n for n in (number - 1, number, number + 1) if 1 <= n <= last)})
    links: list[PageLink] = []
    before = 0
    for n in near:
        if n > before + 1:
            links.append(PageLink("…"))
        links.append(PageLink(figure(n), "" if n == number else address.with_value("page", str(n)), n == number))
        before = n
    return tuple(links)


def _empty(spec: EntitySpec, asked: query.ListQuery, address: ListAddress) -> EmptyState:
    if asked.given or asked.q:
        return EmptyState(
            "no_match",
            str(_("No records match these filters.")),
            str(_("Check the spelling, or take off one of the conditions.") if asked.q
                else _("Take off one of the conditions.")),
            icon="filter-off",
            action=Action(str(_("Clear the filters")), address.without_conditions(), "x"),
        )
    return EmptyState(
        "nothing",
        str(_("No {entities} yet", entities=noun(spec.meta.plural))),
        _how_to_begin(spec),
        icon=spec.meta.icon,
        action=create_action(spec),
    )


def _how_to_begin(spec: EntitySpec) -> str:
    """What the reader may do about an empty list."""
    if not can(f"{spec.name}.add"):
        return ""
    if can(f"{spec.name}.import"):
        return str(_("Add the first one or import a CSV file."))
    return str(_("Add the first one."))
