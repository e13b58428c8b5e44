"""Who may be whom: records that are alike by the rules that their entity declares (`Meta.duplicates`).

Names are compared by their folded keys without spaces, so in every spelling; phones and emails also with the further
ones of a record. What somebody said is not the same is remembered, pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from core import records
from core.actor import actor
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.entity.types_several import primary_of
from core.errors import Invalid
from core.language.i18n import _
from core.merging.models import told_apart
from core.permissions import readable, scope_conditions

#: Of larger groups so many records are shown, the newest.
SHOWN = 20
Rule = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are alike by a rule: the ids of some of them, newest first, and how many there are."""

    ids: tuple[int, ...]
    number: int


def rules(spec: EntitySpec) -> tuple[Rule, ...]:
    """The rules that go by fields which the actor may see."""
    allowed = readable(spec)
    return tuple(rule for rule in spec.meta.duplicates if allowed.keys() >= set(rule))


def counted(spec: EntitySpec) -> dict[Rule, int]:
    """How many groups there are by each rule, in one query."""
    known, apart = rules(spec), _has_pairs(spec)
    parts = []
    for place, rule in enumerate(known):
        groups = _groups(spec, rule, apart).subquery()
        parts.append(sa.select(sa.literal(place).label("place"), sa.func.count().label("number")).select_from(groups))
    found = {row.place: row.number for row in unit().execute(sa.union_all(*parts))} if parts else {}
    return {rule: found.get(place, 0) for place, rule in enumerate(known)}


def page(spec: EntitySpec, rule: Rule, limit: int, offset: int = 0) -> list[Group]:
    """The groups of a rule, those with the newest records first; one more than `limit` where there are more."""
    groups = _groups(spec, rule, _has_pairs(spec))
    rows = unit().execute(groups.order_by(sa.desc("newest")).limit(limit + 1).offset(offset)).all()
    if not rows:
        return []
    width = len(rule)
    wanted = {tuple(row[:width]) for row in rows}
    keyed = _keyed(spec, rule, [{values[place] for values in wanted} for place in range(width)]).subquery()
    keys = [keyed.c[f"k{place}"] for place in range(width)]
    # Of values that many records have, such as the telephone of a firm, only a few records are read.
    rank = sa.func.row_number().over(partition_by=keys, order_by=keyed.c.id.desc()).label("rank")
    ranked = sa.select(*keys, keyed.c.id, rank).subquery()
    members: dict[tuple[Any, ...], list[int]] = {}
    for row in unit().execute(sa.select(ranked).where(ranked.c.rank <= SHOWN).order_by(ranked.c.id.desc())):
        members.setdefault(tuple(row[:width]), []).append(row.id)
    return [Group(tuple(members.get(tuple(row[:width]), ())), row.number) for row in rows]


def is_given(rule: Rule, values: Mapping[str, Any]) -> bool:
    """Whether these values suffice for a rule."""
    return all(values.get(name) not in (None, "") for name in rule)


def by_rule(spec: EntitySpec, rule: Rule, values: Mapping[str, Any]) -> Any:
    """The SQL condition under which another record is like these typed and clean values by a rule."""
    return sa.and_(*(_is(spec, name, values[name]) for name in rule))


def alike(spec: EntitySpec, values: Mapping[str, Any]) -> list[Any]:
    """Those conditions, by each rule that the values suffice for."""
    return [by_rule(spec, rule, values) for rule in rules(spec) if is_given(rule, values)]


def apart_from(spec: EntitySpec, record_id: int) -> Any:
    """The condition that nobody has said a record was another one than this."""
    mine = told_apart.c.entity == spec.name
    low = sa.select(told_apart.c.low_id).where(mine, told_apart.c.high_id == record_id)
    high = sa.select(told_apart.c.high_id).where(mine, told_apart.c.low_id == record_id)
    return spec.table.c.id.not_in(sa.union(low, high))


def tell_apart(spec: EntitySpec, ids: Sequence[int]) -> int:
    """Remember that none of these records, which the actor may change, is another of them; how many pairs are new."""
    wanted = sorted(set(ids))
    if not 2 <= len(wanted) <= SHOWN:
        raise Invalid(_("Choose two to {limit} records.", limit=SHOWN))
    found = records.load(spec, wanted, "change")
    if len(found) < len(wanted):
        raise Invalid(_("This record does not exist, or you may not see it."))
    unit().begin_write()
    own = sa.select(told_apart.c.low_id, told_apart.c.high_id).where(
        told_apart.c.entity == spec.name, told_apart.c.low_id.in_(wanted), told_apart.c.high_id.in_(wanted))
    known = {(low, high) for low, high in unit().execute(own)}
    pairs = [pair for pair in combinations(wanted, 2) if pair not in known]
    rows = [{"entity": spec.name, "low_id": low, "high_id": high, "user_id": actor().id, "created_at": utc_now()}
            for low, high in pairs]  # fmt: skip
    if rows:
        unit().connection.execute(sa.insert(told_apart), rows)
        for one in wanted:
            others = [other for other in wanted if other != one]
            listener.record(spec.name, one, str(found[one].get(spec.meta.title) or ""), "tell_apart",
                            {"apart": [None, others]})  # fmt: skip
    return len(pairs)


