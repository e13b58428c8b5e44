"""`/{plugin}/{noun}/{id}`: a record's page, its fields in place, its tabs and its history."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request
from markupsafe import Markup

from core import query, records
from core.audit import openings, reading
from core.db import run_unit, unit
from core.declarations import Action as Verb
from core.declarations import Figure, TabForm
from core.derive.form import apart, form_class, typed_texts, typed_values
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict, Invalid, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.merging import ledger
from core.notify import marking
from core.permissions import can, may_write, readable, require, without_hidden
from core.plugin.containment import PluginFailed
from core.registry import current as registry
from core.rest.problems import json_answer
from core.ui import (
    amounts,
    contained,
    form_build,
    form_views,
    history_build,
    list_build,
    list_rows,
    opened,
    record_build,
    rendering,
    slots,
)
from core.ui.cell_plan import Extras
from core.ui.form_model import FormView, InlineConflictView, InlineEditView, InlineMenuView, field_saved_answer
from core.ui.list_address import ListAddress
from core.ui.list_views import spec_of
from core.ui.shell import person
from core.ui.views_model import Crumb, HistoryScreen
from core.web import entity_action, route

blueprint = Blueprint("records", __name__)
RECORD = "/<plugin>/<noun>/<int:record_id>"
RELATED = 20
ENTRIES = 50


@route(blueprint, RECORD, access=entity_action("view"))
def show(plugin: str, noun: str, record_id: int) -> Any:
    """The record's page; it is remembered among those opened lately. One that was merged leads to where it is now."""
    spec = spec_of(plugin, noun)
    try:
        record = records.get(spec, record_id)
    except NotFound:
        winner_id = ledger.merged_into(spec, record_id) if spec.meta.duplicates else None
        if winner_id:
            told = _("The record that you looked for was merged into this one.")
            return rendering.say(redirect(f"{spec.path}/{winner_id}"), told)
        record = living_or_trashed(spec, record_id)
    openings.note(spec, record)
    screen = record_build.build(spec, record)
    engine = unit().engine
    # Made now: after the answer nobody acts any more.
    noted = opened.noter(spec.name, record_id)
    unit().after_commit(lambda: run_unit(engine, noted))
    if g.identity.unread_notices:
        seen = marking.reader_of(spec.name, record_id)
        unit().after_commit(lambda: run_unit(engine, seen))
    shown = without_hidden(spec, record)
    # What plugins add is about records that live.
    top, head, acts, menu = (
        slots.fill(slot, spec, shown) if record.get("deleted_at") is None else Markup()
        for slot in ("record.top", "record.head", "record.acts", "record.menu")
    )
    return rendering.page("record.html", screen.name, current=spec.name, top=top, screen=screen, record_menu=menu,
                          record_parts=head, record_acts=acts)


def living_or_trashed(spec: EntitySpec, record_id: int) -> dict[str, Any]:
    """The record; from the trash for those who may delete and so restore."""
    try:
        return records.get(spec, record_id)
    except NotFound:
        if not can(f"{spec.name}.delete"):
            raise
        return records.get(spec, record_id, "delete", trashed=True)


@route(blueprint, f"{RECORD}/delete", access=entity_action("delete"), methods=("POST",))
def delete(plugin: str, noun: str, record_id: int) -> Response:
    """Move to the trash; the list that the record was opened from offers to take it back."""
    spec = spec_of(plugin, noun)
    records.delete(spec, [record_id])
    undo = f"{spec.path}/{record_id}/restore"
    return rendering.say(redirect(_back(spec.path), 303), _("Moved to the trash."), undo=undo)


@route(blueprint, f"{RECORD}/restore", access=entity_action("delete"), methods=("POST",))
def restore(plugin: str, noun: str, record_id: int) -> Response:
    """Bring back from the trash; whoever comes too late, or presses twice, is led to the record all the same."""
    spec = spec_of(plugin, noun)
    try:
        records.restore(spec, [record_id])
        told = _("Restored.")
    except NotFound:
        records.get(spec, record_id)
        told = _("This record is not in the trash any more.")
    return rendering.say(redirect(f"{spec.path}/{record_id}", 303), told)


@route(blueprint, f"{RECORD}/do/<action>", access=entity_action("view"), methods=("POST",))
def act(plugin: str, noun: str, record_id: int, action: str) -> Response:
    """One of the verbs that plugins add; then back to the page of ours in `back`, else to the record."""
    spec = spec_of(plugin, noun)
    verb = run_action(spec, record_id, action)
    path = f"{spec.path}/{record_id}"
    back = _back(path)
    undo = f"{path}/do/{verb.undo}?{urlencode({'back': back})}" if verb.undo else ""
    return rendering.say(redirect(back, 303), what_was_done(verb), undo=undo)


def what_was_done(verb: Verb) -> Any:
    """The message after a verb."""
    return verb.said or _("{action}: done.", action=verb.label)


