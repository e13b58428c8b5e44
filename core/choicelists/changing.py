"""Editing a choice list. Every process follows at its next request; each change is on record.

A list is saved as a whole, in its order. Declared values and those that records have cannot be taken out: they are
put out of use, and stay on old records.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.choicelists.models import choice as table
from core.db import unit
from core.derive.choices import StoredChoice, is_editable, merged
from core.entity.spec import HUES, EntitySpec, FieldSpec
from core.errors import Conflict, Invalid
from core.language.i18n import LANGUAGES, _, lazy_ngettext
from core.language.text import clean, search_key
from core.permissions import not_found, require
from core.plugin.stamps import bump
from core.registry import current

PERMISSION = "core.settings.change"
SUBJECT = "core.choice"
LONGEST_LABEL, MOST_VALUES, LONGEST_VALUE = 60, 200, 40


@dataclass(frozen=True, slots=True)
class GivenChoice:
    """A row of a list as it was sent. `value` is empty for a new one; `row` names it for its errors."""

    row: str
    value: str
    labels: Mapping[str, str]
    hue: str = ""
    kind: str = ""
    active: bool = True


@dataclass(slots=True)
class _Errors:
    by_row: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, row: str, message: Any) -> None:
        self.by_row.setdefault(row, []).append(message)


def editable(entity: str, name: str) -> tuple[EntitySpec, FieldSpec]:
    """The entity and field of a list that may be edited; NotFound for any other."""
    spec = current().entities.get(entity)
    f = spec.fields.get(name) if spec is not None else None
    if spec is None or f is None or not is_editable(spec, f):
        raise not_found()
    return spec, f


def declared(spec: EntitySpec, f: FieldSpec) -> Mapping[str, Any]:
    """{value: Choice} as the code has them, whatever was stored."""
    return {choice.value: choice for choice in spec.model.__fields__[f.name].choices}  # type: ignore[attr-defined]


def kinds(spec: EntitySpec, f: FieldSpec) -> dict[str, Any]:
    """{kind: what it is called}, in the declared order; empty where the list's values need none."""
    found: dict[str, Any] = {}
    for choice in declared(spec, f).values():
        if choice.kind:
            found.setdefault(choice.kind, choice.label)
    return found


def usage(spec: EntitySpec, f: FieldSpec) -> dict[str, int]:
    """How many records have each value, those in the trash included."""
    column = spec.table.c[f.name]
    counted = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
    found: dict[str, int] = dict(unit().execute(counted).all())
    return found


def fingerprint(f: FieldSpec) -> str:
    """Tells whether a list is still as it was when its page was opened."""
    parts = [(one.value, _texts_of(one.label), one.hue, one.active, one.kind) for one in f.choices]
    return hashlib.sha256(repr((parts, f.default)).encode()).hexdigest()[:16]


def _texts_of(label: Any) -> tuple[str, ...]:
    every = getattr(label, "in_every_language", None)
    return every() if every else (str(label),)


def save(entity: str, name: str, given: Sequence[GivenChoice], preset: str, seen: str) -> None:
    """Store the list and tell all processes; Invalid with the errors of all rows, Conflict when it moved on."""
    require(PERMISSION)
    spec, f = editable(entity, name)
    unit().begin_write()
    if seen != fingerprint(_present(spec, f)):
        raise Conflict(_("Someone else changed this list in the meantime. Look at it again."), current={})
    rows = _checked(spec, f, given, preset)
    before = {one.value: _facts(one, f.default) for one in _as_stored(spec, f)}
    after = {one.value: _facts(one, preset or None) for one in rows}
    changes = _differences(before, after)
    if not changes:
        return
    mine = sa.and_(table.c.entity == entity, table.c.field == name)
    unit().execute(sa.delete(table).where(mine))
    unit().execute(sa.insert(table), [
        {"entity": entity, "field": name, "position": position, "value": one.value, "labels": dict(one.labels),
         "hue": one.hue, "kind": one.kind, "active": one.active, "preset": one.preset}
        for position, one in enumerate(rows)])  # fmt: skip
    listener.record(SUBJECT, None, f"{entity}.{name}", "setting", changes)
    bump(unit())


def _present(spec: EntitySpec, f: FieldSpec) -> FieldSpec:
    """The list as it is in the database now: somebody may have saved it while this request waited for the lock."""
    from_declaration = spec.model.__fields__[f.name]  # type: ignore[attr-defined]
    rows = [StoredChoice(row.value, row.labels, row.hue, row.kind, row.active, row.preset)
            for row in unit().execute(sa.select(table).where(table.c.entity == spec.name, table.c.field == f.name)
                                      .order_by(table.c.position))]  # fmt: skip
    return merged(from_declaration, rows) if rows else from_declaration


def stored_labels(spec: EntitySpec, f: FieldSpec) -> dict[str, Mapping[str, str]]:
    """{value: {language: text}} of what was written by hand."""
    found = unit().execute(sa.select(table.c.value, table.c.labels).where(
        table.c.entity == spec.name, table.c.field == f.name))  # fmt: skip
    return {row.value: row.labels for row in found}


def _as_stored(spec: EntitySpec, f: FieldSpec) -> list[StoredChoice]:
    labels = stored_labels(spec, f)
    return [StoredChoice(one.value, labels.get(one.value, {}), one.hue, one.kind, one.active, one.value == f.default)
            for one in f.choices]  # fmt: skip


