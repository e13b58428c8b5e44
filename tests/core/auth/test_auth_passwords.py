"""Passwords: how they are kept, which are refused, and what setting one does (SEC-37, SEC-40)."""

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from core.auth import passwords
from core.auth.models import credential
from core.errors import Invalid, NotFound
from tests.core.auth.world import PASSWORD

PASSWORD_HASH = passwords.make_hash(PASSWORD)


def test_a_hash_is_argon2id_with_the_small_profile_and_its_own_salt(real_passwords):
    stored = passwords.make_hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.make_hash(PASSWORD) != stored
    assert passwords.matches(stored, PASSWORD)


def test_only_the_right_password_matches():
    assert passwords.matches(PASSWORD_HASH, PASSWORD)
    assert not passwords.matches(PASSWORD_HASH, PASSWORD + "x")
    assert not passwords.matches(PASSWORD_HASH, PASSWORD.upper())
    assert not passwords.matches(PASSWORD_HASH, "")


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$v=19$m=19456,t=2,p=1$broken", "plain"])
def test_no_password_matches_what_is_no_hash(stored):
    assert not passwords.matches(stored, PASSWORD)


def test_the_check_for_nobody_costs_what_a_real_one_costs(real_passwords):
    """The stand-in must have today's profile, or its time would give unknown accounts away."""
    assert not passwords.needs_rehash(passwords._NOBODY)
    assert not passwords.matches(None, PASSWORD)


@pytest.mark.parametrize("typed", ["Ünïçödé-کلمه-۱۲", "ﬁle-name-Ａ１２３"])
def test_composed_and_decomposed_letters_are_the_same_password(typed):
    import unicodedata

    stored = passwords.make_hash(typed)
    assert all(passwords.matches(stored, unicodedata.normalize(form, typed)) for form in ("NFC", "NFD", "NFKC"))


def test_hashes_of_another_profile_are_due_for_replacement(real_passwords):
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    assert not passwords.needs_rehash(passwords.make_hash(PASSWORD))


@pytest.mark.parametrize(
    "password",
    [
        "short", "123456789", "", "1234567890", "password12", "Password123", "PASSWORD2026!", "qwertyuiop",
        "qwertyuiop123", "aaaaaaaaaaaa", "abababababab", "abcabcabcabc", "1qaz2wsx3edc", "0987654321",
        "administrator", "Administrator1", "passwordpassword", "۱۲۳۴۵۶۷۸۹۰", "ضصثقفغعهخح", "گذرواژه۱۲۳۴",
        "sara@example.com", "SARA@Example.com", "sara.alharbi", "x" * 501,
    ],
)  # fmt: skip
def test_easily_guessed_passwords_are_refused(password):
    email = "sara.alharbi@example.com" if password == "sara.alharbi" else "sara@example.com"
    assert passwords.problems(password, email)


@pytest.mark.parametrize(
    "password",
    ["harbour-lantern-42", "Tr0ub4dor&3x", "correct horse battery staple", "ده-کلمه-ساده-۴۲", "مفتاح-الباب-٧٧",
     "K9#vLq2!mZ", "8472018463", "Diwan-2026-first"],
)  # fmt: skip
def test_good_passwords_of_any_script_are_taken(password):
    assert passwords.problems(password, "sara@example.com") == []


@given(st.text(max_size=30))
def test_the_rules_answer_for_any_text(password):
    found = passwords.problems(password, "sara@example.com")
    assert all(str(message) for message in found)


def test_generated_passwords_keep_the_rules():
    from core.auth.defaults import make_password

    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(passwords.problems(one) for one in made)


def test_setting_a_password_ends_all_other_sessions(company):
    user, other = company.user(password=False), company.user("ali@example.com")
    kept, gone, foreign = company.session(user), company.session(user), company.session(other)
    company.do(passwords.set_password, user, PASSWORD, keep_session=kept.id)
    assert company.identify(kept.token) is not None
    assert company.identify(gone.token) is None
    assert company.identify(foreign.token) is not None


def test_the_hash_is_stored_and_replaced_and_the_password_is_not(company):
    user = company.user(password=False)
    company.do(passwords.set_password, user, PASSWORD, True)
    company.do(passwords.set_password, user, "another-lantern-43")
    (row,) = company.all(sa.select(credential.c.user_id, credential.c.password_hash, credential.c.must_change))
    assert row[0] == user
    assert passwords.matches(row[1], "another-lantern-43")
    assert row[2] is False


def test_a_refused_password_changes_nothing(company):
    user = company.user()
    session = company.session(user)
    before = company.all(sa.select(credential))
    with pytest.raises(Invalid) as refused:
        company.do(passwords.set_password, user, "sara@example.com", field="new_password")
    assert set(refused.value.errors) == {"new_password"}
    assert company.all(sa.select(credential)) == before
    assert company.identify(session.token) is not None


def test_nobody_has_no_password(company):
    with pytest.raises(NotFound):
        company.do(passwords.set_password, 999, PASSWORD)
