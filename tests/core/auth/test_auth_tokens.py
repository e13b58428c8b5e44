"""API tokens: shown once, kept as a hash, expiring, revocable, and read-only where they say so (P36)."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core import permissions
from core.actor import ALL, NONE, acting
from core.audit.models import audit
from core.auth import gate, tokens
from core.auth.models import User, token
from core.errors import Forbidden, Invalid, NotFound

DAY = dt.timedelta(days=1)


@pytest.fixture
def user(company):
    role = company.role(grants={"contacts.contact.view": ALL, "contacts.contact.change": ALL})
    return company.user(roles=[role], organisations=[company.organisation(country="IR")], language="fa")


def _identify(company, text):
    with company.engine.connect() as connection:
        return gate.identify_token(connection, text)


def test_only_a_hash_is_stored(company, user):
    text = company.do(tokens.create, user, "read", 30, "Website")
    assert text.startswith("diwan_")
    assert len(text) > 40
    assert text not in str(company.all(sa.select(token)))


def test_a_token_acts_as_its_user(company, user):
    identity = _identify(company, company.do(tokens.create, user, "write"))
    assert identity.actor.id == user
    assert identity.actor.scope("contacts.contact.change") == ALL
    assert identity.actor.organisation_id in identity.actor.organisation_ids
    assert identity.preferences.locale == "fa_IR"
    assert identity.session_id == ""
    assert identity.token_id is not None


def test_a_read_only_token_looks_and_does_nothing_else(company, user):
    identity = _identify(company, company.do(tokens.create, user, "read"))
    assert identity.actor.scope("contacts.contact.view") == ALL
    assert identity.actor.scope("contacts.contact.change") == NONE


def test_the_kept_actor_of_a_read_only_token_is_not_that_of_the_session(company, user):
    read, write = company.do(tokens.create, user, "read"), company.do(tokens.create, user, "write")
    session = company.session(user)
    assert _identify(company, read).actor.read_only
    assert not _identify(company, write).actor.read_only
    assert not company.identify(session.token).actor.read_only
    assert _identify(company, read).actor.read_only


@pytest.mark.parametrize(("scope", "entities", "permission", "told"), [
    ("read", (), "contacts.contact.change", "only reads"),
    ("write", ("core.team",), "contacts.contact.change", "for other record types"),
    ("write", (), "contacts.contact.delete", "Ask an administrator"),
])
def test_what_the_token_leaves_out_is_told_apart_from_what_its_user_lacks(
        company, user, scope, entities, permission, told):
    identity = _identify(company, company.do(tokens.create, user, scope, entities=entities))
    with acting(identity.actor), pytest.raises(Forbidden, match=told):
        permissions.require(permission)


def test_a_read_only_token_of_an_administrator_looks_only(company):
    identity = _identify(company, company.do(tokens.create, company.admin(), "read"))
    assert identity.actor.is_admin
    assert identity.actor.scope("contacts.contact.delete") == NONE


def test_an_expired_token_is_nobody(company, user):
    text = company.do(tokens.create, user, "read", 1)
    assert _identify(company, text) is not None
    company.later(token, expires_at=DAY + dt.timedelta(seconds=1))
    assert _identify(company, text) is None
    assert [one.is_expired for one in company.do(tokens.tokens_of, user)] == [True]


def test_a_token_without_days_does_not_expire(company, user):
    company.do(tokens.create, user, "read")
    assert company.do(tokens.tokens_of, user)[0].expires_at is None


def test_a_revoked_token_is_nobody_and_others_cannot_revoke_it(company, user):
    text = company.do(tokens.create, user, "read")
    (made,) = company.do(tokens.tokens_of, user)
    assert company.do(tokens.revoke, company.user("ali@example.com"), made.id) is False
    assert _identify(company, text) is not None
    assert company.do(tokens.revoke, user, made.id) is True
    assert _identify(company, text) is None


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": dt.datetime.now(dt.UTC)}])
def test_the_token_of_a_disabled_user_stops_at_once(company, user, change):
    text = company.do(tokens.create, user, "write")
    assert _identify(company, text) is not None
    company.execute(sa.update(User.__table__).where(User.id == user).values(change))
    assert _identify(company, text) is None


def test_a_session_cookie_is_no_token_and_the_other_way_round(company, user):
    text, session = company.do(tokens.create, user, "write"), company.session(user)
    assert _identify(company, session.token) is None
    assert company.identify(text) is None


def test_last_use_is_noted_at_most_once_a_minute(company, user):
    text = company.do(tokens.create, user, "read")
    first = _identify(company, text)
    assert gate.is_due(first)
    gate.touch(company.engine, first)
    assert not gate.is_due(_identify(company, text))
    company.later(token, last_used_at=dt.timedelta(seconds=61))
    assert gate.is_due(_identify(company, text))


def test_identifying_writes_nothing(company, user):
    text = company.do(tokens.create, user, "read")
    _identify(company, text)
    assert company.all(sa.select(token.c.last_used_at)) == [(None,)]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"scope": "admin"}, "scope"), ({"scope": ""}, "scope"), ({"days": 0}, "days"), ({"days": -3}, "days"),
     ({"days": 99_999}, "days"), ({"label": "x" * 101}, "label")],
)  # fmt: skip
def test_impossible_tokens_are_refused(company, user, values, field):
    with pytest.raises(Invalid) as refused:
        company.do(tokens.create, user, **values)
    assert set(refused.value.errors) == {field}
    assert company.count(token) == 0


def test_there_are_no_tokens_for_nobody(company):
    with pytest.raises(NotFound):
        company.do(tokens.create, 999, "read")


def test_making_and_revoking_are_on_record_without_the_token(company, user):
    text = company.do(tokens.create, user, "write", 30, "Website", who=company.actor(user))
    company.do(tokens.revoke, user, company.do(tokens.tokens_of, user)[0].id, who=company.actor(user))
    assert company.acts() == [
        (user, "core.user", user, "sara", "token_create"),
        (user, "core.user", user, "sara", "token_revoke"),
    ]
    written = str(company.all(sa.select(audit.c.changes)))
    assert "Website" in written
    assert text not in written
