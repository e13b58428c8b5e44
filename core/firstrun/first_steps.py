"""The first steps on a newcomer's dashboard: those of the kernel, and which of all are done."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core import query
from core.actor import actor
from core.auth.models import User
from core.db import unit
from core.declarations import FirstStep
from core.firstrun import state
from core.language.i18n import _
from core.permissions import can
from core.plugin.containment import PluginFailed
from core.plugin.hookspecs import hookimpl
from core.registry import current as registry
from core.transfer.models import imports


@dataclass(frozen=True, slots=True)
class Offered:
    """A step the reader may do, and whether it is done."""

    step: FirstStep
    done: bool


@hookimpl
def register_first_steps() -> list[FirstStep]:
    return [
        FirstStep(
            "core.setup", _("Set up the organisation"), "/settings/setup", "building", "core.settings.change",
            hint=_("Country, currency, calendar and week, so that everything reads as it should."),
            is_done=_is_set_up, order=10,
        ),
        FirstStep(
            "core.colleague", _("Add a colleague"), "/settings/users/new", "user-plus", "core.user.add",
            hint=_("Everybody works under his own name, with the rights of his role."),
            is_done=_has_colleague, order=40,
        ),
        FirstStep(
            "core.field", _("Add a field of your own"), "/settings/fields", "forms", "core.settings.change",
            hint=_("What your business has to know about a customer, without a line of code."),
            is_done=_has_custom_field, order=50,
        ),
        FirstStep(
            "core.me", _("Choose your own language and calendar"), "/settings/me", "language",
            hint=_("Dates, digits and the week as you read them, whatever your colleagues choose."),
            is_done=_has_own_language, order=60,
        ),
    ]  # fmt: skip


def offered(change_number: int) -> tuple[Offered, ...]:
    """The steps this reader may do, in their order; one whose plugin fails is left out."""
    found = []
    for step in registry().derived.first_steps:
        if step.permission and not can(step.permission):
            continue
        try:
            found.append(Offered(step, _is_done(step, change_number)))
        except PluginFailed:
            continue
    return tuple(found)


def _is_done(step: FirstStep, change_number: int) -> bool:
    if step.imported:
        done = sa.select(imports.c.id).where(imports.c.entity == step.entity, imports.c.state == "done")
        return unit().execute(done.limit(1)).first() is not None
    if step.entity:
        spec = registry().entity(step.entity)
        return query.capped_count(query.ListQuery(spec), change_number)[0] > 0
    assert step.is_done is not None
    with registry().holding(step.is_done, "first_steps"):
        return bool(step.is_done())


def _is_set_up() -> bool:
    return not (state.may_set_up() and state.step())


def _has_colleague() -> bool:
    people = sa.select(User.id).where(User.deleted_at.is_(None), User.kind == "person", User.id != actor().id)
    return unit().execute(people.limit(1)).first() is not None


def _has_custom_field() -> bool:
    return any(spec.custom_fields for spec in registry().entities.values())


def _has_own_language() -> bool:
    mine = sa.select(User.language, User.calendar).where(User.id == actor().id)
    return any(unit().execute(mine).one())
