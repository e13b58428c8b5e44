"""The steps of the set-up: the organisation, its habits, and one for each module that asks for something.

A module is not known here: it marks its settings with `first_run`, and they are asked for in a step of its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import records
from core.actor import actor
from core.auth.defaults import UNNAMED
from core.auth.models import Organisation
from core.derive.form import form_class, typed_texts, typed_values
from core.entity.spec import FieldSpec
from core.entity.types import FieldError
from core.errors import Invalid
from core.firstrun import state
from core.firstrun.region import NAMES, usual_values
from core.language.i18n import LANGUAGES, _
from core.language.i18n import current as preferences
from core.permissions import not_found
from core.plugin import setting_values
from core.registry import current as registry
from core.registry import settings as value_of

ORGANISATION, REGION = "organisation", "region"
IDENTITY = ("name", "language", "country")


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the set-up. `fields` of the organisation, or settings of a module (`is_settings`)."""

    key: str
    label: Any
    fields: tuple[FieldSpec, ...]
    is_settings: bool = False


def all_steps() -> tuple[Step, ...]:
    """The steps there are with the modules that are turned on."""
    organisation = registry().of(Organisation)
    modules = (
        Step(
            name,
            plugin.manifest.label,
            tuple(
                one.field
                for one in registry().settings.values()
                if one.first_run and one.name.partition(".")[0] == name
            ),
            is_settings=True,
        )
        for name, plugin in registry().plugins.items()
    )
    return (
        Step(ORGANISATION, _("Organisation"), tuple(organisation.fields[name] for name in IDENTITY)),
        Step(REGION, _("Language and time"), tuple(organisation.fields[name] for name in NAMES)),
        *(step for step in modules if step.fields),
    )


def find(key: str) -> tuple[int, Step]:
    """(place among all steps, the step); NotFound when there is none, also because its module is off."""
    for place, step in enumerate(all_steps()):
        if step.key == key:
            return place, step
    raise not_found()


def stored(step: Step) -> dict[str, Any]:
    """The present values; what an organisation leaves open is filled in as is usual in its country."""
    if step.is_settings:
        return {f.name: value_of(f.name) for f in step.fields}
    record = _organisation()
    if step.key == ORGANISATION:
        return _begun(record)
    usual = usual_values(record["country"] or "", record["language"] or preferences().language)
    return {**record, **{name: record[name] or usual[name] for name in NAMES}}


def _begun(record: dict[str, Any]) -> dict[str, Any]:
    """At the very beginning nobody has chosen what the command put in: a name, and the language of the terminal."""
    if state.step() != state.DUE:
        return {**record, "language": record["language"] or preferences().language}
    name = "" if record["name"] in UNNAMED.in_every_language() else record["name"]
    return {**record, "name": name, "language": preferences().language}


def begun_in() -> str:
    """The language in which the set-up that is under way was begun; empty before its first step and after its end."""
    return _organisation()["language"] or "" if state.step() not in ("", state.DUE) else ""


def save(step: Step, sent: Any) -> dict[str, Any]:
    """Store what was sent; Invalid with the errors of all inputs. Answers the values.

    A new country brings its habits along, which the next step shows and lets one change.
    """
    values = _settings_of(step, sent) if step.is_settings else _fields_of(step, sent)
    if step.is_settings:
        setting_values.store(values)
        return values
    if step.key == ORGANISATION:
        before = _organisation()
        if not values.get("country"):
            raise Invalid(errors={"country": [_("{field} is required.", field=_("Country"))]})
        if values.get("language") not in LANGUAGES:
            raise Invalid(errors={"language": [_("{field} is required.", field=_("Language"))]})
        if (values["country"], values["language"]) != (before["country"], before["language"]):
            values |= usual_values(values["country"], values["language"])
    records.update(Organisation, _id(), values)
    return values


def typed(step: Step, sent: Any) -> Mapping[str, Any]:
    """What was typed, for showing the step again."""
    if step.is_settings:
        return {f.name: sent.get(f.name, "") for f in step.fields}
    return typed_texts(_form(step)(sent))


def _settings_of(step: Step, sent: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for f in step.fields:
        try:
            values[f.name] = setting_values.read(registry().settings[f.name], sent.get(f.name, ""))
        except FieldError as error:
            errors[f.name] = [error.message]
    if errors:
        raise Invalid(errors=errors)
    return values


def _fields_of(step: Step, sent: Any) -> dict[str, Any]:
    values, errors = typed_values(_form(step)(sent), lambda _name: True)
    if errors:
        raise Invalid(errors=errors)
    return values


def _form(step: Step) -> Any:
    names = tuple(f.name for f in step.fields)
    return registry().remember(("form", "setup", names), lambda: form_class(registry().of(Organisation), names))


def _organisation() -> dict[str, Any]:
    found: dict[str, Any] = records.get(Organisation, _id())
    return found


def _id() -> int:
    if actor().organisation_id is None:
        raise not_found()
    return actor().organisation_id or 0
