"""`/settings/fields`: all added fields, one to add or change, and the end of one in two steps."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request

from core.customfields import background, changing, reading
from core.customfields.checking import is_full, namesakes
from core.customfields.definition import Definition
from core.customfields.views import posted, preview, screens
from core.customfields.views.blueprint import ADDRESS, blueprint, customized
from core.entity.spec import EntitySpec
from core.errors import Conflict, Invalid
from core.language.digits import to_latin
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.ui import rendering
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.views_model import Crumb
from core.web import route

NEEDED = changing.PERMISSION
ONE = f"{ADDRESS}/<entity>/<key>"
TITLE = _("Custom fields")
#: What comes back as it was typed when something is wrong.
TYPED = ("default", "minimum", "maximum", "scale", "pattern")


@route(blueprint, ADDRESS, access=NEEDED)
def overview() -> Response:
    """Every kind of record with the fields that were added to it."""
    return rendering.page("fields/overview.html", TITLE, current="settings.fields", settings=frame("fields", TITLE),
                          groups=screens.overview(reading.definitions()))


@route(blueprint, f"{ADDRESS}/<entity>/new", access=NEEDED)
def new(entity: str) -> Response:
    """An empty form."""
    spec = customized(entity)
    kind = request.args.get("type", "text")
    has_room = not is_full(reading.definitions(entity))
    return _form(spec, Definition(entity, "", kind, {}, filter=has_room), None)


@route(blueprint, f"{ADDRESS}/<entity>/new", access=NEEDED, methods=("POST",))
@sent_once()
def create(entity: str) -> Any:
    """Add the field; it is in use from the next request on."""
    spec = customized(entity)
    given = posted.definition_of(request.form, entity, None, reading.taken_keys(entity))
    try:
        made = changing.add(given)
    except Invalid as error:
        return _form(spec, given, None, error)
    background.ask(made.id)
    return _back(entity, _with_warning(spec, made, _("Field added: {name}", name=made.title)))


@route(blueprint, f"{ADDRESS}/<entity>/order", access=NEEDED, methods=("POST",))
def save_order(entity: str) -> Any:
    """The order of the fields among themselves."""
    try:
        changing.put_in_order(customized(entity).name, request.form.getlist("key"))
    except Conflict as error:
        return _back(entity, error.message)
    return _back(entity, _("Order saved."))


@route(blueprint, f"{ADDRESS}/<entity>/preview", access=NEEDED, methods=("POST",))
def show_preview(entity: str) -> Response:
    """How the field that is being described will look."""
    spec = customized(entity)
    key = request.form.get("stored_key", "")
    stored = reading.definition(entity, key) if key else None
    given = posted.definition_of(request.form, entity, stored, ())
    return Response(preview.render(spec, given, request.form.get("preview_language", "")))


@route(blueprint, ONE, access=NEEDED)
def edit(entity: str, key: str) -> Response:
    """One field; of a retired one, what it still holds."""
    spec, stored = customized(entity), reading.definition(entity, key)
    if stored.is_retired:
        return _retired(stored)
    return _of_module(spec, stored) if stored.plugin else _form(spec, stored, stored)


@route(blueprint, ONE, access=NEEDED, methods=("POST",))
def save(entity: str, key: str) -> Any:
    """Save what changed; key and type stay."""
    spec, stored = customized(entity), reading.definition(entity, key)
    given = posted.definition_of(request.form, entity, stored, ())
    try:
        made = changing.change(given, request.form.get("fingerprint", ""))
    except (Invalid, Conflict) as error:
        told = error if isinstance(error, Invalid) else Invalid(errors={"": [error.message]})
        if stored.plugin:
            return _of_module(spec, given, told, error.status)
        return _form(spec, given, stored, told, error.status)
    background.ask(made.id)
    return _back(entity, _with_warning(spec, made, _("Field saved: {name}", name=made.title)))


@route(blueprint, f"{ONE}/index", access=NEEDED, methods=("POST",))
def build_index(entity: str, key: str) -> Any:
    """Build the index of a field again."""
    background.ask(changing.build_again(customized(entity).name, key).id)
    return _back(entity, _("The index is being built."))


@route(blueprint, f"{ONE}/retire", access=NEEDED, methods=("POST",))
def retire(entity: str, key: str) -> Any:
    """Hide a field everywhere."""
    try:
        count = changing.retire(customized(entity).name, key)
    except Invalid as error:
        return _back(entity, screens.told(error))
    background.ask(reading.definition(entity, key).id, search=True)
    return _back(entity, lazy_ngettext("Field retired. {n} record keeps its value.",
                                       "Field retired. {n} records keep their values.", count))


@route(blueprint, f"{ONE}/restore", access=NEEDED, methods=("POST",))
def restore(entity: str, key: str) -> Any:
    """Bring a retired field back."""
    try:
        made = changing.bring_back(customized(entity).name, key)
    except Invalid as error:
        return _back(entity, screens.told(error))
    background.ask(made.id, search=True)
    return _back(entity, _("Field in use again: {name}", name=made.title))


@route(blueprint, f"{ONE}/purge", access=NEEDED, methods=("POST",))
def purge(entity: str, key: str) -> Any:
    """Delete a retired field with its values, confirmed by their number."""
    stored = reading.definition(customized(entity).name, key)
    text = to_latin(request.form.get("count", "")).strip()
    try:
        changing.start_purge(entity, key, int(text) if text.isdigit() and len(text) < 12 else -1)
    except Invalid as error:
        return _retired(stored, " ".join(str(one) for one in error.errors.get("count", [error.message])))
    background.ask(stored.id)
    return _back(entity, _("The field and its values are being deleted."))


def _form(spec: EntitySpec, one: Definition, stored: Definition | None, error: Invalid | None = None,
          status: int = 200) -> Response:
    title = _("Field: {name}", name=stored.title) if stored else _("New field: {entity}", entity=spec.meta.plural)
    typed = {name: request.form[name] for name in TYPED if error and name in request.form}
    view = screens.form(spec, one, stored, typed=typed, errors=error.errors if error else None)
    return rendering.page(
        "fields/form.html", title, status if not error or status != 200 else 422, current="settings.fields",
        settings=frame("fields", stored.title if stored else _("New field"), Crumb(str(TITLE), ADDRESS),
                       Crumb(str(spec.meta.plural), f"{ADDRESS}#{spec.name}")),
        screen=view, preview=preview.render(spec, one, preferences().language),
        retire=screens.retire_action(stored, reading.holding(stored)) if stored else None)  # fmt: skip


def _of_module(spec: EntitySpec, one: Definition, error: Invalid | None = None, status: int = 200) -> Response:
    return rendering.page(
        "fields/of_module.html", _("Field: {name}", name=one.title), status, current="settings.fields",
        settings=frame("fields", one.title, Crumb(str(TITLE), ADDRESS),
                       Crumb(str(spec.meta.plural), f"{ADDRESS}#{spec.name}")),
        screen=screens.of_module(spec, one, error.errors if error else None),
        preview=preview.render(spec, one, preferences().language))  # fmt: skip


def _retired(stored: Definition, error: str = "") -> Response:
    return rendering.page(
        "fields/retired.html", _("Field: {name}", name=stored.title), 422 if error else 200, current="settings.fields",
        settings=frame("fields", stored.title, Crumb(str(TITLE), ADDRESS)),
        screen=screens.retired(stored, reading.holding(stored), error))  # fmt: skip


def _with_warning(spec: EntitySpec, made: Definition, message: Any) -> str:
    """On a phone the preview, which warns while somebody types, is far below."""
    return f"{message} {namesakes(spec, made)}".strip()


def _back(entity: str, message: Any) -> Any:
    return rendering.say(redirect(f"{ADDRESS}#{entity}", 303), message)


