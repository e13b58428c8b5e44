"""The rows of fields that plugins declare, brought to what the running plugins say; and indexes that are missing.

A row says whose a key is, also while its plugin is off, and carries the state of the index. It is done wherever plugins
are turned on or tables brought up to date, and may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.customfields import background, changing, indexing
from core.customfields.definition import BUILDING, NONE, PLACING, READY, TRUE, ChoiceText, Definition
from core.customfields.models import custom_field as table
from core.customfields.reading import definitions
from core.db import Unit
from core.entity.base import utc_now
from core.entity.relative_day import RelativeDay
from core.entity.spec import CustomField, FieldSpec
from core.language.i18n import LANGUAGES, Preferences, use
from core.plugin.stamps import bump
from core.registry import current


def adopt(opened: Unit, came: Collection[str] = ()) -> None:
    """Note what the plugins of the registry in force declare, retire what they declare no more, and ask for every index
    that is not as it should be. Plugins that `came` were off: their fields' words are among what records are found by
    again."""
    opened.begin_write()
    rows = {(one.entity, one.key): one for one in definitions(with_waiting=True)}
    declared = dict(_declared())
    for place, one in declared.items():
        if place not in rows:
            rows[place] = _insert(opened, one, [row for row in rows.values() if row.entity == one.entity])
        elif rows[place].purging_at is None:
            _update(opened, rows[place], one)
    registry = current()
    for place, row in rows.items():
        if row.plugin in registry.plugins and row.entity in registry.entities and place not in declared \
                and not row.is_retired:
            _note(opened, row, replace(row, retired_at=utc_now(), index_state=_state_after(row)), "retire")
        elif row.plugin in came and not row.is_retired:
            background.ask(row.id, search=True)
    _ask(opened)


def leave(opened: Unit, plugin: str) -> None:
    """A plugin is going off: the words of its fields go from what records are found by. The rows stay, and what is in
    them; no code of a plugin is asked, nor a registry."""
    for field_id in opened.execute(sa.select(table.c.id).where(
            table.c.plugin == plugin, table.c.retired_at.is_(None))).scalars().all():  # fmt: skip
        background.ask_alone(opened, field_id, search=True)


def release(opened: Unit, plugin: str) -> list[int]:
    """A plugin's data go for good: its fields are retired and marked for deletion with their values; their ids."""
    mine = sa.update(table).where(table.c.plugin == plugin).values(
        retired_at=sa.func.coalesce(table.c.retired_at, utc_now()), purging_at=utc_now(), index_state=BUILDING)
    return list(opened.execute(mine.returning(table.c.id)).scalars())


def _state_after(row: Definition) -> str:
    """Of a field that goes: its index is to be dropped, where it has one."""
    return NONE if row.index_state == NONE else BUILDING


def _declared() -> Iterator[tuple[tuple[str, str], Definition]]:
    for spec in current().entities.values():
        for one in spec.added:
            if one.plugin:
                yield (spec.name, one.field.key), described(spec.name, one)


def _insert(opened: Unit, one: Definition, others: Iterable[Definition]) -> Definition:
    """The definition in its row, behind the others."""
    position = 1 + max((other.position for other in others), default=0)
    made = replace(one, position=position, index_state=BUILDING if one.wants_index else NONE)
    made_id = opened.execute(
        sa.insert(table).values(**made.as_row(), created_at=utc_now()).returning(table.c.id)).scalar_one()
    made = replace(made, id=made_id)
    _leave(opened, made, "create", {"plugin": [None, one.plugin], "type": [None, one.type]})
    return made


def _update(opened: Unit, row: Definition, one: Definition) -> None:
    """What was declared anew, in the place that administrators chose."""
    kept = {name: getattr(row, name) for name in ("id", "position", "is_placed", "index_state", "index_error")}
    if row.is_placed:
        kept |= {name: getattr(row, name) for name in PLACING}
    after = replace(one, **kept)
    if row.is_retired or changing.indexed(row) != changing.indexed(after):
        after = replace(after, index_state=BUILDING if after.wants_index or row.index_state != NONE else NONE,
                        index_error="")
    if row.is_retired or row.as_row() != after.as_row():
        _note(opened, row, after, "restore" if row.is_retired else "update")


def _note(opened: Unit, row: Definition, after: Definition, action: str) -> None:
    opened.execute(sa.update(table).where(table.c.id == row.id).values(
        **after.as_row(), retired_at=after.retired_at))
    old, new = changing.facts(row), changing.facts(after)
    _leave(opened, after, action, {name: [old[name], new[name]] for name in new if old[name] != new[name]})
    if action != "update":
        background.ask(row.id, search=True)


def _leave(opened: Unit, one: Definition, action: str, changes: Mapping[str, Any]) -> None:
    listener.record(changing.SUBJECT, one.id, f"{one.entity} {one.name}", action, changes)
    bump(opened)


def _ask(opened: Unit) -> None:
    """Jobs for the indexes that are to be made or dropped, and for those that an earlier version did not make."""
    registry, there = current(), indexing.existing(opened)
    for one in definitions():
        spec = registry.entities.get(one.entity)
        if spec is None or one.type not in registry.types:
            continue
        if one.index_state == READY and not one.is_retired and not there.issuperset(indexing.names(spec, one)):
            opened.execute(sa.update(table).where(table.c.id == one.id).values(index_state=BUILDING, index_error=""))
            background.ask(one.id)
        elif one.index_state == BUILDING or one.purging_at is not None:
            background.ask(one.id)


def described(entity: str, one: CustomField) -> Definition:
    """What a plugin declares as a definition, for pages and programs."""
    f = one.field
    return Definition(
        entity=entity, key=f.key, type=f.type.name, label=_texts(f.label), help=_texts(f.help),
        choices=tuple(ChoiceText(choice.value, _texts(choice.label), choice.hue, choice.active, tuple(choice.when))
                      for choice in f.choices),
        follows=f.follows, required=f.required, unique=f.unique or bool(f.unique_with), unique_with=f.unique_with,
        filter=f.filter, in_list=one.in_list, in_reports=f.measure, default=_written(f, f.default),
        pattern=f.options.get("pattern", ""), minimum=_written(f, f.minimum), maximum=_written(f, f.maximum),
        scale=f.scale, not_before=f.not_before, not_after=f.not_after, target=f.target, section=one.section,
        after=one.after, read=f.read, write=f.write, plugin=one.plugin,
    )  # fmt: skip


def _texts(text: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with use(Preferences(language=language)):
            found[language] = str(text)
    return {language: shown for language, shown in found.items() if shown}


def _written(f: FieldSpec, value: Any) -> str:
    """A value as the API writes it, several choices with commas, yes as true and no as nothing."""
    if value is None or isinstance(value, bool):
        return TRUE if value else ""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value if isinstance(value, RelativeDay) else f.type.to_json(f, value))
