"""The views somebody may open, and what is left of one for him: a view shows what its reader may see, never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import query
from core.actor import actor
from core.auth.models import user_role
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Malformed, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import can, readable
from core.query.parse import parse_sort, split_any, usual_sort
from core.savedviews.models import defaults, views

SHARE = "core.list_view.share"
#: What of a list's address belongs to a view beside its conditions.
KEPT = ("q", "sort", "limit", "group")
#: What programs give of a view, and get of it.
MEMBERS = ("name", "audience", "pinned", "opens_first", "role_id", "conditions", "columns")
#: How the records are laid out: as a board or calendar, by which field, with which sums, for how long.
LAYOUT = ("shape", "by", "sum", "span")
SHAPES = ("board", "calendar")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as it was saved. `opens_first` for the reader himself; `role_ids`: for those roles, the reader's among
    them where `is_for_my_role`."""

    id: int
    entity: str
    name: str
    owner_id: int
    audience: str
    audience_id: int | None
    conditions: Pairs
    columns: tuple[str, ...]
    pinned: bool
    opens_first: bool = False
    role_ids: tuple[int, ...] = ()
    is_for_my_role: bool = False

    @property
    def is_mine(self) -> bool:
        return self.owner_id == actor().id

    @property
    def may_change(self) -> bool:
        """Its owner may, and for shared ones whoever may share."""
        return self.is_mine or (self.audience != "private" and can(SHARE))


@dataclass(frozen=True, slots=True)
class Opened:
    """What a view opens for its reader: `missing` fields are gone, and `is_narrower` says that others are hidden."""

    conditions: Pairs
    columns: tuple[str, ...]
    missing: tuple[str, ...] = ()
    is_narrower: bool = False


def visible(spec: EntitySpec) -> list[SavedView]:
    """One's own views and those shared with oneself, by name; in one query."""
    who = actor()
    given = {"user": who.id, "teams": who.own_team_ids, "entity": spec.name}
    found: dict[int, dict[str, Any]] = {}
    for row in unit().execute(_VISIBLE[can(SHARE)], given).mappings():
        kept = found.setdefault(row["id"], {**row, "opens_first": False, "role_ids": (), "is_for_my_role": False})
        if row["holder"] == "user":
            kept["opens_first"] = True
        elif row["holder"] == "role":
            kept["role_ids"] = (*kept["role_ids"], row["holder_id"])
            kept["is_for_my_role"] = kept["is_for_my_role"] or bool(row["is_my_role"])
    return [_view(row) for row in found.values()]


def _visible(may_share: bool) -> Any:
    """Made once: every list asks, and to put it together takes longer than to execute it."""
    user = sa.bindparam("user", type_=views.c.owner_id.type)
    mine = sa.select(user_role.c.role_id).where(user_role.c.user_id == user)
    shared = sa.or_(
        views.c.owner_id == user, views.c.audience == "everybody",
        sa.and_(views.c.audience == "team", views.c.audience_id.in_(sa.bindparam("teams", expanding=True))),
        sa.and_(views.c.audience == "role", views.c.audience_id.in_(mine)),
    )  # fmt: skip
    if may_share:
        shared = sa.or_(shared, views.c.audience != "private")
    concerns = sa.or_(defaults.c.holder == "role", defaults.c.holder_id == user)
    return (
        sa.select(views, defaults.c.holder, defaults.c.holder_id, defaults.c.holder_id.in_(mine).label("is_my_role"))
        .outerjoin(defaults, sa.and_(defaults.c.view_id == views.c.id, concerns))
        .where(views.c.entity == sa.bindparam("entity"), shared)
        .order_by(views.c.name, views.c.id)
    )


_VISIBLE = {may_share: _visible(may_share) for may_share in (False, True)}


def _view(row: dict[str, Any]) -> SavedView:
    names = ("id", "entity", "name", "owner_id", "audience", "audience_id", "pinned", "opens_first", "role_ids",
             "is_for_my_role")
    return SavedView(
        **{name: row[name] for name in names},
        columns=tuple(row["columns"]),
        conditions=tuple((str(name), str(value)) for name, value in row["conditions"]),
    )


def find(spec: EntitySpec, view_id: int) -> SavedView:
    """A view the reader may open; NotFound for any other."""
    for one in visible(spec):
        if one.id == view_id:
            return one
    raise NotFound(_("This view does not exist, or it is not shared with you."))


def first(listed: Sequence[SavedView]) -> SavedView | None:
    """The view the list opens with: the reader's own choice, else that of one of his roles."""
    for one in listed:
        if one.opens_first:
            return one
    return next((one for one in listed if one.is_for_my_role), None)


def opened(spec: EntitySpec, view: SavedView) -> Opened:
    """The view's address for this reader: what he may not filter, sort or see by is left out.

    The order always stands in it, so that an address whose last condition was taken away is told from the view itself.
    """
    kept: list[tuple[str, str]] = []
    dropped: list[str] = []
    sort = ""
    for name, value in view.conditions:
        if name == "sort":
            sort, lost = _sort(spec, value)
            dropped += lost
        elif name in KEPT and name != "group" or _is_kept(spec, name, value):
            kept.append((name, value))
        else:
            dropped += _named_by(spec, name, value)
    kept.append(("sort", sort or usual_order(spec)))
    shown = readable(spec)
    columns = tuple(name for name in view.columns if name in shown)
    dropped += [name for name in view.columns if name not in shown]
    missing = [name for name in dict.fromkeys(dropped) if spec.split(name)[0] not in spec.fields]
    return Opened(tuple(kept), columns, tuple(missing), len(set(dropped)) > len(missing))


def _named_by(spec: EntitySpec, name: str, value: str) -> list[str]:
    """The fields on account of which this part of a view is left out."""
    if name not in (*LAYOUT, "group"):
        return [split_any(name)[1].partition("__")[0]]
    return [one for level in value.split(",") if (one := level.partition(":")[0]) not in readable(spec)]


def usual_order(spec: EntitySpec) -> str:
    """The list's own order as it stands in an address."""
    return _written(usual_sort(spec))


def _is_kept(spec: EntitySpec, name: str, value: str) -> bool:
    """Whether what a view holds is still there for its reader: its condition, or the field it is laid out by."""
    if name not in (*LAYOUT, "group"):
        return _is_usable(spec, name, value)
    if name == "shape":
        return value in SHAPES
    if name == "group":
        return all(level.partition(":")[0] in readable(spec) for level in value.split(","))
    return name == "span" or value == "none" or value in readable(spec)


def _is_usable(spec: EntitySpec, name: str, value: str) -> bool:
    try:
        query.parse_args(spec, [(name, value)], preferences())
    except Malformed:
        return False
    return True


def _sort(spec: EntitySpec, text: str) -> tuple[str, list[str]]:
    """The keys one may sort by, as text, and the others."""
    good, lost = [], []
    for part in text.split(","):
        try:
            parse_sort(spec, part)
            good.append(part)
        except Malformed:
            lost.append(part.strip().removeprefix("-"))
    return ",".join(good), lost


def _written(sort: Sequence[tuple[str, bool]]) -> str:
    return ",".join(f"-{name}" if descending else name for name, descending in sort)