def _checked(spec: EntitySpec, f: FieldSpec, given: Sequence[GivenChoice], preset: str) -> list[StoredChoice]:
    errors = _Errors()
    if len(given) > MOST_VALUES:
        raise Invalid(errors={"": [_("A list has at most {limit} values.", limit=MOST_VALUES)]})
    known = {choice.value: choice for choice in f.choices}
    _refuse_missing(spec, f, {one.value for one in given if one.value}, errors)
    rows: list[StoredChoice] = []
    for one in given:
        if one.value and one.value not in known or one.value in {row.value for row in rows}:
            errors.add(one.row, _("This value is not in the list."))
            continue
        rows.append(_row(spec, f, one, {row.value for row in rows} | set(known), errors))
    _refuse_twins(spec, f, given, rows, errors)
    if not any(row.active for row in rows):
        errors.add("", _("Leave at least one value in use."))
    chosen = next((row for row in rows if row.value == preset), None)
    if preset and (chosen is None or not chosen.active):
        errors.add("preset", _("New records cannot begin with a value that is not in use."))
    if errors.by_row:
        raise Invalid(_("Some values need a correction."), errors=errors.by_row)
    return [StoredChoice(row.value, row.labels, row.hue, row.kind, row.active, row.value == preset) for row in rows]


def _refuse_missing(spec: EntitySpec, f: FieldSpec, kept: set[str], errors: _Errors) -> None:
    """A value that the code or a record knows cannot go."""
    fixed = declared(spec, f)
    gone = [choice for choice in f.choices if choice.value not in kept]
    counts = usage(spec, f) if gone else {}
    for choice in gone:
        count = counts.get(choice.value, 0)
        if choice.value in fixed:
            errors.add("", _("“{value}” comes with the module and cannot be removed. Put it out of use instead.",
                             value=choice.label))
        elif count:
            errors.add("", lazy_ngettext(
                "“{value}” is on {n} record and cannot be removed. Put it out of use instead.",
                "“{value}” is on {n} records and cannot be removed. Put it out of use instead.",
                count, value=choice.label))


def _row(spec: EntitySpec, f: FieldSpec, one: GivenChoice, taken: set[str], errors: _Errors) -> StoredChoice:
    original = declared(spec, f).get(one.value)
    labels = _labels(one, original)
    stored = f.choice(one.value)
    if not labels and original is None:
        errors.add(one.row, _("Give each value a name in at least one language."))
    if any(len(text) > LONGEST_LABEL for text in labels.values()):
        errors.add(one.row, _("This is longer than {limit} characters. Shorten it.", limit=LONGEST_LABEL))
    if one.hue and one.hue not in HUES:
        errors.add(one.row, _("“{value}” is not a colour. Choose one of: {choices}", value=one.hue[:20],
                              choices=", ".join(HUES)))
    kind = original.kind if original else stored.kind if stored and stored.kind else one.kind
    listed = kinds(spec, f)
    if listed and kind not in listed:
        errors.add(one.row, _("Choose what kind of value this is."))
    return StoredChoice(one.value or new_value(labels, taken), labels, one.hue, kind if listed else "", one.active)


def _labels(one: GivenChoice, original: Any) -> dict[str, str]:
    """What was written, cleaned; a text that only repeats the declaration is none."""
    texts = {language: clean(one.labels.get(language, "")) for language in LANGUAGES}
    every = dict(zip(LANGUAGES, _texts_of(original.label), strict=True)) if original is not None \
        and hasattr(original.label, "in_every_language") else {}
    return {language: text for language, text in texts.items() if text and text != every.get(language)}


def new_value(labels: Mapping[str, str], taken: Iterable[str]) -> str:
    """A key for a new value: from its English name where there is one; it never changes afterwards (T6)."""
    plain = unicodedata.normalize("NFKD", labels.get("en", "")).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_VALUE - 4] or "value"
    if not base[0].isalpha():
        base = f"value_{base}"[: LONGEST_VALUE - 4]
    used, number, found = set(taken), 1, base
    while found in used or found == "value":
        number += 1
        found = f"{base}_{number}"
    return found


def _refuse_twins(spec: EntitySpec, f: FieldSpec, given: Sequence[GivenChoice], rows: Sequence[StoredChoice],
                  errors: _Errors) -> None:
    """Two values of one name could not be told apart, by people or by an import."""
    originals = declared(spec, f)
    seen: dict[tuple[str, str], str] = {}
    rows_of = {one.value: one.row for one in given if one.value}
    new = iter([one.row for one in given if not one.value])
    for row in rows:
        where = rows_of.get(row.value) or next(new, "")
        for language, text in shown_labels(row.labels, originals.get(row.value)).items():
            key = (language, search_key(text) or text)
            if key in seen:
                errors.add(where, _("“{value}” is there twice.", value=text))
                break
            seen[key] = row.value


def shown_labels(labels: Mapping[str, str], original: Any) -> dict[str, str]:
    """{language: text} that readers see: the texts given over the declared ones."""
    every = dict(zip(LANGUAGES, _texts_of(original.label), strict=False)) if original is not None else {}
    return {**every, **labels}


def _facts(one: StoredChoice, preset: Any) -> dict[str, Any]:
    return {"labels": dict(one.labels), "hue": one.hue, "kind": one.kind, "active": one.active,
            "preset": one.value == preset}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """{"<value>.<fact>": [old, new]}, and the order when it changed."""
    changes: dict[str, Any] = {}
    for value in dict.fromkeys((*before, *after)):
        old, new = before.get(value, {}), after.get(value, {})
        for fact in ("labels", "hue", "kind", "active", "preset"):
            if old.get(fact) != new.get(fact) and (old.get(fact) or new.get(fact)):
                changes[f"{value}.{fact}"] = [old.get(fact), new.get(fact)]
    kept = [value for value in after if value in before]
    if kept != [value for value in before if value in after]:
        changes["order"] = [", ".join(before), ", ".join(after)]
    return changes
