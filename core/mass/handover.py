"""Handing over what a colleague is in charge of (S62): for every field that names a user, whose records it holds.

Each share, the records of one field that go to one successor, is an act on many records of its own: it is looked at
first, carried out by a job, on record, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.audit import listener
from core.auth.models import User
from core.db import unit
from core.declarations import Belonging
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict, Invalid, NotFound
from core.language.i18n import _
from core.mass import asking, belongings, ledger, running
from core.mass.models import acts, handovers
from core.permissions import can, readable, scoped
from core.registry import current

#: What tells the records of one share from those of another.
SPLITTING = frozenset({"choice", "country", "currency", "ref", "bool", "user"})
#: So many values can be given to somebody each; a field with more of them tells nothing.
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Held:
    """Of these records of an entity the field names the user; `value` narrows them to one value of `split`."""

    spec: EntitySpec
    field: FieldSpec
    count: int = 0
    split: FieldSpec | None = None
    value: Any = None

    @property
    def name(self) -> str:
        return f"{self.spec.name}.{self.field.name}"


@dataclass(frozen=True, slots=True)
class Share:
    """Records that go to one successor."""

    spec: EntitySpec
    field: FieldSpec
    ids: tuple[int, ...]
    user_id: int


Belongings = Mapping[Belonging, tuple[Sequence[Any], int]]


@dataclass(frozen=True, slots=True)
class Handover:
    """A handing over as it is stored: an act for each field and successor, and what goes besides. Its `state` is draft,
    done or undone, that of the acts further: done is what was handed to the workers."""

    number: int
    state: str
    acts: tuple[tuple[EntitySpec, dict[str, Any]], ...]
    stored: tuple[Mapping[str, Any], ...]

    @property
    def others(self) -> list[tuple[Belonging, list[Any], int]]:
        """What goes besides records: (kind, keys, successor)."""
        return [(kind, one["ids"], one["to"]) for one in self.stored if (kind := belongings.named(one["name"]))]

    def records(self, staying: Mapping[int, Collection[int]] | None = None) -> set[tuple[str, int]]:
        """All records that it is about, without those that are `staying` in an act; one in two acts is one record."""
        left = staying or {}
        return {(spec.name, record_id) for spec, act in self.acts for record_id in ledger.all_of(act["id"])
                if record_id not in left.get(act["id"], ())}  # fmt: skip


def held(leaver_id: int) -> list[Held]:
    """Everything that can be handed over, with how much the user holds; what is finished stays his."""
    found = _fields()
    if not found:
        return []
    counted = [sa.select(sa.literal(index).label("at"), sa.func.count().label("number")).select_from(one.spec.table)
               .where(*_of(one, leaver_id)) for index, one in enumerate(found)]  # fmt: skip
    scopes = [scoped(statement, one.spec, "change") for statement, one in zip(counted, found, strict=True)]
    numbers = {row.at: row.number for row in unit().execute(sa.union_all(*scopes))}
    return [Held(one.spec, one.field, numbers[index]) for index, one in enumerate(found) if numbers.get(index)]


def _fields() -> list[Held]:
    """In the order of the menu, records one is in charge of before others; what is about records comes after these."""
    found = [
        Held(spec, f)
        for spec in current().entities.values()
        if can(f"{spec.name}.change")
        for f in spec.fields.values()
        if f.target == "core.user" and not f.type.is_many and asking.is_settable(spec, f)
    ]
    return sorted(found, key=lambda one: (bool(_pointers(one.spec)), one.field.name != "owner_id",
                                          one.spec.meta.order, one.name))  # fmt: skip


def _pointers(spec: EntitySpec) -> list[FieldSpec]:
    """The fields that say what a record is about."""
    return [f for f in spec.fields.values() if f.type.name == "any_record"]


def totals(found: Sequence[Held], leaver_id: int) -> list[tuple[EntitySpec, int]]:
    """How many records of each entity these are: one that names the user in two fields is one record."""
    by_entity: dict[str, list[Held]] = {}
    for one in found:
        by_entity.setdefault(one.spec.name, []).append(one)
    answer = []
    for of_entity in by_entity.values():
        spec = of_entity[0].spec
        if len(of_entity) == 1:
            answer.append((spec, of_entity[0].count))
            continue
        any_of = sa.or_(*(sa.and_(*_of(one, leaver_id)) for one in of_entity))
        counted = scoped(sa.select(sa.func.count()).select_from(spec.table).where(any_of), spec, "change")
        answer.append((spec, unit().execute(counted).scalar_one()))
    return answer


def _of(one: Held, leaver_id: int) -> list[Any]:
    conditions = [one.spec.column(one.field.name) == leaver_id]
    done = one.spec.meta.calendar.done if one.spec.meta.calendar else ""
    if done:
        conditions.append(one.spec.column(done).is_(None))
    if one.split is not None:
        column = one.spec.column(one.split.name)
        conditions.append(column.is_(None) if one.value is None else column == one.value)
    return conditions


def splitting(one: Held) -> list[FieldSpec]:
    """The fields by whose values these records can be shared out."""
    return [
        f for f in readable(one.spec).values()
        if f.type.name in SPLITTING and f.stores_column and not f.system and not f.secret
        and f.name != one.field.name
    ]  # fmt: skip


def parts(one: Held, leaver_id: int, name: str) -> list[Held]:
    """The same records by the values of a field, most first; Invalid where these are too many to choose for."""
    split = next((f for f in splitting(one) if f.name == name), None)
    if split is None:
        raise NotFound(_("There is no “{name}” here.", name=name[:80]))
    column = one.spec.column(split.name)
    statement = sa.select(column.label("value"), sa.func.count().label("number")).where(*_of(one, leaver_id))
    statement = scoped(statement, one.spec, "change").group_by(column).order_by(sa.desc("number"))
    rows = unit().execute(statement.limit(MOST_VALUES + 1)).all()
    if len(rows) > MOST_VALUES:
        raise Invalid(_("“{field}” has more than {n} values here. Choose another field.", field=split.label,
                        n=MOST_VALUES))
    return [Held(one.spec, one.field, row.number, split, row.value) for row in rows]


def shares(one: Held, leaver_id: int, successors: Sequence[int], before: Sequence[Share] = ()) -> list[Share]:
    """These records shared out evenly among the successors, in turn from the oldest. What goes with a record that was
    shared out `before` follows it, so that a customer's calls are not one's and the customer another's."""
    table, kinds = one.spec.table, [(f.options["entity_field"], f.name) for f in _pointers(one.spec)]
    columns = [table.c.id, *(table.c[name] for pair in kinds for name in pair)]
    statement = scoped(sa.select(*columns).where(*_of(one, leaver_id)), one.spec, "change").order_by(table.c.id)
    given = {(share.spec.name, record_id): share.user_id for share in before
             if share.user_id in successors for record_id in share.ids}  # fmt: skip
    mine: dict[int, list[int]] = {user_id: [] for user_id in successors}
    turn = 0
    for row in unit().execute(statement if successors else statement.limit(0)):
        beside = [(one.spec.name, row[0]), *zip(row[1::2], row[2::2], strict=True)]
        user_id = next((given[key] for key in beside if key in given), None)
        if user_id is None:
            user_id, turn = successors[turn % len(successors)], turn + 1
        mine[user_id].append(row[0])
    return [Share(one.spec, one.field, tuple(ids), user_id) for user_id, ids in mine.items() if ids]


