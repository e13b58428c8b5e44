"""Signing in and out and changing one's password: what is said, what is recorded, what follows."""


import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from core.actor import Origin
from core.audit.models import audit
from core.auth import login, passwords
from core.auth.models import credential, session, throttle
from core.errors import Invalid, TooMany, Unauthenticated
from tests.core.auth.world import HERE, PASSWORD


def _refusal(company, email, password=PASSWORD):
    with pytest.raises(Unauthenticated) as refused:
        company.sign_in(email, password)
    return refused.value.status, refused.value.code, str(refused.value)


def test_the_right_pair_opens_a_session(company):
    home = company.organisation()
    user = company.user(organisations=[home])
    made = company.sign_in("  Sara@Example.com ", PASSWORD).session
    identity = company.identify(made.token)
    assert identity.actor.id == user
    assert identity.actor.organisation_id == home
    assert made.remembered is False


def test_a_remembered_device_gets_a_long_session(company):
    company.user()
    assert company.sign_in(remember=True).session.remembered


def test_every_refusal_says_the_same(company):
    """Unknown, wrong, switched off, deleted, without a password: nobody learns which (SEC-37)."""
    company.user()
    company.user("off@example.com", active=False)
    company.user("gone@example.com", deleted_at=passwords.utc_now())
    company.user("new@example.com", password=False)
    refusals = {
        _refusal(company, "nobody@example.com"), _refusal(company, "sara@example.com", "wrong-password"),
        _refusal(company, "off@example.com"), _refusal(company, "gone@example.com"),
        _refusal(company, "new@example.com"), _refusal(company, ""), _refusal(company, "sara@example.com", ""),
    }  # fmt: skip
    assert refusals == {(401, "unauthenticated", "The email or the password is not right.")}
    assert company.count(session) == 0


def test_a_refusal_hashes_a_password_whoever_is_asked_for(company, monkeypatch, real_passwords):
    """The time of a refusal is the time of one check; counting checks does not depend on the machine's load."""
    company.user()
    company.user("off@example.com", active=False)
    company.user("gone@example.com", deleted_at=passwords.utc_now())
    company.user("robot@example.com", kind="program", password=False)
    company.user("invited@example.com", password=False)
    everybody = ("nobody", "sara", "off", "gone", "robot", "invited")
    checked = []
    verify = PasswordHasher.verify

    def counting(self, stored, password):
        checked.append(stored.split("$")[3])
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    for name in everybody:
        _refusal(company, f"{name}@example.com", "wrong-password")
        _refusal(company, f"{name}@example.com", "x" * 5000)
    assert checked == ["m=19456,t=2,p=1"] * 2 * len(everybody)


def test_success_and_failure_are_on_record(company):
    user = company.user()
    _refusal(company, "sara@example.com", "wrong-password")
    _refusal(company, "nobody@example.com")
    _refusal(company, "hunter2-typed-into-the-wrong-box")
    made = company.sign_in("sara@example.com", PASSWORD).session
    company.do(login.sign_out, company.actor(user), made.id, HERE)
    assert company.acts() == [
        (None, "core.user", user, "sara", "login_failed"),
        (None, "core.user", None, "nobody@example.com", "login_failed"),
        (None, "core.user", None, "", "login_failed"),
        (user, "core.user", user, "sara", "login"),
        (user, "core.user", user, "sara", "logout"),
    ]
    assert company.all(sa.select(audit.c.address, audit.c.request_id).distinct()) == [("192.0.2.7", "r1")]


def test_no_password_reaches_the_log(company):
    company.user()
    _refusal(company, "sara@example.com", "typed-in-vain-17")
    company.sign_in("sara@example.com", PASSWORD)
    written = str(company.all(sa.select(audit)))
    assert "typed-in-vain-17" not in written
    assert PASSWORD not in written


def test_signing_out_ends_this_session_only(company):
    user = company.user()
    first, second = company.session(user), company.session(user)
    company.do(login.sign_out, company.actor(user), first.id, HERE)
    assert company.identify(first.token) is None
    assert company.identify(second.token) is not None


