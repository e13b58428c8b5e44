"""What the page of the outbox shows, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.db import unit
from core.errors import Conflict, NotFound
from core.jobs import queue
from core.jobs.clock import database_time
from core.language.i18n import _
from core.mail import outbox
from core.mail.models import mails

STATES = ("queued", "sending", "unknown", "failed", "sent", "discarded")
#: From which states a button leads on.
RESENDABLE = ("failed", "unknown", "discarded", "queued")
DISCARDABLE = ("queued", "failed", "unknown")


def page(state: str, before: int | None, limit: int) -> Sequence[Any]:
    """Mails without their text, newest first."""
    columns = [column for column in mails.c if column.name not in ("text", "html")]
    statement = sa.select(*columns)
    if state:
        statement = statement.where(mails.c.state == state)
    if before is not None:
        statement = statement.where(mails.c.id < before)
    return unit().execute(statement.order_by(mails.c.id.desc()).limit(limit)).all()


def counts() -> dict[str, int]:
    found = unit().execute(sa.select(mails.c.state, sa.func.count()).group_by(mails.c.state))
    return dict(found.all())


def get(mail_id: int) -> Any:
    """One mail with its text."""
    found = unit().execute(sa.select(mails).where(mails.c.id == mail_id)).first()
    if found is None:
        raise NotFound(_("This mail does not exist any more."))
    return found


def send_again(mail_id: int) -> None:
    """Queue a mail anew, under the name it had: who got it already can tell. One that is due already is left alone
    while a job waits that will send it, however often somebody presses the button."""
    row = get(mail_id)
    if row.state == "queued" and row.attempts == 0 and _is_due(mail_id) and queue.is_waiting(outbox.JOB):
        return
    recipients = [{**one, "state": "pending"} if one["state"] == "refused" else one for one in row.recipients]
    if row.state not in RESENDABLE:
        raise _changed()
    _move(row, (row.state,), "resend", state="queued", attempts=0, error="", recipients=recipients, worker="",
          handed_over_at=None, next_try_at=database_time())
    outbox.wake(unit())


def _is_due(mail_id: int) -> bool:
    due = sa.select(mails.c.id).where(mails.c.id == mail_id, mails.c.next_try_at <= database_time())
    return unit().execute(due).first() is not None


def discard(mail_id: int) -> None:
    """Decide that a mail is not sent, or not sent again."""
    _move(get(mail_id), DISCARDABLE, "discard", state="discarded", worker="")


def mark_sent(mail_id: int) -> None:
    """Decide that a mail whose fate nobody knows has arrived."""
    row = get(mail_id)
    recipients = [{**one, "state": "sent"} if one["state"] == "pending" else one for one in row.recipients]
    private = {"text": "", "html": None} if row.is_private else {}
    _move(row, ("unknown",), "mark_sent", state="sent", recipients=recipients, sent_at=database_time(), worker="",
          **private)


def _move(row: Any, states: Sequence[str], action: str, **values: Any) -> None:
    unit().begin_write()
    statement = sa.update(mails).where(mails.c.id == row.id, mails.c.state.in_(states))
    if unit().execute(statement.values(**values)).rowcount != 1:
        raise _changed()
    listener.record("core.mail", row.id, row.subject, action, {"state": [row.state, values["state"]]})


def _changed() -> Conflict:
    return Conflict(_("This mail has changed in the meantime. Reload the page."))


#: Seconds a mail may be due before something is wrong with the worker or the server.
LATE = 900


def health(connection: sa.Connection) -> dict[str, int]:
    """`queued` mails, `age` of the oldest in seconds, `held` ones whose fate nobody knows, `failed` ones."""
    counted = sa.select(mails.c.state, sa.func.count()).where(
        mails.c.state.in_(("queued", "sending", "unknown", "failed"))).group_by(mails.c.state)
    numbers: dict[str, int] = dict(connection.execute(counted).all())
    waiting = mails.c.state.in_(("queued", "sending"))
    first = connection.execute(sa.select(sa.func.min(mails.c.created_at), database_time()).where(waiting)).one()
    age = max(0, int((first[1] - first[0]).total_seconds())) if first[0] is not None else 0
    return {"queued": numbers.get("queued", 0) + numbers.get("sending", 0), "age": age,
            "held": numbers.get("unknown", 0), "failed": numbers.get("failed", 0)}
