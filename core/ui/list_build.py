"""A list's screen: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode

from flask import g
from markupsafe import Markup

from core import query
from core.actor import actor
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.maps import place_of
from core.permissions import MASS_CHANGE, can, may_write, readable
from core.query.page import COUNT_CAP
from core.registry import current as registry
from core.ui import amounts, cells, group_fields, list_filters, list_furniture
from core.ui.board_fields import board_field, status_field
from core.ui.calendar_dates import dates_of
from core.ui.cell_plan import Extras, drawer, pointing, tags_of
from core.ui.list_address import ListAddress
from core.ui.rendering import fragment
from core.ui.views_model import (
    Action,
    BulkAction,
    Choice,
    Column,
    ColumnChoice,
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
WIDTHS = {
    "email": "email",
    "phone": "phone",
    "choice": "badge",
    "user": "user",
    "date": "date",
    "datetime": "date",
    "number": "number",
    "money": "number",
    "percent": "number",
    "note": "long",
    "bool": "short",
    "currency": "short",
    "tags": "user",
}


#: What one layout of a list knows and the others do not.
OWN_TO_LAYOUT = frozenset({"limit", "columns", "page", "cursor", "group", "by", "sum", "span", "on"})


def chosen_columns(spec: EntitySpec) -> tuple[str, ...]:
    """The user's own columns, else the screen's, else the entity's; only what he may read."""
    allowed = readable(spec)
    own = list_furniture.own_columns(spec)
    screen = registry().derived.lists.get(spec.name)
    names = own or (screen.columns if screen and screen.columns else spec.meta.list)
    return tuple(name for name in names if name in allowed)


def build(asked: query.ListQuery, address: ListAddress, views: ViewsPanel | None = None) -> ListScreen:
    """The whole screen of one page of a list."""
    found = query.fetch(with_face(asked), g.identity.change_number)
    screen = frame(asked, address, views, found)
    return replace(screen, rows=row_drawer(asked, screen.columns, found.rows)(found.rows))


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
        columns=columns_of(asked, address),
        rows=Markup(""),
        crumbs=crumbs(spec),
        create=create_action(spec),
        import_href=f"{spec.path}/import" if can(f"{spec.name}.import") and can(f"{spec.name}.add") else "",
        column_choices=column_choices(spec, names),
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
        bulk=bulk_actions(spec),
        select_all_text=_select_all(spec, found),
        matching=found.total,
        pager=_pager(asked, address, found, total, total_exact) if found.total else None,
        empty=_empty(spec, asked, address) if not found.rows else None,
        shapes=shapes(spec, address, "table"),
        groupings=groupings(spec, address),
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


def with_face(asked: query.ListQuery) -> query.ListQuery:
    """The columns and what is drawn with them: the title's own field, whether it is a person or a business, and the
    kinds of records that are pointed at, the currencies of amounts."""
    spec, names = asked.spec, asked.fields
    allowed = readable(spec)
    kinds = [spec.fields[name].options["entity_field"] for name in names if spec.fields[name].type.name == "any_record"]
    face = spec.meta.party.kind_by if spec.meta.party else ""
    beside = (*spec.title_fields, face, *kinds, *amounts.beside(spec, names))
    extra = [name for name in dict.fromkeys(beside) if name in allowed and name not in names]
    return asked.with_fields((*names, *extra))


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


def noun(label: Any) -> str:
    """The name of an entity inside a sentence: in English without capital, unless an abbreviation such as IBAN."""
    text = str(label)
    return text[:1].lower() + text[1:] if preferences().language == "en" and not text[:2].isupper() else text


def columns_of(asked: query.ListQuery, address: ListAddress) -> tuple[Column, ...]:
    """The heads of the table."""
    spec, names, columns = asked.spec, asked.fields, []
    sorted_by = dict(asked.sort[:1])
    places = iter(("line", "line"))
    has_badge = False
    for name in names:
        f = spec.fields[name]
        is_title = name == spec.meta.title
        place, width = ("title", "name") if is_title else ("", WIDTHS.get(f.type.name, "text"))
        has_hues = any(choice.hue for choice in f.choices)
        if f.type.name == "choice" and not has_hues:
            width = "choice"
        if f.type.name == "choice" and not has_badge and has_hues:
            place, has_badge = "badge", True
        elif f.type.name == "user":
            place = "corner"
        elif not is_title and f.type.name in ("phone", "choice", "ref", "text", "any_record", "date", "datetime"):
            place = next(places, "")
        descending = sorted_by.get(name)
        columns.append(
            Column(
                name=name,
                label=str(f.label),
                width=width,  # type: ignore[arg-type]
                align_end=f.type.align == "end",
                card=place,  # type: ignore[arg-type]
                sort_href=address.with_value("sort", name if descending is not False else f"-{name}")
                if f.sort and f.stores_column and not f.secret
                else "",
                sorted="" if descending is None else "descending" if descending else "ascending",
                edited_as=edited_as(spec, f),
            )
        )
    return tuple(columns)


def edited_as(spec: EntitySpec, f: FieldSpec) -> Literal["", "form", "menu"]:
    """How the reader changes a value of this field in its cell; of single records he may still have no right to."""
    if f.system or f.readonly or f.secret or f.is_computed or not can(f"{spec.name}.change") or not may_write(f):
        return ""
    if f.name == "owner_id" and not can(f"{spec.name}.assign"):
        return ""
    return "menu" if f.type.name in ("choice", "user") else "form"