def forget_apart(spec: EntitySpec, ids: Iterable[int]) -> int:
    """Take that back: what these records have alike makes them suspects again."""
    wanted = sorted(set(ids))
    found = records.load(spec, wanted, "change")
    unit().begin_write()
    mine = [told_apart.c.entity == spec.name, told_apart.c.low_id.in_(list(found)),
            told_apart.c.high_id.in_(list(found))]  # fmt: skip
    gone = int(unit().execute(sa.delete(told_apart).where(*mine)).rowcount)
    if gone:
        for one, record in found.items():
            others = [other for other in found if other != one]
            listener.record(spec.name, one, str(record.get(spec.meta.title) or ""), "undo_tell_apart",
                            {"apart": [others, None]})  # fmt: skip
    return gone


def _key(spec: EntitySpec, name: str) -> Any:
    """What a field is compared by."""
    folded = spec.folded(name)
    return spec.column(name) if folded is None else sa.func.replace(folded, " ", "")


def _is(spec: EntitySpec, name: str, value: Any) -> Any:
    f = spec.fields[name]
    if spec.folded(name) is None:
        return records.holding(spec, name, value)
    return _key(spec, name) == f.type.search_text(f, value).replace(" ", "")


def _keyed(spec: EntitySpec, rule: Rule, values: Sequence[Any] = (), ids: Any = None) -> Any:
    """(k0, k1 …, id) of the records that the actor may see and that have all that the rule goes by.

    With `values` each key is one of the values at its place, and with `ids` the record is one of these.
    """
    table, keys = spec.table, [_key(spec, name) for name in rule]
    seen = [*scope_conditions(spec, "view"), *([table.c.id.in_(ids)] if ids is not None else [])]
    among_values = [key.in_(listed) for key, listed in zip(keys, values, strict=False)]
    main = sa.select(*(key.label(f"k{place}") for place, key in enumerate(keys)), table.c.id)
    main = main.where(*(key.is_not(None) for key in keys), *among_values, *seen)
    further = []
    for lookup in _beside(spec, rule):
        own = sa.select(lookup.c.key.label("k0"), table.c.id).join(table, table.c.id == lookup.c.record_id)
        further.append(own.where(*seen, *(lookup.c.key.in_(listed) for listed in values)))
    return sa.union(main, *further) if further else main


def _beside(spec: EntitySpec, rule: Rule) -> list[sa.Table]:
    """The tables of the further values of the one field that a rule goes by."""
    if len(rule) > 1:
        return []
    return [lookup for name, lookup in spec.lookups.items() if rule[0] in primary_of(spec.fields[name]).values()]


def _has_pairs(spec: EntitySpec) -> bool:
    own = sa.select(sa.literal(1)).where(told_apart.c.entity == spec.name).limit(1)
    return unit().execute(own).first() is not None


def _several(spec: EntitySpec, rule: Rule) -> list[Any]:
    """Of a field with further values beside it: the values that may be there twice, so that few rows are compared."""
    lookups = _beside(spec, rule)
    if not lookups:
        return []
    key = _key(spec, rule[0])
    twice = sa.select(key).where(key.is_not(None), *scope_conditions(spec, "view")).group_by(key).having(
        sa.func.count() > 1)  # fmt: skip
    return [sa.union(twice, *(sa.select(lookup.c.key) for lookup in lookups))]


def _groups(spec: EntitySpec, rule: Rule, apart: bool) -> Any:
    """(k0, k1 …, number, newest) of the values that several records have, unless each two of them were told apart."""
    keyed = _keyed(spec, rule, _several(spec, rule)).subquery()
    keys = [keyed.c[f"k{place}"] for place in range(len(rule))]
    number = sa.func.count()
    groups = sa.select(*keys, number.label("number"), sa.func.max(keyed.c.id).label("newest"))
    groups = groups.group_by(*keys).having(number > 1)
    if not apart:
        return groups
    found, pairs = groups.subquery(), _pairs(spec, rule).subquery()
    same = sa.and_(*(found.c[key.name] == pairs.c[key.name] for key in keys))
    told = sa.func.coalesce(pairs.c.told, 0)
    return sa.select(found).join(pairs, same, isouter=True).where(found.c.number * (found.c.number - 1) > 2 * told)


def _pairs(spec: EntitySpec, rule: Rule) -> Any:
    """(k0, k1 …, told): how many pairs with these values alike were told apart."""
    own = told_apart.c.entity == spec.name
    low, high = (
        _keyed(spec, rule, ids=sa.select(told_apart.c[end]).where(own)).subquery()
        for end in ("low_id", "high_id")
    )
    names = [f"k{place}" for place in range(len(rule))]
    same = [low.c[name] == high.c[name] for name in names]
    pairs = sa.select(*(low.c[name] for name in names), sa.func.count().label("told")).select_from(told_apart)
    pairs = pairs.join(low, low.c.id == told_apart.c.low_id)
    pairs = pairs.join(high, sa.and_(high.c.id == told_apart.c.high_id, *same))
    return pairs.where(own).group_by(*(low.c[name] for name in names))


def like(spec: EntitySpec, record: Mapping[str, Any], limit: int) -> list[int]:
    """Other records that are like this one by some rule, without those it was told apart from; newest first."""
    conditions = alike(spec, record)
    if not conditions:
        return []
    table = spec.table
    mine = sa.select(table.c.id).where(sa.or_(*conditions), table.c.id != record["id"], apart_from(spec, record["id"]),
                                       *scope_conditions(spec, "view"))  # fmt: skip
    return list(unit().execute(mine.order_by(table.c.id.desc()).limit(limit)).scalars())
