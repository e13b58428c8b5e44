"""Slowing down whoever guesses: counters in the database, so that they hold for all processes and restarts.

Who comes without a known device passes three counters: the account as tried from this address, the address with
whatever account, and the account from all addresses together. A device that its owner logged in with before has a
counter of its own instead: whatever others do elsewhere, or behind the same address, its owner is let in (SEC-38).
Each attempt is counted before the secret is checked, hence guesses made at the same moment count as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from core.auth.models import throttle
from core.db import Unit, run_unit, unit
from core.entity.base import utc_now
from core.errors import TooMany
from core.language.i18n import LazyString, lazy_ngettext

FORGOTTEN_AFTER = dt.timedelta(hours=1)
FIRST_DELAY = 30
LONGEST_DELAY = 900
ACCOUNT_FREE = 5
ADDRESS_FREE = 30
EVERYWHERE_FREE = 25
# What mails somebody: fewer are enough, and each one too many is a nuisance (SEC-46).
MAILING = frozenset({"reset", "invite"})
MAILS_FREE = 3
DIGEST_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Counter:
    """One key of the table and how many attempts cost nothing."""

    key: str
    free: int

    def delay(self, attempts: int) -> int:
        """Seconds to wait after so many attempts: 30 after the free ones, then twice as long each time."""
        if attempts < self.free:
            return 0
        doublings: int = min(attempts - self.free, 10)
        return min(FIRST_DELAY << doublings, LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries what: kept until it is known whether it was right. `device` is the hash of a known device."""

    what: str
    account: str
    address: str
    device: str = ""

    @property
    def counters(self) -> tuple[Counter, ...]:
        """The account is kept as a hash: typed names are often passwords."""
        digest = account_digest(self.account)
        if self.device:
            return (Counter(f"{self.what}:device {self.device[:DIGEST_LENGTH]}:{digest}", ACCOUNT_FREE),)
        source, mails = _network(self.address), self.what in MAILING
        return (
            Counter(f"{self.what}:{source}:{digest}", MAILS_FREE if mails else ACCOUNT_FREE),
            Counter(f"{self.what}:{source}", ADDRESS_FREE),
            Counter(f"{self.what}:everywhere:{digest}", 2 * MAILS_FREE if mails else EVERYWHERE_FREE),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lock:
    """An account that has to wait: for what, from where ("" for anywhere), after how many attempts, until when."""

    what: str
    source: str
    attempts: int
    until: dt.datetime


def attempt(engine: Engine, tried: Attempt) -> int:
    """Count an attempt and tell how many seconds the next one would have to wait, 0 for none.

    Raises TooMany while the caller has to wait. Runs in a transaction of its own: it stays counted when the
    request is rolled back. Do not call it while this unit of work writes.
    """
    wait, following = run_unit(engine, lambda own: _count(own, tried.counters))
    if wait:
        raise TooMany(waiting_text(wait), retry_after=wait)
    return int(following)


def waiting_text(seconds: int) -> LazyString:
    """What is said to whoever has to wait, in whole minutes."""
    return lazy_ngettext(
        "Too many attempts. Try again in {n} minute.", "Too many attempts. Try again in {n} minutes.", -(-seconds // 60)
    )


def succeeded(engine: Engine, tried: Attempt) -> None:
    """Forget the attempts of this account from here; the counters shared with others get back the one counted."""
    run_unit(engine, lambda own: _forgive(own, tried.counters))


def locks(accounts: Iterable[tuple[str, str]]) -> list[Lock]:
    """Where these accounts, given as (what, account), have to wait at this moment."""
    now, found = utc_now(), []
    for what, account in accounts:
        rows = unit().execute(sa.select(throttle).where(_of_account(what, account), throttle.c.window_ends_at > now))
        for row in rows:
            source = row.key.removeprefix(f"{what}:").rpartition(":")[0]
            counter = Counter(row.key, EVERYWHERE_FREE if source == "everywhere" else ACCOUNT_FREE)
            wait = _wait(counter, row.failures, row.window_ends_at, now)
            if wait:
                shown = "" if source == "everywhere" or source.startswith("device ") else source
                found.append(Lock(what, shown, row.failures, now + dt.timedelta(seconds=wait)))
    return found


def unlock(accounts: Iterable[tuple[str, str]]) -> bool:
    """Forget all attempts of these accounts, from wherever; whether there were any."""
    unit().begin_write()
    conditions = [_of_account(what, account) for what, account in accounts]
    return unit().execute(sa.delete(throttle).where(sa.or_(*conditions))).rowcount > 0


def account_digest(account: str) -> str:
    given = account.strip().casefold().encode("utf-8", "surrogatepass")
    return hashlib.sha256(given).hexdigest()[:DIGEST_LENGTH]


def _of_account(what: str, account: str) -> Any:
    key = throttle.c.key
    return sa.and_(key.startswith(f"{what}:", autoescape=True), key.endswith(f":{account_digest(account)}"))


def _network(address: str) -> str:
    """The address, or the /64 network of an IPv6 one: a single customer owns all of that."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:40]
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def _count(unit: Unit, keys: tuple[Counter, ...]) -> tuple[int, int]:
    """Seconds to wait, or 0 after counting the attempt in all counters; and the wait after this one."""
    unit.begin_write()
    now = utc_now()
    _make_rows(unit, keys, now)
    attempts = {key: _attempts(unit, key, now) for key in keys}
    wait = max(_wait(key, *attempts[key], now) for key in keys)
    if wait:
        return wait, 0
    for key in keys:
        values = {"failures": attempts[key][0] + 1, "window_ends_at": now + FORGOTTEN_AFTER}
        statement = _insert(unit).values(key=key.key, **values)
        unit.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))
    return 0, max(key.delay(attempts[key][0] + 1) for key in keys)


def _make_rows(unit: Unit, keys: tuple[Counter, ...], now: dt.datetime) -> None:
    """All rows exist from here on, so that they can be locked, always in the same order."""
    rows = [{"key": key.key, "failures": 0, "window_ends_at": now} for key in keys]
    unit.execute(_insert(unit).on_conflict_do_nothing(), rows)


def _insert(unit: Unit) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(throttle) if unit.dialect == "postgresql" else sqlite.insert(throttle)


def _attempts(unit: Unit, counter: Counter, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Attempts still remembered and the end of their memory."""
    statement = sa.select(throttle.c.failures, throttle.c.window_ends_at).where(throttle.c.key == counter.key)
    row = unit.execute(statement.with_for_update()).one_or_none()
    if row is None:
        return 0, now
    return (row.failures if row.window_ends_at > now else 0), row.window_ends_at


def _wait(counter: Counter, attempts: int, ends: dt.datetime, now: dt.datetime) -> int:
    """Seconds until the delay after the last attempt is over; that one was FORGOTTEN_AFTER before the end."""
    over = ends - FORGOTTEN_AFTER + dt.timedelta(seconds=counter.delay(attempts))
    return max(0, int((over - now).total_seconds() + 0.999)) if attempts else 0


def _forgive(unit: Unit, keys: tuple[Counter, ...]) -> None:
    unit.begin_write()
    expired = throttle.c.window_ends_at < utc_now()
    unit.execute(sa.delete(throttle).where(sa.or_(throttle.c.key == keys[0].key, expired)))
    shared = [key.key for key in keys[1:]]
    if shared:
        unit.execute(sa.update(throttle).where(throttle.c.key.in_(shared), throttle.c.failures > 0)
                     .values(failures=throttle.c.failures - 1))  # fmt: skip
