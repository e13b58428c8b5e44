"""From a query string or a JSON filter tree to a `ListQuery`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from core.declarations import EVERY_ENTITY, Filter
from core.entity.spec import EntitySpec
from core.errors import Malformed
from core.language.i18n import Preferences, _
from core.permissions import can, readable
from core.query.conditions import condition
from core.registry import current

DEFAULT_LIMIT, MAX_LIMIT = 80, 1000
MAX_CONDITIONS, MAX_DEPTH = 50, 6
#: What a query string may hold beside filters.
RESERVED = frozenset(
    {"q", "sort", "limit", "cursor", "fields", "expand", "page", "lang", "columns", "group", "measure", "view"}
)
#: A condition of which one of a group is to hold: any1.city=Tehran.
_ALTERNATIVE = re.compile(r"any([1-9])\.(.+)", re.ASCII)
_BOUNDS = frozenset({"gt", "gte", "lt", "lte"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it was given, for chips and for the cache key of counts. Of those with the same number in `any`
    one has to hold; without a number each."""

    path: str
    op: str
    value: str
    any: str = ""

    @property
    def parameter(self) -> str:
        """Its name in the address of a list."""
        name = self.path if self.op == "eq" else f"{self.path}__{self.op}"
        return f"any{self.any}.{name}" if self.any else name


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list's question: conditions as given and, at the same places, as SQL; search text, sort keys (name,
    descending), page."""

    spec: EntitySpec
    given: tuple[Condition, ...] = ()
    where: tuple[Any, ...] = ()
    q: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    page: int = 1
    fields: tuple[str, ...] = field(default=())
    cacheable: bool = True

    def with_fields(self, names: Iterable[str]) -> ListQuery:
        return replace(self, fields=tuple(names))


def holds(chosen: Filter, spec: EntitySpec, value: str = "") -> Any:
    """The SQL condition of a named filter."""
    given = [spec.table, *([spec.name] if chosen.entity == EVERY_ENTITY else ()), *([value] if chosen.says else ())]
    with current().holding(chosen.sql, f"filter {chosen.name}"):
        return chosen.sql(*given)


def named_filters(spec: EntitySpec) -> dict[str, Filter]:
    """The named conditions of an entity that the actor may use."""
    return {name: one for (entity, name), one in current().derived.filters.items()
            if entity == spec.name and (not one.permission or can(one.permission))}


def parse_args(
    spec: EntitySpec, args: Iterable[tuple[str, str]], preferences: Preferences, default_limit: int = DEFAULT_LIMIT
) -> ListQuery:
    """The query of a list address; Malformed for anything it does not know."""
    plain: dict[str, str] = {}
    offered = named_filters(spec)
    is_named = False
    given: list[Condition] = []
    where: list[Any] = []
    for name, value in args:
        if name in RESERVED:
            plain[name] = value
            continue
        if len(given) >= MAX_CONDITIONS:
            raise Malformed(_("At most {limit} conditions at once.", limit=MAX_CONDITIONS))
        group, bare = split_any(name)
        path, _separator, op = bare.partition("__")
        named = offered.get(bare)
        is_named = is_named or named is not None
        given.append(Condition(path, op or "eq", value, group))
        where.append(holds(named, spec, value) if named else condition(spec, path, op or "eq", value, preferences))
    return ListQuery(
        spec=spec,
        given=tuple(given),
        where=_with_alternatives(given, where),
        q=plain.get("q", "").strip()[:200],
        sort=parse_sort(spec, plain["sort"]) if plain.get("sort") else usual_sort(spec),
        limit=_number(plain.get("limit"), default_limit, 1, MAX_LIMIT, "limit"),
        cursor=plain.get("cursor", ""),
        page=_number(plain.get("page"), 1, 1, 10_000, "page"),
        fields=parse_fields(spec, plain.get("fields", "")),
        cacheable=not is_named,  # what it goes by, such as the time of day, may change although no record does
    )


def split_any(name: str) -> tuple[str, str]:
    """A parameter as (number of its group, condition): any1.city__contains is one of a group, city is by itself."""
    match = _ALTERNATIVE.match(name)
    return (match[1], match[2]) if match else ("", name)


def _with_alternatives(given: Sequence[Condition], where: Sequence[Any]) -> tuple[Any, ...]:
    """The same conditions, those of a group as one in the place of its first. Two bounds of one field in a group are a
    range, and one alternative."""
    parts: dict[str, dict[Any, list[Any]]] = {}
    for place, (one, sql) in enumerate(zip(given, where, strict=True)):
        if one.any:
            key = ("range", one.path) if one.op in _BOUNDS else place
            parts.setdefault(one.any, {}).setdefault(key, []).append(sql)
    found = []
    for one, sql in zip(given, where, strict=True):
        if one.any:
            group = parts.pop(one.any, None)
            sql = sa.or_(*(sa.and_(*several) for several in group.values())) if group else sa.true()
        found.append(sql)
    return tuple(found)


def usual_sort(spec: EntitySpec) -> tuple[tuple[str, bool], ...]:
    """The entity's own order, as far as the actor may know it; else by number, newest first."""
    allowed = readable(spec)
    listed = [part.strip() for part in spec.meta.sort.split(",")]
    shown = [part for part in listed if part.removeprefix("-") in allowed]
    return parse_sort(spec, ",".join(shown) or "-id")


