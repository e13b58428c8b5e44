"""Writing a mail into the outbox, inside the transaction that it follows from: rolled back, it is never sent.

    mail.send("sara@example.com", subject, text, html, dedupe=f"reminder-{invoice_id}")
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.actor import actor, origin
from core.db import Unit, unit
from core.errors import Invalid
from core.jobs import queue
from core.jobs.clock import database_time
from core.language.i18n import _, current
from core.mail.models import mails

Recipient = str | tuple[str, str]
"""An address, or a name and an address."""

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
#: More get a mail each: one letter to a crowd shows everybody's address to everybody.
MOST_RECIPIENTS = 50
LONGEST_SUBJECT = 500
JOB = "core.send_mail"


def send(
    to: Recipient | list[Recipient], subject: object, text: object, html: str | None = None, *,
    reply_to: str = "", language: str = "", dedupe: str = "", is_private: bool = False,
) -> int:  # fmt: skip
    """Queue a mail; its id. Asked for twice under one `dedupe`, it is the first one's.

    `is_private`: it holds a secret, such as a link that lets somebody in. Only administrators may read it in the
    outbox, and its text is forgotten once it is sent. Invalid for what is no address, and for control characters in
    what goes into a header (SEC-10).
    """
    recipients = [_recipient(one) for one in _listed(to)]
    title = str(subject)
    _refuse(title, "subject", LONGEST_SUBJECT)
    values = {
        "message_id": secrets.token_hex(16), "state": "queued", "language": language or current().language,
        "reply_to": _address(reply_to) if reply_to else "", "recipients": recipients, "subject": title,
        "text": str(text), "html": html, "is_private": is_private, "dedupe": dedupe[:200] or None,
        "actor_id": actor().id, "organisation_id": actor().organisation_id, "request_id": origin().request_id[:40],
    }  # fmt: skip
    return _add(unit(), values)


def _add(opened: Unit, values: Mapping[str, Any]) -> int:
    opened.begin_write()
    row = {**values, "created_at": database_time(), "next_try_at": database_time()}
    statement = _INSERT[opened.dialect](mails).values(**row).on_conflict_do_nothing(index_elements=["dedupe"])
    found = opened.execute(statement.returning(mails.c.id)).scalar()
    if found is None:
        return int(opened.execute(sa.select(mails.c.id).where(mails.c.dedupe == values["dedupe"])).scalar_one())
    wake(opened)
    return int(found)


def wake(opened: Unit) -> None:
    """Have the outbox looked through after this transaction, once however many mails it writes."""
    if JOB not in opened.state:
        opened.state[JOB] = queue.enqueue(JOB)


def _listed(to: Recipient | list[Recipient]) -> list[Recipient]:
    listed = to if isinstance(to, list) else [to]
    if not listed or len(listed) > MOST_RECIPIENTS:
        raise Invalid(_("A mail goes to at least one address and at most {limit}.", limit=MOST_RECIPIENTS))
    return listed


def _recipient(given: Recipient) -> dict[str, str]:
    name, address = ("", given) if isinstance(given, str) else given
    _refuse(name, "to", 200)
    return {"name": name, "address": _address(address), "state": "pending", "error": ""}


def _address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # Only where mail is written.

    _refuse(text, "to", 320)
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid(_("“{text}” is no e-mail address.", text=text[:100])) from error


def _refuse(text: str, name: str, longest: int) -> None:
    if _CONTROLS.search(text) or len(text) > longest:
        raise Invalid(_("The head of a mail cannot hold this."), errors={name: [_("Write it in one short line.")]})
