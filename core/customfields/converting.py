"""Another type for a field: what its values would become, and the change itself.

A key stands for one type for good, so the field with the other type is a new one. It takes over names, place and rules
in the moment in which the old one is retired; a job then copies every value that fits. The old field keeps all its
values, those that were refused among them, until an administrator deletes it or brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import jobs
from core.customfields import background, changing, reading
from core.customfields.checking import LONGEST_LABEL, MOST_CHOICES, usable_types
from core.customfields.definition import ChoiceText, Definition, custom_field
from core.customfields.keys import key_from
from core.db import Unit, run_unit, unit
from core.declarations import Job
from core.entity.custom_value import FOLDED, CustomValue, shown, unpack
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import CleanContext, FieldError
from core.errors import Invalid
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.text import clean, search_key
from core.permissions import require
from core.plugin.hookspecs import hookimpl
from core.query import titles
from core.registry import current
from core.search import KeyWriter

JOB = "core.convert_field"
BATCH = 500
MOST_EXAMPLES = 50
#: What values can be turned into; links, lists and places have no text that leads to them.
TYPES = ("text", "note", "number", "percent", "money", "date", "datetime", "duration", "bool", "choice", "phone",
         "email", "url", "barcode")  # fmt: skip
#: What has a text, but is not made from one.
ONLY_FROM = ("multichoice", "country", "currency")


@dataclass(frozen=True, slots=True)
class Refused:
    """A record whose value does not fit, with the value as the reader writes it and what is wrong with it."""

    record_id: int
    title: str
    value: str
    reason: Any


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change of type would do: how many values fit, how many do not, and the first of those."""

    fits: int
    refused: int
    examples: tuple[Refused, ...]


def types_for(one: Definition) -> tuple[str, ...]:
    """The types that a field could have instead of its own; none where its values have no text."""
    if one.is_retired or one.plugin or one.type not in (*TYPES, *ONLY_FROM):
        return ()
    return tuple(name for name in TYPES if name != one.type and name in usable_types())


def outlook(entity: str, key: str, kind: str, scale: int | None = None) -> Outlook:
    """What would become of every value; changes nothing."""
    require(changing.PERMISSION)
    old = _convertible(entity, key, kind)
    spec = current().entity(entity)
    before, after = _field(old), _field(_successor(old, kind, scale, "other"))
    convert = converter(before, after)
    fits, wrong = 0, []
    for record_id, value in _values(spec, before):
        try:
            convert(value)
            fits += 1
        except FieldError as error:
            wrong.append((record_id, value, error.message))
    first = wrong[:MOST_EXAMPLES]
    named = titles({entity: [record_id for record_id, _value, _reason in first]})[entity]
    # A record that the reader may not view is counted and not shown.
    shown_ones = tuple(Refused(record_id, named[record_id], before.type.show(before, value, preferences()), reason)
                       for record_id, value, reason in first if record_id in named)
    return Outlook(fits, len(wrong), shown_ones)


def change_type(entity: str, key: str, kind: str, scale: int | None = None, new_key: str = "") -> Definition:
    """Retire the field and add its successor with the other type; `ask` for the values that fit, or `copy` them."""
    require(changing.PERMISSION)
    unit().begin_write()
    old = _convertible(entity, key, kind)
    taken = reading.taken_keys(entity)
    successor = _successor(old, kind, scale, new_key or key_from(old.label.get("en", ""), taken, old.key))
    changing.retire(entity, key)
    return changing.add(successor)


def ask(from_id: int, to_id: int) -> None:
    """Let jobs copy the values, drop the old field's index and build the new one's."""
    jobs.enqueue(JOB, {"from": from_id, "to": to_id}, dedupe=f"{JOB}-{to_id}")
    background.ask(from_id)
    background.ask(to_id)


def _convertible(entity: str, key: str, kind: str) -> Definition:
    one = reading.definition(entity, key)
    if one.is_retired:
        raise Invalid(_("This field is retired. Bring it back first."))
    if kind not in types_for(one):
        raise Invalid(_("Some values need a correction."), errors={"type": [
            _("There is no field type “{name}”. Choose one of: {types}", name=kind[:40],
              types=", ".join(types_for(one)))]})
    return one


def _field(one: Definition) -> FieldSpec:
    return custom_field(one, current().types[one.type]).field


def _successor(old: Definition, kind: str, scale: int | None, key: str) -> Definition:
    """The old definition with the other type; what only its own type understands is left out."""
    number = usable_types()[kind].kind == "number"
    choices = _choices_of(old) if kind == "choice" else ()
    return replace(
        old, id=0, key=key, type=kind, index_error="", choices=choices, default="", pattern="", minimum="", maximum="",
        target="", not_before="", not_after="", follows="", scale=(scale or 0) if kind == "number" else None,
        in_reports=old.in_reports and number, required=old.required and kind != "bool",
        unique=old.unique and kind in ("text", "number", "email", "phone", "url"))  # fmt: skip


