"""From given values to clean ones: who may write what, types, defaults, required fields. No database here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core import actor as actors
from core.actor import Actor
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import CleanContext, FieldError
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import hidden, may_write
from core.records import several
from core.records.change import NOT_YOURS, Change, Cleaned
from core.registry import current

UNKNOWN = _("This field does not exist or cannot be set.")
FIXED = _("This field cannot be changed.")
MISFIT = _("This value does not fit the field.")


@dataclass(frozen=True, slots=True)
class _Step:
    """How one given field is treated. A `refusal` stands against any value, or only `when_changed`."""

    name: str
    field: FieldSpec | None = None
    clean: Callable[[FieldSpec, Any, CleanContext], Any] | None = None
    refusal: Any = None
    when_changed: bool = False


class _Plan(NamedTuple):
    """The steps for one set of given fields, and whether each of them may be given anything."""

    steps: tuple[_Step, ...]
    are_free: bool


class _Steps:
    """The steps for each set of given fields, worked out once a batch: most of its records give the same ones."""

    def __init__(self, spec: EntitySpec, who: Actor) -> None:
        self.spec = spec
        self.rights = {f.name: may_write(f, who) for f in spec.fields.values()}
        self._known: dict[tuple[str, ...], _Plan] = {}

    def of(self, names: Iterable[str]) -> _Plan:
        key = tuple(names)
        found = self._known.get(key)
        if found is None:
            steps = tuple(self._step(name) for name in countries_first(self.spec, key))
            found = self._known[key] = _Plan(steps, all(step.refusal is None for step in steps))
        return found

    def _step(self, name: str) -> _Step:
        f = self.spec.fields.get(name)
        if f is None or f.system or (f.read and not self.rights[name]):
            return _Step(name, refusal=UNKNOWN)
        refusal = NOT_YOURS if not self.rights[name] else FIXED if f.readonly else None
        return _Step(name, f, f.type.clean, refusal, when_changed=True)


def prepare(spec: EntitySpec, changes: Iterable[Change], who: Actor | None = None, country: str = "") -> None:
    """Fill `after` of every change and collect the errors; `before` of existing records is already there."""
    batch = list(changes)
    steps = _Steps(spec, who or actors.actor())
    defaults = {f.name: f.preset() for f in spec.fields.values() if f.default is not None}
    for change in batch:
        _clean_values(change, steps.of(change.values), country)
        change.after = {**defaults, **change.after} if change.is_new else {**change.before, **change.after}
    several.settle(spec, batch, steps.rights)
    current().hook.prepare(entity=spec, changes=batch)
    required = [f for f in spec.fields.values() if f.required]
    ordered = [f for f in spec.fields.values() if f.not_before or f.not_after]
    following = [f for f in spec.fields.values() if f.follows]
    for change in batch:
        _require(required, change)
        for f in following:
            _check_followed(spec, f, change)
        for f in ordered:
            _check_order(spec, f, change)


def _clean_values(change: Change, steps: _Plan, country: str) -> None:
    """What `clean_new` found before is taken as it is."""
    cleaned = change.cleaned if change.is_new else None
    if cleaned is not None and steps.are_free and cleaned.values.keys() == change.values.keys():
        change.after = dict(cleaned.values)
        change.errors.update({name: [message] for name, message in cleaned.errors.items()})
        change.warnings += cleaned.warnings
        return
    seen = {**change.before, **change.values}
    context = CleanContext(seen, country, change.warnings)
    before, after, values = change.before, change.after, change.values
    for step in steps.steps:
        name = step.name
        value = values[name]
        if step.refusal is not None and not (step.when_changed and value == before.get(name)):
            change.error(name, step.refusal)
        elif cleaned is not None and name in cleaned.values:
            _take(change, name, cleaned)
        elif step.field is not None:
            after[name] = seen[name] = _clean_one(step.field, value, context, change)


def _take(change: Change, name: str, cleaned: Cleaned) -> None:
    """What `clean_new` found for this field before."""
    change.after[name] = cleaned.values[name]
    if name in cleaned.errors:
        change.error(name, cleaned.errors[name])
    change.warnings += [warning for warning in cleaned.warnings if warning[0] == name]


def clean_new(spec: EntitySpec, values: Mapping[str, Any], names: Sequence[str], country: str) -> Cleaned:
    """The values of a new record as `prepare` would clean them, whatever the rights: for a process beside.

    `names` are those of the values, countries first. Nothing of it depends on the database.
    """
    change = Change()
    seen = dict(values)
    context = CleanContext(seen, country, change.warnings)
    for name in names:
        change.after[name] = seen[name] = _clean_one(spec.fields[name], values[name], context, change)
    return Cleaned(change.after, {name: found[0] for name, found in change.errors.items()}, change.warnings)


def countries_first(spec: EntitySpec, names: Sequence[str]) -> list[str]:
    """The order of cleaning: a phone is read with the country beside it, which may have been given by name."""
    countries = [name for name in names if (f := spec.fields.get(name)) is not None and f.type.name == "country"]
    return [*countries, *(name for name in names if name not in countries)] if countries else list(names)


def _clean_one(f: FieldSpec, value: Any, context: CleanContext, change: Change) -> Any:
    if value is None or value == "" or value == ():
        return f.default if not f.type.nullable else None
    try:
        clean = f.type.clean(f, value, context)
        if f.choices and clean != change.before.get(f.name):
            _refuse_retired(f, clean)
        return clean
    except FieldError as error:
        if not change.is_new and value == change.before.get(f.name):
            return value  # a form gives back what is there; a rule that came later, or a limit that moved, is no reason
        change.error(f.name, error.message)
    except (TypeError, AttributeError, ArithmeticError):
        change.error(f.name, MISFIT)
    return None


def _refuse_retired(f: FieldSpec, value: Any) -> None:
    """A choice that was retired stays on the records that have it, and is given to no other."""
    choice = f.choice(value)
    if choice is not None and not choice.active:
        raise FieldError(_("“{value}” is not used any more. Choose another value.", value=choice.label))


def _check_order(spec: EntitySpec, f: FieldSpec, change: Change) -> None:
    """A date against the other dates of its record, when one of them is being given."""
    mine = change.after.get(f.name)
    for name in filter(None, (f.not_before, f.not_after)):
        other, theirs = spec.fields.get(name), change.after.get(name)
        if other is None or mine is None or theirs is None or not (change.changed(f.name) or change.changed(name)):
            continue
        if name == f.not_before and mine < theirs:
            change.error(f.name, _("{field} must not be before {other}.", field=f.label, other=other.label))
        elif name == f.not_after and mine > theirs:
            change.error(f.name, _("{field} must not be after {other}.", field=f.label, other=other.label))


def _check_followed(spec: EntitySpec, f: FieldSpec, change: Change) -> None:
    """A choice against the one that its list follows, when either of the two is being given."""
    followed = spec.fields.get(f.follows)
    if followed is None or not (change.changed(f.name) or change.changed(followed.name)):
        return
    under, chosen = change.after.get(followed.name), change.after.get(f.name)
    for value in chosen if isinstance(chosen, tuple) else (chosen,):
        choice = f.choice(value) if value else None
        if choice is None or not choice.when or under in choice.when:
            continue
        if followed.name in hidden(spec):
            message = _("“{value}” is not offered here. Choose another value.", value=choice.label)
        elif not under:
            message = _("“{value}” is offered only under certain values of {field}.", value=choice.label,
                        field=followed.label)
        else:
            message = _("“{value}” is not offered while {field} is “{other}”.", value=choice.label,
                        field=followed.label, other=followed.type.show(followed, under, preferences()))
        change.error(f.name, message)


def _require(required: Iterable[FieldSpec], change: Change) -> None:
    for f in required:
        if f.key and not change.is_new and f.name not in change.values:
            continue  # it became required after this record was made; whoever edits the field must fill it
        if change.after.get(f.name) in (None, "", ()) and f.name not in change.errors:
            change.error(f.name, _("{field} is required.", field=f.label))
