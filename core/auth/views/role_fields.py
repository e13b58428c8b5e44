"""`/settings/roles/<id>/fields/<entity>`: which fields of an entity a role may see and change."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core import records
from core.actor import FIELD_LEVELS, HIDDEN, READ, WRITE, actor
from core.auth import rights
from core.auth.defaults import shown_name
from core.auth.explain import LEVEL_LABELS
from core.auth.models import Role
from core.auth.views.blueprint import blueprint, errors_of
from core.auth.views.roles import ADDRESS
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid
from core.language.i18n import _
from core.permissions import can, permission_label
from core.registry import current as registry
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.views_model import Choice, Crumb, FieldRight, FieldsScreen, FormError
from core.web import route

#: What every record has and no page shows under a label.
UNNAMED = ("id", "version")
FIELDS = f"{ADDRESS}/<int:role_id>/fields/<entity>"


@route(blueprint, FIELDS, access="core.role.view")
def role_fields(role_id: int, entity: str) -> Response:
    return _page(role_id, registry().entity(entity))


@route(blueprint, FIELDS, access="core.role.change", methods=("POST",))
def change_role_fields(role_id: int, entity: str) -> AnyResponse:
    spec = registry().entity(entity)
    try:
        rights.set_role_fields(role_id, entity, _sent(spec))
    except Invalid as error:
        unit().rollback()
        return _page(role_id, spec, error.status, errors_of(error))
    return rendering.say(redirect(f"{ADDRESS}/{role_id}", 303), _("Role saved."))


def _sent(spec: EntitySpec) -> dict[str, int]:
    """The levels sent for fields that exist; anything else is no level."""
    sent = {name: request.form[name] for name in spec.fields if name in request.form}
    if any(level not in FIELD_LEVELS for level in sent.values()):
        raise Invalid(errors={"": [_("Choose hidden, read only or editable for a field of this record type.")]})
    return {name: FIELD_LEVELS.index(level) for name, level in sent.items()}


def _page(role_id: int, spec: EntitySpec, status: int = 200, errors: tuple[FormError, ...] = ()) -> Response:
    stored = records.get(Role, role_id)
    name = shown_name(stored["key"], stored["name"])
    title = _("Fields: {entity}", entity=spec.meta.plural)
    levels = rights.fields_of(role_id).get(spec.name, {})
    screen = FieldsScreen(
        f"{ADDRESS}/{role_id}/fields/{spec.name}", f"{ADDRESS}/{role_id}",
        tuple(_field(spec, f, levels.get(f.name, WRITE)) for f in spec.fields.values() if f.name not in UNNAMED),
        _locked(stored), errors,
    )  # fmt: skip
    crumbs = (Crumb(str(_("Roles")), ADDRESS), Crumb(name, f"{ADDRESS}/{role_id}"))
    return rendering.page("role_fields.html", title, status, current="settings", screen=screen,
                          settings=frame("roles", title, *crumbs))  # fmt: skip


def _locked(stored: dict[str, Any]) -> str:
    if stored["is_admin"]:
        return str(_("Administrators may do everything, so there is nothing to choose here."))
    return "" if can("core.role.change") else str(_("You may look at this role, but not change it."))


def _field(spec: EntitySpec, f: FieldSpec, present: int) -> FieldRight:
    """The levels to choose from: those the reader has himself, and the one the role has now."""
    most = max(actor().field_level(spec.name, f.name), present)
    given_by_kernel = f.system or f.readonly
    offered = [HIDDEN, READ, WRITE]
    if given_by_kernel and present != READ:
        offered.remove(READ)  # nobody writes it anyway
    if f.name in rights.always_shown(spec):
        offered.remove(HIDDEN)
    listed = tuple(Choice(FIELD_LEVELS[level], _label(level, given_by_kernel), level == present)
                   for level in offered if level <= most)  # fmt: skip
    return FieldRight(f.name, str(f.label), listed if len(listed) > 1 else (), _note(spec, f))


def _label(level: int, given_by_kernel: bool) -> str:
    return str(_("Visible")) if given_by_kernel and level == WRITE else str(LEVEL_LABELS[level])


def _note(spec: EntitySpec, f: FieldSpec) -> str:
    if f.name in rights.always_shown(spec):
        return str(_("Names the record everywhere, so it is always visible."))
    named = f.read or f.write
    if not named:
        return ""
    return str(_("Asks for the permission “{permission}” as well.", permission=permission_label(named) or named))
