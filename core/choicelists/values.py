"""Value lists: entities whose records are values to choose from, such as tags, edited as a whole like a choice list.

Each value is a record, so it is written, refused and put on record as any other; here the whole list is compared with
what its page sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import records
from core.choicelists.changing import MOST_VALUES, PERMISSION, GivenChoice
from core.db import unit
from core.entity.spec import EntitySpec
from core.entity.value_list import ACTIVE, HUE, POSITION
from core.errors import Conflict, Invalid
from core.language.i18n import LANGUAGES, _, lazy_ngettext
from core.language.i18n import current as preferences
from core.language.text import clean
from core.permissions import can, not_found, require, scope_conditions
from core.records import Change
from core.registry import current


def is_editable(spec: EntitySpec) -> bool:
    """Whether the actor may edit this list as a whole."""
    return spec.meta.value_list and can(f"{spec.name}.view") and can(f"{spec.name}.change")


def editable(entity: str) -> EntitySpec:
    """The value list of this name; NotFound for any other entity."""
    spec = current().entities.get(entity)
    if spec is None or not is_editable(spec):
        raise not_found()
    return spec


def rows(spec: EntitySpec, limit: int = MOST_VALUES + 1) -> list[dict[str, Any]]:
    """The values in their order; those that were given no place yet stand last, by name."""
    table, language = spec.table, preferences().language
    columns = [table.c[name] for name in ("id", "version", *spec.title_fields, HUE, POSITION, ACTIVE)]
    order = (table.c[POSITION].is_(None), table.c[POSITION], table.c[spec.sort_columns[language]], table.c.id)
    statement = sa.select(*columns).where(*scope_conditions(spec, "view")).order_by(*order).limit(limit)
    return [dict(row) for row in unit().execute(statement).mappings()]


def count(spec: EntitySpec) -> int:
    found: int = unit().execute(
        sa.select(sa.func.count()).select_from(spec.table).where(*scope_conditions(spec, "view"))).scalar_one()
    return found


def is_used(row: Mapping[str, Any]) -> bool:
    return row[ACTIVE] is not False


def usage(spec: EntitySpec) -> dict[int, int]:
    """How many records have each value, those in the trash included."""
    parts: list[Any] = []
    for other in current().entities.values():
        for f in other.fields.values():
            if f.target == spec.name and not f.is_computed:
                held = other.column(f.name) if f.stores_column else other.links[f.name].c.target_id
                parts.append(sa.select(held.label("id"), sa.func.count().label("n")).where(held.is_not(None))
                             .group_by(held))  # fmt: skip
    if not parts:
        return {}
    every = sa.union_all(*parts).subquery()
    return dict(unit().execute(sa.select(every.c.id, sa.func.sum(every.c.n)).group_by(every.c.id)).all())


def fingerprint(found: Sequence[Mapping[str, Any]]) -> str:
    """Tells whether a list is still as it was when its page was opened."""
    return hashlib.sha256(repr([(row["id"], row["version"]) for row in found]).encode()).hexdigest()[:16]


def given(spec: EntitySpec, found: Sequence[Mapping[str, Any]]) -> tuple[GivenChoice, ...]:
    """The values as the table of a list shows them."""
    return tuple(GivenChoice(str(row["id"]), str(row["id"]), _labels(spec, row), row[HUE] or "", "", is_used(row))
                 for row in found)  # fmt: skip


def _labels(spec: EntitySpec, row: Mapping[str, Any]) -> dict[str, str]:
    return {language: text for language, name in spec.names.items() if (text := row[name])}


def save(entity: str, wanted: Sequence[GivenChoice], seen: str) -> None:
    """Store the list as it was sent; Invalid with the errors of all rows, Conflict when it moved on."""
    require(PERMISSION)
    spec = editable(entity)
    unit().begin_write()
    found = rows(spec)
    if seen != fingerprint(found):
        raise Conflict(_("Someone else changed this list in the meantime. Look at it again."), current={})
    known = {str(row["id"]): row for row in found}
    _refuse(spec, wanted, known)
    _remove(spec, [row for key, row in known.items() if key not in {one.value for one in wanted}])
    changes: list[tuple[str, Change]] = []
    for place, one in enumerate(wanted):
        row = known.get(one.value)
        values = _values(spec, one, place)
        if row is None:
            changes.append((one.row, Change(values={**values, spec.meta.title: _title(one)})))
        elif any(values[name] != row[name] for name in values):
            changes.append((one.row, Change(values=values, id=row["id"], version=row["version"])))
    try:
        records.save_many(spec, [change for _row, change in changes])
    except Invalid as error:
        by_row = {changes[index][0]: [one for messages in found.values() for one in dict.fromkeys(messages)]
                  for index, found in error.by_index.items()}
        raise Invalid(error.message, errors=by_row) from error


def _values(spec: EntitySpec, one: GivenChoice, place: int) -> dict[str, Any]:
    names = {name: clean(one.labels.get(language, "")) or None for language, name in spec.names.items()}
    return {**names, HUE: one.hue or None, POSITION: place, ACTIVE: one.active}


def _title(one: GivenChoice) -> str:
    """What a new value is called where it has no name: its name in the language of whoever made it, else another."""
    own = one.labels.get(preferences().language, "")
    return own or next((text for language in LANGUAGES if (text := one.labels.get(language, ""))), "")


def _refuse(spec: EntitySpec, wanted: Sequence[GivenChoice], known: Mapping[str, Any]) -> None:
    if len(wanted) > MOST_VALUES or len(known) > MOST_VALUES:
        raise Invalid(errors={"": [_("A list has at most {limit} values.", limit=MOST_VALUES)]})
    values = [one.value for one in wanted if one.value]
    if len(set(values)) < len(values) or not set(values) <= known.keys():
        raise Conflict(_("Someone else changed this list in the meantime. Look at it again."), current={})
    errors: dict[str, list[Any]] = {}
    counts = usage(spec)
    for row in known.values():
        number = counts.get(row["id"], 0)
        if str(row["id"]) not in values and number:
            errors.setdefault("", []).append(lazy_ngettext(
                "“{value}” is on {n} record and cannot be removed. Put it out of use instead.",
                "“{value}” is on {n} records and cannot be removed. Put it out of use instead.",
                number, value=spec.title_of(row)))
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)


def _remove(spec: EntitySpec, gone: Sequence[Mapping[str, Any]]) -> None:
    if gone:
        records.delete(spec, [row["id"] for row in gone])
