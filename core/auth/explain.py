"""What somebody may do, and why: asked of the very functions that decide (P31).

Whether a permission, a field or a record is open comes from `core.permissions`; the reasons beside it name the roles,
the plugins and the conditions that these functions look at. On a record every condition is evaluated by the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core import permissions
from core.actor import FIELD_LEVELS, NONE, SCOPES, WRITE, Actor
from core.auth.actors import HeldRole, load_actor, load_roles
from core.auth.defaults import shown_name
from core.auth.models import Organisation, User
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.language.direction import isolate
from core.language.i18n import LazyString, _
from core.registry import current

SCOPE_LABELS: tuple[LazyString, ...] = (
    _("None"), _("Own", context="scope"), _("Team"), _("Sub-teams"), _("All"),
)  # fmt: skip
LEVEL_LABELS: tuple[LazyString, ...] = (_("Hidden"), _("Read only"), _("Editable"))
#: Actions on a record that is there; adding and importing are about none.
ON_RECORDS = ("view", "change", "delete", "export", "assign")


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that gave or refused: its kind, who stands behind it (a role, a plugin), and the sentence."""

    gives: bool
    kind: str
    source: str
    text: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the person may do this, how far (a scope's or a level's name), and the rules that say so."""

    name: str
    allowed: bool
    reach: str
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        reasons = [{"gives": one.gives, "kind": one.kind, "source": one.source, "text": str(one.text)}
                   for one in self.reasons]  # fmt: skip
        return {"name": self.name, "allowed": self.allowed, "reach": self.reach, "reasons": reasons}


class Person:
    """A user with his roles; `who` is None while he is switched off, and then he may do nothing."""

    def __init__(self, user_id: int, read_only: bool = False) -> None:
        found = load_actor(unit().connection, user_id)
        self.who: Actor | None = replace(found, read_only=read_only) if found is not None else None
        self.roles: Sequence[HeldRole] = load_roles(unit().connection, user_id)

    def permission(self, name: str) -> Verdict:
        """One permission, by the roles that grant it, and what narrows them."""
        who = self.who
        if who is None:
            return Verdict(name, False, SCOPES[NONE], (_OFF,))
        reach = permissions.scope(name, who)
        reasons = [*self._granting(name), *_narrowing(name, who)]
        if not any(reason.gives for reason in reasons):
            reasons.append(Reason(False, "role", "", _("No role grants it.")))
        return Verdict(name, reach > NONE, SCOPES[reach], tuple(reasons))

    def on_record(self, spec: EntitySpec, record_id: int, action: str) -> Verdict:
        """One action on one record: the permission, then every condition on rows, evaluated on this one."""
        found = self.permission(f"{spec.name}.{action}")
        if self.who is None or not found.allowed:
            return found
        checked = permissions.rules(spec, action, self.who)
        living = permissions.scope_conditions(spec, action, self.who)[0]
        conditions = [living, *(rule.condition for rule in checked)]
        columns = [sa.case((condition, 1), else_=0).label(f"c{index}") for index, condition in enumerate(conditions)]
        row = unit().execute(sa.select(*columns).where(spec.table.c.id == record_id)).first() or [0] * len(columns)
        reasons = list(found.reasons)
        if not row[0]:
            reasons.append(Reason(False, "trash", "", _("The record is in the trash, or it does not exist.")))
        told = _Told(spec, record_id, found.reach)
        reasons += [told.rule(rule, bool(held)) for rule, held in zip(checked, row[1:], strict=True)]
        return Verdict(found.name, all(row), found.reach, tuple(reasons))

    def field(self, f: FieldSpec) -> Verdict:
        """One field of an entity, by the roles that restrict it and the permissions it asks for."""
        if self.who is None:
            return Verdict(f.name, False, FIELD_LEVELS[0], (_OFF,))
        level = permissions.field_level(f, self.who)
        by_kernel = f.system or f.readonly
        reasons = [*self._restricting(f), *_asking(f, self.who)]
        if by_kernel and level:
            reasons.append(Reason(False, "kernel", "", _("The system gives this value.")))
        reach = min(level, WRITE - 1) if by_kernel else level
        return Verdict(f.name, level > 0, FIELD_LEVELS[reach], tuple(reasons))

    def _granting(self, name: str) -> Iterable[Reason]:
        for role in self.roles:
            label, reach = shown_name(role.key, role.name), role.grants.get(name, NONE)
            if role.is_admin:
                yield Reason(True, "admin", label, _("The role “{role}” may do everything.", role=label))
            elif reach:
                yield Reason(True, "role", label, _("The role “{role}” grants it: {scope}.", role=label,
                                                    scope=SCOPE_LABELS[reach]))  # fmt: skip

    def _restricting(self, f: FieldSpec) -> Iterable[Reason]:
        for role in self.roles:
            level, label = role.field_level(f.entity, f.name), shown_name(role.key, role.name)
            if level < WRITE:
                yield Reason(False, "role", label, _("The role “{role}” leaves of it: {level}.", role=label,
                                                     level=LEVEL_LABELS[level]))  # fmt: skip
            elif self.who is not None and f.name in self.who.fields.get(f.entity, {}) or role.is_admin:
                yield Reason(True, "role", label, _("The role “{role}” leaves it open.", role=label))


_OFF = Reason(False, "off", "", _("This user is switched off."))


def _narrowing(name: str, who: Actor) -> Iterable[Reason]:
    """What takes away from the roles: a token that only reads, and plugins."""
    if who.read_only and not who.scope(name) and replace(who, read_only=False).scope(name):
        yield Reason(False, "token", "", _("A read-only token only looks."))
    for plugin in permissions.denying(name, who):
        yield Reason(False, "plugin", plugin, _("The module “{module}” refuses it.", module=_plugin(plugin)))


def _asking(f: FieldSpec, who: Actor) -> Iterable[Reason]:
    """The permissions that a field asks for beside the entity's own."""
    shown = f"{f.target}.view" if f.type.is_many and f.target != "core.user" else ""
    for name in (f.read, f.write, shown):
        if name and not permissions.can(name, who):
            yield Reason(False, "permission", name, _("The permission “{permission}” is missing.",
                                                          permission=permissions.permission_label(name) or name))


