"""References of a batch: names become ids and every target is checked, one query per target entity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.among import among
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.permissions import can, scope_conditions
from core.records.change import Change
from core.registry import current

MISSING = _("This record does not exist, or you may not see it.")


def resolve(spec: EntitySpec, changes: list[Change]) -> dict[str, list[str]]:
    """Replace names in many-fields by ids and check all targets. Answers names to be created by target entity."""
    to_create: dict[str, list[str]] = {}
    for f in spec.fields.values():
        if f.type.name == "any_record":
            _check_any(f, changes)
        if not f.type.is_reference or f.system:
            continue
        touched = [change for change in changes if change.after.get(f.name) and change.changed(f.name)]
        if not touched:
            continue
        if f.type.is_many:
            _resolve_names(f, touched, to_create)
        else:
            _check_ids(f, touched)
        _refuse_retired(f, touched)
    return to_create


def _refuse_retired(f: FieldSpec, touched: list[Change]) -> None:
    """A value of a list that is not used any more stays on the records that have it, and is given to no other."""
    spec = current().entity(f.target)
    if not spec.meta.value_list:
        return
    given = [(change, {*_as_ids(change.after.get(f.name))} - {*_as_ids(change.before.get(f.name))})
             for change in touched]
    wanted = {one for _change, ids in given for one in ids}
    if not wanted:
        return
    table = spec.table
    retired = sa.select(table.c.id, spec.title(preferences().language)).where(
        table.c.id.in_(sorted(wanted)), table.c.active.is_(sa.false()), *scope_conditions(spec, "view"))
    titles = dict(unit().execute(retired).all())
    for change, ids in given:
        for one in sorted(ids & titles.keys()):
            change.error(f.name, _("“{value}” is not used any more. Choose another value.", value=titles[one]))


def _as_ids(value: Any) -> list[int]:
    """The ids in the value of a reference; names that are yet to be made are none."""
    return [one for one in (value if isinstance(value, tuple | list) else [value]) if isinstance(one, int)]


def _check_ids(f: FieldSpec, touched: list[Change]) -> None:
    known = visible_ids(f.target, {change.after[f.name] for change in touched})
    for change in touched:
        if change.after[f.name] not in known and not (change.is_former and f.target == "core.user"):
            change.error(f.name, MISSING)


def _check_any(f: FieldSpec, changes: list[Change]) -> None:
    """References to records of any kind, one query per kind; a record without its kind is none."""
    by = f.options["entity_field"]
    wanted: dict[str, list[Change]] = {}
    for change in changes:
        entity, record_id = change.after.get(by), change.after.get(f.name)
        if (entity or record_id) and (change.changed(f.name) or change.changed(by)):
            wanted.setdefault(entity or "", []).append(change)
    for entity, touched in wanted.items():
        ids = {change.after[f.name] for change in touched if change.after.get(f.name)}
        known = visible_ids(entity, ids) if ids and entity in current().entities else set()
        for change in touched:
            if change.after.get(f.name) not in known:
                change.error(f.name, MISSING)


def visible_ids(target: str, ids: Iterable[int]) -> set[int]:
    """Which of `ids` exist, are not in the trash and may be seen; colleagues must be active.

    Whoever works in an organisation may name it, whether or not he may look at organisations. He and his own
    organisations, which most new records name, are known without asking.
    """
    spec, wanted = current().entity(target), set(ids)
    mine = {"core.organisation": actor().organisation_ids, "core.user": (actor().id,)}.get(target, ())
    if wanted.issubset(mine):
        return wanted
    if target == "core.organisation" and not actor().is_system and not actor().is_admin:
        return wanted & set(mine)
    if target == "core.user":
        return set(unit().execute(_active_users(spec), {"ids": sorted(wanted)}).scalars())
    statement = sa.select(spec.table.c.id).where(among(spec.table.c.id, sorted(wanted)))
    return set(unit().execute(statement.where(*scope_conditions(spec, "view"))).scalars())


def _active_users(spec: EntitySpec) -> Any:
    table = spec.table
    return current().remember("active users", lambda: sa.select(table.c.id).where(
        table.c.id.in_(sa.bindparam("ids", expanding=True)), table.c.active, table.c.deleted_at.is_(None)))


def _resolve_names(f: FieldSpec, touched: list[Change], to_create: dict[str, list[str]]) -> None:
    given = {item for change in touched for item in change.after[f.name]}
    names = {item for item in given if isinstance(item, str)}
    by_key = colleagues_by_name(names) if f.target == "core.user" else ids_by_name(f.target, names)
    held = {item for change in touched for item in change.before.get(f.name) or ()}
    known = visible_ids(f.target, held | {item for item in given if isinstance(item, int)} or {0})
    unseen = held - known
    may_add = f.type.makes_new and can(f"{f.target}.add")
    for change in touched:
        ids: list[Any] = []
        for item in change.after[f.name]:
            found = by_key.get(search_key(item)) if isinstance(item, str) else item if item in known else None
            if found is not None:
                ids.append(found)
            elif isinstance(item, str) and may_add:
                ids.append(item)
                to_create.setdefault(f.target, []).append(item)
            else:
                change.error(f.name, _("“{value}” is not in the list.", value=item))
        change.after[f.name] = tuple(dict.fromkeys([*ids, *_unseen(change, f, unseen)])) or None


def _unseen(change: Change, f: FieldSpec, unseen: set[int]) -> list[int]:
    """Links of the record that the actor cannot see and so did not mean to take away."""
    return [] if change.is_new else [one for one in change.before.get(f.name) or () if one in unseen]


def colleagues_by_name(names: Iterable[str]) -> dict[str, int]:
    """{folded name or email: id} of the active users with one of these names or emails, whoever asks."""
    wanted = {search_key(name): name for name in names}
    wanted.pop("", None)
    if not wanted:
        return {}
    table = current().entity("core.user").table
    emails = {name.strip().lower(): key for key, name in wanted.items() if "@" in name}
    statement = sa.select(table.c.name_key, table.c.email, table.c.id).where(
        sa.or_(table.c.name_key.in_(list(wanted)), table.c.email.in_(list(emails))),
        table.c.active, table.c.deleted_at.is_(None))
    found: dict[str, int] = {}
    for key, email, record_id in unit().execute(statement):
        found[emails.get(email, key)] = record_id
    return found


def ids_by_name(target: str, names: Iterable[str]) -> dict[str, int]:
    """{folded name: id} of the records of `target` with one of these names, in any spelling and language."""
    spec = current().entity(target)
    wanted = {search_key(name) for name in names} - {""}
    keys = sorted(wanted)
    if not keys:
        return {}
    columns = [spec.table.c[spec.key_columns[name]] for name in spec.title_fields]
    statement = sa.select(spec.table.c.id, *columns).where(spec.is_called(keys), *scope_conditions(spec, "view"))
    found: dict[str, int] = {}
    for record_id, *called in unit().execute(statement.order_by(spec.table.c.id.desc())):
        found.update({key: record_id for key in called if key in wanted})
    return found
