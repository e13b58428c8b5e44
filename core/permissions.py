"""Rights, as SQL: `scoped()` is the one gate through which rows are read; lists, counts, exports and API agree.

A permission is "entity.action"; a role grants it with a scope: own, team, subteams or all. A record's owner is
`owner_id`, or its creator where the entity has no owner. A role may also hide a field, or let it only be read; what a
user may not read he can neither see, filter, sort, group, search nor match by (SEC-24, SEC-27).

Each condition comes as a `Rule` that says where it stems from, so that the page of effective rights explains what is
in force and not what somebody wrote down about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from core import actor as actors
from core.actor import ALL, HIDDEN, NONE, OWN, READ, SUBTEAMS, WRITE, Actor
from core.auth.models import Team, user_organisation, user_team
from core.db import open_unit, unit
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Forbidden, NotFound, Unavailable
from core.language.i18n import LazyString, _
from core.plugin.containment import PluginFailed
from core.registry import Registry, current, settings

MASS_CHANGE = "core.mass.change"
#: What the six permissions of every entity are called.
ACTION_LABELS: Mapping[str, LazyString] = MappingProxyType({
    "view": _("View", context="permission"), "add": _("Create"), "change": _("Edit"), "delete": _("Delete"),
    "export": _("Export"), "import": _("Import"),
})  # fmt: skip
#: Under this a unit of work keeps the rules that it has asked for.
_RULES = "core.permissions.rules"
_NONE: frozenset[str] = frozenset()
#: No plugin may bar the way to where plugins are turned off.
UNDENIED = "core.module.change"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that rows must fulfil: `kind` is right, owner, organisation or plugin; `source` names the plugin."""

    kind: str
    condition: Any
    source: str = ""


def scope(permission: str, who: Actor | None = None) -> int:
    """How far `permission` reaches for the actor: NONE, OWN, TEAM, SUBTEAMS or ALL."""
    who = who or actors.actor()
    reach = who.scope(permission)
    if not reach or who.is_system or permission == UNDENIED:
        return reach
    registry = current()
    if registry.closed and permission.partition(".")[0] in registry.closed:
        return NONE
    try:
        return NONE if any(True for _plugin in denying(permission, who)) else reach
    except PluginFailed:
        return NONE  # Whoever cannot be asked may have said no.


def denying(permission: str, who: Actor) -> Iterator[str]:
    """The plugins that refuse the actor this permission, whatever his roles grant."""
    for plugin, answer in _answers(current().hook.deny, {"actor": who, "permission": permission}):
        if answer:
            yield plugin


