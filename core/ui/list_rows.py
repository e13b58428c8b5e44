"""The columns of a list and its rows: which, how wide, and how each value is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from markupsafe import Markup

from core import query
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import can, may_write, readable
from core.registry import current as registry
from core.ui import amounts, cells, list_bulk, list_furniture
from core.ui.cell_plan import Extras, drawer, pointing, tags_of
from core.ui.list_address import ListAddress
from core.ui.views_model import (
    Column,
    ColumnChoice,
)

WIDTHS = {
    "email": "email",
    "phone": "phone",
    "choice": "badge",
    "user": "user",
    "date": "date",
    "datetime": "moment",
    "number": "number",
    "money": "number",
    "percent": "number",
    "note": "long",
    "bool": "short",
    "currency": "short",
    "tags": "user",
    "users": "user",
    "links": "user",
}


def chosen_columns(spec: EntitySpec) -> tuple[str, ...]:
    """The user's own columns, else the screen's, else the entity's; only what he may read."""
    allowed = readable(spec)
    own = list_furniture.own_columns(spec)
    screen = registry().derived.lists.get(spec.name)
    names = own or (screen.columns if screen and screen.columns else spec.meta.list)
    return tuple(name for name in names if name in allowed)


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
    asked: query.ListQuery, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], *, is_short: bool = False
) -> Callable[[Sequence[Mapping[str, Any]]], Markup]:
    """What draws some of these rows: all that they refer to is looked up once.

    Rows of a short list below a record are not selected; each has the way to its form, as its title may not be shown.
    """
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
                    drawn.append(amounts.cell(spec, spec.fields[name], row))
                elif not spec.fields[name].type.is_many:
                    drawn.append(pointing(spec.fields[name], row, extras) or cells.EMPTY)
                else:
                    drawn.append(tags_of(spec.fields[name], companions.links[name].get(record_id), extras))
            yield record_id, href, shown, drawn

    # Without anything to do with a selection there is none, and no column for it.
    select = str(_("Select {name}", name="{name}")) if list_bulk.bulk_actions(spec) and not is_short else ""
    edit = str(_("Edit")) if is_short and can(f"{spec.name}.change") else ""
    return lambda drawn_rows: cells.table_rows(columns, lines(drawn_rows), select, edit)


def with_face(asked: query.ListQuery) -> query.ListQuery:
    """The columns and what is drawn with them: the title's own field, whether it is a person or a business, and the
    kinds of records that are pointed at, the currencies of amounts."""
    spec, names = asked.spec, asked.fields
    allowed = readable(spec)
    kinds = [spec.fields[name].options["entity_field"] for name in names if spec.fields[name].type.name == "any_record"]
    beside = (*spec.title_fields, *spec.face_fields, *kinds, *amounts.beside(spec, names))
    extra = [name for name in dict.fromkeys(beside) if name in allowed and name not in names]
    return asked.with_fields((*names, *extra))


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
