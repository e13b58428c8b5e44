"""Conditions on screen: the fields one may filter by, and the chips of those in force."""

from __future__ import annotations

from typing import Any

from core import query
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_link import pointed
from core.entity.types_time import day_alone
from core.language.calendars import PERIODS, period_label
from core.language.digits import to_latin
from core.language.i18n import LazyString, Preferences, _, ngettext
from core.language.i18n import current as preferences
from core.permissions import readable
from core.query.parse import Condition, named_filters
from core.registry import current as registry
from core.ui.any_record import ANY_RECORD, kinds_of_record
from core.ui.list_address import ListAddress
from core.ui.views_model import Chip, Choice, FilterField

OPERATORS: dict[str, LazyString] = {
    "": _("is"), "main": _("main value is"), "ne": _("is not"), "in": _("is one of"),
    "contains": _("contains"), "startswith": _("begins with"),
    "gt": _("more than"), "gte": _("at least"), "lt": _("less than"), "lte": _("at most"), "empty": _("is empty"),
    "filled": _("is not empty"),
    "period": _("in the period"), "older": _("not in the last … days"), "between": _("between"),
}
DATE_WORDS: dict[str, LazyString] = {
    "gt": _("after"), "gte": _("from"), "lt": _("before"), "lte": _("until"),
}
KINDS = {
    "choice": "choice", "bool": "bool", "date": "date", "datetime": "date", "number": "number", "money": "number",
    "percent": "number", "ref": "ref", "user": "ref", "tags": "ref", "users": "ref", "links": "ref",
    "country": "ref",
    "multichoice": "choice", "duration": "number", "link": "ref",
    "any_entity": "choice", "any_record": "ref", "id": "number",
}
#: What is said of a choice in which nothing is chosen, here as on boards.
UNSET = _("Not set")
OPERATORS_OF = {
    "text": ("contains", "", "startswith", "ne", "empty", "filled"), "choice": (), "bool": (),
    "number": ("", "gte", "lte", "gt", "lt", "empty", "filled"),
    "date": ("period", "older", "between", "", "empty", "filled"), "ref": ("", "main", "ne", "empty", "filled"),
}
#: What addresses call the operators that have another name here; "filled" is "empty" with the value 0.
_OPS_BEHIND = {"": "eq", "filled": "empty"}


def fields(spec: EntitySpec) -> tuple[FilterField, ...]:
    """All fields the user may filter by, those of related entities grouped under their name."""
    own = (f for f in readable(spec).values() if f.filter and not f.secret)
    found = [_field(spec, f) for f in sorted(own, key=lambda f: f.name == "id")]
    for f in readable(spec).values():
        if f.target and f.filter and f.target not in ("core.user", spec.name, "core.organisation") and f.stores_column:
            target = registry().entity(f.target)
            found += [_field(target, other, f) for other in readable(target).values()
                      if other.filter and not other.target and not other.system]
    yes = (Choice("1", str(_("Yes"))),)
    found += [FilterField(name=name, label=str(one.label), kind="bool", operators=(), choices=yes)
              for name, one in named_filters(spec).items() if not one.says]
    return tuple(found)


def _field(spec: EntitySpec, f: FieldSpec, through: FieldSpec | None = None) -> FilterField:
    kind = KINDS.get(f.type.name, "text")
    operators = tuple(Choice(op, str(OPERATORS[op])) for op in OPERATORS_OF[kind]
                      if _OPS_BEHIND.get(op, op) in (*f.ops, "between") and (op != "main" or query.further(spec, f)))
    name = f"{through.name}.{f.name}" if through else f.name
    return FilterField(
        name=name, label=str(f.label), kind=kind, operators=operators, choices=_choices(f),
        search_href=_search_href(f), related=str(through.label) if through else "",
        unset=str(UNSET) if kind == "choice" and not f.required and "empty" in f.ops else "")


def _search_href(f: FieldSpec) -> str:
    if f.type.name == "country":
        return "/options/country"
    if f.type.name == "any_record":
        return ANY_RECORD
    return f"{registry().entity(f.target).path}/options" if f.target else ""


def _choices(f: FieldSpec) -> tuple[Choice, ...]:
    if f.type.name in ("date", "datetime"):
        return tuple(Choice(name, str(period_label(name))) for name in PERIODS)
    if f.type.name == "bool":
        return (Choice("1", str(_("Yes"))), Choice("0", str(_("No"))))
    if f.type.name == "any_entity":
        return tuple(Choice(spec.name, str(spec.meta.label), icon=spec.meta.icon) for spec in kinds_of_record())
    return tuple(Choice(choice.value, _choice_label(choice), hue=choice.hue, icon=choice.icon)
                 for choice in sorted(f.choices, key=lambda choice: not choice.active))


