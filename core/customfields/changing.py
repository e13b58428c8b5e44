"""Adding, changing and retiring custom fields. Every process follows at its next request; each change is on record.

Nothing here touches the entity's table: values stay as they are when a field is retired, and its index is built or
dropped afterwards, outside the transaction (see `indexing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.customfields.checking import check_place, checked, customizable
from core.customfields.definition import BUILDING, FAILED, NONE, PLACING, Definition
from core.customfields.models import custom_field as table
from core.customfields.reading import clashing, definition, definitions, holding
from core.db import unit
from core.entity.base import utc_now
from core.errors import Conflict, Invalid
from core.language.i18n import _, lazy_ngettext
from core.permissions import require
from core.plugin.stamps import bump
from core.registry import current

PERMISSION = "core.settings.change"
SUBJECT = "core.custom_field"
#: What an edit cannot change, and what the kernel keeps itself.
_FIXED = ("entity", "key", "type", "scale", "target")
_KEPT = ("index_state", "index_error", "position")


def add(given: Definition) -> Definition:
    """A new field, in use everywhere from the next request on; Invalid with all errors at once."""
    require(PERMISSION)
    customizable(given.entity)
    unit().begin_write()
    others = definitions(given.entity, with_waiting=True)
    position = max((other.position for other in others), default=0) + 1
    made = replace(checked(given, None, others), position=position)
    made = replace(made, index_state=BUILDING if made.wants_index else NONE)
    try:
        made_id = unit().execute(
            sa.insert(table).values(**made.as_row(), created_at=utc_now()).returning(table.c.id)).scalar_one()
    except sa.exc.IntegrityError as error:  # somebody added the same at this moment
        raise Invalid(_("Some values need a correction."),
                      errors={"key": [_("Another field has this key already.")]}) from error
    made = replace(made, id=made_id)
    _leave("create", made, {name: [None, value] for name, value in facts(made).items() if value})
    bump(unit())
    return made


def change(given: Definition, seen: str = "") -> Definition:
    """Everything about a field but its key and type may change; Invalid with all errors at once.

    `seen` is the fingerprint of the definition that was edited: Conflict when it is another one now.
    """
    require(PERMISSION)
    unit().begin_write()
    before = definition(given.entity, given.key)
    if seen and seen != before.fingerprint:
        raise Conflict(_("Someone else changed this field in the meantime. Look at it again before you save."))
    if before.is_retired:
        raise Invalid(_("This field is retired. Bring it back first."))
    if before.plugin:
        placed = _place(given, before)
        _store(before, placed, "update")
        return placed
    kept = {name: getattr(before, name) for name in (*_FIXED, *_KEPT, "id")}
    after = checked(replace(given, **kept), before, definitions(given.entity))
    if after.unique and (after.unique, after.unique_with) != (before.unique, before.unique_with):
        _refuse_clashes(after)
    if indexed(after) != indexed(before) or before.index_state == FAILED:
        after = replace(after, index_state=BUILDING, index_error="")
    _store(before, after, "update")
    return after


def indexed(one: Definition) -> tuple[Any, ...]:
    """What its index depends on."""
    return one.filter, one.unique, one.unique_with


def _of_admins(one: Definition) -> Definition:
    """The definition, when it is an admin's; Invalid when a plugin declares the field."""
    if one.plugin:
        raise Invalid(_("This field belongs to the module “{module}”, which alone can change it.",
                        module=current().label(one.plugin)))
    return one


def _place(given: Definition, before: Definition) -> Definition:
    """A plugin's field where it is wanted; Invalid for each other fact that differs."""
    wanted = given.as_row()
    others = [name for name, value in before.as_row().items()
              if wanted[name] != value and name not in (*PLACING, *_KEPT, "plugin", "is_placed")]  # fmt: skip
    if others:
        told = _("The module “{module}” says so. You can change its place and whether it is a column of the list.",
                 module=current().label(before.plugin))
        raise Invalid(_("Some values need a correction."), errors={name: [told] for name in others})
    after = replace(before, **{name: getattr(given, name) for name in PLACING})
    check_place(after, current().entity(before.entity))
    return replace(after, is_placed=True)


def _refuse_clashes(one: Definition) -> None:
    """A rule that the records break already cannot be held by an index; say how many there are to correct."""
    count = clashing(one)
    if count:
        name = "unique_with" if one.unique_with else "unique"
        raise Invalid(_("Some values need a correction."), errors={name: [lazy_ngettext(
            "{n} record has the same as another one in what must be unique. Correct it first.",
            "{n} records have the same as another one in what must be unique. Correct them first.", count)]})


