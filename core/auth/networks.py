"""From where somebody may work: a list of networks of his own and one of each of his roles (P35).

Every list that there is has to hold the address, so that no role and nobody who may change users opens what another
list closes. Without any list one may work from everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.actor import Network, actor, origin
from core.auth.models import NETWORKS, Role, User, user_role
from core.db import unit
from core.errors import Forbidden, Invalid, Unauthenticated
from core.language.digits import to_latin
from core.language.direction import isolate, isolate_ltr
from core.language.i18n import _

MOST = 50
CODE = "network"
#: Commas of all three languages.
_BETWEEN = re.compile(r"[\s,;،؛]+")


def parse(text: str | None) -> tuple[Network, ...]:
    """The networks of a list as somebody wrote it; ValueError with the part that is none. One address is a network,
    and one written with the number of a machine in it is the network that this machine is in."""
    found = []
    for part in _BETWEEN.split(to_latin(text or "").strip()):
        if part:
            try:
                found.append(ip_network(part, strict=False))
            except ValueError:
                raise ValueError(part) from None
    return tuple(dict.fromkeys(found))


def written(networks: Iterable[Network]) -> str:
    """As it is kept and shown: one after the other, an address without its length."""
    return ", ".join(str(one.network_address if one.num_addresses == 1 else one) for one in networks)


def lists_of(connection: Connection, user_id: int) -> tuple[tuple[Network, ...], ...]:
    """The lists that hold for a user."""
    return tuple(parse(row.networks) for row in connection.execute(_kept(user_id)))


def kept_for(user_id: int) -> list[Any]:
    """Where they are kept: (entity class, record id, name, list as text)."""
    return [({"user": User, "role": Role}[row.kind], row.id, row.name, row.networks)
            for row in unit().execute(_kept(user_id))]  # fmt: skip


def _kept(user_id: int) -> Any:
    def of(entity: Any, kind: str) -> Any:
        columns = (sa.literal(kind).label("kind"), entity.id, entity.name, entity.networks)
        return sa.select(*columns).where(entity.networks.is_not(None), entity.deleted_at.is_(None))

    own = of(User, "user").where(User.id == user_id)
    return own.union_all(of(Role, "role").join(user_role, sa.and_(user_role.c.role_id == Role.id,
                                                                  user_role.c.user_id == user_id)))  # fmt: skip


def check(change: Any) -> None:
    """Of a user or a role: that the list can be read, and who may change it; it is kept in one way of writing."""
    if not change.changed("networks"):
        return
    if not (actor().is_system or actor().is_admin):
        change.error("networks", _("Only an administrator can change the allowed networks."))
    try:
        networks = parse(change.after.get("networks"))
    except ValueError as error:
        change.error("networks", _("“{text}” is not an IP address or network. Example: {example}",
                                   text=isolate(str(error)[:60]), example=isolate_ltr("203.0.113.0/24")))  # fmt: skip
        return
    if len(networks) > MOST:
        change.error("networks", _("Choose at most {limit} networks.", limit=MOST))
    change.set("networks", written(networks) or None)


def hint() -> str:
    """What stands beside the input; empty for whoever may not change a list."""
    return str(NETWORKS) if actor().is_admin else ""


def keep_oneself_in() -> None:
    """Invalid when the actor could not go on from where he is: nobody locks himself out. Commands have no address."""
    here = origin()
    if actor().id is None or not here.address:
        return
    if not actor().may_come_from(here.address, lists_of(unit().connection, actor().id or 0)):
        raise Invalid(errors={"networks": [
            _("Your own address {address} is not among them: you would lock yourself out.",
              address=isolate_ltr(here.address))]})  # fmt: skip


def refusal() -> Forbidden:
    """For whoever is logged in and comes from elsewhere."""
    error = Forbidden(_REFUSED)
    error.code = CODE
    return error


def no_entry() -> Unauthenticated:
    """For whoever logs in from elsewhere."""
    return Unauthenticated(_REFUSED)


_REFUSED = _("Access from this network is not allowed. Connect from your organisation's network, or ask an "
             "administrator.")  # fmt: skip
