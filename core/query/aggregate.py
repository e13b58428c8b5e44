"""Grouped figures: count and sums by fields, dates by week, month, quarter or year of the reader's calendar."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import UnaryExpression

from core.actor import actor
from core.db import ExactDecimal, unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Malformed
from core.language.i18n import Preferences, _
from core.language.timezones import offset_changes
from core.permissions import readable, scope_conditions
from core.query.by_time import STEPS, key_of
from core.query.found_by import found_by
from core.query.page import PLUS
from core.query.parse import ListQuery, holds, named_filters
from core.registry import current as registry

GROUPABLE = ("choice", "country", "currency", "ref", "link", "user", "bool", "date", "datetime", "text", "tags")
MAX_GROUPS = 2_000


@dataclass(frozen=True, slots=True)
class _Figure:
    """One measure: the columns it is read by, how two parts of each are put together, and what comes of them.

    `currency` is the field that says in which currency an amount is: what is in two of them is never put together.
    Groups are ordered by amounts, not by moments.
    """

    name: str
    columns: tuple[Any, ...]
    merge: Callable[[Any, Any], Any]
    finish: Callable[..., Any]
    currency: str = ""
    is_amount: bool = True


_MERGED_BY: dict[str, Callable[[Any, Any], Any]] = {"sum": operator.add, "min": min, "max": max}
#: Of one figure in one group: what its columns hold, by currency ("" where there is none).
_Parts = dict[str, list[Any]]


def aggregate(
    query: ListQuery, group: Sequence[str], measures: Sequence[str], preferences: Preferences, most: int = MAX_GROUPS
) -> list[dict[str, Any]]:
    """[{group: value, …, measure: value}], largest count first; dates are folded in the reader's calendar, and texts
    as filters fold them.

    Time groups are read by day and folded in Python, so one query serves every calendar on both databases. A measure of
    amounts in several currencies is None; `by_currency` has {measure: {currency: value}} for those who may see them.
    Malformed where there are more than `most` groups.
    """
    spec = query.spec
    groups = [_group(spec, name, preferences) for name in group]
    figures = [_measure(spec, name) for name in measures or ("count",)]
    currencies = list(dict.fromkeys(one.currency for one in figures if one.currency))
    where = [*scope_conditions(spec, "view"), *query.where]
    if query.q:
        where.append(found_by(spec, query.q))
    keys = [*(column for _name, column, _fold, _join in groups), *(spec.column(name) for name in currencies)]
    read = [column for one in figures for column in one.columns]
    if unit().dialect == "sqlite" and any(one.name != "count" for one in figures):
        keys = [_unindexed(one) for one in keys]
    spelled: dict[int, dict[Any, Counter[str]]] = {
        place: {} for place, name in enumerate(group) if spec.folded(name) is not None}
    weight = [sa.func.count().label("weight")] if spelled else []
    statement = sa.select(*(one.label(f"g{place}") for place, one in enumerate(keys)),
                          *(one.label(f"m{place}") for place, one in enumerate(read)), *weight)
    source: Any = spec.table
    for _name, _column, _fold, join in groups:
        source = join(source) if join else source
    statement = statement.select_from(source).where(*where).group_by(*keys)
    folded: dict[tuple[Any, ...], list[_Parts]] = {}
    for row in unit().execute(statement):
        key = tuple(fold(row[index]) for index, (_name, _column, fold, _join) in enumerate(groups))
        if key not in folded:
            folded[key] = [{} for _one in figures]
            if len(folded) > most:
                raise Malformed(_("This grouping has more than {limit} groups. Add a filter.", limit=most))
        for place, seen in spelled.items():
            seen.setdefault(key[place], Counter())[row[place]] += row.weight
        of_row = dict(zip(currencies, row[len(groups):], strict=False))
        values = iter(row[len(keys):])
        for one, parts in zip(figures, folded[key], strict=True):
            _add(parts, of_row.get(one.currency) or "", [next(values) for _column in one.columns], one.merge)
    return _answer(spec, groups, figures, _as_spelled(folded, spelled) if spelled else folded)


def _as_spelled(
    folded: dict[tuple[Any, ...], list[_Parts]], spelled: Mapping[int, Mapping[Any, Counter[str]]]
) -> dict[tuple[Any, ...], list[_Parts]]:
    """The groups of texts as most of their records spell them."""
    names = {place: {key: min(seen, key=lambda text: (-seen[text], str(text))) for key, seen in found.items()}
             for place, found in spelled.items()}
    return {tuple(names[place][part] if place in names else part for place, part in enumerate(key)): parts
            for key, parts in folded.items()}


def _unindexed(key: Any) -> Any:
    """A group on SQLite without its index: in that order every row is looked up by itself, which takes half as long
    again as going through the table once and sorting."""
    return UnaryExpression(key, operator=PLUS, type_=key.type) if isinstance(key, sa.Column) else key


def _add(parts: _Parts, currency: str, values: list[Any], merge: Callable[[Any, Any], Any]) -> None:
    if all(value is None for value in values) and parts:
        return
    kept = parts.get(currency)
    parts[currency] = values if kept is None else [
        new if old is None else old if new is None else merge(old, new) for old, new in zip(kept, values, strict=True)]


def _answer(
    spec: EntitySpec, groups: list[Any], figures: list[_Figure], folded: dict[tuple[Any, ...], list[_Parts]]
) -> list[dict[str, Any]]:
    home = _home_currency(folded)
    rows = []
    for key, found in folded.items():
        row: dict[str, Any] = {name: value for (name, *_rest), value in zip(groups, key, strict=True)}
        for one, parts in zip(figures, found, strict=True):
            if not one.currency:
                row[one.name] = _plain(one.finish(*parts[""]))
                continue
            amounts = _amounts(one, parts, home)
            row[one.name] = next(iter(amounts.values())) if len(amounts) == 1 else None
            if one.currency in readable(spec):
                row.setdefault("by_currency", {})[one.name] = amounts
        rows.append(row)
    first = next((one.name for one in figures if one.is_amount), "")
    return sorted(rows, key=lambda row: (-Decimal(row.get(first) or 0), [str(row[name]) for name, *_rest in groups]))


def _amounts(one: _Figure, parts: _Parts, home: str) -> dict[str, Any]:
    """What there is of an amount, by currency; those that name none are in the organisation's own."""
    named: _Parts = {}
    for currency, values in parts.items():
        _add(named, currency or home, values, one.merge)
    found = {currency: _plain(one.finish(*values)) for currency, values in sorted(named.items())}
    return {currency: value for currency, value in found.items() if value is not None}


