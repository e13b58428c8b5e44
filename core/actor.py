"""Who acts, and through which door: carried in context variables by requests, jobs and commands alike."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from types import MappingProxyType
from typing import Any

Network = IPv4Network | IPv6Network

SCOPES = ("none", "own", "team", "subteams", "all")
NONE, OWN, TEAM, SUBTEAMS, ALL = range(5)
#: Changing many at once counts only beside the right to change, so a token for some entities leaves it.
ABOUT_MANY = "core.mass"
#: What a role may do with one field of an entity it reaches; the widest of a user's roles counts.
FIELD_LEVELS = ("hidden", "read", "write")
HIDDEN, READ, WRITE = range(3)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with what the roles grant: `grants` maps "entity.action" to a scope (0 none … 4 all).

    `organisation_id` is where the user works now, `organisation_ids` those whose records he works with: all of his, or
    the one he has chosen (`is_narrowed`); `organisations` are all of his with their names. `own_team_ids` are the teams
    he belongs to or heads, `team_ids` these and all below them: the scopes "team" and "subteams". `fields` maps an
    entity to {field: level} where the roles leave less than WRITE. `is_everywhere`: there is no organisation beside the
    user's, so no row has to be looked at for the border between them. `known` keeps what follows from the rights, such
    as which fields may be read: actors live as long as their rights. Each of the lists of `networks` has to hold the
    address he comes from (`core.auth.networks`). The system actor may do everything and stands for commands, migrations
    and scheduled work.
    """

    id: int | None
    name: str
    email: str = ""
    grants: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    own_team_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    organisation_id: int | None = None
    organisation_ids: tuple[int, ...] = ()
    organisations: tuple[tuple[int, str], ...] = ()
    is_narrowed: bool = False
    is_everywhere: bool = False
    is_admin: bool = False
    is_system: bool = False
    read_only: bool = False
    fields: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    known: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    only: frozenset[str] | None = None
    must_use_factor: bool = False
    networks: tuple[tuple[Network, ...], ...] = ()

    def scope(self, permission: str) -> int:
        """How far a permission reaches; a read-only token narrows everything to looking."""
        if self.read_only and permission.rpartition(".")[2] not in ("view", "export"):
            return NONE
        if self.only is not None and permission.rpartition(".")[0] not in (*self.only, ABOUT_MANY):
            return NONE
        if self.is_system or self.is_admin:
            return ALL
        return self.grants.get(permission, NONE)

    def may_come_from(self, address: str, networks: tuple[tuple[Network, ...], ...] | None = None) -> bool:
        """Whether he may work from this address, by his own lists or by those given."""
        lists = self.networks if networks is None else networks
        if not lists:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        # A socket for both kinds of addresses tells one of the old kind in the form of the new.
        found = getattr(found, "ipv4_mapped", None) or found
        return all(any(found in one for one in wanted) for wanted in lists)

    @property
    def rights_key(self) -> Any:
        """Equal for actors who may do the same with what is in an entity, whosever record it is: for things drawn
        once for all of them."""
        if "rights key" not in self.known:
            fields = tuple(sorted((name, tuple(sorted(levels.items()))) for name, levels in self.fields.items()))
            grants = tuple(sorted(self.grants.items()))
            self.known["rights key"] = (self.is_admin, self.is_system, self.read_only, self.only, grants, fields)
        return self.known["rights key"]

    @property
    def chosen_organisation_id(self) -> int | None:
        """The organisation he has narrowed his work to; None when he works with all of his."""
        return self.organisation_id if self.is_narrowed else None

    def field_level(self, entity: str, name: str) -> int:
        """What the roles leave of a field: HIDDEN, READ or WRITE."""
        if self.is_system or self.is_admin:
            return WRITE
        restricted = self.fields.get(entity)
        return WRITE if restricted is None else restricted.get(name, WRITE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: channel (web, api, cli, job), network address, id of the request, user agent."""

    channel: str = "cli"
    address: str = ""
    request_id: str = ""
    user_agent: str = ""


SYSTEM = Actor(id=None, name="Diwan", is_system=True)
ANONYMOUS = Actor(id=None, name="")
NOWHERE = Origin()

_actor: ContextVar[Actor] = ContextVar("diwan_actor", default=ANONYMOUS)
_origin: ContextVar[Origin] = ContextVar("diwan_origin", default=NOWHERE)


def actor() -> Actor:
    """Who acts now; nobody (and so without any right) unless `acting` says otherwise."""
    return _actor.get()


def origin() -> Origin:
    return _origin.get()


def new_request_id() -> str:
    return secrets.token_hex(8)


@contextmanager
def acting(who: Actor, through: Origin | None = None) -> Iterator[Actor]:
    """Act as `who` in the body."""
    actor_token = _actor.set(who)
    origin_token = _origin.set(through) if through is not None else None
    try:
        yield who
    finally:
        _actor.reset(actor_token)
        if origin_token is not None:
            _origin.reset(origin_token)
