"""One page of a list: Core rows of just the columns asked for, a capped count, the next cursor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.visitors import replacement_traverse

from core import actor as actors
from core.db import unit
from core.entity import value_list
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.permissions import scope_conditions
from core.plugin.containment import PluginFailed
from core.query import keyset
from core.query.found_by import found_by
from core.query.parse import ListQuery
from core.query.picking import Matching, matching, page_of, stand_in_order
from core.registry import current as registry

COUNT_CAP = 10_000
#: Up to so many matches a search sorts the ids it found; above, it walks the sort index and checks each row.
FEW = 4_000
PLUS: custom_op[Any] = custom_op("+")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows (mappings with id, version and the fields asked for), the count, and the cursor of the next page."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    total_is_exact: bool
    next: str | None


@dataclass(frozen=True, slots=True)
class Companions:
    """What rows are shown with: titles by entity and id, the linked (id, title) pairs by field and record, and the
    colours of those that have one, by entity and id."""

    titles: Mapping[str, Mapping[int, str]]
    links: Mapping[str, Mapping[int, Sequence[tuple[int, str]]]]
    hues: Mapping[str, Mapping[int, str]]


def fetch(query: ListQuery, change_number: int | None = None, with_total: bool = True) -> Page:
    """Read one page. `change_number` is the database's count of changes: while it stands, totals are remembered."""
    found = keyset.keys(query.spec, query.sort, preferences().language)
    if query.cursor:
        _decoded(query, found)
    total, exact = capped_count(query, change_number) if with_total or query.q else (0, True)
    where = where_of(query, by_index=total <= FEW)
    is_long = total > FEW and (query.q or not exact) and len(found) == 1
    if is_long and unit().dialect == "sqlite" and not stand_in_order(query, found):
        where = _unindexed(where, query.spec.table)
    chosen = matching(query, where, found, total, exact)
    rows = [] if with_total and not total else _rows(query, found, chosen)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    cursor = cursor_of(query, found, rows[-1]) if more and rows else None
    return Page(rows, total, exact, cursor)


def where_of(query: ListQuery, by_index: bool) -> list[Any]:
    where = [*scope_conditions(query.spec, "view"), *query.where]
    if query.q:
        where.append(found_by(query.spec, query.q, as_ids=by_index))
    return where


def _columns(query: ListQuery, found: Sequence[keyset.Key]) -> list[Any]:
    table = query.spec.table
    names = [name for name in query.fields if query.spec.fields[name].stores_column]
    shown = [query.spec.shown(name) for name in names if name not in ("id", "version")]
    columns = [table.c.id, table.c.version, *shown]
    return columns + [key.expression.label(f"_key_{index}") for index, key in enumerate(found)]


def base_of(query: ListQuery, found: Sequence[keyset.Key]) -> Any:
    """The columns of a page, put together once: most of the time of building a statement goes into them."""
    if keyset.is_by_rights(query.spec, query.sort) or any(query.spec.fields[name].is_computed for name in query.fields):
        return sa.select(*_columns(query, found))
    key = ("page", query.spec.name, query.fields, query.sort, preferences().language)
    return registry().remember(key, lambda: sa.select(*_columns(query, found)))


def _unindexed(where: Sequence[Any], table: sa.Table) -> list[Any]:
    """Conditions for checking the rows of a walk: on SQLite a plus before a column keeps its index out of the plan.

    SQLite would otherwise sort all that a filter's index gives, be it half of the table.
    """
    kept = table.c.deleted_at

    def replace(element: Any, **_options: Any) -> Any:
        if isinstance(element, sa.Column) and element.table is table and element is not kept:
            return UnaryExpression(element, operator=PLUS, type_=element.type)
        return None

    return [replacement_traverse(condition, {}, replace) for condition in where]


def _rows(query: ListQuery, found: Sequence[keyset.Key], chosen: Matching) -> list[Any]:
    if query.cursor:
        return _rows_after(query, found, chosen)
    if len(found) == 1 and found[0].nullable:
        return _two_branches(query, found, chosen, None, False, skip=(query.page - 1) * query.limit)
    table = query.spec.table
    statement = page_of(base_of(query, found), table, chosen, [], keyset.order_by(found, table), query.limit + 1,
                        (query.page - 1) * query.limit)
    return list(unit().execute(statement).mappings().all())


def _rows_after(query: ListQuery, found: Sequence[keyset.Key], chosen: Matching) -> list[Any]:
    values, record_id = _decoded(query, found)
    if len(found) == 1 and found[0].nullable:
        return _two_branches(query, found, chosen, keyset.after, values[0] is None, values, record_id)
    table = query.spec.table
    statement = page_of(base_of(query, found), table, chosen, [keyset.after(found, table, values, record_id)],
                        keyset.order_by(found, table), query.limit + 1)
    return list(unit().execute(statement).mappings().all())