class _Told:
    """Sentences about one record: whose it is and where it belongs, read once."""

    def __init__(self, spec: EntitySpec, record_id: int, reach: str) -> None:
        self.reach = SCOPE_LABELS[SCOPES.index(reach)]
        owner = sa.select(User.name).where(User.id == permissions.owner_column(spec)).scalar_subquery()
        place: Any = sa.null()
        if "organisation_id" in spec.table.c:
            place = sa.select(Organisation.name).where(
                Organisation.id == spec.table.c.organisation_id).scalar_subquery()  # fmt: skip
        found = unit().execute(sa.select(owner, place).where(spec.table.c.id == record_id)).first()
        self.owner = isolate((found[0] if found else None) or "–")
        self.place = isolate((found[1] if found else None) or "–")

    def rule(self, rule: permissions.Rule, held: bool) -> Reason:
        if rule.kind == "owner":
            within = _("It belongs to {owner}, which “{scope}” covers.", owner=self.owner, scope=self.reach)
            beyond = _("It belongs to {owner}, which “{scope}” does not cover.", owner=self.owner,
                       scope=self.reach)  # fmt: skip
            return Reason(held, rule.kind, "", within if held else beyond)
        if rule.kind == "organisation":
            within = _("It belongs to an organisation of this user, or to all.")
            beyond = _("It belongs to the organisation “{organisation}”, in which this user does not work.",
                       organisation=self.place)  # fmt: skip
            return Reason(held, rule.kind, "", within if held else beyond)
        if rule.kind == "record":
            within = _("It is about a record that this user may see.")
            beyond = _("It is about a record that this user may not see.")
            return Reason(held, rule.kind, "", within if held else beyond)
        module = _plugin(rule.source)
        within = _("The module “{module}” lets this record through.", module=module)
        beyond = _("The module “{module}” leaves this record out.", module=module)
        return Reason(held, rule.kind, rule.source, within if held else beyond)


def _plugin(name: str) -> Any:
    found = current().plugins.get(name)
    return found.manifest.label if found is not None else name
