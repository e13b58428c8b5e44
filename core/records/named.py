"""Finding records by what people call them: a title, an e-mail, a number, in any spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from core.among import among
from core.db import unit
from core.entity.spec import EntitySpec
from core.entity.types import CleanContext, FieldError
from core.home import home_country
from core.language.text import search_key
from core.permissions import can, scope_conditions
from core.records import several
from core.records.change import Change
from core.records.references import colleagues_by_name, ids_by_name
from core.records.save import save_many
from core.registry import current

name_key = search_key


def match_key(spec: EntitySpec, name: str, values: Mapping[str, Any]) -> Any:
    """The value of a field as it is compared between a file and the database; None when there is none."""
    value = values.get(name)
    if value is None or value == "":
        return None
    f = spec.fields[name]
    try:
        clean = f.type.clean(f, value, CleanContext(values, home_country()))
    except FieldError:
        return None
    return f.type.search_text(f, clean) if spec.folded(name) is not None and clean else clean


def ids_by_key(spec: EntitySpec, name: str, keys: Iterable[Any], hold: bool = False) -> dict[Any, int]:
    """{key: id} of the living records the actor may see; the oldest where several have one key.

    A record is known by its further phones and emails too; one that has the key as its main one goes before.

    `hold` takes the write lock first, and on PostgreSQL the records' own: nobody else changes them before this unit
    of work ends.
    """
    wanted = list(keys)
    if not wanted:
        return {}
    columns = _match_columns(spec, name)
    statement = sa.select(spec.table.c.id, *columns).where(
        sa.or_(*(among(column, wanted) for column in columns)), *scope_conditions(spec, "view"))
    statement = statement.order_by(spec.table.c.id.desc())
    if hold:
        unit().begin_write()
        statement = statement.with_for_update(of=spec.table)
    found: dict[Any, int] = several.ids_by_key(spec, name, wanted)
    found.update({key: record_id for record_id, *held in unit().execute(statement) for key in held if key is not None})
    return found


def _match_columns(spec: EntitySpec, name: str) -> list[Any]:
    """What a value of this field is compared with; a value of a list is known by its name in any language."""
    if name == spec.meta.title:
        return [spec.table.c[spec.key_columns[one]] for one in spec.title_fields]
    folded = spec.folded(name)
    return [spec.column(name) if folded is None else folded]


def may_be_made(target: str) -> bool:
    """Whether the actor may make a record of `target` from no more than its title."""
    return target != "core.user" and can(f"{target}.add") and _needs_only_its_title(current().entity(target))


def find_named(target: str, names: Iterable[str]) -> dict[str, int]:
    """{folded name: id} of the records with these titles; colleagues are found by e-mail as well."""
    wanted = {search_key(name): name for name in names}
    wanted.pop("", None)
    find = colleagues_by_name if target == "core.user" else partial(ids_by_name, target)
    return find(wanted.values())


def find_or_create_named(target: str, names: Iterable[str]) -> dict[str, int]:
    """As `find_named`; what is missing and needs no more than its title is made, when the actor may."""
    wanted = {search_key(name): name for name in names}
    wanted.pop("", None)
    found = find_named(target, wanted.values())
    missing = [name for key, name in wanted.items() if key not in found]
    if not missing or not may_be_made(target):
        return found
    title = current().entity(target).meta.title
    made = save_many(target, [Change(values={title: name}) for name in missing], partial=True)
    return found | {search_key(name): int(change.id) for name, change in zip(missing, made, strict=True) if change.id}


def _needs_only_its_title(spec: EntitySpec) -> bool:
    return all(not f.required or f.name == spec.meta.title or f.default is not None for f in spec.fields.values())
