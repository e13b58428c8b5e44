"""How each user wants to be told of what: at the bell, by mail at once, or in a mail that gathers a day's notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.declarations import NoticeKind
from core.errors import Invalid
from core.language.i18n import _
from core.notify.models import choices, digests
from core.notify.telling import Channels
from core.registry import current

#: When the daily mail goes to whoever has chosen nothing, by the clock of his zone.
USUAL_HOUR = 18


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When somebody gets his daily mail."""

    hour: int = USUAL_HOUR
    working_days_only: bool = False


def chosen_by_reader() -> list[tuple[NoticeKind, Channels]]:
    """All kinds there are, with the ways in which the reader is told of each."""
    rows = unit().execute(sa.select(choices).where(choices.c.user_id == actor().id)).all()
    stored = {row.kind: Channels(row.bell, row.mail, row.digest) for row in rows}
    return [(kind, stored.get(kind.name, Channels(kind.bell, kind.mail, kind.digest)))
            for kind in current().derived.notice_kinds.values()]  # fmt: skip


def digest_time(user_id: int | None = None) -> DigestTime:
    """When the user gets it; the reader where none is named."""
    mine = sa.select(digests).where(digests.c.user_id == (user_id or actor().id))
    row = unit().execute(mine).first()
    return DigestTime(row.hour, row.working_days_only) if row is not None else DigestTime()


def choose(ways: Mapping[str, Channels], time: DigestTime) -> None:
    """Keep what the reader chose. Invalid for an hour that no clock shows."""
    if not 0 <= time.hour <= 23:
        raise Invalid(errors={"hour": [_("Choose from the list.")]})
    user_id = actor().id
    unit().begin_write()
    known = [name for name in ways if name in current().derived.notice_kinds]
    unit().execute(sa.delete(choices).where(choices.c.user_id == user_id, choices.c.kind.in_(known)))
    rows = [{"user_id": user_id, "kind": name, "bell": ways[name].bell, "mail": ways[name].mail,
             "digest": ways[name].digest} for name in known]  # fmt: skip
    if rows:
        unit().execute(sa.insert(choices), rows)
    values = {"hour": time.hour, "working_days_only": time.working_days_only}
    if not unit().execute(sa.update(digests).where(digests.c.user_id == user_id).values(values)).rowcount:
        unit().execute(sa.insert(digests).values(user_id=user_id, **values))