def _decoded(query: ListQuery, found: Sequence[keyset.Key]) -> tuple[list[Any], int]:
    fields = [(query.spec.fields[key.name], key) for key in found]
    return keyset.decode(query.cursor, query.sort, fields, [_is_bytes(key) for key in found])


def _two_branches(query: ListQuery, found: Sequence[keyset.Key], chosen: Matching, after: Any, in_nulls: bool,
                  values: Sequence[Any] = (), record_id: int = 0, skip: int = 0) -> list[Any]:
    """Rows with a value first, then the empty ones: each branch reads its index in order. `skip` counts over both."""
    key, table = found[0], query.spec.table
    filled = keyset.Key(key.name, key.expression, key.descending, False)
    rows: list[Any] = []
    base = base_of(query, found)
    if not in_nulls:
        bounds = [key.expression.is_not(None)]
        if after:
            bounds.append(after([filled], table, values, record_id))
        statement = page_of(base, table, chosen, bounds, keyset.order_by([filled], table, nulls=False),
                            query.limit + 1, skip)
        rows = list(unit().execute(statement).mappings().all())
    if len(rows) <= query.limit:
        skip = max(0, skip - _filled(key, table, chosen.where)) if skip and not rows else 0
        by_id = table.c.id.desc() if key.descending else table.c.id.asc()
        bounds = [key.expression.is_(None)]
        if in_nulls:
            bounds.append(table.c.id < record_id if key.descending else table.c.id > record_id)
        statement = page_of(base, table, chosen, bounds, [by_id], query.limit + 1 - len(rows), skip)
        rows += unit().execute(statement).mappings().all()
    return rows


def _filled(key: keyset.Key, table: sa.Table, where: list[Any]) -> int:
    """How many rows have a value: only pages wholly among the empty ones ask."""
    statement = sa.select(sa.func.count()).select_from(table).where(*where, key.expression.is_not(None))
    found: int = unit().execute(statement).scalar_one()
    return found


def _is_bytes(key: keyset.Key) -> bool:
    return isinstance(key.expression.type, sa.LargeBinary)


def cursor_of(query: ListQuery, found: Sequence[keyset.Key], row: Mapping[str, Any]) -> str:
    """What says that a page goes on behind this row."""
    values = [row[f"_key_{index}"] for index in range(len(found))]
    values = [bytes(value) if isinstance(value, memoryview) else value for value in values]
    return keyset.encode(query.sort, values, row["id"], [query.spec.fields[key.name] for key in found])


def companions(spec: EntitySpec, names: Iterable[str], rows: Sequence[Mapping[str, Any]],
               with_titles: bool = True) -> Companions:
    """Titles of everything the rows refer to, and their tags, in one query whatever the columns.

    What the actor may not view has no title; colleagues' names are open to everyone who is signed in.
    """
    fields = [spec.fields[name] for name in names if spec.fields[name].type.is_reference]
    wanted: dict[str, set[int]] = {}
    parts: list[Any] = []
    for f in fields:
        if f.type.is_many:
            # A record that was read whole is known to have none; a row of a list says nothing of it.
            linked = [row["id"] for row in rows if f.name not in row or row[f.name]]
            parts += [_link_part(spec, f, linked)] if linked else []
        elif with_titles:
            wanted.setdefault(f.target, set()).update(row[f.name] for row in rows if row[f.name])
    for entity, ids in pointed_at(spec, names, rows).items():
        wanted.setdefault(entity, set()).update(ids)
    parts += [part for name, ids in wanted.items() if ids and (part := _title_part(name, ids)) is not None]
    titles: dict[str, dict[int, str]] = {name: {} for name in wanted}
    hues: dict[str, dict[int, str]] = {}
    links: dict[str, dict[int, list[tuple[int, str]]]] = {f.name: {} for f in fields if f.type.is_many}
    if parts:
        statement: Any = parts[0] if len(parts) == 1 else sa.union_all(*parts)
        for source, record_id, target_id, title, hue in unit().execute(statement):
            entity = source
            if target_id is None:
                titles[source][record_id] = title or ""
            else:
                entity = spec.fields[source].target
                links[source].setdefault(record_id, []).append((target_id, title or ""))
            if hue:
                hues.setdefault(entity, {})[target_id or record_id] = hue
    for by_record in links.values():
        for found in by_record.values():
            found.sort()
    return Companions(titles, links, hues)


