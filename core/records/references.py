"""References of a batch: names become ids and every target is checked, one query per target entity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _
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
    return to_create


def _check_ids(f: FieldSpec, touched: list[Change]) -> None:
    known = visible_ids(f.target, {change.after[f.name] for change in touched})
    for change in touched:
        if change.after[f.name] not in known:
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

    Whoever works in an organisation may name it, whether or not he may look at organisations.
    """
    spec = current().entity(target)
    if target == "core.organisation" and not actor().is_system and not actor().is_admin:
        return set(ids) & set(actor().organisation_ids)
    if target == "core.user":
        return set(unit().execute(_active_users(spec), {"ids": sorted(ids)}).scalars())
    statement = sa.select(spec.table.c.id).where(spec.table.c.id.in_(sorted(ids)))
    return set(unit().execute(statement.where(*scope_conditions(spec, "view"))).scalars())


def _active_users(spec: EntitySpec) -> Any:
    table = spec.table
    return current().remember("active users", lambda: sa.select(table.c.id).where(
        table.c.id.in_(sa.bindparam("ids", expanding=True)), table.c.active, table.c.deleted_at.is_(None)))


def _resolve_names(f: FieldSpec, touched: list[Change], to_create: dict[str, list[str]]) -> None:
    given = {item for change in touched for item in change.after[f.name]}
    by_key = ids_by_name(f.target, {item for item in given if isinstance(item, str)})
    held = {item for change in touched for item in change.before.get(f.name) or ()}
    known = visible_ids(f.target, held | {item for item in given if isinstance(item, int)} or {0})
    unseen = held - known
    may_add = can(f"{f.target}.add")
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


def ids_by_name(target: str, names: Iterable[str]) -> dict[str, int]:
    """{folded name: id} of the records of `target` with one of these titles, in any spelling."""
    spec = current().entity(target)
    keys = sorted({search_key(name) for name in names} - {""})
    if not keys:
        return {}
    column = spec.table.c[spec.key_columns[spec.meta.title]]
    statement = sa.select(column, spec.table.c.id).where(column.in_(keys), *scope_conditions(spec, "view"))
    return dict(unit().execute(statement.order_by(spec.table.c.id.desc())).all())