def parse_sort(spec: EntitySpec, text: str) -> tuple[tuple[str, bool], ...]:
    allowed = readable(spec)
    keys: dict[str, bool] = {}
    for part in text.split(",")[:5]:
        name = part.strip()
        descending = name.startswith("-")
        name = name.removeprefix("-")
        f = allowed.get(name)
        if f is None or not f.sort or not f.stores_column or f.secret:
            raise Malformed(_("Unknown sort “{name}”.", name=part[:80]), field="sort")
        keys.setdefault(name, descending)
    return tuple(keys.items())


def parse_fields(spec: EntitySpec, text: str) -> tuple[str, ...]:
    """Asked-for fields: empty = the list's columns, * = all the actor may read of what is stored."""
    allowed = readable(spec)
    if text == "*":
        return tuple(name for name, f in allowed.items() if name not in ("id", "version") and not f.is_computed)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in allowed:
            raise Malformed(_("Unknown field “{name}”.", name=name[:80]), field="fields")
    if names:
        return tuple(name for name in names if name not in ("id", "version"))
    screen = current().derived.lists.get(spec.name)
    return tuple(name for name in (screen.columns if screen and screen.columns else spec.meta.list) if name in allowed)


def _number(text: str | None, default: int, least: int, most: int, name: str) -> int:
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 9) or not least <= int(text) <= most:
        raise Malformed(
            _("“{name}” must be a number from {least} to {most}.", name=name, least=least, most=most), field=name
        )
    return int(text)


def parse_tree(spec: EntitySpec, tree: Any, preferences: Preferences) -> Any:
    """SQL of a nested filter: {"and": […]}, {"or": […]}, {"not": …}, [field, op, value]."""
    count = [0]
    return _tree(spec, tree, preferences, 0, count)


def _tree(spec: EntitySpec, node: Any, preferences: Preferences, depth: int, count: list[int]) -> Any:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_CONDITIONS:
        raise Malformed(_("This filter has too many parts."))
    if isinstance(node, list) and len(node) == 3 and isinstance(node[0], str) and isinstance(node[1], str):
        return condition(spec, node[0], node[1], node[2], preferences)
    if isinstance(node, dict) and len(node) == 1:
        word, inner = next(iter(node.items()))
        if word == "not":
            return sa.not_(_tree(spec, inner, preferences, depth + 1, count))
        if word in ("and", "or") and isinstance(inner, Sequence) and not isinstance(inner, str) and inner:
            parts = [_tree(spec, part, preferences, depth + 1, count) for part in inner]
            return sa.and_(*parts) if word == "and" else sa.or_(*parts)
    raise Malformed(_("A filter is [field, operator, value], or a list of filters under “and”, “or” or “not”."))
