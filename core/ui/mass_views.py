"""`/{plugin}/{noun}/mass/{id}`: one change for many records, step by step, and taking it back (P10, B18)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from core.derive.form import form_class, typed_texts, typed_values
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict, NotFound
from core.language.i18n import _, ngettext
from core.mass import asking, ledger, running
from core.permissions import MASS_CHANGE, require
from core.rest.problems import json_answer
from core.ui import mass_build, rendering
from core.ui.list_build import crumbs
from core.ui.list_views import ENTITY, spec_of
from core.ui.views_model import Crumb, EmptyState
from core.web import entity_action, route

blueprint = Blueprint("mass", __name__)
ACT = f"{ENTITY}/mass/<int:act_id>"


@route(blueprint, f"{ENTITY}/mass", access=entity_action("view"))
def recent(plugin: str, noun: str) -> Response:
    """What the user did to many records lately, so that it can be taken back when its message is long gone."""
    spec = spec_of(plugin, noun)
    title = str(_("Recent bulk changes"))
    empty = EmptyState("nothing", str(_("You have not changed many records at once so far.")),
                       str(_("What you do here to many records at once can be undone on this page.")), icon="history")
    acts = mass_build.recent(spec)
    return rendering.page("mass/recent.html", title, current=spec.name, acts=acts, empty=None if acts else empty,
                          crumbs=crumbs(spec, Crumb(title, "")))  # fmt: skip


@route(blueprint, ACT, access=entity_action("view"))
def show(plugin: str, noun: str, act_id: int) -> Response:
    """Where the act stands: the field to choose, its value, what will happen, the progress, or the result."""
    spec, act = _found(plugin, noun, act_id)
    if act["state"] == "draft":
        require(MASS_CHANGE)
        if "field" in request.args:
            field = _field(spec, request.args["field"])
            return _page("mass/value.html", spec, mass_build.value_step(spec, act, field, {}))
        if act["does"] and "again" not in request.args:
            return _page("mass/outlook.html", spec, mass_build.outlook(spec, act))
        return _page("mass/field.html", spec, mass_build.field_step(spec, act))
    if act["state"] in ledger.AT_WORK:
        return _page("mass/progress.html", spec, mass_build.progress(spec, act))
    return _page("mass/result.html", spec, mass_build.result(spec, act))


@route(blueprint, ACT, access=entity_action("change"), methods=("POST",))
def choose(plugin: str, noun: str, act_id: int) -> Any:
    """The value that the records are to get; nothing is written to them so far."""
    spec, act = _found(plugin, noun, act_id)
    if act["state"] != "draft":
        raise Conflict(_("This has changed in the meantime. Reload the page."))
    field = _field(spec, request.form.get("field", ""))
    form = form_class(spec, (field.name,))(request.form)
    values, errors = typed_values(form, lambda _name: True)
    if errors:
        step = mass_build.value_step(spec, act, field, typed_texts(form), errors[field.name])
        return _page("mass/value.html", spec, step, 422)
    way = request.form.get("way", "")
    does = way if field.type.is_many and way in mass_build.WAYS else asking.SET
    ledger.choose(act_id, does, field.name, asking.stored_value(field, values.get(field.name)))
    return redirect(mass_build.address(spec, act), 303)


@route(blueprint, f"{ACT}/run", access=entity_action("view"), methods=("POST",))
def run(plugin: str, noun: str, act_id: int) -> Any:
    """Hand it to the workers. Pressing twice starts it once."""
    spec, act = _found(plugin, noun, act_id)
    if act["state"] == "draft" and act["does"]:
        running.start(spec, act)
    return redirect(mass_build.address(spec, act), 303)


@route(blueprint, f"{ACT}/status", access=entity_action("view"))
def status(plugin: str, noun: str, act_id: int) -> Response:
    """How far it is, for the page that asks every second."""
    return json_answer(mass_build.progress_answer(*_found(plugin, noun, act_id)))


@route(blueprint, f"{ACT}/cancel", access=entity_action("view"), methods=("POST",))
def cancel(plugin: str, noun: str, act_id: int) -> Any:
    """Stop after the chunk at hand."""
    spec, act = _found(plugin, noun, act_id)
    if act["state"] in ("waiting", "running"):
        running.cancel(spec, act)
    return redirect(mass_build.address(spec, act), 303)


@route(blueprint, f"{ACT}/undo", access=entity_action("view"), methods=("POST",))
def undo(plugin: str, noun: str, act_id: int) -> Any:
    """Give the records their old values where nobody has changed them since."""
    spec, act = _found(plugin, noun, act_id)
    running.take_back(spec, act)
    counts = ledger.counts(act_id)
    if ledger.find(spec, act_id)["state"] != "undone" or counts.get("kept"):
        return redirect(mass_build.address(spec, act), 303)
    message = ngettext("{n} record is as it was before.", "{n} records are as they were before.",
                       counts.get("restored", 0))  # fmt: skip
    return rendering.say(redirect(act["back"] or spec.path, 303), message)


def _found(plugin: str, noun: str, act_id: int) -> tuple[EntitySpec, dict[str, Any]]:
    spec = spec_of(plugin, noun)
    return spec, ledger.find(spec, act_id)


def _field(spec: EntitySpec, name: str) -> FieldSpec:
    found = next((f for f in mass_build.settable(spec) if f.name == name), None)
    if found is None:
        raise NotFound(_("There is no “{name}” here.", name=name[:80]))
    return found


def _page(template: str, spec: EntitySpec, screen: Any, status: int = 200) -> Response:
    return rendering.page(template, screen.head.title, status, current=spec.name, screen=screen)
