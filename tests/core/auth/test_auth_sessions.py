"""Sessions live on the server: what is stored, how long, and what ends them (SEC-40, SEC-29)."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.auth import gate, sessions
from core.auth.models import User, credential, session
from core.db import unit_of_work
from tests.core.auth.world import HERE

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_only_a_hash_of_the_token_is_stored(company):
    made = company.session(company.user())
    stored = company.all(sa.select(session))
    assert made.token not in str(stored)
    assert stored[0][0] == sessions.hash_token(made.token)


def test_each_login_gets_an_id_of_its_own(company):
    user = company.user()
    first, second = company.session(user), company.session(user)
    assert first.token != second.token
    assert first.csrf_token != second.csrf_token
    assert company.identify(first.token).session_id != company.identify(second.token).session_id


@pytest.mark.parametrize(
    ("remember", "idle", "alive"),
    [(False, 11 * HOUR, True), (False, 13 * HOUR, False), (True, 13 * HOUR, True), (True, 29 * DAY, True)],
)
def test_an_idle_session_ends_unless_the_device_is_remembered(company, remember, idle, alive):
    made = company.session(company.user(), remember=remember)
    company.later(session, seen_at=idle)
    assert (company.identify(made.token) is not None) is alive


@pytest.mark.parametrize(("remember", "age"), [(False, 7 * DAY), (True, 30 * DAY)])
def test_a_session_ends_however_busy_it_is(company, remember, age):
    made = company.session(company.user(), remember=remember)
    company.later(session, expires_at=age - HOUR)
    assert company.identify(made.token) is not None
    company.later(session, expires_at=2 * HOUR)
    assert company.identify(made.token) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "ً" * 43, "\ud800", "a" * 100_000, "' OR 1=1 --"])
def test_nobody_is_behind_a_made_up_token(company, token):
    company.session(company.user())
    assert company.identify(token) is None


def test_the_stored_hash_does_not_work_as_a_token(company):
    made = company.session(company.user())
    assert company.identify(made.id) is None


def test_revoking_ends_one_session_and_leaves_the_others(company):
    user = company.user()
    first, second = company.session(user), company.session(user)
    assert company.do(sessions.revoke, first.id) is True
    assert company.identify(first.token) is None
    assert company.identify(second.token) is not None
    assert company.do(sessions.revoke, first.id) is False


def test_a_user_ends_his_own_sessions_only(company):
    mine = company.session(company.user("sara@example.com"))
    other = company.user("ali@example.com")
    public_id = mine.id[: sessions.PUBLIC_ID_LENGTH]
    assert company.do(sessions.revoke_public, other, public_id) is False
    assert company.identify(mine.token) is not None
    assert company.do(sessions.revoke_public, mine.user_id, public_id) is True
    assert company.identify(mine.token) is None


def test_all_but_the_present_session_end(company):
    user = company.user()
    kept, others = company.session(user), [company.session(user) for _ in range(3)]
    company.do(sessions.revoke_all, user, keep=kept.id)
    assert company.identify(kept.token) is not None
    assert [company.identify(other.token) for other in others] == [None] * 3


def test_a_renewed_session_has_another_token_and_the_old_one_is_worth_nothing(company):
    made = company.session(company.user(), remember=True)
    renewed = company.do(sessions.renew, made.id)
    assert company.identify(made.token) is None
    assert company.identify(renewed.token).csrf_token == renewed.csrf_token != made.csrf_token
    assert renewed.remembered
    assert renewed.expires_at == made.expires_at
    assert company.do(sessions.renew, made.id) is None


def test_the_list_shows_living_sessions_newest_first(company):
    user = company.user()
    old = company.session(user)
    company.later(session, seen_at=HOUR)
    new = company.session(user)
    company.session(company.user("ali@example.com"))
    found = company.do(sessions.open_sessions, user)
    assert [one.id for one in found] == [new.id, old.id]
    assert found[0].address == "192.0.2.7"
    assert found[0].user_agent == "Firefox"
    assert found[0].public_id != found[0].id
    company.later(session, seen_at=13 * HOUR)
    assert company.do(sessions.open_sessions, user) == []


def test_ended_sessions_are_forgotten_at_the_next_login_and_by_purging(company):
    user = company.user()
    company.session(user)
    company.later(session, seen_at=13 * HOUR)
    company.session(user)
    assert company.count(session) == 1
    company.later(session, expires_at=8 * DAY)
    assert company.do(sessions.purge) == 1
    assert company.count(session) == 0


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": dt.datetime.now(dt.UTC)}])
def test_a_disabled_or_deleted_user_is_out_at_once(company, change):
    user = company.user()
    made = company.session(user)
    assert company.identify(made.token) is not None
    company.execute(sa.update(User.__table__).where(User.id == user).values(change))
    assert company.identify(made.token) is None


def test_use_is_noted_after_five_minutes_and_not_before(company):
    user = company.user()
    made = company.session(user)
    [logged_in] = company.all(sa.select(User.last_seen_at))
    assert logged_in[0] is not None  # logging in is being seen
    gate.touch(company.engine, company.identify(made.token))
    assert company.all(sa.select(User.last_seen_at)) == [logged_in]
    company.execute(sa.update(User.__table__).values(last_seen_at=None))
    company.later(session, seen_at=6 * dt.timedelta(minutes=1))
    stale = company.identify(made.token)
    assert gate.is_due(stale)
    gate.touch(company.engine, stale)
    assert company.identify(made.token).seen_at > stale.seen_at
    assert company.all(sa.select(User.last_seen_at))[0][0] is not None
    assert not gate.is_due(company.identify(made.token))


@pytest.mark.parametrize(("base_url", "secure"), [("https://crm.example.com", True), ("http://127.0.0.1:8000", False)])
def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(company, base_url, secure):
    made = company.session(company.user())
    cookie = sessions.cookie(made, base_url)
    assert cookie == {"key": "diwan_session", "value": made.token, "max_age": None, "path": "/",
                      "httponly": True, "samesite": "Lax", "secure": secure}  # fmt: skip
    assert sessions.no_cookie(base_url) == {key: cookie[key] for key in cookie if key not in ("value", "max_age")}


def test_a_remembered_cookie_lasts_thirty_days(company):
    cookie = sessions.cookie(company.session(company.user(), remember=True), "http://127.0.0.1:8000")
    assert 30 * 86400 - 60 < cookie["max_age"] <= 30 * 86400


def test_a_user_who_must_change_his_password_is_known_by_the_gate(company):
    made = company.session(company.user())
    assert company.identify(made.token).must_change_password is False
    company.execute(sa.update(credential).values(must_change=True))
    assert company.identify(made.token).must_change_password is True


def test_a_rolled_back_login_leaves_no_session(company):
    user = company.user()
    with unit_of_work(company.engine) as unit:
        sessions.create(user, None, HERE)
        unit.rollback()
    assert company.count(session) == 0
