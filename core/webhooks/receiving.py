"""Messages of other programs: kept once their signature holds, and told to the plugins afterwards (REL-09).

Nothing of a message is read before its signature is verified. A repeat, known by the sender's id, is answered like the
first and does nothing. What it means is for the receivers of `core.webhook_received`, in one transaction with its end.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

import orjson
import sqlalchemy as sa

from core import jobs, signals
from core.db import Unit, unit
from core.declarations import Job
from core.entity.base import utc_now
from core.errors import NotFound, TooLarge
from core.jobs import Context
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.vault import Vault
from core.webhooks import signing
from core.webhooks.models import received, sources

JOB = "core.handle_webhook"
PURPOSE = "webhook source"
MOST = 1024 * 1024
log = logging.getLogger("diwan.webhooks")

webhook_received = signals.declare(
    "core.webhook_received",
    "source, event_id, payload, text: a verified message of another program; `source` is the name it was given in the "
    "settings, `payload` the parsed JSON or None. Inside a transaction of a job, once for each id of the sender.")


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, handle, _("Handle a webhook of another program"), as_system=True)]


def take(vault: Vault, key: str, sent: Any, body: bytes, now: float) -> str:
    """Keep a message whose signature holds; "new" or "repeated". NotFound for a key that is none of ours."""
    if len(body) > MOST:
        raise TooLarge(_("Send at most {limit} MB at once.", limit=MOST // 1024 // 1024))
    statement = sa.select(sources).where(sources.c.key == key[:60], sources.c.active)
    source = unit().execute(statement).first()
    if source is None:
        raise NotFound(_("There is no such page."))
    secret = vault.unseal(PURPOSE, source.sealed_secret) or ""
    external_id = signing.verify(source.scheme, secret, sent, body, now)
    digest = hashlib.sha256(body).hexdigest()
    return _keep(unit(), source, (external_id or _own_id(body) or digest)[:200], digest, body)


def _own_id(body: bytes) -> str:
    """The id in a verified body, for schemes that have none beside it."""
    payload = parsed(body.decode("utf-8", "replace"))
    found = payload.get("id") if isinstance(payload, dict) else None
    return found if isinstance(found, str) else ""


def _keep(opened: Unit, source: Any, external_id: str, digest: str, body: bytes) -> str:
    opened.begin_write()
    known = sa.select(received.c.body_hash).where(
        received.c.source_id == source.id, received.c.external_id == external_id)
    try:
        with opened.connection.begin_nested():
            new_id = opened.execute(sa.insert(received).values(
                source_id=source.id, external_id=external_id, body_hash=digest,
                body=body.decode("utf-8", "replace").replace("\0", ""), received_at=utc_now(),
            ).returning(received.c.id)).scalar_one()
    except sa.exc.IntegrityError:
        if opened.execute(known).scalar() != digest:
            log.warning("webhook source %s: a second body under the id %r was left aside", source.name, external_id)
        return "repeated"
    jobs.enqueue(JOB, {"event": new_id})
    return "new"


def handle(context: Context) -> None:
    """Tell the plugins of one message. What they write and that it was handled is one transaction."""
    joined = received.join(sources, sources.c.id == received.c.source_id)
    columns = (received.c.external_id, received.c.body, received.c.handled_at, sources.c.name)
    mine = received.c.id == context.arguments["event"]
    row = unit().execute(sa.select(*columns).select_from(joined).where(mine)).first()
    if row is None or row.handled_at is not None:
        return
    unit().begin_write()
    signals.emit("core.webhook_received", source=row.name, event_id=row.external_id, payload=parsed(row.body),
                 text=row.body)
    unit().execute(sa.update(received).where(mine).values(handled_at=utc_now()))


def parsed(text: str) -> Any:
    """The JSON of a message, None for anything else or for what is nested too deeply."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