def test_the_sixth_wrong_password_has_to_wait_even_if_it_were_right(company):
    company.user()
    for _ in range(5):
        _refusal(company, "sara@example.com", "wrong-password")
    with pytest.raises(TooMany):
        company.sign_in("sara@example.com", PASSWORD)
    elsewhere = Origin(channel="web", address="198.51.100.9")
    assert company.sign_in(origin=elsewhere) is not None


def test_unknown_accounts_are_throttled_alike(company):
    for _ in range(5):
        _refusal(company, "nobody@example.com")
    with pytest.raises(TooMany):
        company.sign_in("nobody@example.com", PASSWORD)


def test_success_starts_the_count_anew(company):
    company.user()
    for _ in range(3):
        for _ in range(4):
            _refusal(company, "sara@example.com", "wrong-password")
        company.sign_in("sara@example.com", PASSWORD)
    assert company.all(sa.select(throttle.c.failures)) == [(12,), (12,)]


def test_an_old_hash_is_replaced_when_its_password_is_at_hand(company):
    company.user()
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    company.execute(sa.update(credential).values(password_hash=old))
    company.sign_in("sara@example.com", PASSWORD)
    ((stored,),) = company.all(sa.select(credential.c.password_hash))
    assert stored != old
    assert not passwords.needs_rehash(stored)
    assert company.sign_in("sara@example.com", PASSWORD) is not None


class TestChangePassword:
    NEW = "another-lantern-43"

    def _change(self, company, user, made, current=PASSWORD, new=NEW):
        actor = company.actor(user)
        return company.do(login.change_password, actor, current, new, made.id, HERE, who=actor)

    def test_the_new_password_counts_and_the_old_one_does_not(self, company):
        user = company.user()
        self._change(company, user, company.session(user))
        assert company.sign_in("sara@example.com", self.NEW) is not None
        _refusal(company, "sara@example.com", PASSWORD)

    def test_other_sessions_end_and_this_one_gets_a_new_id(self, company):
        user = company.user()
        mine, other = company.session(user), company.session(user)
        renewed = self._change(company, user, mine)
        assert company.identify(mine.token) is None
        assert company.identify(other.token) is None
        assert company.identify(renewed.token).actor.id == user

    @pytest.mark.parametrize("current", ["", "wrong-password", "another-lantern-43"])
    def test_without_the_present_password_nothing_changes(self, company, current):
        user = company.user()
        made, before = company.session(user), company.all(sa.select(credential))
        with pytest.raises(Invalid) as refused:
            self._change(company, user, made, current=current)
        assert set(refused.value.errors) == {"current_password"}
        assert company.all(sa.select(credential)) == before
        assert company.identify(made.token) is not None

    @pytest.mark.parametrize("new", [PASSWORD, "short", "sara@example.com", "password123"])
    def test_a_poor_or_unchanged_password_is_refused(self, company, new):
        user = company.user()
        with pytest.raises(Invalid) as refused:
            self._change(company, user, company.session(user), new=new)
        assert set(refused.value.errors) == {"new_password"}

    def test_guessing_the_present_password_is_slowed_down(self, company):
        user = company.user()
        made = company.session(user)
        for _ in range(5):
            with pytest.raises(Invalid):
                self._change(company, user, made, current="wrong-password")
        with pytest.raises(TooMany):
            self._change(company, user, made)

    def test_it_is_on_record_without_any_password(self, company):
        user = company.user()
        self._change(company, user, company.session(user))
        assert company.acts() == [(user, "core.user", user, "sara", "password_change")]
        assert "lantern" not in str(company.all(sa.select(audit)))

    def test_it_ends_the_duty_to_change_it(self, company):
        user = company.user()
        company.execute(sa.update(credential).values(must_change=True))
        renewed = self._change(company, user, company.session(user))
        assert company.identify(renewed.token).must_change_password is False