def successors(leaver_id: int) -> list[Any]:
    """Who may take over: (id, name) of people who may log in, by name."""
    table = User.__table__
    statement = scoped(sa.select(table.c.id, table.c.name), User, "view").where(
        table.c.id != leaver_id, table.c.active.is_(True), table.c.kind == "person"
    )
    return list(unit().execute(statement.order_by(table.c.name, table.c.id)).all())


def begin(leaver_id: int, found: Sequence[Share], back: str, others: Belongings) -> int:
    """Note what is to go to whom; nothing is written to the records. The number of this handing over."""
    unit().begin_write()
    values = {"leaver_id": leaver_id, "user_id": actor().id, "created_at": utc_now(), "state": "draft",
              "belongings": belongings.stored(others)}  # fmt: skip
    number = int(unit().execute(sa.insert(handovers).values(**values).returning(handovers.c.id)).scalar_one())
    merged: dict[tuple[str, str, int], list[int]] = {}
    for share in found:
        merged.setdefault((share.spec.name, share.field.name, share.user_id), []).extend(share.ids)
    for (entity, field, user_id), ids in merged.items():
        ledger.begin(current().entity(entity), sorted(ids), back, does=asking.SET, field=field, value=user_id,
                     handover_id=number)
    return number


def find(leaver_id: int, number: int) -> Handover:
    """A handing over of the actor's own, without the acts of plugins that are off; NotFound when nothing is left."""
    mine = sa.and_(handovers.c.id == number, handovers.c.leaver_id == leaver_id, handovers.c.user_id == actor().id)
    stored = unit().execute(sa.select(handovers.c.state, handovers.c.belongings).where(mine)).first()
    rows = unit().execute(sa.select(acts.c.id, acts.c.entity).where(acts.c.handover_id == number).order_by(acts.c.id))
    if stored is not None:
        found = [(spec, ledger.find(spec, row.id)) for row in rows
                 if (spec := current().entities.get(row.entity)) is not None]  # fmt: skip
        if found or stored.belongings:
            return Handover(number, stored.state, tuple(found), tuple(stored.belongings))
    raise NotFound(_("This page does not exist, or you may not see it."))


def start(leaver: Mapping[str, Any], found: Handover) -> None:
    """Hand all acts to the workers; what is besides goes at once."""
    _move(found, "draft", "done")
    for spec, act in found.acts:
        if act["state"] == "draft":
            running.start(spec, act)
    gone = {one: (belongings.give(one, keys, leaver["id"], to), to) for one, keys, to in found.others}
    # What a module holds that is off just now is not there to go; what went alone comes back.
    unit().execute(sa.update(handovers).where(handovers.c.id == found.number).values(
        belongings=belongings.stored(gone)))  # fmt: skip
    _leave(leaver, found, "hand_over", {one.name: keys for one, (keys, _to) in gone.items()})


def take_back(leaver: Mapping[str, Any], found: Handover) -> None:
    """Take back all that is over; what somebody has changed since is kept."""
    _move(found, "done", "undone")
    for spec, act in found.acts:
        if act["state"] in ledger.ENDED:
            running.take_back(spec, act)
    back = {one.name: belongings.give(one, keys, to, leaver["id"]) for one, keys, to in found.others}
    _leave(leaver, found, "undo_hand_over", back)


def _move(found: Handover, before: str, after: str) -> None:
    unit().begin_write()
    here = sa.and_(handovers.c.id == found.number, handovers.c.state == before)
    if unit().execute(sa.update(handovers).where(here).values(state=after)).rowcount != 1:
        raise Conflict(_("This has changed in the meantime. Reload the page."))


def _leave(leaver: Mapping[str, Any], found: Handover, action: str, others: Mapping[str, Sequence[Any]]) -> None:
    told = {"records": [None, len(found.records())]}
    told |= {name: [None, len(keys)] for name, keys in others.items()}
    listener.record("core.user", leaver["id"], leaver["name"], action, told)
