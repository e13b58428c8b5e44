"""Guessing is slowed down per account and address, survives restarts, and locks no victim out (SEC-38)."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from core.auth.models import throttle
from core.auth.throttle import (
    ACCOUNT_FREE,
    ADDRESS_FREE,
    EVERYWHERE_FREE,
    Attempt,
    Counter,
    attempt,
    locks,
    succeeded,
    unlock,
)
from core.db import make_engine
from core.errors import TooMany

ATTACKER, VICTIM = "203.0.113.5", "192.0.2.7"


def _try(company, account="sara@example.com", address=ATTACKER, times=1, device=""):
    """How long the last of some attempts has to wait, 0 when it may go on."""
    for _ in range(times):
        try:
            attempt(company.engine, Attempt("login", account, address, device))
        except TooMany as refused:
            return refused.retry_after
    return 0


def test_the_free_attempts_pass_and_the_next_one_waits(company):
    assert _try(company, times=ACCOUNT_FREE) == 0
    assert 25 <= _try(company) <= 30


def test_waiting_is_said_in_whole_minutes(company):
    _try(company, times=ACCOUNT_FREE)
    with pytest.raises(TooMany) as refused:
        attempt(company.engine, Attempt("login", "sara@example.com", ATTACKER))
    assert str(refused.value) == "Too many attempts. Try again in 1 minute."
    assert refused.value.status == 429


def test_the_victim_at_another_address_is_not_locked_out(company):
    _try(company, times=20)
    assert _try(company, address=ATTACKER) > 0
    assert _try(company, address=VICTIM) == 0


def test_another_account_from_the_same_address_may_try(company):
    _try(company, times=20)
    assert _try(company, account="ali@example.com") == 0


def test_an_address_that_tries_many_accounts_has_to_wait(company):
    for number in range(ADDRESS_FREE):
        assert _try(company, account=f"user{number}@example.com") == 0
    assert _try(company, account="one-more@example.com") > 0
    assert _try(company, account="one-more@example.com", address=VICTIM) == 0


def test_delays_grow_up_to_a_quarter_of_an_hour():
    counter = Counter("key", 5)
    assert [counter.delay(n) for n in range(4, 12)] == [0, 30, 60, 120, 240, 480, 900, 900]
    assert counter.delay(10_000) == 900


def test_after_the_delay_one_attempt_passes_and_the_next_waits_longer(company):
    _try(company, times=ACCOUNT_FREE)
    company.later(throttle, window_ends_at=dt.timedelta(seconds=31))
    assert _try(company) == 0
    assert 55 <= _try(company) <= 60


def test_refused_attempts_do_not_make_the_wait_longer(company):
    _try(company, times=ACCOUNT_FREE)
    first = _try(company)
    assert _try(company, times=50) <= first


def test_an_hour_later_all_is_forgotten(company):
    _try(company, times=20)
    company.later(throttle, window_ends_at=dt.timedelta(hours=1, seconds=1))
    assert _try(company, times=ACCOUNT_FREE) == 0


def test_counters_survive_a_restart(company):
    _try(company, times=ACCOUNT_FREE)
    restarted = make_engine(company.engine.url.render_as_string(hide_password=False))
    with pytest.raises(TooMany):
        attempt(restarted, Attempt("login", "sara@example.com", ATTACKER))
    restarted.dispose()


def test_success_forgets_the_account_and_spares_the_address(company):
    for number in range(ADDRESS_FREE + 10):
        assert _try(company, account=f"user{number}@example.com", address=VICTIM) == 0
        succeeded(company.engine, Attempt("login", f"user{number}@example.com", VICTIM))
    _try(company, times=ACCOUNT_FREE, address=VICTIM)
    succeeded(company.engine, Attempt("login", "sara@example.com", VICTIM))
    assert _try(company, times=ACCOUNT_FREE, address=VICTIM) == 0


def test_one_success_does_not_clear_the_address(company):
    """Whoever owns one account could otherwise guess those of others for ever."""
    for number in range(ADDRESS_FREE - 1):
        _try(company, account=f"user{number}@example.com")
    _try(company, account="own@example.com")
    succeeded(company.engine, Attempt("login", "own@example.com", ATTACKER))
    assert _try(company, account="x@example.com") == 0
    assert _try(company, account="y@example.com") > 0


def test_each_purpose_counts_for_itself(company):
    _try(company, times=20)
    attempt(company.engine, Attempt("password", "sara@example.com", ATTACKER))
    assert {row[0].partition(":")[0] for row in company.all(sa.select(throttle.c.key))} == {"login", "password"}


def test_typed_names_are_not_kept(company):
    _try(company, account="my-secret-password")
    assert "secret" not in str(company.all(sa.select(throttle)))


def test_the_same_account_in_other_letters_is_the_same(company):
    _try(company, times=ACCOUNT_FREE)
    assert _try(company, account="  SARA@example.com ") > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
    ],
)
def test_an_ipv6_customer_is_one_address(one, other, same):
    assert (Attempt("login", "a", one).counters == Attempt("login", "a", other).counters) is same


@pytest.mark.parametrize("address", ["not-an-address", "x" * 500, "١٩٢", "1.2.3.4.5"])
def test_keys_fit_their_column(company, address):
    assert _try(company, account="a" * 10_000, address=address) == 0
    assert all(len(key) <= 120 for (key,) in company.all(sa.select(throttle.c.key)))


def test_guesses_at_the_same_moment_are_all_counted(company):
    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(lambda _: _try(company), range(24)))
    assert waits.count(0) == ACCOUNT_FREE


def test_many_addresses_together_do_not_guess_for_ever(company):
    for number in range(EVERYWHERE_FREE // ACCOUNT_FREE):
        assert _try(company, address=f"203.0.113.{number}", times=ACCOUNT_FREE) == 0
    assert _try(company, address="203.0.113.200") > 0
    assert _try(company, account="ali@example.com", address="203.0.113.200") == 0


def test_a_known_device_is_let_in_whatever_strangers_do(company):
    """From everywhere, and behind the owner's own address."""
    for number in range(40):
        _try(company, address=f"203.0.113.{number}", times=3)
        _try(company, account=f"user{number}@example.com", address=VICTIM)
    assert _try(company, address=VICTIM) > 0
    assert _try(company, address=VICTIM, device="d" * 64) == 0


def test_a_known_device_must_wait_after_wrong_tries_of_its_own(company):
    assert _try(company, device="d" * 64, times=ACCOUNT_FREE) == 0
    assert _try(company, device="d" * 64) > 0
    assert _try(company, device="e" * 64) == 0


def test_a_lock_is_seen_and_lifted(company):
    _try(company, times=ACCOUNT_FREE)
    _try(company, account="ali@example.com", times=ACCOUNT_FREE)
    (lock,) = company.do(locks, [("login", "Sara@example.com"), ("factor", "1")])
    assert (lock.what, lock.source, lock.attempts) == ("login", ATTACKER, ACCOUNT_FREE)
    assert company.do(unlock, [("login", "sara@example.com")])
    assert _try(company) == 0
    assert _try(company, account="ali@example.com") > 0
    assert not company.do(unlock, [("login", "nobody@example.com")])


def test_the_attempt_that_locks_tells_so(company):
    waits = [attempt(company.engine, Attempt("login", "sara@example.com", ATTACKER)) for _ in range(ACCOUNT_FREE)]
    assert waits == [0, 0, 0, 0, 30]