def _choice_label(choice: Any) -> str:
    """Old records may still have a value that is out of use: it stands last, and says so."""
    return str(choice.label) if choice.active else str(_("{value} (out of use)", value=choice.label))


def chips(asked: query.ListQuery, address: ListAddress) -> tuple[Chip, ...]:
    """One chip for each condition given, with its value as the user would write it; those of a group together."""
    titles = _titles(asked)
    first = {one.any: place for place, one in reversed(list(enumerate(asked.given))) if one.any}
    ordered = sorted(enumerate(asked.given), key=lambda pair: (first.get(pair[1].any, pair[0]), pair[0]))
    return tuple(Chip(_label(asked.spec, one), _value(asked.spec, one, titles, preferences()),
                      address.without_one(one.parameter, one.value), any=one.any, parameter=one.parameter,
                      given=one.value) for _place, one in ordered)


def _resolved(spec: EntitySpec, path: str) -> FieldSpec | None:
    name, rest = spec.split(path)
    f = spec.fields.get(name)
    return _resolved(registry().entity(f.target), rest) if rest and f and f.target else f


def _label(spec: EntitySpec, one: Condition) -> str:
    named = registry().derived.filters.get((spec.name, one.path))
    if named is not None:
        return str(named.label)
    name, rest = spec.split(one.path)
    own, last = spec.fields[name], _resolved(spec, one.path)
    if one.op == "main" and not rest:
        return main_label(own)
    return f"{own.label} · {last.label}" if rest and last is not None else str(own.label)


def main_label(f: FieldSpec) -> str:
    """What a field is called where its further values do not count."""
    return str(_("{field} (main value)", field=f.label))


def _titles(asked: query.ListQuery) -> dict[str, dict[int, str]]:
    wanted: dict[str, set[int]] = {}
    for one in asked.given:
        f = _resolved(asked.spec, one.path)
        if f is not None and f.type.name == "any_record":
            for entity, record_id in filter(None, map(pointed, one.value.split(","))):
                wanted.setdefault(entity, set()).add(record_id)
        elif f is not None and f.target:
            ids = {int(part) for part in one.value.split(",") if part.isascii() and part.isdigit() and len(part) < 18}
            wanted.setdefault(f.target, set()).update(ids)
    return query.titles(wanted) if wanted else {}


def _value(spec: EntitySpec, one: Condition, titles: dict[str, dict[int, str]], reader: Preferences) -> str:
    f = _resolved(spec, one.path)
    if f is None:
        named = registry().derived.filters.get((spec.name, one.path))
        return named.says(one.value) if named and named.says else str(_("Yes"))
    if one.op == "period":
        return str(period_label(one.value))
    if one.op == "empty":
        is_unset = query.is_true(one.value)
        return str(UNSET if is_unset and KINDS.get(f.type.name) == "choice"
                   else OPERATORS["empty" if is_unset else "filled"])  # fmt: skip
    if one.op == "older":
        return _days_without(one.value)
    shown = reader.comma.join(_one(f, part, titles, reader) for part in one.value.split(","))
    words = DATE_WORDS if f.type.name in ("date", "datetime") else OPERATORS
    return f"{words.get(one.op, OPERATORS.get(one.op))} {shown}" if one.op not in ("eq", "in", "main") else shown


def _days_without(text: str) -> str:
    digits = to_latin(text).strip()
    return ngettext("not in the last {n} day", "not in the last {n} days", int(digits)) if digits.isdigit() else text


def _one(f: FieldSpec, part: str, titles: dict[str, dict[int, str]], reader: Preferences) -> str:
    if f.target == "core.user" and part == "me":
        return str(_("Me"))
    if f.target:
        return titles.get(f.target, {}).get(int(part), part) if part.isdigit() else part
    if f.type.name == "any_record":
        entity, record_id = pointed(part) or ("", 0)
        return titles.get(entity, {}).get(record_id) or part
    if f.type.name == "any_entity":
        kind = registry().entities.get(part)
        return str(kind.meta.label) if kind else part
    try:
        day = day_alone(f, part, reader) if f.type.name == "datetime" else None
        value: Any = day or f.type.parse(f, part, reader)
        return f.type.show(f, value, reader) if value is not None else part
    except ValueError:
        return part
