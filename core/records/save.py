"""`save_many`: parse and authorise while reading, then take the lock, check again, write, and leave the audit lines.

A single save is a batch of one. Nothing here commits: the edge does, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import actor as actors
from core import outages, signals
from core.actor import OWN
from core.db import unit
from core.derive.schema import flat
from core.entity.spec import EntitySpec
from core.errors import Conflict, Invalid
from core.home import home_country, home_currency
from core.language.i18n import _
from core.language.text import search_key
from core.permissions import hidden, not_found, require, scope
from core.records import decimals, references, unique, uploaded, write
from core.records.change import Change
from core.records.prepare import prepare
from core.records.read import load
from core.registry import current

#: Stands in the unit while a batch is only tried.
_TRIED = "only tried"


def create(entity: Any, /, **values: Any) -> Change:
    """Create one record from typed values; Invalid with all errors at once."""
    return save_many(entity, [Change(values=values)])[0]


def update(entity: Any, record_id: int, values: dict[str, Any], version: int | None = None) -> Change:
    """Change one record; Conflict when `version` is given and no longer the stored one."""
    return save_many(entity, [Change(values=values, id=record_id, version=version)])[0]


def save_many(entity: Any, changes: Sequence[Change], *, partial: bool = False) -> list[Change]:
    """Create and update a batch. All or nothing, unless `partial`: then the faultless ones are written.

    Returns the changes with `id` and `after` filled (with `partial`, those with errors are left unwritten).
    """
    spec = current().of(entity)
    batch = list(changes)
    _spread_custom(batch)
    _authorise_and_load(spec, batch, partial)
    checked = [change for change in batch if not change.errors]
    prepare(spec, checked, country=home_country())
    _check(spec, checked)
    good = [change for change in batch if not change.errors]
    _veil(spec, batch)
    if len(good) < len(batch) and not partial:
        raise _invalid(batch)
    if good:
        outages.saving(unit())
        _write(spec, good)
    return batch


def check(entity: Any, changes: Sequence[Change]) -> None:
    """Collect the errors a save would find, on the changes themselves, and write nothing: dry runs and forms."""
    spec = current().of(entity)
    batch = list(changes)
    unit().state[_TRIED] = True
    try:
        _spread_custom(batch)
        _authorise_and_load(spec, batch, partial=True)
        checked = [change for change in batch if not change.errors]
        prepare(spec, checked, country=home_country())
        _check(spec, checked)
        _veil(spec, batch)
    finally:
        del unit().state[_TRIED]
    unit().state.pop("names to create", None)


def will_be_saved() -> bool:
    """Whether what hooks are asked about is saved next, so that it is worth holding something for it; in a dry run
    nothing is, and nothing may be written."""
    return _TRIED not in unit().state


def _spread_custom(batch: Sequence[Change]) -> None:
    """`custom={"size": "m"}` gives the field `custom.size` its value."""
    for change in batch:
        if "custom" in change.values:
            change.values = flat(change.values)


def _authorise_and_load(spec: EntitySpec, batch: list[Change], partial: bool) -> None:
    for change in batch:
        change.is_new = change.id is None
    if any(change.is_new for change in batch):
        require(f"{spec.name}.add")
    existing = [change for change in batch if not change.is_new]
    if not existing:
        return
    require(f"{spec.name}.change")
    found = load(spec, [change.id for change in existing if change.id is not None], "change")
    for change in existing:
        stored = found.get(change.id or 0)
        if stored is None:
            if not partial:
                raise not_found()
            change.error("", references.MISSING)
            continue
        change.before = stored
        if change.version is not None and change.version != stored["version"]:
            if not partial:
                raise conflict(stored)
            change.error("", write.CONFLICT_MESSAGE)


def conflict(stored: dict[str, Any]) -> Conflict:
    return Conflict(write.CONFLICT_MESSAGE, current=stored)


def _check(spec: EntitySpec, batch: list[Change]) -> None:
    _default_owner(spec, batch)
    uploaded.resolve(spec, batch)
    for name, names in references.resolve(spec, batch).items():
        unit().state.setdefault("names to create", {}).setdefault(name, []).extend(names)
    decimals.check(spec, batch, home_currency)
    good = [change for change in batch if not change.errors]
    unique.check(spec, good)
    unique.check_together(spec, good)
    unique.check_names(spec, good)
    for errors in current().hook.validate(entity=spec, changes=batch):
        del errors  # an error made by change.error is already on its change
    if spec.name in ("core.user", "core.organisation"):
        return
    _check_ownership(spec, good)


UNSEEN = _("A field that you may not see needs another value. Ask an administrator.")


def _veil(spec: EntitySpec, batch: list[Change]) -> None:
    """Say nothing of fields that the actor may not see: neither what is wrong with them nor their names (SEC-23).

    A refusal of a value that he gave himself stands under the name he gave.
    """
    closed = hidden(spec)
    if not closed:
        return
    for change in batch:
        for name in [name for name in change.errors if name in closed and name not in change.values]:
            del change.errors[name]
            change.error("", UNSEEN)
        change.warnings = [warning for warning in change.warnings if warning[0] not in closed]


def _default_owner(spec: EntitySpec, batch: list[Change]) -> None:
    """A new record belongs to whoever makes it, and to the organisation he works in, unless it says otherwise."""
    who = actors.actor()
    for name, value in (("owner_id", who.id), ("organisation_id", who.organisation_id)):
        if name in spec.fields and value:
            for change in batch:
                if change.is_new and name not in change.values:
                    change.after[name] = value


def _check_ownership(spec: EntitySpec, batch: list[Change]) -> None:
    who = actors.actor()
    if who.is_system:
        return
    if "organisation_id" in spec.fields:
        for change in batch:
            organisation = change.after.get("organisation_id")
            if change.changed("organisation_id") and organisation and organisation not in who.organisation_ids:
                change.error("organisation_id", references.MISSING)
    if "owner_id" in spec.fields and scope(f"{spec.name}.assign") < OWN:
        for change in batch:
            kept = change.before.get("owner_id") if not change.is_new else who.id
            if change.after.get("owner_id") != kept:
                change.error("owner_id", _("You may not assign this to someone else."))


def _invalid(batch: list[Change]) -> Invalid:
    by_index = {index: change.errors for index, change in enumerate(batch) if change.errors}
    errors = next(iter(by_index.values())) if len(batch) == 1 else {}
    return Invalid(_("Some values need a correction."), errors=errors, by_index=by_index)


def _write(spec: EntitySpec, batch: list[Change]) -> None:
    current().hook.before_save(entity=spec, changes=batch)
    unit().begin_write()
    _create_named(spec, batch)
    try:
        with_savepoint = unit().dialect == "postgresql"
        if with_savepoint:
            with unit().connection.begin_nested():
                write.write(spec, batch)
        else:
            write.write(spec, batch)
    except sa.exc.IntegrityError as error:
        raise unique.from_database(spec, error, batch) from error
    write.leave_audit(spec, batch)
    signals.emit("core.records_saved", entity=spec, changes=batch)


def _create_named(spec: EntitySpec, batch: list[Change]) -> None:
    """Create the look-up values that were given by a new name, such as tags, and put their ids in place."""
    for target, names in unit().state.pop("names to create", {}).items():
        ids = _ids_made(target, {search_key(name): name for name in names})
        for f in spec.fields.values():
            if f.target == target and f.type.is_many:
                for change in batch:
                    value = change.after.get(f.name)
                    if value:
                        change.after[f.name] = tuple(
                            ids[search_key(item)] if isinstance(item, str) else item for item in value)


def _ids_made(target: str, wanted: Mapping[str, str]) -> dict[str, int]:
    """{folded name: id}. What somebody else has made since the batch was checked is taken as it is: on PostgreSQL it
    is seen only when the attempt to make it was refused, at most once for each name.
    """
    title = current().entity(target).meta.title
    for _name in wanted:
        found = references.ids_by_name(target, wanted.values())
        missing = [name for key, name in wanted.items() if key not in found]
        try:
            made = save_many(target, [Change(values={title: name}) for name in missing]) if missing else []
        except Invalid:
            if len(references.ids_by_name(target, wanted.values())) == len(found):
                raise
            continue
        return found | {search_key(name): int(change.id or 0) for name, change in zip(missing, made, strict=True)}
    return references.ids_by_name(target, wanted.values())


__all__ = ["check", "conflict", "create", "save_many", "update"]