def _answers(hook: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What each plugin answers to a hook of rights, with the plugin's name; the registry allows no wrappers here."""
    for one in reversed(hook.get_hookimpls()):
        yield one.plugin_name, one.function(*(given[name] for name in one.argnames))


def can(permission: str, who: Actor | None = None) -> bool:
    """Whether the actor has the right, at least for own records: `can("contacts.contact.export")`."""
    return scope(permission, who) > NONE


def permission_label(name: str) -> str:
    """A permission as the page of roles names it: the entity's plural and what may be done; empty when unknown."""
    known = current().permissions.get(name)
    if known is None:
        return ""
    entity, _dot, action = name.rpartition(".")
    spec = current().entities.get(entity)
    label = str(ACTION_LABELS.get(action, known.label))
    return f"{spec.meta.plural} · {label}" if spec else label


def require(permission: str, who: Actor | None = None) -> None:
    """Forbidden, naming what is missing, unless the actor has the right at least for own records."""
    if not can(permission, who):
        _refuse_closed(permission)
        _refuse_token(permission, who or actors.actor())
        raise Forbidden(_("You do not have permission for this. Ask an administrator for “{permission}”.",
                          permission=permission_label(permission) or permission), permission=permission)


READ_ONLY_TOKEN = _("This token only reads. To change something, make one that may read and write.")


def _refuse_token(permission: str, who: Actor) -> None:
    """Forbidden, where it is the token that leaves out what its user may do: no administrator has to be asked."""
    if (who.read_only or who.only is not None) and replace(who, read_only=False, only=None).scope(permission):
        left_out = replace(who, read_only=False).scope(permission) == NONE
        raise Forbidden(_("This token is for other record types. Make one that includes “{permission}”.",
                          permission=permission_label(permission) or permission)
                        if left_out else READ_ONLY_TOKEN, permission=permission)


def require_mass(count: int) -> None:
    """Changing many records at once is a right of its own."""
    if count > 1:
        require(MASS_CHANGE)


def field_level(f: FieldSpec, who: Actor | None = None) -> int:
    """What the actor may do with a field of a record he may view or change: HIDDEN, READ or WRITE.

    A field that shows other records, such as tags, is hidden where none of them may be seen, and one that is only there
    while a setting says so (`while_setting` in its options) is hidden from all while that is off. It keeps its values.
    """
    who = who or actors.actor()
    level = _level(f, who)
    if level == HIDDEN or not _is_open(f, who):
        return HIDDEN
    return READ if f.write and not can(f.write, who) else level


def _level(f: FieldSpec, who: Actor) -> int:
    """What roles leave of a field. Several values hold the main one too, so they are as closed as its own field; one
    that can hold the value of another (`copies` in its options) is hidden with it."""
    main = f.options.get("primary")
    level = who.field_level(f.entity, f.name)
    told = (*f.options.get("place", ()), *f.options.get("copies", ()))
    if any(who.field_level(f.entity, name) == HIDDEN for name in told):
        return HIDDEN
    return min(level, *(who.field_level(f.entity, name) for name in main.values())) if main else level


def _is_open(f: FieldSpec, who: Actor) -> bool:
    if not is_switched_on(f) or (f.read and not can(f.read, who)):
        return False
    # Colleagues' names are open to everyone who is signed in.
    return not f.type.is_many or f.target == "core.user" or can(f"{f.target}.view", who)


def is_switched_on(f: FieldSpec) -> bool:
    """Whether a field that is only there while a setting says so is there."""
    return "while_setting" not in f.options or bool(settings(f.options["while_setting"]))


def _refuse_closed(permission: str) -> None:
    """Unavailable when nobody is let in because the plugin that says who may has failed."""
    guard = current().closed.get(permission.partition(".")[0])
    if guard:
        raise Unavailable(_("These data are closed for everybody: the module “{module}”, which decides who may see "
                            "them, has failed. An administrator can try it again or turn it off in the settings, "
                            "under Modules.", module=current().label(guard)), plugin=guard)


def may_read(f: FieldSpec, who: Actor | None = None) -> bool:
    """Whether the actor may see a field of an entity he may view."""
    return field_level(f, who) >= READ


def may_write(f: FieldSpec, who: Actor | None = None) -> bool:
    return field_level(f, who) == WRITE


def readable(spec: EntitySpec, who: Actor | None = None) -> Mapping[str, FieldSpec]:
    """The fields the actor may see: what he may not see he can neither filter nor sort by (SEC-24).

    Worked out once for an actor's rights; only fields that hang on further permissions are asked about each time, as
    plugins may refuse those.
    """
    who = who or actors.actor()
    kept = who.known.get(spec.name)
    if kept is None or kept[0] is not spec:
        shown = {name: f for name, f in spec.fields.items() if _level(f, who) >= READ}
        asked = tuple(f for f in shown.values() if f.read or f.type.is_many or "while_setting" in f.options)
        kept = who.known[spec.name] = (spec, asked, {_NONE: MappingProxyType(shown)})
    _spec, asked, by_closed = kept
    closed = frozenset(f.name for f in asked if not _is_open(f, who))
    found: Mapping[str, FieldSpec] | None = by_closed.get(closed)
    if found is None:
        left = {name: f for name, f in by_closed[_NONE].items() if name not in closed}
        found = by_closed[closed] = MappingProxyType(left)
    return found


def hidden(spec: EntitySpec, who: Actor | None = None) -> set[str]:
    """The names of the fields the actor may not see."""
    shown = readable(spec, who)
    return set() if len(shown) == len(spec.fields) else spec.fields.keys() - shown.keys()


def without_hidden(spec: EntitySpec, record: Mapping[str, Any], who: Actor | None = None) -> dict[str, Any]:
    """A record less what the actor may not see, for plugins' own templates and answers."""
    closed = hidden(spec, who)
    if any(spec.fields[name].key for name in closed):
        closed.add("custom")  # the object that holds the values of all added fields
    return {name: value for name, value in record.items() if name not in closed}


def scope_conditions(spec: EntitySpec, action: str = "view", who: Actor | None = None,
                     registry: Registry | None = None, trashed: bool | None = False, about: str = "") -> list[Any]:
    """SQL conditions that every row the actor may `action` fulfils; an impossible one when there is no right."""
    who = who or actors.actor()
    deleted_at = spec.table.c.deleted_at
    living = sa.true() if trashed is None else deleted_at.is_not(None) if trashed else deleted_at.is_(None)
    if who.is_system:
        return [living]
    if scope(f"{spec.name}.{action}", who) == NONE:
        return [sa.false()]
    return [living, *(rule.condition for rule in rules(spec, action, who, registry, about))]


def rules(
    spec: EntitySpec, action: str, who: Actor, registry: Registry | None = None, about: str = ""
) -> list[Rule]:
    """All conditions on rows for somebody who has the right itself; those that let everything pass are left out.

    With `about` those on rows about records of this entity, where an entity has several; no others fulfil them. A unit
    of work that has only read so far asks plugins once. Whatever is written may change what they answer.
    """
    registry, opened = registry or current(), open_unit()
    if opened is None or opened.is_writing:
        return _rules(spec, action, who, registry, about)
    kept: dict[Any, Any] = opened.state.setdefault(_RULES, {})
    # The actor and the registry are kept beside: a number of an object that is gone may be another's.
    found = kept.get(key := (spec.name, action, about, id(who), id(registry)))
    if found is None:
        found = kept[key] = (_rules(spec, action, who, registry, about), who, registry)
    rules: list[Rule] = found[0]
    return rules


def _rules(spec: EntitySpec, action: str, who: Actor, registry: Registry, about: str) -> list[Rule]:
    reach = scope(f"{spec.name}.{action}", who)
    found: list[Rule] = []
    if reach == NONE:
        return [Rule("right", sa.false())]
    if reach < ALL:
        found.append(Rule("owner", _ownership(spec, reach, who, action)))
    found += (Rule("organisation", condition) for condition in _organisation(spec, who))
    if spec.meta.seen_with:
        found.append(Rule("record", _seen_with(spec, who, registry, about)))
    given = {"entity": spec, "actor": who, "action": action}
    for plugin, answer in _answers(registry.hook.scope_query, given):
        found += (Rule("plugin", condition, plugin) for condition in answer or ())
    return found


def viewable_ids(spec: EntitySpec) -> Any:
    """A subquery of the records the actor may view, in the trash or not; None where these are all there are."""
    conditions = [rule.condition for rule in rules(spec, "view", actors.actor())]
    return sa.select(spec.table.c.id).where(*conditions) if conditions else None


def owner_column(spec: EntitySpec) -> Any:
    """Whose a record is: a user is his own."""
    table = spec.table
    if spec.name == "core.user":
        return table.c.id
    return table.c.owner_id if "owner_id" in table.c else table.c.created_by_id


def _ownership(spec: EntitySpec, reach: int, who: Actor, action: str) -> Any:
    """Theirs as owners, or as those who may act as owners; to view, also as those who take part."""
    owners = [owner_column(spec), *(spec.table.c[name] for name in spec.meta.shared_with)]
    teams = who.team_ids if reach == SUBTEAMS else who.own_team_ids

    def is_ours(column: Any) -> Any:
        return column == who.id if reach == OWN or not teams else sa.or_(
            column == who.id, column.in_(members(teams)))  # fmt: skip

    found = [is_ours(owner) for owner in owners]
    for link in (spec.links[name] for name in spec.meta.seen_by if action == "view"):
        found.append(spec.table.c.id.in_(sa.select(link.c.record_id).where(is_ours(link.c.target_id))))
    return sa.or_(*found)


def members(team_ids: tuple[int, ...]) -> Any:
    """The users of these teams, their heads included, as a subquery."""
    colleagues = sa.select(user_team.c.user_id).where(user_team.c.team_id.in_(team_ids))
    heads = sa.select(Team.head_id).where(Team.id.in_(team_ids), Team.head_id.is_not(None))
    return sa.union(colleagues, heads)


def _organisation(spec: EntitySpec, who: Actor) -> list[Any]:
    """The border between organisations: a record of one is unseen in others, one of none is shared."""
    table = spec.table
    if "organisation_id" in table.c:
        if who.is_everywhere:
            return []  # counting by an index alone is many times faster than looking at every row
        column = table.c.organisation_id
        return [sa.or_(column.is_(None), column.in_(who.organisation_ids))]
    if spec.name == "core.organisation" and not who.is_admin:
        return [table.c.id.in_(who.organisation_ids)]
    if spec.name == "core.user" and not who.is_admin:
        shared = sa.select(user_organisation.c.user_id).where(
            user_organisation.c.organisation_id.in_(who.organisation_ids))
        return [sa.or_(table.c.id == who.id, table.c.id.in_(shared))]
    return []


def _seen_with(spec: EntitySpec, who: Actor, registry: Registry, about_only: str) -> Any:
    """The record that this one is about may be seen, whether or not it is in the trash; one about nothing passes.

    The record is looked up by its id: a list of all that may be seen would be made anew for every question.
    """
    kind, about = (spec.table.c[name] for name in spec.meta.seen_with)
    found: list[Any] = [] if about_only else [kind.is_(None)]
    whole: list[str] = []
    for other in registry.entities.values():
        if other.plugin == "core" or other.meta.seen_with or about_only not in ("", other.name):
            continue
        try:
            if scope(f"{other.name}.view", who) == NONE:
                continue
            conditions = [rule.condition for rule in rules(other, "view", who, registry)]
        except PluginFailed:
            continue  # Who may see these cannot be said now.
        if conditions:
            seen = sa.select(sa.literal(1)).where(other.table.c.id == about, *conditions).correlate(spec.table)
            found.append(sa.and_(kind == other.name, seen.exists()))
        else:
            whole.append(other.name)
    return sa.or_(sa.false(), *found, *([kind.in_(whole)] if whole else ()))


def scoped(statement: Any, entity: Any, action: str = "view", who: Actor | None = None,
           trashed: bool | None = False, about: str = "") -> Any:
    """`statement` limited to the rows the actor may `action`; the entity by its class, name or spec.

    `trashed` are those in the trash, None those in the trash or not: of these show only that they were there. Where the
    entity is one of records about others, such as comments, `about` limits it to those about this entity: the rules of
    all the others need not be asked for then.
    """
    return statement.where(*scope_conditions(current().of(entity), action, who, trashed=trashed, about=about))


def permitted(entity: Any, action: str, who: Actor | None = None) -> Any:
    """The condition that the actor may `action` a row, as a column beside those that are read: a button by row."""
    return sa.and_(sa.true(), *scope_conditions(current().of(entity), action, who))


def may_change(spec: EntitySpec, record: Mapping[str, Any]) -> bool:
    """Whether the actor may change this living record that he may view. What is his own is known without asking."""
    who = actors.actor()
    if record.get("deleted_at") is not None or not can(f"{spec.name}.change", who):
        return False
    owners = {record.get(name) for name in (owner_column(spec).name, *spec.meta.shared_with)}
    if who.is_system or who.id in owners or not rules(spec, "change", who):
        return True
    found = sa.select(sa.literal(1)).where(spec.table.c.id == record["id"], *scope_conditions(spec, "change", who))
    return unit().execute(found).first() is not None


def not_found() -> NotFound:
    """One answer for gone, trashed and not yours."""
    return NotFound(_("This record does not exist, or you may not see it."))