def pointed_at(spec: EntitySpec, names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    """What the references to records of any kind point at: {entity: ids}."""
    wanted: dict[str, set[int]] = {}
    given = list(rows)
    for f in (spec.fields[name] for name in names):
        if f.type.name == "any_record":
            by = f.options["entity_field"]
            for row in given:
                if row.get(f.name) and row.get(by):
                    wanted.setdefault(row[by], set()).add(row[f.name])
    return wanted


def _title_part(name: str, ids: Iterable[int]) -> Any:
    spec = registry().entities.get(name)
    if spec is None:
        return None
    language = preferences().language
    titles = registry().remember(("titles", name, language), lambda: _titles_of(spec, language))
    part = titles.where(spec.table.c.id.in_(sorted(ids)))
    if name == "core.user":
        return part
    try:
        return part.where(*scope_conditions(spec, "view"))
    except PluginFailed:
        return None  # Who may see them cannot be said now: none is shown, and the page lives.


def _titles_of(spec: EntitySpec, language: str) -> Any:
    title = sa.cast(spec.title(language), sa.Text).label("title")
    return sa.select(sa.literal(spec.name).label("source"), spec.table.c.id.label("record_id"),
                     sa.cast(sa.null(), sa.BigInteger).label("target_id"), title, _hue_of(spec))


def _hue_of(spec: EntitySpec) -> Any:
    return (spec.table.c[value_list.HUE] if spec.meta.value_list else sa.cast(sa.null(), sa.Text)).label("hue")


def _link_part(spec: EntitySpec, f: FieldSpec, ids: Sequence[int]) -> Any:
    language = preferences().language
    part = registry().remember(("links", spec.name, f.name, language), lambda: _links_of(spec, f, language))
    part = part.where(spec.links[f.name].c.record_id.in_(ids))
    return part if f.target == "core.user" else part.where(*scope_conditions(registry().entity(f.target), "view"))


def _links_of(spec: EntitySpec, f: FieldSpec, language: str) -> Any:
    target, link = registry().entity(f.target), spec.links[f.name]
    return (sa.select(sa.literal(f.name).label("source"), link.c.record_id, target.table.c.id.label("target_id"),
                      sa.cast(target.title(language), sa.Text).label("title"), _hue_of(target))
            .join(target.table, target.table.c.id == link.c.target_id))


def titles(wanted: Mapping[str, Iterable[int]]) -> dict[str, dict[int, str]]:
    """Titles of records of several entities in one query: {entity: {id: title}}."""
    answer: dict[str, dict[int, str]] = {name: {} for name in wanted}
    parts = [part for name, ids in wanted.items()
             if (listed := {one for one in ids if one}) and (part := _title_part(name, listed)) is not None]
    if parts:
        statement: Any = parts[0] if len(parts) == 1 else sa.union_all(*parts)
        for source, record_id, _target, title, _hue in unit().execute(statement):
            answer[source][record_id] = title or ""
    return answer


_counts: OrderedDict[Any, tuple[int, bool]] = OrderedDict()
_groups: OrderedDict[Any, list[dict[str, Any]]] = OrderedDict()
_counts_lock = Lock()
COUNTS_KEPT = 512
#: Figures of more groups than these are made anew each time.
FIGURES_KEPT = 2_000


def capped_count(query: ListQuery, change_number: int | None = None) -> tuple[int, bool]:
    """(count, is exact): at most 10,000 rows are counted; the answer is kept while nothing has changed."""
    key = _count_key(query, change_number)
    if key is not None and (known := _counts.get(key)):
        return known
    inner = sa.select(sa.literal(1)).where(*where_of(query, by_index=True)).select_from(query.spec.table)
    limited = inner.limit(COUNT_CAP + 1).subquery()
    found = unit().execute(sa.select(sa.func.count()).select_from(limited)).scalar_one()
    answer = (min(found, COUNT_CAP), found <= COUNT_CAP)
    if key is not None:
        with _counts_lock:
            _counts[key] = answer
            while len(_counts) > COUNTS_KEPT:
                _counts.popitem(last=False)
    return answer


def kept_groups(query: ListQuery, name: str, change_number: int | None) -> list[dict[str, Any]]:
    """Rows by the value of one choice field; kept, as the counts are, while nothing has changed."""

    def counted() -> list[dict[str, Any]]:
        column = query.spec.column(name)
        statement = sa.select(column.label(name), sa.func.count().label("count")).where(
            *where_of(query, by_index=True)).group_by(column)
        return [dict(row) for row in unit().execute(statement).mappings()]

    return remembered(name, query, change_number, counted)


def remembered(what: Any, query: ListQuery, change_number: int | None, count: Callable[[], list[dict[str, Any]]]
               ) -> list[dict[str, Any]]:
    """Figures of a list's rows, kept while nothing has changed, unless they are too many to be kept for long; `what`
    tells them from others of the same list."""
    key = _count_key(query, change_number)
    known = _groups.get((what, key)) if key is not None else None
    if known is None:
        known = count()
        if key is not None and len(known) <= FIGURES_KEPT:
            with _counts_lock:
                _groups[what, key] = known
                while len(_groups) > COUNTS_KEPT:
                    _groups.popitem(last=False)
    return known


def _count_key(query: ListQuery, change_number: int | None) -> Any:
    if change_number is None or not query.cacheable:
        return None
    who = actors.actor()
    # Periods move on at midnight although nothing changed.
    today = local(utc_now(), preferences().timezone).date()
    return (id(unit().engine), change_number, today, registry().stamp, query.spec.name, query.given, query.q,
            who.id, who.organisation_ids, who.scope(f"{query.spec.name}.view"), preferences())
