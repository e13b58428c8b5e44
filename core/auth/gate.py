"""Who is asking: one query a request answers it, and tells whether rights, modules or data have changed.

The statement joins session (or token), user and organisation, and reads the stamps and the number of the last
change beside them. Actor and preferences come from this process's memory while their stamp is the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.actor import Actor, Origin, acting
from core.audit import listener
from core.audit.models import head
from core.auth.actors import kept_actor
from core.auth.display import Display
from core.auth.models import Organisation, User, credential, second_factor, session, token, user_organisation
from core.auth.sessions import IDLE, hash_token, is_alive
from core.chat.models import newest_in_chats, unread_in_chats
from core.db import Unit, run_unit
from core.entity.base import utc_now
from core.language.i18n import Preferences
from core.notify.models import unread_of
from core.plugin.models import stamp

SEEN_EVERY = dt.timedelta(minutes=5)
USED_EVERY = dt.timedelta(minutes=1)
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks and how to answer: everything a request has to know before it does anything.

    `change_number` grows with every committed change of data. Either `session_id` or `token_id` is set.
    `seen_at` is when this session or token was last noted as used.
    `must_set_up_factor`: a role asks for a second factor, and none was shown or exists. `renewal_due`: the session
    is to go on under a new id, as its user may do other things than when it began.
    """

    actor: Actor
    display: Display
    csrf_token: str
    theme: str
    density: str
    shortcuts: bool
    organisation_id: int | None
    organisation_name: str
    currency: str
    registry_stamp: int
    rights_stamp: int
    change_number: int
    session_id: str
    token_id: int | None
    must_change_password: bool
    must_set_up_factor: bool
    seen_at: dt.datetime | None
    renewal_due: bool = False
    unread_notices: int = 0
    unread_messages: int = 0
    newest_message: int = 0

    @property
    def waiting(self) -> tuple[int, int, int]:
        """What the figures of an open page come from: it has to hear when one of these is another."""
        return self.unread_notices, self.unread_messages, self.newest_message

    @property
    def preferences(self) -> Preferences:
        """As the user set them; for another language take `display.preferences(language)`."""
        return self.display.preferences()


def identify_session(connection: Connection, text: str) -> Identity | None:
    """Whose cookie this is; None when the session ended, or its user was switched off."""
    if not text or len(text) > LONGEST_TOKEN:
        return None
    now = utc_now()
    row = connection.execute(_BY_SESSION, {"hash": hash_token(text), "now": now, "idle_since": now - IDLE}).first()
    return _identity(connection, row) if row is not None else None


def identify_sessions(connection: Connection, session_ids: Collection[str]) -> dict[str, Identity]:
    """The same for many sessions at once, found by their cookies before: those that have not ended since."""
    now = utc_now()
    given = {"hashes": list(session_ids), "now": now, "idle_since": now - IDLE}
    found = [_identity(connection, row) for row in connection.execute(_BY_SESSIONS, given).all()]
    return {one.session_id: one for one in found if one is not None}


def identify_token(connection: Connection, text: str) -> Identity | None:
    """Whose API token this is; None when it expired, was revoked, or its user was switched off."""
    row = _of_token(connection, text)
    return _identity(connection, row) if row is not None else None


def identify_feed(connection: Connection, text: str) -> Identity | None:
    """The same for a token that stands in an address, where others may come upon it: only one that does no more than
    look, and at some kinds of records."""
    row = _of_token(connection, text)
    return _identity(connection, row) if row is not None and row.read_only and row.entities else None


def _of_token(connection: Connection, text: str) -> Any:
    if not text or len(text) > LONGEST_TOKEN:
        return None
    return connection.execute(_BY_TOKEN, {"hash": hash_token(text), "now": utc_now()}).first()


def is_due(identity: Identity) -> bool:
    """Whether the time of last use should be noted again, see `touch`."""
    every = USED_EVERY if identity.token_id is not None else SEEN_EVERY
    return identity.seen_at is None or utc_now() - identity.seen_at >= every


def touch(engine: Engine, identity: Identity, address: str = "") -> None:
    """Note that session or token and user were active; for after the answer, in a transaction of its own."""
    if is_due(identity):
        run_unit(engine, lambda unit: _note(unit, identity, address))


def _note(unit: Unit, identity: Identity, address: str) -> None:
    now = utc_now()
    unit.begin_write()
    if identity.token_id is not None:
        used = {"last_used_at": now, "last_address": address[:64]}
        unit.execute(sa.update(token).where(token.c.id == identity.token_id).values(used))
        if identity.seen_at is None:
            _record_first_use(identity, address)
    else:
        unit.execute(sa.update(session).where(session.c.token_hash == identity.session_id).values(seen_at=now))
    users = User.__table__
    stale = sa.or_(users.c.last_seen_at.is_(None), users.c.last_seen_at <= now - SEEN_EVERY)
    unit.execute(sa.update(users).where(users.c.id == identity.actor.id, stale).values(last_seen_at=now))


def _record_first_use(identity: Identity, address: str) -> None:
    """Once a token: each use would fill the log, and the first tells that it works, and from where."""
    with acting(identity.actor, Origin("api", address)):
        listener.record("core.user", identity.actor.id, identity.actor.name, "token_use", {})