def one_row(spec: EntitySpec, names: Sequence[str], record_id: int) -> Markup:
    """A row as the list shows it now; nothing when the reader no longer sees the record."""
    allowed = readable(spec)
    asked = query.parse_args(spec, [("id__in", str(record_id))], preferences()).with_fields(
        name for name in names if name in allowed)
    rows = query.fetch(with_face(asked), with_total=False).rows
    return row_drawer(asked, columns_of(asked, ListAddress(spec.path, ())), rows)(rows)


def row_drawer(
    asked: query.ListQuery, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
) -> Callable[[Sequence[Mapping[str, Any]]], Markup]:
    """What draws some of these rows: all that they refer to is looked up once."""
    spec, names = asked.spec, asked.fields
    companions = query.companions(spec, names, rows)
    extras = Extras(companions.titles, companions.links, companions.hues)
    reader = preferences()
    drawers = [
        None if name == spec.meta.title or spec.fields[name].type.is_many
        or spec.fields[name].type.name in ("any_record", "money")
        else drawer(spec.fields[name], reader, extras)
        for name in names
    ]
    title, path = spec.meta.title, spec.path
    has_face = spec.meta.party is not None

    def lines(drawn_rows: Sequence[Mapping[str, Any]]) -> Any:
        for row in drawn_rows:
            record_id = row["id"]
            href = f"{path}/{record_id}"
            shown = spec.title_of(row) if title in row else f"#{record_id}"
            drawn = []
            for name, draw in zip(names, drawers, strict=True):
                if draw is not None:
                    drawn.append(draw(row[name]))
                elif name == title:
                    drawn.append(
                        cells.name_with_avatar(shown, href, spec.face(row)) if has_face else cells.title(shown, href)
                    )
                elif spec.fields[name].type.name == "money":
                    drawn.append(cells.money(amounts.of_record(spec, spec.fields[name], row)))
                elif not spec.fields[name].type.is_many:
                    drawn.append(pointing(spec.fields[name], row, extras) or cells.EMPTY)
                else:
                    drawn.append(tags_of(spec.fields[name], companions.links[name].get(record_id), extras))
            yield record_id, href, shown, drawn

    # Without anything to do with a selection there is none, and no column for it.
    label = str(_("Select {name}", name="{name}")) if bulk_actions(spec) else ""
    return lambda drawn_rows: cells.table_rows(columns, lines(drawn_rows), label)


def column_choices(spec: EntitySpec, shown: Sequence[str]) -> tuple[ColumnChoice, ...]:
    """The shown columns in their order, then the rest."""
    rest = [
        name
        for name, f in readable(spec).items()
        if name not in shown and name not in ("id", "version") and not f.secret
    ]
    return tuple(
        ColumnChoice(name, str(spec.fields[name].label), name in shown, name == spec.meta.title)
        for name in (*shown, *rest)
    )


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
    chosen = next((one.value for one in asked.given if one.path == name and one.op == "eq"), "")
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
        if not (one.path == name and one.op == "eq")
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
    trash = (Action(str(_("Trash")), f"{spec.path}/trash", "trash"),) if can(f"{spec.name}.delete") else ()
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


def bulk_actions(spec: EntitySpec) -> tuple[BulkAction, ...]:
    """What may be done with many rows at once: change owner, status, tags or any other field; export; delete."""
    found: list[BulkAction] = []
    may_change_many = can(MASS_CHANGE)
    if may_change_many and can(f"{spec.name}.change"):
        found += [_bulk_field(spec, f) for f in spec.fields.values() if is_settable_at_once(spec, f)]
        found.append(BulkAction("change", str(_("Change a field")), "pencil"))
    if can(f"{spec.name}.export"):
        found.append(BulkAction("export", str(_("Export")), "download", download=True))
    if may_change_many and can(f"{spec.name}.delete"):
        found.append(
            BulkAction(
                "delete",
                str(_("Delete")),
                "trash",
                danger=True,
                confirm=str(_("Delete the selected records ({n})? They move to the trash.", n="{n}")),
            )
        )
    return tuple(found)


def is_settable_at_once(spec: EntitySpec, f: FieldSpec) -> bool:
    """Whether the reader may give many rows one value of this field: owner, status, tags."""
    if f.system or f.readonly or not may_write(f):
        return False
    if f.name == "owner_id":
        return can(f"{spec.name}.assign")
    return f.type.is_many or f.name == status_field(spec)


def _bulk_field(spec: EntitySpec, f: FieldSpec) -> BulkAction:
    if f.name == "owner_id":
        return BulkAction(f.name, str(_("Change person in charge")), "user-edit", search_href="/core/user/options")
    if f.type.is_many:
        return BulkAction(f.name, str(_("Add tag")), "tag", search_href=f"{registry().entity(f.target).path}/options")
    choices = tuple(Choice(choice.value, str(choice.label), hue=choice.hue) for choice in f.offered())
    return BulkAction(f.name, str(_("Change status")), "circle-dot", choices=choices)


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
            str(_("Check the spelling, or take off one of the conditions.")),
            icon="filter-off",
            action=Action(str(_("Clear the filters")), address.without_conditions(), "x"),
        )
    text = str(_("Add the first one or import a CSV file.")) if can(f"{spec.name}.add") else ""
    return EmptyState(
        "nothing",
        str(_("No {entities} yet", entities=noun(spec.meta.plural))),
        text,
        icon=spec.meta.icon,
        action=create_action(spec),
    )
