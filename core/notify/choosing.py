"""How each user wants to be told of what: at the bell, by mail at once, or in a mail that gathers a day's notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.declarations import NoticeKind
from core.entity.base import utc_now
from core.errors import Invalid
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.notify.models import choices, digests
from core.notify.telling import Channels
from core.registry import current

#: When the daily mail goes to whoever has chosen nothing, by the clock of his zone.
USUAL_HOUR = 18


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing but the bell tells somebody, by the clock of his zone; past midnight where they end before
    they begin."""

    start: int
    end: int

    def holds(self, now: dt.datetime) -> bool:
        """Whether it is quiet at this time of his clock."""
        if self.start < self.end:
            return self.start <= now.hour < self.end
        return now.hour >= self.start or now.hour < self.end


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody gets his daily mail, and when he is left alone."""

    hour: int = USUAL_HOUR
    working_days_only: bool = False
    quiet: Quiet | None = None


def chosen_by_reader() -> list[tuple[NoticeKind, Channels]]:
    """All kinds there are, with the ways in which the reader is told of each."""
    rows = unit().execute(sa.select(choices).where(choices.c.user_id == actor().id)).all()
    stored = {row.kind: Channels(row.bell, row.mail, row.digest) for row in rows}
    return [(kind, stored.get(kind.name, Channels(kind.bell, kind.mail, kind.digest)))
            for kind in current().derived.notice_kinds.values()]  # fmt: skip


def times(user_id: int | None = None) -> Times:
    """Those of the user; of the reader where none is named."""
    mine = sa.select(digests).where(digests.c.user_id == (user_id or actor().id))
    row = unit().execute(mine).first()
    return Times(row.hour, row.working_days_only, quiet_of(row)) if row is not None else Times()


def quiet_of(row: Any) -> Quiet | None:
    """What a row of `digests` holds of it."""
    return None if row.quiet_from is None else Quiet(row.quiet_from, row.quiet_until)


def is_quiet_now() -> bool:
    """For the reader, by his own clock."""
    quiet = times().quiet
    return quiet is not None and quiet.holds(local(utc_now(), preferences().timezone))


def choose(ways: Mapping[str, Channels], time: Times) -> None:
    """Keep what the reader chose. Invalid for an hour that no clock shows, and for quiet hours without an end."""
    if not 0 <= time.hour <= 23:
        raise Invalid(errors={"hour": [_("Choose from the list.")]})
    quiet = time.quiet
    if quiet is not None and (quiet.start == quiet.end or not {quiet.start, quiet.end} <= set(range(24))):
        raise Invalid(errors={"quiet_until": [_("Choose two different hours, or neither.")]})
    user_id = actor().id
    unit().begin_write()
    known = [name for name in ways if name in current().derived.notice_kinds]
    unit().execute(sa.delete(choices).where(choices.c.user_id == user_id, choices.c.kind.in_(known)))
    rows = [{"user_id": user_id, "kind": name, "bell": ways[name].bell, "mail": ways[name].mail,
             "digest": ways[name].digest} for name in known]  # fmt: skip
    if rows:
        unit().execute(sa.insert(choices), rows)
    values = {"hour": time.hour, "working_days_only": time.working_days_only,
              "quiet_from": quiet.start if quiet else None, "quiet_until": quiet.end if quiet else None}
    if not unit().execute(sa.update(digests).where(digests.c.user_id == user_id).values(values)).rowcount:
        unit().execute(sa.insert(digests).values(user_id=user_id, **values))
