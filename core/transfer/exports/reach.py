"""The rights by which a file was written, and whether somebody still has them when he fetches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.actor import SUBTEAMS, TEAM, Actor, actor
from core.entity.spec import EntitySpec
from core.permissions import scope
from core.transfer.exporter import exportable


def reach_of(spec: EntitySpec, names: Iterable[str]) -> dict[str, Any]:
    """How far the actor's rights reach that decide what stands in a file with these columns."""
    who = actor()
    targets = {spec.fields[name].target for name in names} - {"", "core.user"}
    asked = [f"{spec.name}.view", f"{spec.name}.export", *(f"{target}.view" for target in sorted(targets))]
    scopes = {permission: scope(permission) for permission in asked}
    return {"scopes": scopes, "organisations": list(who.organisation_ids), "teams": _teams(who, scopes)}


def _teams(who: Actor, scopes: Mapping[str, int]) -> list[int]:
    """The teams whose records may be in it."""
    widest = {reach for reach in scopes.values() if reach in (TEAM, SUBTEAMS)}
    return sorted({*(who.own_team_ids if TEAM in widest else ()), *(who.team_ids if SUBTEAMS in widest else ())})


def still_reaches(spec: EntitySpec, names: Iterable[str], then: Mapping[str, Any]) -> bool:
    """Whether the actor's rights reach at least as far as when the file was written."""
    who = actor()
    if not set(names) <= set(exportable(spec)):
        return False
    if any(scope(permission) < reach for permission, reach in then["scopes"].items()):
        return False
    # He may work with one of his organisations just now: all of them count, as they did then.
    now = {one for one, _name in who.organisations}
    return set(then["organisations"]) <= now and set(then["teams"]) <= {*who.own_team_ids, *who.team_ids}
