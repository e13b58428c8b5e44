"""Two roles, or two teams, of one name could not be told apart by whoever gives them to people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth import rights
from core.auth.defaults import every_name
from core.auth.models import Role
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.language.text import search_key
from core.plugin.hookspecs import hookimpl
from core.records.save import will_be_saved
from core.records.unique import taken
from core.signals import on

ENTITIES = frozenset({"core.role", "core.team"})


@hookimpl
def validate(entity: EntitySpec, changes: Iterable[Any]) -> None:
    """An error at the name of each record that would be called like another one."""
    touched = [change for change in changes if change.changed("name") and change.after.get("name")] \
        if entity.name in ENTITIES else []
    if not touched or actor().is_system:
        return  # an upgrade must not fail for what somebody called a role of his own
    if will_be_saved():
        rights.bump()  # one at a time: of two that are made at one moment the second sees the first
    holders = _called(entity, {change.id for change in touched if change.id is not None})
    for change in touched:
        key = search_key(change.after["name"])
        if key and holders.setdefault(key, change) is not change:
            change.error("name", taken(entity.fields["name"], change.after["name"]))


@on("core.records_restored")
def check_restored(entity: EntitySpec, ids: Collection[int]) -> None:
    """Invalid when what comes back from the trash is called like another one by now."""
    if entity.name not in ENTITIES:
        return
    holders = _called(entity, ids)
    names = unit().execute(sa.select(entity.table.c.name).where(entity.table.c.id.in_(ids))).scalars()
    for name in names:
        if search_key(name) in holders:
            raise Invalid(taken(entity.fields["name"], name))


def _called(spec: EntitySpec, but: Collection[int]) -> dict[str, Any]:
    """{folded name: who has it}, of all living records but these; a default role has its name in every language."""
    table = spec.table
    is_role = spec.name == Role.__entity__
    columns = (table.c.id, table.c.name, table.c.key) if is_role else (table.c.id, table.c.name)
    rows = unit().execute(sa.select(*columns).where(table.c.deleted_at.is_(None))).all()
    return {search_key(name): row.id for row in rows if row.id not in but
            for name in (every_name(row.key, row.name) if is_role else (row.name,))}  # fmt: skip
