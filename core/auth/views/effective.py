"""`/settings/users/<id>/rights`: everything a user may do, on one record if asked for, and which rule says so (P31)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, request

from core import query, records
from core.actor import FIELD_LEVELS, SCOPES
from core.auth.explain import LEVEL_LABELS, ON_RECORDS, SCOPE_LABELS, Person, Reason, Verdict
from core.auth.models import User
from core.auth.views.blueprint import blueprint
from core.auth.views.users import ADDRESS
from core.entity.spec import EntitySpec
from core.errors import NotFound
from core.language.digits import to_latin
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import ACTION_LABELS, readable
from core.registry import ENTITY_ACTIONS
from core.registry import current as registry
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.views_model import Choice, Crumb, EffectiveGroup, EffectiveLine, EffectiveScreen
from core.web import route


@route(blueprint, f"{ADDRESS}/<int:user_id>/rights", access="core.user.change")
def effective_rights(user_id: int) -> Response:
    """Of all entities; of one with its fields; or on one of its records, which the reader must be able to see."""
    stored = records.get(User, user_id, "change")
    args = request.args
    spec = registry().entity(args["entity"]) if args.get("entity") else None
    record_id, problem = _record(spec, args.get("record", ""))
    person = Person(user_id, read_only=args.get("token") == "read")
    groups = tuple(_groups(person, spec, record_id))
    title = str(_("Effective rights"))
    screen = EffectiveScreen(
        action=f"{ADDRESS}/{user_id}/rights", entities=_entities(spec), record=args.get("record", ""), problem=problem,
        read_only=args.get("token") == "read", groups=groups,
    )  # fmt: skip
    crumbs = (Crumb(str(_("Users")), ADDRESS), Crumb(stored["name"], f"{ADDRESS}/{user_id}"))
    return rendering.page("effective.html", title, current="settings", screen=screen, name=stored["name"],
                          settings=frame("users", title, *crumbs))  # fmt: skip


def _record(spec: EntitySpec | None, text: str) -> tuple[int | None, str]:
    """(the record asked for, what is wrong with the question)."""
    if not text:
        return None, ""
    if spec is None:
        return None, str(_("Choose the record type as well."))
    try:
        record_id = _id(spec, to_latin(text).strip())
        records.get(spec, record_id)
    except NotFound as error:
        return None, str(error.message)
    return record_id, ""


def _id(spec: EntitySpec, text: str) -> int:
    """The number in the record's address, or the one that people know it by, such as C-00042; 0 where it is neither."""
    if text.isdigit():
        return int(text) if len(text) < 18 else 0
    known = next((f for f in readable(spec).values() if f.type.name == "series"), None)
    if known is None:
        return 0
    asked = query.parse_args(spec, [(known.name, text), ("limit", "1")], preferences()).with_fields(("id",))
    return next((int(row["id"]) for row in query.fetch(asked, with_total=False).rows), 0)


def _entities(chosen: EntitySpec | None) -> tuple[Choice, ...]:
    return tuple(Choice(spec.name, str(spec.meta.plural), spec is chosen) for spec in registry().entities.values())


def _groups(person: Person, chosen: EntitySpec | None, record_id: int | None) -> Iterable[EffectiveGroup]:
    found = registry()
    # Those of the kernel last, as on the pages of roles.
    for spec in [chosen] if chosen else sorted(found.entities.values(), key=lambda spec: spec.plugin == "core"):
        names = [name for name in found.permissions if name.rpartition(".")[0] == spec.name]
        yield EffectiveGroup(str(spec.meta.plural), tuple(_action(person, spec, name, record_id) for name in names))
    if chosen is not None:
        fields = (f for f in readable(chosen).values() if f.name not in ("id", "version"))
        yield EffectiveGroup(str(_("Fields")), tuple(_line(str(f.label), person.field(f), LEVEL_LABELS, FIELD_LEVELS)
                                                     for f in fields))  # fmt: skip
        return
    general = [name for name in found.permissions if name.rpartition(".")[0] not in found.entities]
    lines = (_line(str(found.permissions[name].label), person.permission(name), SCOPE_LABELS, SCOPES)
             for name in general)  # fmt: skip
    yield EffectiveGroup(str(_("General")), tuple(lines))


def _action(person: Person, spec: EntitySpec, name: str, record_id: int | None) -> EffectiveLine:
    action = name.rpartition(".")[2]
    label = str(ACTION_LABELS[action] if action in ENTITY_ACTIONS else registry().permissions[name].label)
    if record_id is not None and action in ON_RECORDS:
        return _line(label, person.on_record(spec, record_id, action), SCOPE_LABELS, SCOPES)
    return _line(label, person.permission(name), SCOPE_LABELS, SCOPES)


def _line(label: str, verdict: Verdict, labels: Any, names: tuple[str, ...]) -> EffectiveLine:
    """A reach is worth telling only where there is one."""
    reach = str(labels[names.index(verdict.reach)]) if verdict.allowed else ""
    return EffectiveLine(label, verdict.allowed, reach, tuple(map(_told, verdict.reasons)))


def _told(reason: Reason) -> tuple[bool, str]:
    return reason.gives, str(reason.text)