def _home_currency(folded: Mapping[Any, list[_Parts]]) -> str:
    """The currency of the actor's organisation, looked up when an amount names none beside others that do."""
    if not any("" in parts and len(parts) > 1 for found in folded.values() for parts in found):
        return ""
    table = registry().entity("core.organisation").table
    statement = sa.select(table.c.currency).order_by(table.c.id).limit(1)
    if actor().organisation_id:
        statement = statement.where(table.c.id == actor().organisation_id)
    return unit().execute(statement).scalar() or ""


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _group(spec: EntitySpec, text: str, preferences: Preferences) -> tuple[str, Any, Any, Any]:
    """(name in the answer, column, fold, join) of one group."""
    name, _separator, step = text.partition(":")
    f = readable(spec).get(name)
    is_step_known = not step or (step in STEPS and f is not None and f.type.name in ("date", "datetime"))
    if f is None or f.secret or f.type.name not in GROUPABLE or not is_step_known:
        raise Malformed(_("“{name}” cannot be grouped by.", name=text[:80]), field="group")
    if f.type.is_many:
        link = spec.links[name]
        return text, link.c.target_id, _same, lambda source: source.outerjoin(link, link.c.record_id == spec.table.c.id)
    column = spec.column(name)
    if f.type.name in ("date", "datetime"):
        day = _day(f, column, preferences)
        if name in spec.day_columns:  # a whole day is the same for every reader, wherever it ends
            day = sa.func.coalesce(_iso(spec.table.c[spec.day_columns[name]]), day)
        return text, day, key_of(step or "day", preferences), None
    if spec.folded(name) is not None:  # filters find it in any spelling
        return text, column, partial(_folded, f), None
    return text, column, _same, None


