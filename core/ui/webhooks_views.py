"""`/settings/webhooks`: programs that hear what changes here, and programs that tell what changed there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, redirect, request

from core.auth.views.blueprint import errors_of
from core.config import Config
from core.db import unit
from core.errors import Invalid
from core.language.calendars import exact_time, relative_time
from core.language.digits import to_family
from core.language.i18n import LazyString, _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.registry import current as registry
from core.ui import rendering
from core.ui.jobs_model import Fact, Line
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.views_model import Action, Choice, Crumb, EmptyState, FormError
from core.ui.webhooks_model import HookLine, HookScreen, HooksScreen
from core.vault import Vault
from core.web import route
from core.webhooks import setup
from core.webhooks.collecting import EVENTS, PRIVATE
from core.webhooks.models import deliveries, sources, webhooks

blueprint = Blueprint("webhooks", __name__)
ADDRESS = "/settings/webhooks"
NEEDED = "core.webhook.change"
SHOWN = 30
EVENT_LABELS: dict[str, LazyString] = {
    "created": _("A record is created"), "updated": _("A record is changed"),
    "deleted": _("A record is moved to the trash"), "restored": _("A record is restored"),
    "merged": _("Records are merged"), "unmerged": _("A merge is undone"),
}  # fmt: skip
#: Names that these ways of signing have in every language.
SCHEME_LABELS = {"standard": "Standard Webhooks", "github": "GitHub (X-Hub-Signature-256)",
                 "timed": "Stripe (Stripe-Signature)"}
STATES: dict[str, tuple[LazyString, str]] = {
    "waiting": (_("Waiting", context="webhook event"), "amber"), "sent": (_("Sent", context="webhook event"), "green"),
    "failed": (_("Failed", context="webhook event"), "red"),
    "skipped": (_("Passed over", context="webhook event"), "grey"),
}  # fmt: skip


@route(blueprint, ADDRESS, access=NEEDED)
def show() -> Response:
    return _list()


@route(blueprint, f"{ADDRESS}/new", access=NEEDED)
def new() -> Response:
    return _page(None, {"name": "", "url": "", "entities": [], "events": list(EVENTS), "active": True})


@route(blueprint, f"{ADDRESS}/new", access=NEEDED, methods=("POST",))
@sent_once(ADDRESS)
def create() -> Any:
    form = _typed()
    try:
        hook_id, secret = setup.create(_vault(), form["name"], form["url"], form["entities"], form["events"])
    except Invalid as error:
        unit().rollback()
        return _page(None, form, error.status, errors_of(error))
    return _page(hook_id, setup.find(hook_id), new_secret=secret)


@route(blueprint, f"{ADDRESS}/<int:hook_id>", access=NEEDED)
def one(hook_id: int) -> Response:
    return _page(hook_id, setup.find(hook_id))


@route(blueprint, f"{ADDRESS}/<int:hook_id>", access=NEEDED, methods=("POST",))
def change(hook_id: int) -> Any:
    form = _typed()
    try:
        setup.change(hook_id, form["name"], form["url"], form["entities"], form["events"], form["active"])
    except Invalid as error:
        unit().rollback()
        return _page(hook_id, {**setup.find(hook_id), **form}, error.status, errors_of(error))
    return rendering.say(redirect(f"{ADDRESS}/{hook_id}", 303), _("Webhook saved."))


@route(blueprint, f"{ADDRESS}/<int:hook_id>/secret", access=NEEDED, methods=("POST",))
def renew(hook_id: int) -> Response:
    secret = setup.renew_secret(_vault(), hook_id)
    return _page(hook_id, setup.find(hook_id), new_secret=secret)


@route(blueprint, f"{ADDRESS}/<int:hook_id>/send", access=NEEDED, methods=("POST",))
def send(hook_id: int) -> Any:
    setup.send_waiting(hook_id)
    return rendering.say(redirect(f"{ADDRESS}/{hook_id}", 303), _("What waits is being sent."))


@route(blueprint, f"{ADDRESS}/<int:hook_id>/delete", access=NEEDED, methods=("POST",))
def delete(hook_id: int) -> Any:
    setup.remove(hook_id)
    return rendering.say(redirect(ADDRESS, 303), _("Webhook deleted."))


@route(blueprint, f"{ADDRESS}/<int:hook_id>/events/<int:delivery_id>", access=NEEDED, methods=("POST",))
def again(hook_id: int, delivery_id: int) -> Any:
    setup.replay(hook_id, delivery_id)
    return rendering.say(redirect(f"{ADDRESS}/{hook_id}", 303), _("The event is being sent again."))


@route(blueprint, f"{ADDRESS}/sources", access=NEEDED, methods=("POST",))
@sent_once()
def create_source() -> Any:
    form = request.form
    try:
        setup.create_source(_vault(), form.get("name", ""), form.get("scheme", ""), form.get("secret", ""))
    except Invalid as error:
        unit().rollback()
        return _list(error.status, form.get("name", ""), errors_of(error))
    return rendering.say(redirect(f"{ADDRESS}#sources", 303), _("The program can send its messages now."))


@route(blueprint, f"{ADDRESS}/sources/<int:source_id>/delete", access=NEEDED, methods=("POST",))
def delete_source(source_id: int) -> Any:
    setup.remove_source(source_id)
    return rendering.say(redirect(f"{ADDRESS}#sources", 303), _("Its messages are taken no more."))


def _config() -> Config:
    found: Config = current_app.settings  # type: ignore[attr-defined]
    return found


def _vault() -> Vault:
    return Vault(_config().secret_key)


def _typed() -> dict[str, Any]:
    form = request.form
    return {"name": form.get("name", ""), "url": form.get("url", ""), "entities": form.getlist("entities"),
            "events": form.getlist("events"), "active": bool(form.get("active"))}


def _list(status: int = 200, name: str = "", errors: tuple[FormError, ...] = ()) -> Response:
    title = _("Webhooks")
    waiting = sa.select(deliveries.c.webhook_id, sa.func.count().label("n")).where(
        deliveries.c.state == "waiting").group_by(deliveries.c.webhook_id)
    counts = {row.webhook_id: row.n for row in unit().execute(waiting)}
    found = unit().execute(sa.select(webhooks).order_by(webhooks.c.name, webhooks.c.id)).all()
    incoming = unit().execute(sa.select(sources).order_by(sources.c.name)).all()
    create = Action(str(_("New webhook")), f"{ADDRESS}/new", "plus")
    screen = HooksScreen(
        hooks=tuple(_line(row, counts.get(row.id, 0)) for row in found),
        sources=tuple(_source(row) for row in incoming),
        schemes=tuple(Choice(key, label) for key, label in SCHEME_LABELS.items()), create=create,
        empty=None if found else EmptyState(
            "nothing", str(_("No webhooks yet")),
            str(_("A webhook tells another program at once when something changes here.")), "send", create),
        name=name, errors=errors)  # fmt: skip
    return rendering.page("webhooks.html", title, status, current="settings.webhooks", screen=screen,
                          settings=frame("webhooks", title))  # fmt: skip


def _line(row: Any, waiting: int) -> HookLine:
    note = ngettext("{n} event waits.", "{n} events wait.", waiting) if waiting else ""
    if not row.active:
        return HookLine(row.name, str(_("Off", context="webhook")), "grey", row.url, row.reason or note,
                        f"{ADDRESS}/{row.id}")
    state, hue = (_("Being retried", context="webhook"), "amber") if row.failures else (
        _("On", context="webhook"), "green")
    return HookLine(row.name, str(state), hue, row.url, note, f"{ADDRESS}/{row.id}")


def _source(row: Any) -> HookLine:
    remove = Action(
        str(_("Delete")), f"{ADDRESS}/sources/{row.id}/delete", "trash", "post", danger=True,
        confirm=str(_("Take no more messages of “{name}”?", name=row.name)))  # fmt: skip
    return HookLine(row.name, str(_("On", context="webhook")), "green", f"{_config().base_url}/api/hooks/{row.key}",
                    SCHEME_LABELS[row.scheme], "", remove)


def _page(hook_id: int | None, values: dict[str, Any], status: int = 200, errors: tuple[FormError, ...] = (),
          new_secret: str = "") -> Response:
    title = values["name"] if hook_id else str(_("New webhook"))
    screen = HookScreen(
        post_href=f"{ADDRESS}/{hook_id or 'new'}", name=values["name"], url=values["url"],
        entities=_entities(values["entities"]), events=_chosen(EVENT_LABELS.items(), values["events"]),
        active=bool(values["active"]), is_new=hook_id is None, reason=values.get("reason") or "",
        new_secret=new_secret, acts=_acts(hook_id, title) if hook_id else (),
        lines=_events(hook_id) if hook_id else (), errors=errors)  # fmt: skip
    return rendering.page("webhook.html", title, status, current="settings.webhooks", screen=screen,
                          settings=frame("webhooks", title, Crumb(str(_("Webhooks")), ADDRESS)))  # fmt: skip


def _entities(chosen: list[str]) -> tuple[Choice, ...]:
    return _chosen(((spec.name, spec.meta.plural) for spec in registry().entities.values()
                    if spec.name not in PRIVATE), chosen)


def _chosen(listed: Iterable[tuple[str, Any]], chosen: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(key, str(label), key in chosen) for key, label in listed)


def _acts(hook_id: int, name: str) -> tuple[Action, ...]:
    return (
        Action(str(_("Send now")), f"{ADDRESS}/{hook_id}/send", "send", "post"),
        Action(str(_("New secret")), f"{ADDRESS}/{hook_id}/secret", "key", "post",
               confirm=str(_("Make a new secret?")),
               confirm_text=str(_("The old one holds no longer; the receiver needs the new one."))),
        Action(str(_("Delete webhook")), f"{ADDRESS}/{hook_id}/delete", "trash", "post", danger=True,
               confirm=str(_("Delete the webhook “{name}”?", name=name)),
               confirm_text=str(_("What waits is not sent any more."))),
    )  # fmt: skip


def _events(hook_id: int) -> tuple[Line, ...]:
    mine = sa.select(deliveries).where(deliveries.c.webhook_id == hook_id).order_by(deliveries.c.id.desc())
    return tuple(_event(row) for row in unit().execute(mine.limit(SHOWN)))


def _event(row: Any) -> Line:
    state, hue = STATES[row.state]
    at = row.tried_at or row.created_at
    spec = registry().entities.get(row.entity)
    entity = str(spec.meta.label) if spec else row.entity
    answer = str(_("Answer {status}", status=str(row.status))) if row.status else row.error
    number = to_family(str(row.record_id), preferences().digits)
    facts = [Fact(str(_("Event")), f"{row.entity}.{row.event}", "code"), Fact(str(_("ID")), row.event_id, "code"),
             Fact(str(_("Tries")), format_number(row.attempts, preferences().formatting_locale))]
    if row.body:
        facts.append(Fact(str(_("Message")), row.body, "trace"))
    actions: tuple[Action, ...] = ()
    if row.state != "waiting":
        actions = (Action(str(_("Send again")), f"{ADDRESS}/{row.webhook_id}/events/{row.id}", "refresh", "post"),)
    return Line(
        key=str(row.id), state=str(state), hue=hue, title=str(EVENT_LABELS[row.event]),
        note=f"{entity} {number}", detail=answer, time=relative_time(at), moment=exact_time(at),
        facts=tuple(facts), actions=actions)  # fmt: skip
