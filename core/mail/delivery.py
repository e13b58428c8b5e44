"""Taking mails from the outbox to the mail server: each claimed by one worker, each outcome on record (REL-05).

`sending` is committed before the server hears anything, and `handed_over_at` before it hears the text. So a worker
that died left one of two things: a mail the server cannot have, which is queued again, or one it may have, which is
held as `unknown` until somebody decides.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.policy import SMTP, SMTPUTF8
from typing import Any

import sqlalchemy as sa

from core.config import Config
from core.db import Unit
from core.declarations import Job
from core.errors import DiwanError
from core.jobs import Context
from core.jobs.clock import database_time
from core.language.i18n import _
from core.mail import message, sentences, smtp
from core.mail.models import mails
from core.mail.outbox import JOB
from core.plugin.hookspecs import hookimpl

#: Seconds a worker may take from one step to the next; longer than it waits for any answer.
LEASE = 150
#: After so many tries a mail has failed; the waits between them double, and come to two days.
MOST_TRIES = 14
FIRST_WAIT, LONGEST_WAIT = 60.0, 6 * 3600.0


class Lost(DiwanError):
    """Another worker has this mail now."""


def deliver(context: Context) -> dict[str, Any]:
    """Send what is due; how many mails, and why it stopped early if it did. Without a mail server all stay."""
    with context.unit() as opened:
        recover(opened)
    if context.settings is None or not context.settings.smtp_url:
        return {"sent": 0}
    post = _Post(context, context.settings)
    try:
        while (row := post.claim()) is not None:
            try:
                post.send(row)
            except smtp.NoServer as error:
                return {"sent": post.sent, "stopped": str(error)}
            context.progress(post.sent)
    finally:
        post.close()
    return {"sent": post.sent}


def recover(opened: Unit) -> None:
    """See to what a dead worker had in hand."""
    over = sa.and_(mails.c.state == "sending", mails.c.lease_until < database_time())
    if opened.execute(sa.select(mails.c.id).where(over).limit(1)).first() is None:
        return
    opened.begin_write()
    opened.execute(sa.update(mails).where(over, mails.c.handed_over_at.is_(None)).values(state="queued", worker=""))
    opened.execute(sa.update(mails).where(over).values(
        state="unknown", error=sentences.WORKER_ENDED.source))


class _Post:
    """One worker's way to the server, for as many mails as there are."""

    def __init__(self, context: Context, config: Config) -> None:
        self.context, self.config, self.sent = context, config, 0
        self._server: smtplib.SMTP | None = None

    def close(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server = None

    def claim(self) -> dict[str, Any] | None:
        """Take the mail that is due first; None when there is none."""
        due = sa.and_(mails.c.state == "queued", mails.c.next_try_at <= database_time())
        first = sa.select(mails.c.id).where(due).order_by(mails.c.next_try_at, mails.c.id).limit(1)
        with self.context.unit() as opened:
            if opened.execute(first).first() is None:
                return None
            opened.begin_write()
            chosen = first.with_for_update(skip_locked=True) if opened.dialect == "postgresql" else first
            statement = sa.update(mails).where(mails.c.id.in_(chosen.scalar_subquery())).values(
                state="sending", worker=secrets.token_hex(12), lease_until=database_time(LEASE), handed_over_at=None,
                attempts=mails.c.attempts + 1)
            found = opened.execute(statement.returning(*mails.c)).mappings().first()
            return self._with_message_id(opened, dict(found)) if found is not None else None

    def _with_message_id(self, opened: Unit, row: dict[str, Any]) -> dict[str, Any]:
        """The name of the message, given once: whoever gets a mail twice can tell."""
        if "@" not in row["message_id"]:
            row["message_id"] = message.message_id(row["message_id"], self.config)
            opened.execute(sa.update(mails).where(mails.c.id == row["id"]).values(message_id=row["message_id"]))
        return row

    def send(self, row: Mapping[str, Any]) -> None:
        """One mail to its end. NoServer when none can be sent now; this one waits then as well."""
        pending = [one["address"] for one in row["recipients"] if one["state"] == "pending"]
        made = message.compose(row, self.config)
        international = not all(address.isascii() for address in pending)
        data = made.as_bytes(policy=SMTPUTF8 if international else SMTP)
        try:
            server = self._connected()
            answer = smtp.hand_over(server, message.sender(self.config).addr_spec, pending, data,
                                    lambda: self._note_text(row), international)
        except smtp.NoServer as error:
            self._note(row, state="queued", attempts=row["attempts"] - 1, error=str(error),
                       next_try_at=database_time(FIRST_WAIT))
            raise
        except smtp.NobodyKnows as error:
            self.close()
            self._note(row, state="unknown", error=str(error))
        except smtp.No as error:
            self._start_again()
            self._refuse(row, error)
        except Lost:
            self.close()
        else:
            self._accept(row, answer)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._server.noop()[0] == 250:
                    return self._server
            self.close()
        self._server = smtp.connect(self.config.smtp_url)
        return self._server

    def _start_again(self) -> None:
        """After a no the server waits for the next mail, or it is gone."""
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _note_text(self, row: Mapping[str, Any]) -> None:
        self._note(row, handed_over_at=database_time(), lease_until=database_time(LEASE))

    def _accept(self, row: Mapping[str, Any], answer: smtp.Answer) -> None:
        recipients = [_told(one, answer.accepted, answer.refused) for one in row["recipients"]]
        refused = "; ".join(f"{one['address']}: {one['error']}" for one in recipients if one["error"])
        if any(one["state"] == "pending" for one in recipients):
            # The others are served; what is left goes on as a mail of its own name.
            self._note(row, state="queued", recipients=recipients, error=refused, handed_over_at=None,
                       next_try_at=database_time(back_off(row["attempts"])))
            return
        self.sent += 1
        private = {"text": "", "html": None} if row["is_private"] else {}
        self._note(row, state="sent", recipients=recipients, error=refused, sent_at=database_time(), **private)

    def _refuse(self, row: Mapping[str, Any], error: smtp.No) -> None:
        recipients = [_told(one, (), error.recipients) for one in row["recipients"]]
        is_over = isinstance(error, smtp.Refused) or row["attempts"] >= MOST_TRIES
        self._note(row, state="failed" if is_over else "queued", recipients=recipients, error=str(error),
                   handed_over_at=None, next_try_at=database_time(back_off(row["attempts"])))

    def _note(self, row: Mapping[str, Any], **values: Any) -> None:
        """Store what came of it, while it is ours: also when it took so long that it passes for unknown."""
        held = sa.and_(mails.c.id == row["id"], mails.c.worker == row["worker"],
                       mails.c.state.in_(("sending", "unknown")))
        with self.context.unit() as opened:
            opened.begin_write()
            if opened.execute(sa.update(mails).where(held).values(**values)).rowcount != 1:
                raise Lost(_("Another worker has this mail now."))


def _told(recipient: Mapping[str, str], accepted: Any, refused: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """What is known of one recipient now."""
    address = recipient["address"]
    if address in accepted:
        return {**recipient, "state": "sent", "error": ""}
    if address in refused:
        code, text = refused[address]
        return {**recipient, "state": "refused" if code >= 500 else "pending", "error": f"{code} {text}".strip()}
    return dict(recipient)


def back_off(attempts: int) -> float:
    """Seconds until the next try."""
    return float(min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2))


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, deliver, label=_("Send mails"), every=dt.timedelta(minutes=1), in_steps=True, as_system=True,
                retries=0)]
