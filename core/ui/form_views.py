"""Creating and changing a record: the form in the side panel or on a page, and its duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, request

from core import query, records
from core.audit import openings
from core.db import unit
from core.declarations import FormScreen
from core.derive.form import apart, form_class, typed_texts, typed_values
from core.entity.spec import EntitySpec
from core.entity.types import CleanContext, FieldError
from core.errors import Conflict, Invalid, NotFound
from core.home import home_country
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.merging import suspects
from core.permissions import can, readable, scoped
from core.registry import current as registry
from core.rest.idempotency import first_answer, keep
from core.rest.problems import json_answer
from core.ui import conflict_build, form_build, merging_build, rendering, sent_once
from core.ui.form_model import DuplicateView, FormView, saved_answer
from core.ui.list_views import spec_of
from core.web import PANEL_HEADER, entity_action, route

blueprint = Blueprint("forms", __name__)
ENTITY = "/<plugin>/<noun>"
#: In the address of a form that stands in a tab of a record's page.
IN_TAB = "in_tab"
MAX_DUPLICATES = 3


@route(blueprint, f"{ENTITY}/new", access=entity_action("add"))
def new(plugin: str, noun: str) -> Response:
    """An empty form; the query string may fill fields, so that links can start a record."""
    spec = spec_of(plugin, noun)
    given = {name: value for name, value in request.args.items() if name in form_build.writable_names(spec)}
    return _show(spec, _new(spec, _small(spec), given))


def _new(spec: EntitySpec, small: FormScreen | None, given: Mapping[str, str], in_tab: bool = False) -> FormView:
    return form_build.build(spec, {}, action=_action(spec, None, small, in_tab), typed=given or None, small=small,
                            carried=_carried(spec, small, given))


def new_small(spec: EntitySpec, name: str, given: Mapping[str, str]) -> FormView:
    """A small form for a new record, to stand in a tab of another one's page."""
    return _new(spec, registry().derived.small_forms[spec.name, name], given, in_tab=True)


@route(blueprint, f"{ENTITY}/<int:record_id>/edit", access=entity_action("change"))
def edit(plugin: str, noun: str, record_id: int) -> Response:
    """The form of one record."""
    spec = spec_of(plugin, noun)
    record = records.get(spec, record_id, "change")
    openings.note(spec, record)
    small = _small(spec)
    return _show(spec, form_build.build(spec, record, action=_action(spec, record_id, small), small=small))


@route(blueprint, f"{ENTITY}/new", access=entity_action("add"), methods=("POST",))
def create(plugin: str, noun: str) -> Response:
    """Save a new record; a second post of the same form gets the first answer (REL-04)."""
    spec = spec_of(plugin, noun)
    return _save(spec, None)


@route(blueprint, f"{ENTITY}/<int:record_id>/edit", access=entity_action("change"), methods=("POST",))
def update(plugin: str, noun: str, record_id: int) -> Response:
    """Save the changes; a conflict shows both values side by side."""
    return _save(spec_of(plugin, noun), record_id)


@route(blueprint, f"{ENTITY}/duplicates", access=entity_action("view"))
def duplicates(plugin: str, noun: str) -> Response:
    """Records that may be the one being entered, while it is typed (S48)."""
    spec = spec_of(plugin, noun)
    found = find_duplicates(spec, _typed(spec), request.args.get("exclude", ""))
    return Response(rendering.fragment("forms/duplicates.html", duplicates=found) if found else "")


def _typed(spec: EntitySpec) -> dict[str, Any]:
    """What has been typed so far, as far as it makes sense already."""
    values: dict[str, Any] = {}
    allowed = readable(spec)  # what one may not read must not be found out by asking for its like
    for name, text in request.args.items():
        f = allowed.get(name)
        if f is None or f.type.is_many or not text.strip():
            continue
        try:
            value = f.type.parse(f, text, preferences())
            values[name] = f.type.clean(f, value, CleanContext(values, home_country()))
        except (FieldError, TypeError):
            continue
    return values


def find_duplicates(spec: EntitySpec, values: dict[str, Any], exclude: str = "") -> tuple[DuplicateView, ...]:
    """The closest matches by the entity's own rules and by those of plugins, with their owners."""
    conditions = suspects.alike(spec, values)
    conditions += [one for answer in registry().hook.find_duplicates(entity=spec, values=values)
                   for one in answer or ()]  # fmt: skip
    if not conditions:
        return ()
    table = spec.table
    columns = [table.c.id, table.c[spec.meta.title].label("title")]
    allowed = readable(spec)
    columns += [table.c.owner_id] if "owner_id" in allowed else []
    same = [rule for rule in suspects.rules(spec) if suspects.is_given(rule, values)]
    columns += [suspects.by_rule(spec, rule, values).label(f"rule_{place}") for place, rule in enumerate(same)]
    statement = scoped(sa.select(*columns).where(sa.or_(*conditions)), spec)
    record_id = int(exclude) if exclude.isascii() and exclude.isdigit() and len(exclude) < 18 else 0
    if record_id:
        statement = statement.where(table.c.id != record_id, suspects.apart_from(spec, record_id))
    rows = unit().execute(statement.limit(MAX_DUPLICATES)).mappings().all()
    owners = query.titles({"core.user": [row["owner_id"] for row in rows if row.get("owner_id")]})["core.user"] \
        if rows and "owner_id" in allowed else {}
    may_merge = record_id and spec.meta.duplicates and can(f"{spec.name}.change") and can(f"{spec.name}.delete")
    found = []
    for row in rows:
        rule = next((rule for place, rule in enumerate(same) if row[f"rule_{place}"]), None)
        merge_href = f"{spec.path}/merge?id={record_id}&id={row['id']}" if may_merge else ""
        found.append(DuplicateView(row["title"], f"{spec.path}/{row['id']}", merging_build.reason(spec, rule),
                                   owners.get(row.get("owner_id") or 0, ""), merge_href))  # fmt: skip
    return tuple(found)