def retire(entity: str, key: str) -> int:
    """Hide a field everywhere and drop its index; its values stay. Answers how many records hold one."""
    require(PERMISSION)
    unit().begin_write()
    before = _of_admins(definition(entity, key))
    if before.is_retired:
        raise Invalid(_("This field is retired already."))
    for other in definitions(entity):
        if other.is_retired:
            continue
        if before.name in other.unique_with:
            raise Invalid(_("“{name}” is unique together with this field. Change that first.", name=other.title))
        if before.name == other.follows:
            raise Invalid(_("The values of “{name}” follow this field. Change that first.", name=other.title))
    after = replace(before, retired_at=utc_now(), index_state=BUILDING if before.index_state != NONE else NONE)
    _store(before, after, "retire")
    return holding(before)


def bring_back(entity: str, key: str) -> Definition:
    """A retired field as it was, with its values."""
    require(PERMISSION)
    unit().begin_write()
    before = _of_admins(definition(entity, key))
    if not before.is_retired or before.purging_at is not None:
        raise Invalid(_("This field is not retired."))
    after = checked(replace(before, retired_at=None), before, definitions(entity))
    if after.unique:
        _refuse_clashes(after)
    after = replace(after, index_state=BUILDING if after.wants_index else NONE, index_error="")
    _store(before, after, "restore")
    return after


def start_purge(entity: str, key: str, count: int) -> Definition:
    """Mark a retired field for deletion with its values; `count` is how many values there are, as typed by whoever
    confirms it."""
    require(PERMISSION)
    unit().begin_write()
    before = definition(entity, key)
    if not before.is_retired:
        raise Invalid(_("Retire the field before you delete its values."))
    found = holding(before)
    if found != count:
        raise Invalid(_("Some values need a correction."), errors={"count": [lazy_ngettext(
            "{n} record holds a value. Type this number to confirm.",
            "{n} records hold a value. Type this number to confirm.", found)]})
    after = replace(before, purging_at=utc_now())
    _store(before, after, "purge", {"records": [found, 0]})
    return after


def put_in_order(entity: str, keys: Sequence[str]) -> None:
    """The order of an entity's fields among themselves, in forms and lists: all in use, each once. Retired ones stand
    behind them. Conflict when somebody added or retired one meanwhile."""
    require(PERMISSION)
    customizable(entity)
    unit().begin_write()
    found = {one.key: one for one in definitions(entity, with_waiting=True)}
    used = [key for key, one in found.items()
            if not one.is_retired and (not one.plugin or one.plugin in current().plugins)]  # fmt: skip
    if sorted(keys) != sorted(used):
        raise Conflict(_("The fields of this record have changed in the meantime. Look at them again."))
    if list(keys) == used:
        return
    for place, key in enumerate([*keys, *(key for key in found if key not in used)], 1):
        unit().execute(sa.update(table).where(table.c.id == found[key].id).values(position=place))
    listener.record(SUBJECT, None, entity, "update", {"order": [", ".join(used), ", ".join(keys)]})
    bump(unit())


def build_again(entity: str, key: str) -> Definition:
    """Ask for the index of a field anew: one that could not be made, or whose making was broken off."""
    require(PERMISSION)
    unit().begin_write()
    before = definition(entity, key)
    after = replace(before, index_state=BUILDING, index_error="")
    unit().execute(sa.update(table).where(table.c.id == before.id).values(index_state=BUILDING, index_error=""))
    _leave("reindex", after, {})
    return after


def _store(before: Definition, after: Definition, action: str, more: Mapping[str, Any] | None = None) -> None:
    values = {**after.as_row(), "retired_at": after.retired_at, "purging_at": after.purging_at}
    unit().execute(sa.update(table).where(table.c.id == before.id).values(**values))
    old, new = facts(before), facts(after)
    _leave(action, after, {**{name: [old[name], new[name]] for name in new if old[name] != new[name]}, **(more or {})})
    bump(unit())


def facts(one: Definition) -> dict[str, Any]:
    """What the log tells of a definition."""
    left_out = ("position", "is_placed", "index_state", "index_error", "entity")
    return {name: value for name, value in one.as_row().items() if name not in left_out}


def _leave(action: str, one: Definition, changes: Mapping[str, Any]) -> None:
    listener.record(SUBJECT, one.id, f"{one.entity} {one.name}", action, changes)
