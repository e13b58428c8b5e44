"""Several archives, one after another, and whether the log in the database goes on where the last one ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy.engine import Engine

from core.audit import archive
from core.audit import cut as cuts
from core.audit.anchor import Anchor
from core.audit.archive import Found
from core.audit.verdict import Broken, Verdict


@dataclass(frozen=True, slots=True)
class Joined:
    """Archives in the order of their links; `broken` is the first thing in them that is not as it was."""

    parts: tuple[Found, ...] = ()
    broken: Broken | None = None

    def covers(self, anchor: Anchor) -> bool:
        """Whether the link of an anchor is in an archive, where it was compared already."""
        return any(one.joins < anchor.seq <= one.last for one in self.parts)

    def followed_by(self, verdict: Verdict) -> Verdict:
        """The verdict on all of it."""
        counted = [one.counted for one in self.parts]
        added = replace(
            verdict, rows=verdict.rows + sum(one.rows for one in counted),
            links=verdict.links + sum(one.links for one in counted),
            erased=verdict.erased + sum(one.erased for one in counted))  # fmt: skip
        return added if self.broken is None else replace(added, ok=False, first_broken=self.broken)


def joined(engine: Engine, paths: Iterable[Path], anchor: Anchor | None = None) -> Joined:
    """Check archives, and that each joins the one before and the last one the log. Malformed for what is none."""
    parts = tuple(sorted((archive.check(path, anchor) for path in paths), key=lambda one: (one.joins, one.last)))
    if not parts:
        return Joined()
    with engine.connect() as connection:
        cut = cuts.read(connection)
    broken = next((one.broken for one in parts if one.broken), None) or _gap(parts)
    ends = None if cut is None else (cut.seq, cut.hash.hex(), cut.instance.hex())
    if broken is None and ends != (parts[-1].last, parts[-1].hash, parts[-1].instance):
        broken = Broken("archive_gap", parts[-1].last)
    return Joined(parts, broken)


def _gap(parts: tuple[Found, ...]) -> Broken | None:
    for before, after in pairwise(parts):
        if (before.last, before.hash) != (after.joins, after.joins_hash):
            return Broken("archive_gap", after.joins)
    return None
