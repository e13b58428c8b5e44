"""`/api/v1/custom-fields`: the definitions of added fields for programs, with the acts of their pages and of
`diwan field`, and the same rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request

from core.customfields import background, changing, reading
from core.customfields.definition import ChoiceText, Definition
from core.customfields.input import FIXED, FLAGS, TEXTS, FieldInput
from core.customfields.keys import key_from
from core.customfields.views.blueprint import blueprint, customized, entities
from core.errors import Invalid
from core.language.i18n import LANGUAGES, _
from core.rest import body
from core.rest.problems import json_answer
from core.web import route

NEEDED = changing.PERMISSION
ADDRESS = "/api/v1/custom-fields"
ONE = f"{ADDRESS}/<entity>/<key>"


@route(blueprint, ADDRESS, access=NEEDED)
def api_list() -> Response:
    """All definitions of what the caller may see, retired ones too; `?entity=` of one kind of record."""
    asked = request.args.get("entity", "")
    seen = {customized(asked).name} if asked else {spec.name for spec in entities()}
    return json_answer({"data": [shown(one) for one in reading.definitions(asked) if one.entity in seen]})


@route(blueprint, ADDRESS, access=NEEDED, methods=("POST",))
def api_add() -> Response:
    """Add a field; it is in use from the next request on."""
    given = body.load(FieldInput(), body.read_object())
    spec = customized(given.get("entity", ""))
    taken = reading.taken_keys(spec.name)
    label = given.get("label", {})
    start = Definition(spec.name, given.get("key") or key_from(label.get("en", ""), taken, "field"),
                       given.get("type", ""), {}, target=given.get("target", ""))  # fmt: skip
    made = changing.add(_over(start, given))
    background.ask(made.id)
    return json_answer(shown(made), 201)


@route(blueprint, f"{ADDRESS}/<entity>/order", access=NEEDED, methods=("POST",))
def api_order(entity: str) -> Response:
    """The order of the fields in use among themselves, as their `keys`."""
    keys = body.read_object(("keys",)).get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise Invalid(_("Some values need a correction."), errors={"keys": [_("This must be a list of texts.")]})
    changing.put_in_order(customized(entity).name, keys)
    return json_answer({"data": [shown(one) for one in reading.definitions(entity)]})


@route(blueprint, ONE, access=NEEDED)
def api_read(entity: str, key: str) -> Response:
    """One definition."""
    return json_answer(shown(reading.definition(customized(entity).name, key)))


@route(blueprint, ONE, access=NEEDED, methods=("PATCH",))
def api_change(entity: str, key: str) -> Response:
    """Change the given facts. `version` is the one that was read: another one is a conflict."""
    given = body.load(FieldInput(), body.read_object())
    stored = reading.definition(customized(entity).name, key)
    fixed: dict[str, list[Any]] = {name: [_("This field cannot be changed.")]
             for name in FIXED
             if name in given and given[name] != getattr(stored, name)}  # fmt: skip
    if fixed:
        raise Invalid(_("Some values need a correction."), errors=fixed)
    made = changing.change(_over(stored, given), given.get("version", ""))
    background.ask(made.id)
    return json_answer(shown(made))


@route(blueprint, f"{ONE}/retire", access=NEEDED, methods=("POST",))
def api_retire(entity: str, key: str) -> Response:
    """Hide a field everywhere; its values stay."""
    changing.retire(customized(entity).name, key)
    return _settled(entity, key, search=True)


@route(blueprint, f"{ONE}/restore", access=NEEDED, methods=("POST",))
def api_restore(entity: str, key: str) -> Response:
    """Bring a retired field back with its values."""
    changing.bring_back(customized(entity).name, key)
    return _settled(entity, key, search=True)


@route(blueprint, f"{ONE}/index", access=NEEDED, methods=("POST",))
def api_index(entity: str, key: str) -> Response:
    """Build the index of a field again."""
    changing.build_again(customized(entity).name, key)
    return _settled(entity, key)


@route(blueprint, f"{ONE}/purge", access=NEEDED, methods=("POST",))
def api_purge(entity: str, key: str) -> Response:
    """Delete a retired field with its values; `count` in the body confirms how many there are."""
    count = body.read_object(("count",)).get("count")
    changing.start_purge(customized(entity).name, key, count if isinstance(count, int) else -1)
    return _settled(entity, key)


def _settled(entity: str, key: str, search: bool = False) -> Response:
    one = reading.definition(entity, key)
    background.ask(one.id, search=search)
    return json_answer(shown(one))


def _over(one: Definition, given: Mapping[str, Any]) -> Definition:
    """The definition with the given facts over its own; a choice without a key gets one from its name. What is unique
    together with others is unique, without saying so."""
    facts = {name: given[name] for name in (*FLAGS, *TEXTS, "label", "help", "scale") if name in given}
    if "unique_with" in given:
        facts["unique_with"] = tuple(given["unique_with"])
        facts.setdefault("unique", bool(given["unique_with"]) or one.unique)
    if "choices" in given:
        facts["choices"] = _choices(given["choices"])
    return replace(one, **facts)


def _choices(given: list[dict[str, Any]]) -> tuple[ChoiceText, ...]:
    taken = {row["value"] for row in given if row["value"]}
    found = []
    for row in given:
        value = row["value"] or key_from(row["label"].get("en", ""), taken, "value")
        taken.add(value)
        found.append(ChoiceText(value, row["label"], row["hue"], row["active"], tuple(row["when"])))
    return tuple(found)


def shown(one: Definition) -> dict[str, Any]:
    """A definition as the API gives it."""
    return {
        "entity": one.entity, "key": one.key, "name": one.name, "type": one.type,
        "label": {language: one.label.get(language, "") for language in LANGUAGES},
        "help": {language: one.help.get(language, "") for language in LANGUAGES},
        "choices": [choice.as_json() for choice in one.choices],
        **{name: getattr(one, name) for name in (*FLAGS, *TEXTS, "scale", "target")},
        "unique_with": list(one.unique_with), "module": one.plugin or None,
        "index": {"state": one.index_state, "error": one.index_error},
        "state": "purging" if one.purging_at else "retired" if one.is_retired else "in_use",
        "version": one.fingerprint,
    }  # fmt: skip