def _save(spec: EntitySpec, record_id: int | None) -> Response:
    form_id, key = request.form.get("form_id", ""), sent_once.key()
    known = first_answer(request.path, key) if key else None
    if known:
        return _saved(spec, known["id"], known["message"])
    before = records.get(spec, record_id, "change") if record_id else {}
    small = _small(spec)
    names = form_build.writable_names(spec, small)
    carried = _carried(spec, small, request.form)
    names += tuple(name for name, _value in carried)
    form = registry().remember(("form", spec.name, names), lambda: form_class(spec, names))(
        apart(spec, names, request.form))
    values, errors = typed_values(form, lambda name: _was_sent(spec, name))
    if small:
        errors = {**_missing(spec, small, names, values), **errors}
    action = _action(spec, record_id, small, IN_TAB in request.args)
    try:
        if errors:
            _collect_all(spec, names, values, record_id, errors)
        change = records.save_many(spec, [records.Change(values=values, id=record_id, version=_version())])[0]
        if small and small.saved:
            with registry().holding(small.saved, f"form {small.name}"):
                small.saved(change)
    except Invalid as error:
        view = form_build.build(spec, before, action=action, typed=typed_texts(form), errors=error.errors,
                                form_id=form_id, small=small, carried=carried)
        return _show(spec, view, 422)
    except Conflict as error:
        return conflict_build.answer(spec, error, values, typed_texts(form), action)
    # What did not prevent saving is told with it: the panel is closed by then.
    told = [_("{entity} saved.", entity=spec.meta.label), *(warning for _name, warning in change.warnings)]
    # A number that is the main one of several is read twice.
    message = " ".join(dict.fromkeys(str(sentence) for sentence in told))
    answer = saved_answer(f"{spec.path}/{change.id}", int(change.id or 0), message)
    if key:
        keep(request.path, key, {"id": change.id, "message": message})
    if request.headers.get(PANEL_HEADER):
        return json_answer(answer)
    return _saved(spec, int(change.id or 0), message)


def _missing(
    spec: EntitySpec, small: FormScreen, names: tuple[str, ...], values: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """What the small form asks for and did not get, of the fields that the user may write."""
    return {name: [_("{field} is required.", field=small.labels.get(name, spec.fields[name].label))]
            for name in small.required if name in names and values.get(name) in (None, "")}  # fmt: skip


def _small(spec: EntitySpec) -> FormScreen | None:
    """The small form that is asked for, if any."""
    name = request.args.get("form", "")
    found = registry().derived.small_forms.get((spec.name, name)) if name else None
    if name and found is None:
        raise NotFound(_("There is no such page."))
    return found


def _action(spec: EntitySpec, record_id: int | None, small: FormScreen | None, in_tab: bool = False) -> str:
    path = f"{spec.path}/{record_id}/edit" if record_id else f"{spec.path}/new"
    place = f"&{IN_TAB}=1" if in_tab else ""
    return f"{path}?form={small.name}{place}" if small else path


def _carried(spec: EntitySpec, small: FormScreen | None, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What is given for fields that the small form does not show."""
    if small is None:
        return ()
    shown = form_build.writable_names(spec, small)
    return tuple((name, given[name]) for name in form_build.writable_names(spec)
                 if name not in shown and given.get(name))


def _collect_all(
    spec: EntitySpec, names: tuple[str, ...], values: dict[str, Any], record_id: int | None, errors: dict[str, Any]
) -> None:
    """All errors at once: those of reading, and those the other values of the form have.

    A field that the form does not show may lack its value only because it follows from one that is wrong.
    """
    change = records.Change(values=values, id=record_id)
    records.check(spec, [change])
    found = {name: messages for name, messages in change.errors.items()
             if name not in errors and (name in names or name not in spec.fields)}  # fmt: skip
    raise Invalid(_("Some values need a correction."), errors={**errors, **found})


def _was_sent(spec: EntitySpec, name: str) -> bool:
    """A box or an emptied multiple choice posts nothing although the form holds it."""
    f = spec.fields[name]
    return name in request.form or f.type.kind in ("bool", "list")


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _saved(spec: EntitySpec, record_id: int, message: str) -> Response:
    if request.headers.get(PANEL_HEADER):
        return json_answer(saved_answer(f"{spec.path}/{record_id}", record_id, message))
    again = request.form.get("then") == "new"
    return rendering.say(redirect(f"{spec.path}/new" if again else f"{spec.path}/{record_id}", 303), message)


def _show(spec: EntitySpec, view: Any, status: int = 200) -> Response:
    if IN_TAB in request.args:
        return Response(rendering.fragment("forms/in_tab.html", form=view), status)
    if request.headers.get(PANEL_HEADER):
        return rendering.in_host("forms/form.html", status, form=view)
    return rendering.page("forms/page.html", view.title, status, current=spec.name, form=view, in_panel=False)