def _choices_of(old: Definition) -> tuple[ChoiceText, ...]:
    """A choice for each text that the records hold, however it is spelt; in the order of the alphabet."""
    before = _field(old)
    texts: dict[str, str] = {}
    for _id, value in _values(current().entity(old.entity), before):
        text = clean(_text(before, value))[:LONGEST_LABEL]
        texts.setdefault(search_key(text), text)
        if len(texts) > MOST_CHOICES:
            raise Invalid(_("Some values need a correction."),
                          errors={"type": [_("At most {limit} values.", limit=MOST_CHOICES)]})
    taken: set[str] = set()
    found = []
    for text in sorted(texts.values()):
        value = key_from(text, taken, "value")
        taken.add(value)
        found.append(ChoiceText(value, {preferences().language: text}))
    return tuple(found)


def _values(spec: EntitySpec, f: FieldSpec) -> Iterator[tuple[int, Any]]:
    """(id, value) of every record that holds one, those in the trash included."""
    value = CustomValue(spec.table.c.custom, f.key, "text")
    statement = sa.select(spec.table.c.id, shown(spec.table, f)).where(value.is_not(None)).order_by(spec.table.c.id)
    for row in unit().execute(statement):
        yield row[0], row[1]


def _text(f: FieldSpec, value: Any) -> str:
    """A value as text that the other types read: as programs write it, or as people do where that is no number and no
    date but a key."""
    written = f.type.to_json(f, value)
    plain = isinstance(written, str | int) and not isinstance(written, bool)
    keyed = bool(f.choices) or f.type.name in ONLY_FROM
    return str(written) if plain and not keyed else f.type.show(f, value, preferences())


def converter(before: FieldSpec, after: FieldSpec) -> Callable[[Any], Any]:
    """A function: value of the one field → value of the other; FieldError where it does not fit."""
    by_label = {search_key(text): choice.value for choice in after.choices for text in choice.label.in_every_language()}

    def convert(value: Any) -> Any:
        text = _text(before, value)
        found = by_label.get(search_key(clean(text)[:LONGEST_LABEL])) if after.choices else _read(after, text)
        if found is None:
            raise FieldError(_("A value is missing."))
        return after.type.clean(after, found, CleanContext())

    return convert


def _read(f: FieldSpec, text: str) -> Any:
    """As a program would have written it, else as a person would."""
    if f.type.kind != "text" or f.type.name in ("date", "datetime"):
        try:
            return f.type.from_json(f, text)
        except FieldError:
            pass
    return f.type.parse(f, text, preferences())


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, _carry_out, label=_("Copy the values of a field that has another type now"), in_steps=True,
                is_long=True, as_system=True, retries=3, silence=background.HOURS)]


def _carry_out(context: jobs.Context) -> dict[str, Any]:
    return copy(context.engine, context.arguments["from"], context.arguments["to"])


def copy(engine: Engine, from_id: int, to_id: int) -> dict[str, int]:
    """Copy what fits in batches; a value that the new field has by now stays. It may be broken off and run again."""
    done = {"copied": 0, "refused": 0}
    after_id = 0
    while True:
        last = run_unit(engine, lambda opened, start=after_id: _batch(opened, from_id, to_id, start, done))  # type: ignore[misc]
        if last is None:
            return done
        after_id = last


def _batch(opened: Unit, from_id: int, to_id: int, start: int, done: dict[str, int]) -> int | None:
    opened.begin_write()
    by_id = {one.id: one for one in reading.definitions()}
    old, new = by_id.get(from_id), by_id.get(to_id)
    if old is None or new is None or new.is_retired or new.entity not in current().entities:
        return None
    spec = current().entity(new.entity)
    table, before, after = spec.table, _field(old), _field(new)
    held, taken = (CustomValue(table.c.custom, one.key, "text") for one in (old, new))
    rows = [dict(row) for row in opened.execute(
        sa.select(table).where(held.is_not(None), taken.is_(None), table.c.id > start).order_by(table.c.id)
        .limit(BATCH).with_for_update()).mappings()]
    if not rows:
        return None
    convert, write = converter(before, after), KeyWriter(spec).columns
    changed = []
    for row in rows:
        custom = dict(row["custom"])
        try:
            value = convert(before.type.from_stored(before, custom[old.key]))
            custom[new.key] = after.type.to_stored(after, value)
            if after.fold:
                custom[FOLDED + new.key] = after.type.search_text(after, value)
            done["copied"] += 1
        except FieldError:
            done["refused"] += 1
        changed.append(_row(spec, row, custom, write))
    values: dict[str, Any] = {"custom": sa.bindparam("new_custom", type_=table.c.custom.type)}
    if spec.is_searchable:
        values["search_text"] = sa.bindparam("new_text", type_=table.c.search_text.type)
    opened.connection.execute(sa.update(table).where(table.c.id == sa.bindparam("at_id")).values(values), changed)
    last: int = rows[-1]["id"]
    return last


def _row(spec: EntitySpec, row: Mapping[str, Any], custom: Mapping[str, Any],
         write: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    """What is stored of a record: its values, and a search text in which the retired field has no part."""
    text = write({**row, **unpack(spec.custom_fields, custom)}).get("search_text")
    return {"at_id": row["id"], "new_custom": custom, "new_text": text}
