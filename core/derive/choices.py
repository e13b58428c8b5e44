"""Choice lists as admins left them: what is stored, laid over what the code declares, when the registry is built.

Code goes by a value or its kind, never by a label: so labels, colours and order are free, declared values stay
(renamed or out of use at most), and an added value says which declared kind it is of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from core.entity.spec import Choice, EntitySpec, FieldSpec
from core.errors import DeclarationError
from core.language.i18n import LANGUAGES, choose_text
from core.language.i18n import current as preferences


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """One row of an edited list, in its order. `labels` holds the texts given, by language; the declared label fills
    the rest. `preset` marks the value that new records get."""

    value: str
    labels: Mapping[str, str]
    hue: str
    kind: str = ""
    active: bool = True
    preset: bool = False


Stored = Mapping[tuple[str, str], Sequence[StoredChoice]]
"""(entity, field) → the rows of its list."""


class ChoiceLabel:
    """A label in the reader's language: as an admin wrote it, else as declared, else in another language, else the
    key (T7)."""

    __slots__ = ("_declared", "_key", "_texts")

    def __init__(self, texts: Mapping[str, str], declared: Any, key: str) -> None:
        self._texts = {language: text for language, text in texts.items() if text}
        self._declared = declared
        self._key = key

    def __str__(self) -> str:
        own = self._texts.get(preferences().language)
        if own:
            return own
        if self._declared is not None:
            return str(self._declared)
        return choose_text(self._texts, LANGUAGES, self._key)

    def in_every_language(self) -> tuple[str, ...]:
        """Every text it is known by: those of an admin, and the declared ones, which old files still hold."""
        every = getattr(self._declared, "in_every_language", None)
        declared = every() if every else (str(self._declared),) if self._declared is not None else ()
        return tuple(dict.fromkeys((*self._texts.values(), *declared)))


def is_editable(spec: EntitySpec, f: FieldSpec) -> bool:
    """Whether the list is edited here: any plugin's, unless its code goes by the values.

    The values of a field that an admin added are edited with the field.
    """
    return bool(f.choices) and not (f.fixed or f.key or f.like or f.is_computed) and spec.plugin != "core"


def with_stored(spec: EntitySpec, stored: Stored) -> EntitySpec:
    """The entity with its lists as they were edited."""
    edited = {
        f.name: merged(f, rows)
        for f in spec.fields.values()
        if (rows := stored.get((spec.name, f.name))) and is_editable(spec, f)
    }
    return replace(spec, fields=MappingProxyType({**spec.fields, **edited})) if edited else spec


def merged(f: FieldSpec, rows: Sequence[StoredChoice]) -> FieldSpec:
    """The field with the stored rows over its declared choices; what was declared since then stands last."""
    declared = {choice.value: choice for choice in f.choices}
    listed = [_laid_over(declared.pop(row.value, None), row) for row in rows]
    preset = next((row.value for row in rows if row.preset), None)
    return replace(f, choices=(*listed, *declared.values()), default=preset)


def _laid_over(declared: Choice | None, row: StoredChoice) -> Choice:
    if declared is None:
        return Choice(row.value, ChoiceLabel(row.labels, None, row.value), row.hue, "", row.active, row.kind)
    label = ChoiceLabel(row.labels, declared.label, row.value) if row.labels else declared.label
    return replace(declared, label=label, hue=row.hue, active=row.active)


def with_shared(entities: Mapping[str, EntitySpec]) -> dict[str, EntitySpec]:
    """The entities in which choices that are like others have the list of those; DeclarationError without one."""
    return {name: _sharing(spec, entities) for name, spec in entities.items()}


def _sharing(spec: EntitySpec, entities: Mapping[str, EntitySpec]) -> EntitySpec:
    found = {f.name: replace(f, choices=_list_of(spec, f, entities)) for f in spec.fields.values() if f.like}
    return replace(spec, fields=MappingProxyType({**spec.fields, **found})) if found else spec


def _list_of(spec: EntitySpec, f: FieldSpec, entities: Mapping[str, EntitySpec]) -> tuple[Choice, ...]:
    entity, _dot, name = f.like.rpartition(".")
    other = entities.get(entity)
    if other is None or name not in other.fields:
        raise DeclarationError(f"{spec.name}.{f.name} is like {f.like}, which does not exist.")
    return other.fields[name].choices
