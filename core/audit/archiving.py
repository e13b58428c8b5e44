"""Moving the log's beginning into a file once it is old enough, with the chain still whole (AUD-08).

First the file: written, on the disk, read back and checked. Only then the entries go, in steps, each of which moves the
sealed cut (`cut`) on; a crash in between leaves a log that fits its cut, and entries that are in the file as well. What
is not whole is not archived: nobody gets rid of a tampered log by waiting.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit import archive, listener
from core.audit import cut as cuts
from core.audit.anchor import first_hash
from core.audit.archive_turns import alone
from core.audit.fitting import LINKS, LINKS_AT_ONCE, ROWS, Counted, broken_transaction, link_fits
from core.audit.models import audit, cut, link
from core.audit.protect import beginning_unlocked
from core.audit.verdict import Broken
from core.db import Unit, run_unit
from core.entity.base import utc_now
from core.errors import Unavailable
from core.language.i18n import _
from core.vault import Vault

#: Links in one archive, and those that leave the log in one transaction: others cannot write meanwhile.
MOST_LINKS, AT_ONCE = 100_000, 1_000
NAME = re.compile(r"log-(\d{12})-(\d{12})" + re.escape(archive.ENDING))


@dataclass(frozen=True, slots=True)
class Archived:
    """One archive, and what is in it: entries, and the links from one to another."""

    path: Path
    entries: int
    first: int
    last: int


def carry_out(owner: Engine, vault: Vault, folder: Path, before: dt.datetime,
              told: Callable[[int, int], None] = lambda _done, _all: None) -> list[Archived]:
    """Archive all that is older than `before`, with the connection of the tables' owner; `told` hears of the progress.

    Unavailable where the log is broken: then nothing more of it is moved.
    """
    made = []
    with alone(folder):
        with owner.connect() as connection:
            # Once: what the archiving itself leaves in the log stays there.
            last = _last_before(connection, before)
        while (after := _cut_at(owner)) < last:
            one = _left_over(owner, folder, after) or _write(owner, folder, after, min(last, after + MOST_LINKS))
            _take_away(owner, vault, one, told)
            made.append(one)
    return made


def _cut_at(owner: Engine) -> int:
    with owner.connect() as connection:
        known = cuts.read(connection)
    return known.seq if known else 0


def count(owner: Engine, before: dt.datetime) -> int:
    """How many entries would be archived."""
    with owner.connect() as connection:
        mine = sa.select(link.c.tx).where(link.c.seq <= _last_before(connection, before))
        found: int = connection.execute(
            sa.select(sa.func.count()).select_from(audit).where(audit.c.tx.in_(mine))).scalar_one()
    return found


def _last_before(connection: Connection, before: dt.datetime) -> int:
    """The last link of those that are older, from the first on: the log is cut at one place."""
    younger = connection.execute(sa.select(sa.func.min(link.c.seq)).where(link.c.at >= before)).scalar()
    if younger is not None:
        return int(younger) - 1
    return int(connection.execute(sa.select(sa.func.max(link.c.seq))).scalar() or 0)


def _left_over(owner: Engine, folder: Path, after: int) -> Archived | None:
    """An archive that was finished, but whose entries were not all taken away: the process ended in between."""
    for path in sorted(folder.glob(f"log-*{archive.ENDING}")):
        named = NAME.fullmatch(path.name)
        if named is None or not int(named[1]) <= after + 1 <= int(named[2]):
            continue
        found = archive.check(path)
        with owner.connect() as connection:
            stored = connection.execute(sa.select(link.c.hash).where(link.c.seq == found.last)).scalar()
        if found.broken is None and stored is not None and stored.hex() == found.hash:
            return Archived(path, found.counted.rows, found.joins + 1, found.last)
    return None


def _write(owner: Engine, folder: Path, after: int, until: int) -> Archived:
    path = folder / f"log-{after + 1:012d}-{until:012d}{archive.ENDING}"
    with owner.connect() as connection:
        if owner.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        known, genesis = cuts.read(connection), first_hash(connection)
        joins = known.hash if known else genesis
        if genesis is None or joins is None:
            raise broken(Broken("link_missing", after + 1))
        with archive.writing(path, genesis, after, joins) as writer:
            _copy(connection, writer, until)
            entries = writer.rows
    found = archive.check(path)
    if found.broken or found.last != until:
        raise broken(found.broken or Broken("archive_damaged", found.last))
    return Archived(path, entries, after + 1, until)


def _copy(connection: Connection, writer: archive.Writer, until: int) -> None:
    """Everything up to the link `until`, checked as it is read."""
    while writer.last < until:
        size = min(LINKS_AT_ONCE, until - writer.last)
        links = list(connection.execute(LINKS, {"after": writer.last, "count": size}))
        if len(links) < size:
            raise broken(Broken("link_missing", writer.last + len(links) + 1))
        rows = connection.execute(ROWS, {"txs": [one.tx for one in links]})
        of_each = {tx: list(found) for tx, found in groupby(rows, key=attrgetter("tx"))}
        for one in links:
            mine = of_each.get(one.tx, [])
            if one.seq != writer.last + 1 or not link_fits(one) or one.prev_hash != writer.hash:
                raise broken(Broken("link_changed", one.seq))
            wrong = broken_transaction(one, mine, Counted())
            if wrong is not None:
                raise broken(wrong)
            writer.add(one, mine)


def _take_away(owner: Engine, vault: Vault, one: Archived, told: Callable[[int, int], None]) -> None:
    size = one.last - one.first + 1
    for after in range(one.first - 1, one.last, AT_ONCE):
        until = min(one.last, after + AT_ONCE)
        run_unit(owner, partial(_step, vault=vault, one=one, until=until))
        told(until - one.first + 1, size)


def _step(opened: Unit, vault: Vault, one: Archived, until: int) -> None:
    opened.begin_write()
    known, genesis = cuts.read(opened.connection), first_hash(opened.connection)
    last_hash = opened.execute(sa.select(link.c.hash).where(link.c.seq == until)).scalar()
    if genesis is None or last_hash is None or (known is not None and known.seq >= until):
        return  # another one has done it meanwhile
    with beginning_unlocked(opened.connection):
        mine = sa.select(link.c.tx).where(link.c.seq <= until)
        gone = opened.execute(sa.delete(audit).where(audit.c.tx.in_(mine))).rowcount
        opened.execute(sa.delete(link).where(link.c.seq <= until))
    values = {"seq": until, "hash": last_hash, "instance": genesis, "at": utc_now(), "file": one.path.name,
              "rows": gone + (known.rows if known else 0),
              "seal": cuts.seal(vault, until, last_hash, genesis)}  # fmt: skip
    opened.execute(sa.update(cut).values(**values) if known else sa.insert(cut).values(id=1, **values))
    if until == one.last:
        changes: dict[str, Any] = {
            "entries": [None, one.entries], "file": [None, one.path.name], "from": [None, one.first],
            "to": [None, one.last], "sha256": [None, archive.digest(one.path)]}  # fmt: skip
        listener.record("core.audit", None, one.path.name, "archive_log", changes)


def broken(found: Broken) -> Unavailable:
    return Unavailable(_("The log is not whole, so nothing of it is archived: {reason}", reason=found.message))