def run_action(spec: EntitySpec, record_id: int, action: str) -> Verb:
    """Run a verb of an entity, as far as the actor may; NotFound where there is none of this name."""
    verb = registry().derived.actions.get((spec.name, action))
    if verb is None:
        raise NotFound(_("There is no such page."))
    require(verb.permission or f"{spec.name}.change")
    records.get(spec, record_id)
    with registry().holding(verb.run, f"action {verb.name}"):
        verb.run(record_id, {})
    return verb


def _back(otherwise: str) -> str:
    """Where the reader was: an address on this site or nothing (SEC-34)."""
    asked = request.values.get("back", "")
    return asked if asked.startswith("/") and asked[1:2] not in ("/", "\\") and asked.isprintable() else otherwise


@route(blueprint, f"{RECORD}/history", access=entity_action("view"))
def history(plugin: str, noun: str, record_id: int) -> Response:
    """The whole history of a record, from its newest entry or from the one after `before`."""
    spec = spec_of(plugin, noun)
    record = records.get(spec, record_id)
    before = request.args.get("before", "")
    rows = reading.history(
        spec.name,
        record_id,
        int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
        ENTRIES + 1,
        visible=history_build.visible(spec, record_id),
    )
    path = f"{spec.path}/{record_id}"
    more = f"{path}/history?before={rows[ENTRIES - 1].id}" if len(rows) > ENTRIES else ""
    title = spec.title_of(record)
    return rendering.page(
        "history.html",
        _("History"),
        current=spec.name,
        crumbs=list_build.crumbs(spec, Crumb(title, path), Crumb(str(_("History")))),
        screen=HistoryScreen(history_build.days(rows[:ENTRIES]), more),
    )


@route(blueprint, f"{RECORD}/figures", access=entity_action("view"))
def figures(plugin: str, noun: str, record_id: int) -> Response:
    """The key figures under the head of the page; one whose plugin fails says so in its place."""
    spec = spec_of(plugin, noun)
    record = without_hidden(spec, records.get(spec, record_id))
    return Response("".join(_figure(spec, one, record) for one in record_build.figures(spec)))


def _figure(spec: EntitySpec, one: Figure, record: dict[str, Any]) -> str:
    given = (record, spec.name) if one.is_everywhere else (record,)
    try:
        with registry().holding(one.value, f"figure {one.name}"), unit().savepoint():
            found = one.value(*given)
    except PluginFailed as error:
        return contained.placeholder(error)
    if not found:
        return ""
    money = amounts.inline(amounts.shown(found.text, found.currency)) if isinstance(found.text, Decimal) else ""
    return rendering.fragment("fragments/figure.html", label=one.label, figure=found, money=money)


@route(blueprint, f"{RECORD}/panel/<int:index>", access=entity_action("view"))
def panel(plugin: str, noun: str, record_id: int, index: int) -> Response:
    """The content of one tab: related records, or a plugin's own template."""
    spec = spec_of(plugin, noun)
    record = records.get(spec, record_id)
    panels = registry().derived.panels.get(spec.name, ())
    if index >= len(panels):
        raise NotFound(_("There is no such page."))
    chosen = panels[index]
    if not hasattr(chosen, "via"):
        require(chosen.permission or f"{spec.name}.view")
    try:
        with registry().holding(getattr(chosen, "context", None), f"panel {getattr(chosen, 'name', '')}"):
            return Response(_panel(spec, chosen, record))
    except PluginFailed as error:
        return Response(contained.placeholder(error))


def _panel(spec: EntitySpec, chosen: Any, record: dict[str, Any]) -> str:
    if hasattr(chosen, "via"):
        return _related(chosen, record["id"])
    shown = without_hidden(spec, record)
    given = (shown, spec.name) if chosen.is_everywhere else (shown,)
    form = _form_of(chosen.form, shown, spec) if chosen.form and can(f"{chosen.form.entity}.add") else None
    return rendering.fragment(chosen.template, record=shown, form=form, **chosen.context(*given))


def _form_of(asked: TabForm, record: dict[str, Any], spec: EntitySpec) -> FormView:
    """The form of a tab, over what its plugin gives for a new record about this one."""
    return form_views.new_small(registry().entity(asked.entity), asked.name, asked.given(record, spec.name))


def _related(chosen: Any, record_id: int) -> str:
    """A short list of the records that point here, with the way to the whole list and to a new one."""
    other = registry().entity(chosen.entity)
    require(f"{other.name}.view")
    conditions = ((chosen.via, str(record_id)),)
    asked = query.parse_args(other, [*conditions, ("limit", str(RELATED))], preferences())
    allowed = readable(other)
    if chosen.via not in allowed:
        raise NotFound(_("There is no such page."))
    names = tuple(name for name in (chosen.columns or other.meta.list) if name != chosen.via and name in allowed)
    screen = list_build.build(asked.with_fields(names), ListAddress(other.path, conditions), is_short=True)
    create = f"{other.path}/new?{chosen.via}={record_id}" if can(f"{other.name}.add") else ""
    return rendering.fragment(
        "fragments/related.html",
        screen=screen,
        create_href=create,
        may_edit=can(f"{other.name}.change"),
        all_href=ListAddress(other.path, conditions).without(),
    )