def _identity(connection: Connection, row: Any) -> Identity | None:
    actor = kept_actor(connection, row.user_id, row.chosen_organisation_id, row.rights or 0,
                       row.name, row.email, row.read_only, row.entities)  # fmt: skip
    if actor is None:
        return None
    return Identity(
        actor=actor,
        display=Display(
            language=row.language or row.organisation_language or "",
            chosen_language=row.language or "",
            region=row.country or "",
            calendar=row.calendar or "",
            digits=row.digits or "",
            timezone=row.timezone or "",
            week_start=int(row.week_start or 0),
            organisation_language=row.organisation_language or "",
            organisation_digits=row.organisation_digits or "",
            weekend=row.weekend or "",
        ),
        csrf_token=row.csrf_token,
        theme=row.theme or "auto",
        density=row.density or "comfortable",
        shortcuts=row.shortcuts is not False,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name or "",
        currency=row.currency or "",
        registry_stamp=row.registry or 0,
        rights_stamp=row.rights or 0,
        change_number=row.change_number or 0,
        session_id=row.session_id,
        token_id=row.token_id,
        must_change_password=bool(row.must_change),
        must_set_up_factor=actor.must_use_factor and not row.factor,
        seen_at=row.seen_at,
        renewal_due=bool(row.renewal_due),
        unread_notices=row.unread_notices, unread_messages=row.unread_messages, newest_message=row.newest_message,
    )


def _waiting(user_id: Any) -> list[Any]:
    return [unread_of(user_id).scalar_subquery().label("unread_notices"),
            unread_in_chats(user_id).scalar_subquery().label("unread_messages"),
            newest_in_chats(user_id).scalar_subquery().label("newest_message")]


def _stamp(name: str) -> Any:
    return sa.select(stamp.c.value).where(stamp.c.name == name).scalar_subquery()


def _first_organisation(user_id: Any) -> Any:
    living = user_organisation.join(Organisation, Organisation.id == user_organisation.c.organisation_id)
    statement = sa.select(sa.func.min(user_organisation.c.organisation_id)).select_from(living)
    return statement.where(user_organisation.c.user_id == user_id, Organisation.deleted_at.is_(None)).scalar_subquery()


def _chosen_organisation() -> Any:
    """That of the session, as long as the user still belongs to it."""
    living = user_organisation.join(Organisation, Organisation.id == user_organisation.c.organisation_id)
    return (
        sa.select(user_organisation.c.organisation_id).select_from(living)
        .where(user_organisation.c.user_id == session.c.user_id, Organisation.deleted_at.is_(None),
               user_organisation.c.organisation_id == session.c.organisation_id)
        .scalar_subquery()
    )  # fmt: skip


def _statement(key: sa.Table, which: Any, works_in: Any, own: list[Any], alive: Any) -> Any:
    users, organisation = User.__table__, Organisation.__table__.alias("organisation")
    source = (
        key.join(users, users.c.id == key.c.user_id)
        .outerjoin(credential, credential.c.user_id == users.c.id)
        .outerjoin(organisation, organisation.c.id == works_in)
    )
    either = [sa.func.coalesce(users.c[name], organisation.c[name]).label(name)
              for name in ("calendar", "timezone", "week_start")]  # fmt: skip
    columns = [
        users.c.id.label("user_id"), users.c.name, users.c.email, users.c.language, users.c.digits,
        users.c.density, users.c.theme, users.c.shortcuts, *either,
        organisation.c.id.label("organisation_id"), organisation.c.name.label("organisation_name"),
        organisation.c.language.label("organisation_language"), organisation.c.country,
        organisation.c.digits.label("organisation_digits"), organisation.c.weekend, organisation.c.currency,
        credential.c.must_change,
        _stamp("registry").label("registry"), _stamp("rights").label("rights"),
        sa.select(head.c.seq).where(head.c.id == 1).scalar_subquery().label("change_number"), *own,
    ]  # fmt: skip
    known = sa.and_(which, users.c.active, users.c.deleted_at.is_(None))
    return sa.select(*columns).select_from(source).where(known, alive)


_NOW = sa.bindparam("now", type_=session.c.expires_at.type)
_SESSION_FACTS = (
    sa.func.coalesce(_chosen_organisation(), _first_organisation(session.c.user_id)),
    [_chosen_organisation().label("chosen_organisation_id"),
     session.c.token_hash.label("session_id"), sa.null().label("token_id"), session.c.csrf_token,
     sa.false().label("read_only"), sa.literal("").label("entities"), session.c.factor, session.c.seen_at,
     session.c.renewal_due, *_waiting(session.c.user_id)],
    is_alive(_NOW, sa.bindparam("idle_since", type_=session.c.seen_at.type)),
)  # fmt: skip
_BY_SESSION = _statement(session, session.c.token_hash == sa.bindparam("hash"), *_SESSION_FACTS)
_BY_SESSIONS = _statement(session, session.c.token_hash.in_(sa.bindparam("hashes", expanding=True)), *_SESSION_FACTS)
# A program has no factor to show; its tokens are made by people who did.
_HAS_FACTOR = sa.or_(
    User.__table__.c.kind == "program",
    sa.exists().where(second_factor.c.user_id == token.c.user_id),
)
_BY_TOKEN = _statement(
    token,
    token.c.token_hash == sa.bindparam("hash"),
    _first_organisation(token.c.user_id),
    [sa.null().label("chosen_organisation_id"),
     sa.literal("").label("session_id"), token.c.id.label("token_id"), sa.literal("").label("csrf_token"),
     (token.c.scope != "write").label("read_only"), token.c.entities, _HAS_FACTOR.label("factor"),
     token.c.last_used_at.label("seen_at"), sa.false().label("renewal_due"),
     sa.literal(0).label("unread_notices"), sa.literal(0).label("unread_messages"),
     sa.literal(0).label("newest_message")],
    sa.or_(token.c.expires_at.is_(None), token.c.expires_at > _NOW),
)  # fmt: skip
