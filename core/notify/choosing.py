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
from core.notify.models import choices, digests, notices
from core.notify.telling import ByMail, Channels, stored_choice, usual
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
    stored = {row.kind: stored_choice(row) for row in rows}
    return [(kind, stored.get(kind.name, usual(kind))) for kind in current().derived.notice_kinds.values()]


def only_mentions() -> dict[str, Channels]:
    """The ways of whoever wants to hear of nothing but what calls him by his name; that comes as he chose."""
    silent = Channels(bell=False)
    return {kind.name: (ways if ways.any else usual(kind)) if kind.mention else silent
            for kind, ways in chosen_by_reader()}  # fmt: skip


def as_usual() -> dict[str, Channels]:
    """The ways of whoever has chosen nothing."""
    return {kind.name: usual(kind) for kind in current().derived.notice_kinds.values()}


def times(user_id: int | None = None) -> Times:
    """Those of the user; of the reader where none is named."""
    mine = sa.select(digests).where(digests.c.user_id == (user_id or actor().id))
    row = unit().execute(mine).first()
    return Times(row.hour, row.working_days_only, quiet_of(row)) if row is not None else Times()


def quiet_of(row: Any) -> Quiet | None:
    """What a row of `digests` holds of it."""
    return None if row.quiet_from is None else Quiet(row.quiet_from, row.quiet_until)


def may_disturb() -> Any:
    """The condition that the reader is to be told of a notice now, in other ways than at the bell."""
    quiet = times().quiet
    if quiet is None or not quiet.holds(local(utc_now(), preferences().timezone)):
        return sa.true()
    return is_urgent()


def is_urgent() -> Any:
    """The condition that whoever a notice is for chose to be told of its kind in quiet hours too."""
    return sa.exists().where(choices.c.user_id == notices.c.user_id, choices.c.kind == notices.c.kind, choices.c.urgent)


def choose(ways: Mapping[str, Channels], time: Times) -> None:
    """Keep what the reader chose. Invalid for an hour that no clock shows, and for quiet hours without an end."""
    if not 0 <= time.hour <= 23:
        raise Invalid(errors={"hour": [_("Choose from the list.")]})
    quiet = time.quiet
    if quiet is not None and (quiet.start == quiet.end or not {quiet.start, quiet.end} <= set(range(24))):
        raise Invalid(errors={"quiet_until": [_("Choose two different hours, or neither.")]})
    user_id = actor().id
    unit().begin_write()
    known = {name: chosen for name, chosen in ways.items() if name in current().derived.notice_kinds}
    unit().execute(sa.delete(choices).where(choices.c.user_id == user_id, choices.c.kind.in_(known)))
    rows = [{"user_id": user_id, "kind": name, "bell": chosen.bell, "by_mail": chosen.mail, "urgent": chosen.urgent}
            for name, chosen in known.items()]  # fmt: skip
    if rows:
        unit().execute(sa.insert(choices), rows)
    _send_otherwise(known)
    values = {"hour": time.hour, "working_days_only": time.working_days_only,
              "quiet_from": quiet.start if quiet else None, "quiet_until": quiet.end if quiet else None}
    if not unit().execute(sa.update(digests).where(digests.c.user_id == user_id).values(values)).rowcount:
        unit().execute(sa.insert(digests).values(user_id=user_id, **values))


def _send_otherwise(ways: Mapping[str, Channels]) -> None:
    """What waits to be mailed goes as it is chosen now: with the daily mail, or not at all. What is gathered already
    comes in one mail all the same, where from now on each comes at once."""
    for way, is_gathered in ((ByMail.NEVER, False), (ByMail.DIGEST, True)):
        kinds = [name for name, chosen in ways.items() if chosen.mail is way]
        waits = notices.c.mail_due if is_gathered else sa.or_(notices.c.mail_due, notices.c.digest_due)
        unit().execute(sa.update(notices).where(
            notices.c.user_id == actor().id, notices.c.kind.in_(kinds), waits).values(
                mail_due=False, digest_due=is_gathered))  # fmt: skip