@route(blueprint, f"{RECORD}/field/<name>", access=entity_action("change"))
def field(plugin: str, noun: str, record_id: int, name: str) -> Response:
    """One field opened for editing in place, or as a menu of the page's head."""
    spec = spec_of(plugin, noun)
    f = _writable(spec, name)
    record = records.get(spec, record_id, "change")
    view = _view(spec, f, record, None, ())
    return Response(_edit(spec, view, record, request.args.get("as") == "menu"))


@route(blueprint, f"{RECORD}/field/<name>", access=entity_action("change"), methods=("POST",))
def save_field(plugin: str, noun: str, record_id: int, name: str) -> Response:
    """Save one field: the value as the page shows it, or the form again with what is wrong.

    A list asks with `as=row` and its `columns` for the whole row, as other cells may follow from this one."""
    spec = spec_of(plugin, noun)
    f = _writable(spec, name)
    names = _with_its_kind(spec, f)
    given = apart(spec, names, request.form)
    form = registry().remember(("form", spec.name, names), lambda: form_class(spec, names))(given)
    values, errors = typed_values(form, lambda one: one == name or one in given)
    typed = typed_texts(form)
    version = request.form.get("version", "")
    try:
        if errors:
            raise Invalid(errors=errors)
        saved = records.update(
            spec, record_id, values, int(version) if version.isascii() and version.isdigit() else None
        )
    except Invalid as error:
        record = records.get(spec, record_id, "change")
        messages = [message for found in error.errors.values() for message in found]
        return Response(_edit(spec, _view(spec, f, record, typed, messages), record, False), 422)
    except Conflict as error:
        return Response(_conflict(spec, f, error, values, typed), 409)
    record = {**saved.before, **saved.after}
    if request.args.get("as") == "row":
        html = list_rows.one_row(spec, request.args.get("columns", "").split(","), record_id)
    else:
        found = query.companions(spec, (name,), [record])
        extras = Extras(found.titles, found.links, found.hues)
        html = record_build.value_markup(f, record, extras, f"{spec.path}/{record_id}")
    return json_answer(field_saved_answer(
        str(html), record["version"], str(_("{field} saved.", field=f.label)),
        " ".join(str(warning) for _name, warning in saved.warnings)))


def _with_its_kind(spec: EntitySpec, f: FieldSpec) -> tuple[str, ...]:
    """The field, and beside a record of any kind the one that says which kind it is."""
    beside = spec.fields.get(f.options.get("entity_field", "")) if f.type.name == "any_record" else None
    return (f.name, beside.name) if beside is not None and may_write(beside) else (f.name,)


def _writable(spec: EntitySpec, name: str) -> FieldSpec:
    f = spec.fields.get(name)
    if f is None or f.system or f.readonly or not may_write(f):
        raise NotFound(_("There is no such page."))
    if name == "owner_id":
        require(f"{spec.name}.assign")
    return f


def _view(spec: EntitySpec, f: FieldSpec, record: dict[str, Any], typed: Any, errors: Any) -> Any:
    titles = form_build.reference_titles(spec, (f.name,), record, typed or {})
    view = form_build.field_view(f, record, titles, typed, errors)
    if not f.follows or f.follows not in record:
        return view
    under = record[f.follows]  # the choice that the list follows is not in the form, so nothing else narrows it
    return replace(view, options=tuple(one for one in view.options
                                       if not one.when or under in one.when or one.selected))


def _edit(spec: EntitySpec, view: Any, record: dict[str, Any], as_menu: bool) -> str:
    action = f"{spec.path}/{record['id']}/field/{view.name}"
    if as_menu:
        people = tuple(person(choice.label) for choice in view.options) if view.kind == "user" else ()
        return rendering.fragment(
            "forms/inline_menu.html", menu=InlineMenuView(view, action, record["version"], people)
        )
    return rendering.fragment("forms/inline_edit.html", edit=InlineEditView(view, action, record["version"]))


def _conflict(spec: EntitySpec, f: FieldSpec, error: Conflict, values: dict[str, Any], typed: Any) -> str:
    stored = error.current
    rows = reading.history(spec.name, int(stored["id"]), limit=1)
    shown = f.type.show(f, stored.get(f.name), preferences()) if f.stores_column and not f.target else ""
    view = InlineConflictView(
        field=_view(spec, f, stored, typed, ()),
        action=f"{spec.path}/{stored['id']}/field/{f.name}",
        version=stored["version"],
        who=rows[0].actor_name if rows else "",
        stored=shown or str(stored.get(f.name) or "–"),
        own=str(typed.get(f.name) or values.get(f.name) or "–"),
    )
    return rendering.fragment("forms/inline_conflict.html", conflict=view)