def _same(value: Any) -> Any:
    return value


def _folded(f: FieldSpec, value: Any) -> Any:
    return None if value is None else f.type.search_text(f, value)


def _day(f: FieldSpec, column: Any, preferences: Preferences) -> Any:
    """The local day of a date or an instant, as ISO text."""
    if f.key and f.type.name == "date":
        return sa.cast(column, sa.String)  # it is kept so
    if f.key and unit().dialect == "postgresql":
        column = sa.cast(column, sa.DateTime(timezone=True))
    if f.type.name == "date":
        return _iso(column)
    if unit().dialect == "postgresql":
        return sa.func.to_char(sa.func.timezone(preferences.timezone, column), "YYYY-MM-DD")
    return _day_of_sqlite(column, preferences.timezone)


def _iso(column: Any) -> Any:
    return sa.cast(column, sa.String) if unit().dialect == "sqlite" else sa.func.to_char(column, "YYYY-MM-DD")


def _day_of_sqlite(column: Any, timezone: str) -> Any:
    """SQLite knows no zones: which offset an instant has is told it, change by change, newest first."""
    changes = offset_changes(timezone, utc_now().year + 3)
    days = [(at, sa.func.date(column, f"{seconds} seconds")) for at, seconds in changes]
    if len(days) == 1:
        return days[0][1]
    moment = sa.func.datetime(column)
    return sa.case(
        *((moment >= at.strftime("%Y-%m-%d %H:%M:%S"), day) for at, day in days[:-1]), else_=days[-1][1])


def _measure(spec: EntitySpec, text: str) -> _Figure:
    if text == "count":
        return _Figure(text, (sa.func.count(),), operator.add, _same)
    word, _separator, name = text.partition(":")
    if word == "count":
        return _Figure(text, (sa.func.count(sa.case((_named(spec, name), 1))),), operator.add, _same)
    f = readable(spec).get(name)
    if f is not None and f.type.name in ("date", "datetime") and not f.key and not f.secret and word in ("min", "max"):
        moment = getattr(sa.func, word)(spec.table.c[name])
        return _Figure(text, (moment,), _MERGED_BY[word], partial(f.type.to_json, f), is_amount=False)
    if (
        word not in ("sum", "min", "max", "avg")
        or f is None
        or f.type.kind != "number"
        or f.type.is_reference
        or f.system
    ):
        raise Malformed(_("“{name}” is not a measure. Use count or sum:field.", name=text[:80]), field="measure")
    column = _exact(f, spec.column(name)) if f.key else spec.table.c[name]
    kind = column.type if isinstance(column.type, ExactDecimal) else sa.BigInteger()
    beside = f.options.get("currency_field", "") if f.type.name == "money" else ""
    currency = beside if beside in spec.fields else ""
    if word == "avg":
        parts = (sa.func.sum(column, type_=kind), sa.func.count(column))
        return _Figure(text, parts, operator.add, _mean, currency)
    return _Figure(text, (getattr(sa.func, word)(column, type_=kind),), _MERGED_BY[word], _same, currency)


def _named(spec: EntitySpec, name: str) -> Any:
    """The condition of a named filter, as a figure counts what it holds for."""
    named = named_filters(spec).get(name)
    if named is None:
        raise Malformed(_("“{name}” is not a named condition of this list.", name=name[:80]), field="measure")
    return holds(named, spec)


def _mean(total: Any, count: int) -> Decimal | None:
    """As exact as an amount is kept, half a step rounded up."""
    return (Decimal(total) / count).quantize(Decimal("0.0001"), ROUND_HALF_UP) if count else None


def _exact(f: FieldSpec, column: Any) -> Any:
    """A custom number as one that adds up exactly: on SQLite scaled to an integer, as ExactDecimal keeps it."""
    scale = f.scale or 0
    if unit().dialect != "sqlite":
        return sa.type_coerce(column, ExactDecimal(scale) if scale else sa.BigInteger())
    scaled = sa.cast(sa.func.round(sa.type_coerce(column, sa.Float()) * 10**scale), sa.BigInteger())
    return sa.type_coerce(scaled, ExactDecimal(scale)) if scale else scaled
