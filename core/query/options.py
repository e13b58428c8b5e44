"""Look-ups for pickers: a few records by part of their title, the closest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import search
from core.db import unit
from core.entity.spec import EntitySpec
from core.language.i18n import current as preferences
from core.language.phones import format_phone
from core.language.text import search_key
from core.permissions import readable, scope_conditions
from core.query.found_by import found_by
from core.query.page import where_of
from core.query.parse import ListQuery


def options(spec: EntitySpec, text: str, limit: int) -> list[dict[str, Any]]:
    """[{"id", "title", "subtitle", "hue"?}]: those whose title begins with `text` before those that hold it."""
    table = spec.table
    title = spec.title(preferences().language)
    columns = [table.c.id, title.label("title")]
    allowed = readable(spec)
    beside = [name for name in spec.subtitle_fields if name in allowed]
    columns += [table.c[name].label(f"beside_{name}") for name in beside]
    if spec.meta.value_list:
        columns.append(table.c.hue.label("hue"))
    statement = sa.select(*columns).where(*_conditions(spec))
    in_place = [table.c.position.is_(None), table.c.position] if spec.meta.value_list else []
    order: list[Any] = [*in_place, table.c[spec.sort_columns[preferences().language]]] if spec.sort_columns else [title]
    key = search_key(text)
    if key:
        # A title that is a long text has no key of its own: it is found by the search text alone.
        keys = [table.c[spec.key_columns[name]] for name in spec.title_fields if name in spec.key_columns]
        statement = statement.where(found_by(spec, text) if spec.is_searchable
                                    else sa.or_(*(column.contains(key, autoescape=True) for column in keys or [title])))
        if keys:
            begins = sa.or_(*(sa.and_(column >= key, column < key + "\U0010ffff") for column in keys))
            order.insert(0, sa.case((begins, 0), else_=1))
    found = unit().execute(statement.order_by(*order).limit(limit)).mappings()
    return [_option(spec, row, beside, text) for row in found]


def _option(spec: EntitySpec, row: Any, beside: Sequence[str], text: str) -> dict[str, Any]:
    shown = {"subtitle": told_apart(spec, {name: row[f"beside_{name}"] for name in beside}, text)[1] or None}
    option = {"id": row["id"], "title": row["title"], **shown, "hue": row.get("hue")}
    return {name: value for name, value in option.items() if value is not None}


def told_apart(spec: EntitySpec, values: Mapping[str, Any], text: str) -> tuple[str, str]:
    """The field that tells this record from others of its name, with its value as the reader reads it: the one in which
    a word of `text` is found, else the first that is filled."""
    filled = [spec.fields[name] for name in spec.subtitle_fields if values.get(name)]
    if not filled:
        return "", ""
    asked = search.words(text)
    holding = (f for f in filled if any(word in f.type.search_text(f, values[f.name]) for word in asked))
    f = next(holding, filled[0])
    if f.type.name == "phone":
        return f.name, format_phone(values[f.name], preferences().phone_digits)
    return f.name, f.type.show(f, values[f.name], preferences())


def _conditions(spec: EntitySpec) -> list[Any]:
    if spec.name == "core.user":
        return [spec.table.c.active, spec.table.c.deleted_at.is_(None)]
    in_use = [spec.table.c.active.is_not(sa.false())] if spec.meta.value_list else []
    return [*in_use, *scope_conditions(spec, "view")]


def matching_ids(asked: ListQuery, limit: int) -> list[int]:
    """Ids of the rows that match, at most `limit`."""
    statement = sa.select(asked.spec.table.c.id).where(*where_of(asked, by_index=True))
    return list(unit().execute(statement.order_by(asked.spec.table.c.id).limit(limit)).scalars())
