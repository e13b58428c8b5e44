"""Saving, changing and deleting views; each change is on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import query
from core.actor import actor
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.text import clean
from core.permissions import not_found, readable, require
from core.query.parse import RESERVED
from core.registry import current as registry
from core.savedviews.models import defaults, views
from core.savedviews.reading import KEPT, LAYOUT, SHAPES, SHARE, Pairs, SavedView, find, visible

SUBJECT = "core.list_view"
AUDIENCES = ("private", "everybody", "team", "role")
LONGEST_NAME, MOST = 60, 100


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be kept. `audience` is private, everybody, team:<number> or role:<number>; `role_id` opens with it.

    Without `conditions` or `columns` a view keeps its own.
    """

    name: str
    audience: str = "private"
    pinned: bool = False
    opens_first: bool = False
    role_id: int | None = None
    conditions: Pairs | None = None
    columns: tuple[str, ...] | None = None


def create(spec: EntitySpec, given: Given) -> int:
    """A new view of the actor's; its id. Invalid with what is wrong with it."""
    require(f"{spec.name}.view")
    values = _checked(spec, given, None)
    unit().begin_write()
    if len(visible(spec)) >= MOST:
        raise Invalid(
            errors={"name": [_("There are {limit} views of this list already. Delete one first.", limit=MOST)]}
        )
    new_id: int = (
        unit()
        .execute(
            sa.insert(views)
            .values(**values, entity=spec.name, owner_id=actor().id, created_at=utc_now())
            .returning(views.c.id)
        )
        .scalar_one()
    )
    changes = {name: [None, value] for name, value in values.items() if value not in (None, "", [])}
    _open_first(spec, new_id, given, None, changes)
    listener.record(SUBJECT, new_id, values["name"], "create", changes)
    return new_id


def change(spec: EntitySpec, view_id: int, given: Given) -> None:
    """Give a view another name, reach or content; whoever may only open it chooses at most that it opens first."""
    before = find(spec, view_id)
    changes: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if before.may_change:
        values = _checked(spec, given, before)
        stored = {**_facts(before)}
        changes = {name: [stored[name], value] for name, value in values.items() if stored[name] != value}
    unit().begin_write()
    if changes:
        unit().execute(sa.update(views).where(views.c.id == view_id).values(**values))
    _open_first(spec, view_id, given, before, changes)
    if changes:
        listener.record(SUBJECT, view_id, values.get("name", before.name), "update", changes)


def remove(spec: EntitySpec, view_id: int) -> str:
    """Delete a view for everybody it was shared with; its name."""
    found = find(spec, view_id)
    if not found.may_change:
        raise not_found()
    unit().begin_write()
    unit().execute(sa.delete(views).where(views.c.id == view_id))
    listener.record(
        SUBJECT,
        view_id,
        found.name,
        "delete",
        {name: [value, None] for name, value in _facts(found).items() if value not in (None, "", [])},
    )
    return found.name


def _facts(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "audience": view.audience,
        "audience_id": view.audience_id,
        "pinned": view.pinned,
        "conditions": [list(pair) for pair in view.conditions],
        "columns": list(view.columns),
    }


def _checked(spec: EntitySpec, given: Given, before: SavedView | None) -> dict[str, Any]:
    errors: dict[str, list[Any]] = {}
    name = clean(given.name)
    if not name:
        errors["name"] = [_("Enter a name.")]
    elif len(name) > LONGEST_NAME:
        errors["name"] = [_("This is longer than {limit} characters. Shorten it.", limit=LONGEST_NAME)]
    elif any(one.is_mine and one.name == name and (before is None or one.id != before.id) for one in visible(spec)):
        errors["name"] = [_("You have a view of this name already.")]
    audience, number = _audience(given.audience, errors)
    if before is None or (audience, number) != (before.audience, before.audience_id) or given.role_id:
        _may_share(audience, number, given, errors)
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)
    conditions = given.conditions if given.conditions is not None else before.conditions if before else ()
    columns = given.columns if given.columns is not None else before.columns if before else ()
    if given.conditions is not None:
        conditions = _conditions(spec, given.conditions)
    if given.columns is not None:
        columns = tuple(one for one in dict.fromkeys(given.columns) if one in readable(spec))
    return {
        "name": name,
        "audience": audience,
        "audience_id": number,
        "pinned": given.pinned,
        "conditions": [list(pair) for pair in conditions],
        "columns": list(columns),
    }


def _audience(text: str, errors: dict[str, list[Any]]) -> tuple[str, int | None]:
    word, _colon, rest = text.partition(":")
    needs_number = word in ("team", "role")
    number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 18 else None
    if word not in AUDIENCES or needs_number != (number is not None):
        errors["audience"] = [_("Choose from the list.")]
    return word, number if needs_number else None


def _may_share(audience: str, number: int | None, given: Given, errors: dict[str, list[Any]]) -> None:
    """Sharing is a right; a list opens for a role only with what its holders may open."""
    if audience == "private" and given.role_id is None:
        return
    require(SHARE)
    if number is not None and audience in ("team", "role"):
        target = registry().entity(f"core.{audience}").table
        known = sa.select(target.c.id).where(target.c.id == number, target.c.deleted_at.is_(None))
        if unit().execute(known).first() is None:
            errors["audience"] = [_("Choose from the list.")]
    reaches = audience == "everybody" or (audience == "role" and number == given.role_id)
    if given.role_id is not None and not reaches:
        errors["role"] = [_("Share the view with this role or with everybody first.")]


def _conditions(spec: EntitySpec, given: Iterable[tuple[str, str]]) -> Pairs:
    """Conditions, search and order of an address, checked by the list's own rules; pages and the like are left out."""
    pairs = tuple(
        (name, value[:500])
        for name, value in given
        if value and (name in KEPT or name not in {*RESERVED, "csrf_token"}) and (name != "shape" or value in SHAPES)
    )
    query.parse_args(spec, [pair for pair in pairs if pair[0] not in LAYOUT], preferences())
    return pairs


def _open_first(
    spec: EntitySpec, view_id: int, given: Given, before: SavedView | None, changes: dict[str, Any]
) -> None:
    was = before is not None and before.opens_first
    if given.opens_first != was:
        _set_default(spec, "user", actor().id, view_id if given.opens_first else None)
        changes["opens_first"] = [was, given.opens_first]
    old = before.role_ids if before else ()
    new = (given.role_id,) if given.role_id is not None else ()
    if new != old and (before is None or before.may_change):
        if new or old:
            require(SHARE)
        for role_id in {*old, *new}:
            _set_default(spec, "role", role_id, view_id if role_id in new else None)
        changes["roles"] = [list(old), list(new)]


def _set_default(spec: EntitySpec, holder: str, holder_id: int | None, view_id: int | None) -> None:
    unit().execute(
        sa.delete(defaults).where(
            defaults.c.entity == spec.name, defaults.c.holder == holder, defaults.c.holder_id == holder_id
        )
    )
    if view_id is not None:
        unit().execute(
            sa.insert(defaults).values(entity=spec.name, holder=holder, holder_id=holder_id, view_id=view_id)
        )
