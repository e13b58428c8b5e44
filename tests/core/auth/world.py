"""A small company to test with: its database, and short ways to make its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import ALL, SYSTEM, Actor, Origin, acting
from core.audit.models import audit, head
from core.auth import gate, guards, login, recovery, sessions
from core.auth.actors import load_actor
from core.auth.gate import Identity
from core.auth.models import (
    Organisation,
    Role,
    Team,
    User,
    credential,
    role_grant,
    user_organisation,
    user_role,
    user_team,
)
from core.auth.passwords import make_hash
from core.auth.sessions import Session
from core.db import make_engine, metadata, unit_of_work
from core.entity.base import utc_now
from core.jobs import upkeep
from core.mail import delivery
from core.plugin.models import stamp
from core.registry import Registry, build
from core.vault import Vault
from tests.support.machine import ROOT

PASSWORD = "harbour-lantern-42"
VAULT = Vault("a secret key of the tests")
# What hands jobs to workers there; a notice by mail asks for one.
DELIVERY = ROOT / "core" / "migrations" / "procrastinate.sql"
HERE = Origin(channel="web", address="192.0.2.7", request_id="r1", user_agent="Firefox")


def prepare(url: str) -> None:
    """Empty kernel tables with the head of the audit log."""
    engine = make_engine(url)
    tables = [table for table in metadata.sorted_tables if table.name.startswith("core_")]
    metadata.create_all(engine, tables=tables)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(no_parameters=True).exec_driver_sql(DELIVERY.read_text(encoding="utf-8"))
        connection.execute(sa.insert(head).values(id=1, seq=0, hash=bytes(32)))
        connection.execute(sa.insert(stamp), [{"name": "registry", "value": 3}, {"name": "rights", "value": 1}])
    engine.dispose()


def registry() -> Registry:
    return build((Organisation, Team, User, Role), [], kernel_hooks=(guards, upkeep, delivery, recovery))


@dataclass
class World:
    """Makes rows directly, so that each test says only what it is about. Ids are those of the database."""

    engine: Engine

    def organisation(self, name: str = "Waha", **values: object) -> int:
        return self._insert(Organisation.__table__, name=name, **values)

    def team(self, name: str = "North", parent: int | None = None) -> int:
        return self._insert(Team.__table__, name=name, parent_id=parent)

    def role(self, name: str = "Role", grants: dict[str, int] | None = None, is_admin: bool = False) -> int:
        role_id = self._insert(Role.__table__, name=name, is_admin=is_admin)
        rows = [{"role_id": role_id, "permission": key, "scope": to} for key, to in (grants or {}).items()]
        if rows:
            self.execute(sa.insert(role_grant), rows)
        return role_id

    def user(
        self, email: str = "sara@example.com", *, roles: Iterable[int] = (), teams: Iterable[int] = (),
        organisations: Iterable[int] | None = None, password: bool = True, **values: object,
    ) -> int:  # fmt: skip
        """A user who works in all organisations there are, unless told."""
        if organisations is None:
            organisations = [row[0] for row in self.all(sa.select(Organisation.id))]
        values = {"name": email.partition("@")[0], "active": True, "shortcuts": True, **values}
        user_id = self._insert(User.__table__, email=email, **values)
        for table, noun, ids in ((user_role, "role", roles), (user_team, "team", teams),
                                 (user_organisation, "organisation", organisations)):  # fmt: skip
            for linked in ids:
                self.execute(sa.insert(table).values({"user_id": user_id, f"{noun}_id": linked}))
        if password:
            known = {"user_id": user_id, "password_hash": make_hash(PASSWORD), "changed_at": utc_now()}
            self.execute(sa.insert(credential).values(known))
        return user_id

    def admin(self, email: str = "admin@example.com") -> int:
        return self.user(email, roles=[self.role("Administrator", is_admin=True)])

    def session(self, user_id: int, organisation_id: int | None = None, remember: bool = False) -> Session:
        with unit_of_work(self.engine):
            return sessions.create(user_id, organisation_id, HERE, remember)

    def sign_in(self, email: str = "sara@example.com", password: str = PASSWORD, origin: Origin = HERE, **more: object):
        """Log in with a password: what `login.sign_in` answers."""
        return self.do(login.sign_in, VAULT, email, password, origin, **more)

    def identify(self, token: str) -> Identity | None:
        with self.engine.connect() as connection:
            return gate.identify_session(connection, token)

    def actor(self, user_id: int, organisation_id: int | None = None) -> Actor:
        with self.engine.connect() as connection:
            found = load_actor(connection, user_id, organisation_id)
        assert found is not None
        return found

    def do(self, function: object, *arguments: object, who: Actor = SYSTEM, **named: object) -> object:
        """Call a service in a unit of work of its own, acting as `who`."""
        with unit_of_work(self.engine), acting(who, HERE):
            return function(*arguments, **named)  # type: ignore[operator]

    def execute(self, statement: sa.Executable, parameters: object = None) -> None:
        with unit_of_work(self.engine) as unit:
            unit.begin_write()
            unit.execute(statement, parameters)

    def all(self, statement: sa.Select) -> list[tuple]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def count(self, table: sa.Table) -> int:
        return self.all(sa.select(sa.func.count()).select_from(table))[0][0]

    def acts(self) -> list[tuple]:
        """(actor, entity, record, title, action) of the audit log, in order."""
        columns = (audit.c.actor_id, audit.c.entity, audit.c.record_id, audit.c.record_title, audit.c.action)
        return self.all(sa.select(*columns).order_by(audit.c.id))

    def later(self, table: sa.Table, **by: dt.timedelta) -> None:
        """Let time pass: move these columns of all rows back."""
        for name, delta in by.items():
            for (value,) in self.all(sa.select(table.c[name]).distinct()):
                changed = sa.update(table).where(table.c[name] == value)
                self.execute(changed.values({name: value - delta}))

    def rights_stamp(self) -> int:
        return self.all(sa.select(stamp.c.value).where(stamp.c.name == "rights"))[0][0]

    def _insert(self, table: sa.Table, **values: object) -> int:
        now = utc_now()
        values = {"created_at": now, "updated_at": now, "version": 1, **values}
        values |= {column.name: b"" for column in table.c if "_sort_" in column.name}
        with unit_of_work(self.engine) as unit:
            unit.begin_write()
            return unit.execute(sa.insert(table).values(values)).inserted_primary_key[0]


EVERYTHING = {"core.user.view": ALL, "core.user.add": ALL, "core.user.change": ALL, "core.role.change": ALL}
