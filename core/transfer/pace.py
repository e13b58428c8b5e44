"""How fast an import goes: in long steps while nobody else writes, in short ones with breaks as soon as somebody does.

On SQLite a step holds the one write lock. It is written in parts, and ends early when somebody has begun to wait.
Whoever has written will soon write again: for a while the lock is held only for as long as nobody notices.
On PostgreSQL nobody waits, but a step ends early too when somebody else has written, and the breaks leave the
processors to others.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import sqlalchemy as sa

from core import sqlite_lock
from core.audit.models import head
from core.db import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """Rows in one transaction and in each part of it, and seconds of break after them."""

    rows: int
    part: int
    pause: float


#: The first step alone; each further one is twice as long, up to MOST: on SQLite a page of an index that many rows
#: change is then written once, and short files still show progress.
ALONE = {"sqlite": Step(500, 500, 0.002), "postgresql": Step(1000, 1000, 0.0)}
MOST = {"sqlite": 10_000, "postgresql": 5000}
#: The search index of SQLite is written once a part; whoever begins to wait does so for one part at most.
MOST_PART = {"sqlite": 5000, "postgresql": 1000}
IN_COMPANY = {"sqlite": Step(10, 10, 0.01), "postgresql": Step(100, 100, 0.015)}
#: For so long after somebody else's change more of them are expected.
LINGERING = 5.0
#: And for so long they would not be a surprise. Meanwhile a step on SQLite holds the lock for so many seconds.
CAREFUL = 60.0
HELD = 0.04
#: A part while nobody is expected, on a slow machine too.
LONGEST = 1.0
#: Seconds a row takes as long as none was written.
A_ROW = 0.0003


class Pace:
    """Watches the audit log's head: it moves by one with each step, and further when others write."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._alone = ALONE[dialect]
        self._seen: int | None = None
        self._note = 0
        self._gentle_until = 0.0
        self._careful_until = 0.0
        self._a_row = A_ROW

    @property
    def in_company(self) -> bool:
        return time.monotonic() < self._gentle_until

    def step(self, opened: Unit) -> Step:
        """What to do next, by what has happened since the last step."""
        seen = _transactions(opened)
        if self._seen is not None and seen > self._seen + 1:
            self._expect_company()
        self._seen = seen
        self._note = sqlite_lock.note(opened.engine)
        if self.in_company:
            self._alone = ALONE[self.dialect]
            return IN_COMPANY[self.dialect]
        if self.dialect == "sqlite" and time.monotonic() < self._careful_until:
            rows = min(max(self._rows_in(HELD), IN_COMPANY[self.dialect].rows), ALONE[self.dialect].rows)
            return replace(ALONE[self.dialect], rows=rows, part=rows)
        step = self._alone
        rows = min(2 * step.rows, MOST[self.dialect])
        part = min(rows, MOST_PART[self.dialect])
        if self.dialect == "sqlite":
            part = min(part, max(self._rows_in(LONGEST), IN_COMPANY[self.dialect].rows))
            # Parts alike: a short one at the end of a step would cost as much as a long one.
            part = math.ceil(rows / math.ceil(rows / part))
        self._alone = replace(step, rows=rows, part=part)
        return step

    def took(self, rows: int, seconds: float) -> None:
        """How long a part of so many rows took; what the last ones took counts most."""
        self._a_row = (self._a_row + seconds / rows) / 2

    def _rows_in(self, seconds: float) -> int:
        return int(seconds / max(self._a_row, 1e-6))

    def _expect_company(self) -> None:
        now = time.monotonic()
        self._gentle_until, self._careful_until = now + LINGERING, now + CAREFUL

    def somebody_waits(self, opened: Unit) -> bool:
        """Whether, since the step began, somebody began to wait for the write lock or, where there is none, wrote."""
        is_alone = (sqlite_lock.note(opened.engine) == self._note if self.dialect == "sqlite"
                    else _transactions(opened) == self._seen)
        if is_alone:
            return False
        self._expect_company()
        return True


def _transactions(opened: Unit) -> int:
    """How many of them the log has seen."""
    return int(opened.execute(sa.select(head.c.seq).where(head.c.id == 1)).scalar() or 0)
