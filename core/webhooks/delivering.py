"""Sending what was noted: each webhook's events in their order, by one worker at a time (REL-10).

An event may arrive twice, when a worker dies between the answer and its noting; it has the same id then. A webhook
whose receiver is away is tried again after waits that grow to ten hours; after three days it is turned off and its
owner is told. An event that a receiver refuses for good is left aside, and the next ones go on.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from core import jobs, mail, outbound, query, records
from core.actor import Actor, acting
from core.audit import listener
from core.auth.actors import load_actor
from core.auth.models import User
from core.db import Unit, unit
from core.declarations import Job, Setting
from core.derive.schema import output_plan
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import TextType
from core.errors import Invalid
from core.jobs import Context
from core.jobs.clock import database_time
from core.language.i18n import _, gettext
from core.permissions import readable
from core.plugin.hookspecs import hookimpl
from core.plugin.stamps import bump
from core.registry import current, settings
from core.vault import Vault
from core.webhooks import signing
from core.webhooks.collecting import JOB
from core.webhooks.models import deliveries, received, webhooks

PURPOSE = "webhook"
ALLOWED = "core.webhook_hosts"
#: Seconds of the waits after failed tries; the last one again and again.
WAITS = (10, 60, 300, 1800, 7200, 18_000, 36_000)
GIVE_UP = dt.timedelta(days=3)
#: Tries of an event that the receiver refuses, before it is left aside.
REFUSALS = 3
#: Answers that may be otherwise in a while.
PASSING = frozenset({408, 409, 425, 429})
GONE = 410
#: Seconds that a worker holds a webhook's events from one to the next.
CLAIM = 90
KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Letter:
    """One event ready to be sent."""

    delivery_id: int
    event_id: str
    attempts: int
    since: dt.datetime
    url: str
    body: bytes
    secret: str


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(JOB, send, _("Send webhooks"), in_steps=True, as_system=True, retries=20, lease=120),
        Job("core.forget_webhook_events", forget_old, _("Forget old events of webhooks"), cron="40 3 * * *",
            as_system=True),
    ]


@hookimpl
def register_settings() -> list[Setting]:
    return [Setting(ALLOWED, FieldSpec(
        type=TextType(code=True), name=ALLOWED, label=_("Hosts inside this network that webhooks may call"),
        help=_("Names or addresses, separated by spaces. All others must be public.")), "")]


def allowed_hosts() -> frozenset[str]:
    return frozenset(str(settings(ALLOWED) or "").replace(",", " ").lower().split())


def send(context: Context) -> dict[str, Any]:
    """Send a webhook's events until none waits or its receiver is away; how many were taken."""
    hook_id, sent = int(context.arguments["webhook"]), 0
    with context.unit() as opened:
        wait = _claim(opened, hook_id)
        if wait is not None:
            _come_again(hook_id, wait)
            return {"sent": 0, "waits": wait}
    try:
        while (letter := _next(context, hook_id)) is not None:
            status, error = _hand_over(letter)
            with context.unit() as opened:
                wait = _note(opened, hook_id, letter, status, error)
                if wait is not None:
                    _come_again(hook_id, wait)
                    return {"sent": sent, "waits": wait}
            sent += 200 <= status < 300
            context.progress(sent)
    finally:
        with context.unit() as opened:
            opened.begin_write()
            opened.execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(claimed_until=None))
    return {"sent": sent}


def _come_again(hook_id: int, seconds: float) -> None:
    jobs.enqueue(JOB, {"webhook": hook_id}, dedupe=f"webhook-{hook_id}", run_after=dt.timedelta(seconds=seconds))


def _claim(opened: Unit, hook_id: int) -> float | None:
    """Take a webhook's events in hand; else the seconds after which to look again."""
    opened.begin_write()
    free = sa.or_(webhooks.c.claimed_until.is_(None), webhooks.c.claimed_until < database_time())
    due = sa.or_(webhooks.c.retry_at.is_(None), webhooks.c.retry_at <= database_time())
    mine = sa.update(webhooks).where(webhooks.c.id == hook_id, free, due).values(claimed_until=database_time(CLAIM))
    if opened.execute(mine).rowcount:
        return None
    row = opened.execute(sa.select(webhooks.c.retry_at, webhooks.c.active).where(webhooks.c.id == hook_id)).first()
    if row is None or not row.active:
        return None
    return max(2.0, (row.retry_at - utc_now()).total_seconds()) if row.retry_at else 2.0


def _next(context: Context, hook_id: int) -> Letter | None:
    """The event that waits longest, with its body; those that may not be told are passed over."""
    assert context.settings is not None
    vault = Vault(context.settings.secret_key)
    while True:
        with context.unit() as opened:
            hook = opened.execute(sa.select(webhooks).where(webhooks.c.id == hook_id, webhooks.c.active)).first()
            if hook is None:
                return None
            waiting = sa.and_(deliveries.c.webhook_id == hook_id, deliveries.c.state == "waiting")
            row = opened.execute(sa.select(deliveries).where(waiting).order_by(deliveries.c.id).limit(1)).first()
            if row is None:
                return None
            who = load_actor(opened.connection, hook.user_id)
            secret = vault.unseal(PURPOSE, hook.sealed_secret)
            if who is None or secret is None:
                turn_off(opened, hook_id, _gone(who))
                return None
            text = row.body or _body(who, row)
            opened.begin_write()
            opened.execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(
                claimed_until=database_time(CLAIM)))
            values = {"body": text} if text else {"state": "skipped", "tried_at": database_time()}
            opened.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(**values))
        if text:
            return Letter(row.id, row.event_id, row.attempts, row.created_at, hook.url, text.encode(), secret)


