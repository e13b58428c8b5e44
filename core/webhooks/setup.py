"""Setting up webhooks: each change checked, on record, and in force in every process at its next request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core import jobs, outbound
from core.actor import actor
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid, NotFound
from core.language.i18n import _
from core.language.text import clean
from core.plugin.stamps import bump
from core.registry import current
from core.vault import Vault
from core.webhooks import delivering, receiving, signing
from core.webhooks.collecting import EVENTS, JOB, PRIVATE
from core.webhooks.models import deliveries, received, sources, webhooks

LONGEST_NAME = 60
SHORTEST_SECRET = 8


def create(vault: Vault, name: str, url: str, entities: Iterable[str], events: Iterable[str]) -> tuple[int, str]:
    """A new webhook that tells what its maker may see; its id, and its secret, which is shown this once."""
    values = _checked(name, url, entities, events)
    secret = signing.new_secret()
    unit().begin_write()
    new_id: int = unit().execute(sa.insert(webhooks).values(
        **values, sealed_secret=vault.seal(delivering.PURPOSE, secret), user_id=actor().id, active=True, reason="",
        failures=0, created_at=utc_now()).returning(webhooks.c.id)).scalar_one()
    _told(new_id, values["name"], "create", {key: [None, value] for key, value in values.items()})
    return new_id, secret


def change(hook_id: int, name: str, url: str, entities: Iterable[str], events: Iterable[str], active: bool) -> None:
    """Change a webhook; turned on again it begins with what has waited."""
    before = find(hook_id)
    values = {**_checked(name, url, entities, events), "active": active}
    if active and not before["active"]:
        values |= {"reason": "", "failures": 0, "retry_at": None}
    unit().begin_write()
    unit().execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(**values))
    changed = {key: [before[key], value] for key, value in values.items()
               if key in ("name", "url", "entities", "events", "active") and before[key] != value}
    if changed:
        _told(hook_id, values["name"], "update", changed)
    if active:
        send_now(hook_id)


def renew_secret(vault: Vault, hook_id: int) -> str:
    """A new secret in place of the old one, which holds no longer; it is shown this once."""
    found, secret = find(hook_id), signing.new_secret()
    unit().begin_write()
    unit().execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(
        sealed_secret=vault.seal(delivering.PURPOSE, secret)))
    _told(hook_id, found["name"], "update", {"secret": ["•", "•"]})
    return secret


def remove(hook_id: int) -> None:
    """Forget a webhook with everything that waits for it."""
    found = find(hook_id)
    unit().begin_write()
    unit().execute(sa.delete(webhooks).where(webhooks.c.id == hook_id))
    _told(hook_id, found["name"], "delete", {})


def replay(hook_id: int, delivery_id: int) -> None:
    """Send an event once more, with the id and the body that it had."""
    found = find(hook_id)
    unit().begin_write()
    mine = sa.and_(deliveries.c.id == delivery_id, deliveries.c.webhook_id == hook_id,
                   deliveries.c.state != "waiting")
    again = sa.update(deliveries).where(mine).values(state="waiting", attempts=0, error="", created_at=utc_now())
    if unit().execute(again).rowcount:
        listener.record("core.webhook", hook_id, found["name"], "retry", {"event": [None, delivery_id]})
        send_now(hook_id)


def send_waiting(hook_id: int) -> None:
    """Somebody asks for what waits to be sent at once."""
    listener.record("core.webhook", hook_id, find(hook_id)["name"], "retry", {})
    send_now(hook_id)


def send_now(hook_id: int) -> None:
    """Do not wait for the next try."""
    unit().begin_write()
    unit().execute(sa.update(webhooks).where(webhooks.c.id == hook_id).values(retry_at=None))
    # Under a key of its own: the job that waits for its time would stand for this one as well.
    jobs.enqueue(JOB, {"webhook": hook_id}, dedupe=f"webhook-{hook_id}-now")


def find(hook_id: int) -> dict[str, Any]:
    """A webhook; NotFound for a number that none has."""
    return _one(webhooks, hook_id)


def create_source(vault: Vault, name: str, scheme: str, secret: str) -> int:
    """A program that may send messages here. Its secret is given by that program, or made here when empty."""
    title = _name(name)
    if scheme not in signing.SCHEMES:
        raise Invalid(errors={"scheme": [_("Choose how the messages are signed.")]})
    if len(secret.strip()) < SHORTEST_SECRET:
        raise Invalid(errors={"secret": [
            _("Enter the secret that the program signs with, at least {n} characters.", n=SHORTEST_SECRET)]})
    if unit().execute(sa.select(sources.c.id).where(sources.c.name == title)).first() is not None:
        raise Invalid(errors={"name": [_("There is a source of this name already.")]})
    unit().begin_write()
    new_id: int = unit().execute(sa.insert(sources).values(
        key=secrets.token_urlsafe(24), name=title, scheme=scheme, active=True, created_at=utc_now(),
        sealed_secret=vault.seal(receiving.PURPOSE, secret.strip())).returning(sources.c.id)).scalar_one()
    listener.record("core.webhook", None, title, "create", {"scheme": [None, scheme]})
    return new_id


def remove_source(source_id: int) -> None:
    """Take no more messages of a program, and forget those it has sent."""
    found = _one(sources, source_id)
    unit().begin_write()
    unit().execute(sa.delete(received).where(received.c.source_id == source_id))
    unit().execute(sa.delete(sources).where(sources.c.id == source_id))
    listener.record("core.webhook", None, found["name"], "delete", {})


def _one(table: sa.Table, number: int) -> dict[str, Any]:
    row = unit().execute(sa.select(table).where(table.c.id == number)).mappings().first() if number < 2**62 else None
    if row is None:
        raise NotFound(_("There is no such webhook."))
    return dict(row)


def _checked(name: str, url: str, entities: Iterable[str], events: Iterable[str]) -> dict[str, Any]:
    """The values of a webhook; Invalid with everything that is wrong with them."""
    errors: dict[str, list[Any]] = {}
    wanted, known = list(dict.fromkeys(entities)), current().entities
    if any(one not in known or one in PRIVATE for one in wanted):
        errors["entities"] = [_("Choose from the list.")]
    told = [one for one in EVENTS if one in set(events)]
    if not told:
        errors["events"] = [_("Choose at least one event.")]
    address = clean(url)
    try:
        outbound.resolve(outbound.read(address), delivering.allowed_hosts())
    except Invalid as error:
        errors["url"] = [error.message]
    except outbound.Unreachable as error:
        errors["url"] = [error.message]
    try:
        title = _name(name)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)
    return {"name": title, "url": address, "entities": wanted, "events": told}


def _name(name: str) -> str:
    title = clean(name)
    if not title:
        raise Invalid(errors={"name": [_("Enter a name.")]})
    if len(title) > LONGEST_NAME:
        raise Invalid(errors={"name": [_("This is longer than {limit} characters. Shorten it.", limit=LONGEST_NAME)]})
    return title


def _told(hook_id: int, name: str, action: str, changes: dict[str, Any]) -> None:
    bump(unit())
    listener.record("core.webhook", hook_id, name, action, changes)
