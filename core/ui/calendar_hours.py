"""The hours of a day: each record over the time that it takes, beside those that overlap it. Pure arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.ui.calendar_days import DAY, Placed

#: What begins and ends is drawn on quarters of an hour.
QUARTER = dt.timedelta(minutes=15)
IN_AN_HOUR, IN_A_DAY = 4, 96
#: What takes no time, or less than this, is drawn so long, so that its title can be read and pressed.
LEAST = 2
#: So many stand side by side; the others are told of in a number.
MOST_LANES = 12


class Piece(NamedTuple):
    """What a record takes of one day, in quarters of an hour from midnight; `lane` of the `lanes` that stand side by
    side, from 0. `is_rest` where it began on a day before."""

    placed: Placed
    begin: int
    end: int
    is_rest: bool = False
    lane: int = 0
    lanes: int = 1

    @property
    def hour(self) -> int:
        return self.begin // IN_AN_HOUR


def takes_hours(one: Placed) -> bool:
    """Whether it stands in the hours: what has no time of day or lasts for a day and more stands above them."""
    if not isinstance(one.begin, dt.datetime):
        return False
    over: dt.datetime = one.over
    return over - one.begin < DAY


def side_by_side(found: Iterable[Placed], day: dt.date, here: dt.tzinfo, most: int = MOST_LANES
                 ) -> tuple[list[Piece], list[Placed]]:  # fmt: skip
    """The pieces of a day in order of time, each in a lane, and those for which `most` lanes leave no room."""
    pieces = sorted((_piece(one, day, here) for one in found), key=lambda piece: (piece.begin, -piece.end))
    laid: list[Piece] = []
    left: list[Placed] = []
    group: list[Piece] = []
    ends: list[int] = []
    for piece in pieces:
        if group and piece.begin >= max(ends):
            laid += _of_one_width(group)
            group, ends = [], []
        lane = next((number for number, end in enumerate(ends) if end <= piece.begin), len(ends))
        if lane >= most:
            left.append(piece.placed)
            continue
        ends[lane : lane + 1] = [piece.end]
        group.append(piece._replace(lane=lane))
    return [*laid, *_of_one_width(group)], left


def _of_one_width(group: Sequence[Piece]) -> list[Piece]:
    lanes = max((piece.lane for piece in group), default=0) + 1
    return [piece._replace(lanes=lanes) for piece in group]


def _piece(one: Placed, day: dt.date, here: dt.tzinfo) -> Piece:
    is_rest = one.first < day
    begin = 0 if is_rest else _quarter(one.begin)
    over = one.over.astimezone(here)
    end = IN_A_DAY if over.date() > day else -(-(over.hour * 60 + over.minute) // 15)
    begin = min(begin, IN_A_DAY - LEAST)
    return Piece(one, begin, min(max(end, begin + LEAST), IN_A_DAY), is_rest)


def _quarter(at: dt.datetime) -> int:
    return at.hour * IN_AN_HOUR + at.minute // 15