def _gone(who: Actor | None) -> Any:
    if who is None:
        return _("Whoever set it up may not log in any more.")
    return _("Its secret cannot be read with the secret key of this installation. Give it a new one.")


def _body(who: Actor, row: Any) -> str | None:
    """The message of an event, as its owner may see the record; None when he may not, or its module is off.

    What is in the trash by now is told without its values.
    """
    spec = current().entities.get(row.entity)
    if spec is None:
        return None
    with acting(who):
        living = records.load(spec, [row.record_id])
        if not living and not records.load(spec, [row.record_id], trashed=True):
            return None
        allowed = readable(spec)
        data: dict[str, Any] = {"id": row.record_id}
        if living and row.event != "deleted":
            data["record"] = record_json(spec, living[row.record_id])
        if row.event in ("merged", "unmerged"):
            data[row.event] = list(records.load(spec, row.changed, trashed=row.event == "merged"))
        elif row.changed is not None:
            data["changed"] = [name for name in row.changed if name in allowed]
    message = {"type": f"{row.entity}.{row.event}", "timestamp": row.created_at, "data": data}
    return orjson.dumps(message, option=orjson.OPT_UTC_Z).decode()


def record_json(spec: EntitySpec, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the API gives it, with what the actor may read."""
    names = tuple(name for name, f in readable(spec).items() if name not in ("id", "version") and not f.is_computed)
    answer: dict[str, Any] = output_plan(spec, names)(record)
    for name, by_record in query.companions(spec, names, [record], with_titles=False).links.items():
        answer[name] = [{"id": target, "name": title} for target, title in by_record.get(record["id"], ())]
    return answer


def _hand_over(letter: Letter) -> tuple[int, str]:
    """(status of the answer, what went wrong); status 0 without an answer."""
    timestamp = int(time.time())
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Diwan-Webhooks/1",
            **signing.headers(letter.secret, letter.event_id, timestamp, letter.body)}
    try:
        target = outbound.resolve(outbound.read(letter.url), allowed_hosts())
        return outbound.post(target, letter.body, sent), ""
    except (outbound.Unreachable, Invalid) as error:
        return 0, str(error)[:300]


def _note(opened: Unit, hook_id: int, letter: Letter, status: int, error: str) -> float | None:
    """What became of an event; the seconds to wait when its receiver is away, None to go on."""
    opened.begin_write()
    if 200 <= status < 300:
        _keep(opened, letter, "sent", status, "")
        _set(opened, hook_id, failures=0, retry_at=None)
        return None
    if status == GONE:
        _keep(opened, letter, "failed", status, "")
        turn_off(opened, hook_id, _("The receiver says that it wants no more events."))
        return None
    is_refusal = 300 <= status < 500 and status not in PASSING
    if is_refusal and letter.attempts + 1 >= REFUSALS:
        _keep(opened, letter, "failed", status, error)
        _set(opened, hook_id, failures=0, retry_at=None)
        return None
    if utc_now() - letter.since > GIVE_UP:
        _keep(opened, letter, "failed", status, error)
        turn_off(opened, hook_id, _("Its receiver has not answered for three days."))
        return None
    _keep(opened, letter, "waiting", status, error)
    failures = opened.execute(sa.select(webhooks.c.failures).where(webhooks.c.id == hook_id)).scalar() or 0
    wait = WAITS[min(failures, len(WAITS) - 1)] * random.uniform(0.8, 1.2)
    _set(opened, hook_id, failures=failures + 1, retry_at=database_time(wait))
    return wait


def _keep(opened: Unit, letter: Letter, state: str, status: int, error: str) -> None:
    opened.execute(sa.update(deliveries).where(deliveries.c.id == letter.delivery_id).values(
        state=state, status=status or None, error=error, attempts=letter.attempts + 1, tried_at=database_time()))


def _set(opened: Unit, hook_id: int, **values: Any) -> None:
    opened.execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(**values))


def turn_off(opened: Unit, hook_id: int, reason: Any) -> None:
    """Stop a webhook, on record, and tell whoever set it up; its events stay for when it is turned on again."""
    opened.begin_write()
    hook = opened.execute(sa.select(webhooks).where(webhooks.c.id == hook_id)).one()
    _set(opened, hook_id, active=False, reason=str(reason), retry_at=None)
    bump(opened)
    listener.record("core.webhook", hook_id, hook.name, "disable", {}, reason=str(reason))
    owner = opened.execute(sa.select(User.email, User.language).where(User.id == hook.user_id, User.active)).first()
    if owner is not None:
        text = _("The webhook “{name}” was turned off: {reason}", name=hook.name, reason=reason)
        mail.send(owner.email, gettext("A webhook was turned off"), text, language=owner.language or "",
                  dedupe=f"webhook-off-{hook_id}-{utc_now():%Y%m%d}")


def forget_old(context: Context) -> dict[str, int]:
    """Events that are over for a month, and messages of others that were handled."""
    old = utc_now() - dt.timedelta(days=KEPT_DAYS)
    opened = unit()
    opened.begin_write()
    over = sa.and_(deliveries.c.state.in_(("sent", "skipped", "failed")), deliveries.c.created_at < old)
    sent = opened.execute(sa.delete(deliveries).where(over)).rowcount
    handled = opened.execute(sa.delete(received).where(received.c.handled_at < old)).rowcount
    return {"sent": sent, "received": handled}


__all__ = ["allowed_hosts", "record_json", "register_jobs", "register_settings", "send", "turn_off"]
