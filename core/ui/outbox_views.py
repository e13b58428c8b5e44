"""`/settings/outbox`: the mails that were written, what became of each, and what to do about those in doubt."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, redirect, request

from core.actor import actor
from core.audit import listener
from core.errors import NotFound
from core.language.calendars import exact_time, relative_time
from core.language.direction import direction_of
from core.language.i18n import _
from core.mail import reading, sentences
from core.ui import rendering
from core.ui.jobs_model import Fact, Line, LinesScreen, MailScreen
from core.ui.jobs_views import PAGE, choices, number
from core.ui.settings_frame import frame
from core.ui.views_model import Action, Crumb, EmptyState
from core.web import route

blueprint = Blueprint("outbox", __name__)
ADDRESS = "/settings/outbox"
NEEDED = "core.mail.change"
STATES = {
    "queued": (_("Waiting", context="mail"), "grey"),
    "sending": (_("Being sent", context="mail"), "blue"),
    "unknown": (_("Held", context="mail"), "amber"),
    "failed": (_("Not sent", context="mail"), "red"),
    "sent": (_("Sent", context="mail"), "green"),
    "discarded": (_("Discarded", context="mail"), "grey"),
}
RECIPIENT_STATES = {
    "pending": (_("Waiting", context="mail"), "grey"),
    "sent": (_("Sent", context="mail"), "green"),
    "refused": (_("Refused", context="mail"), "red"),
}
HELD = _("The line broke while the mail server was taking this mail, so it may have arrived. "
         "Ask a recipient or look into the server's log, then decide.")  # fmt: skip
#: A mail's own HTML may bring its styles and nothing else: no script, no address of another site, no form.
SHUT_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@route(blueprint, ADDRESS, access=NEEDED)
def show() -> Response:
    title = _("Outgoing mail")
    return rendering.page("lines.html", title, current="settings.outbox", screen=_screen(), live=True,
                          settings=frame("outbox", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/live", access=NEEDED)
def live() -> Response:
    """The lines as they stand now."""
    return make_response(rendering.fragment("fragments/lines.html", screen=_screen()))


@route(blueprint, f"{ADDRESS}/<int:mail_id>", access=NEEDED)
def open_mail(mail_id: int) -> Response:
    screen = _mail(reading.get(mail_id))
    above = Crumb(str(_("Outgoing mail")), ADDRESS)
    return rendering.page("mail.html", screen.subject, current="settings.outbox", screen=screen,
                          settings=frame("outbox", screen.subject, above))  # fmt: skip


@route(blueprint, f"{ADDRESS}/<int:mail_id>/html", access=NEEDED)
def html(mail_id: int) -> Response:
    """The other body, as its reader would see it, where nothing in it can do anything."""
    row = reading.get(mail_id)
    if not row.html or not _may_read(row):
        raise NotFound(_("This mail does not exist any more."))
    answer = make_response(row.html)
    answer.headers["Content-Security-Policy"] = SHUT_IN
    return answer


@route(blueprint, f"{ADDRESS}/<int:mail_id>/send", access=NEEDED, methods=("POST",))
def send_again(mail_id: int) -> Any:
    reading.send_again(mail_id)
    return rendering.say(redirect(f"{ADDRESS}/{mail_id}", 303), _("The mail is on its way again."))


@route(blueprint, f"{ADDRESS}/<int:mail_id>/discard", access=NEEDED, methods=("POST",))
def discard(mail_id: int) -> Any:
    reading.discard(mail_id)
    return rendering.say(redirect(f"{ADDRESS}/{mail_id}", 303), _("The mail will not be sent."))


@route(blueprint, f"{ADDRESS}/<int:mail_id>/sent", access=NEEDED, methods=("POST",))
def mark_sent(mail_id: int) -> Any:
    reading.mark_sent(mail_id)
    return rendering.say(redirect(f"{ADDRESS}/{mail_id}", 303), _("The mail counts as sent."))


def _screen() -> LinesScreen:
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    rows = reading.page(state, number(request.args.get("before", "")), PAGE + 1)
    older = {**({"state": state} if state else {}), "before": rows[PAGE - 1].id} if len(rows) > PAGE else {}
    has_server = bool(current_app.settings.smtp_url)  # type: ignore[attr-defined]
    return LinesScreen(
        lines=tuple(_line(row) for row in rows[:PAGE]), states=choices(STATES, reading.counts(), state),
        address=ADDRESS, live_href=f"{ADDRESS}/live?{request.query_string.decode('ascii', 'ignore')}",
        note="" if has_server else str(_("No mail server is set, so mails stay here. "
                                         "An administrator sets it with DIWAN_SMTP_URL.")),
        note_hue="amber", clear_href=ADDRESS if state else "", older_href=f"?{urlencode(older)}" if older else "",
        empty=None if rows else _empty(bool(state)))  # fmt: skip


def _empty(is_filtered: bool) -> EmptyState:
    if is_filtered:
        return EmptyState("no_match", str(_("No mail matches these filters.")))
    return EmptyState("nothing", str(_("No mails yet")),
                      str(_("Every mail that Diwan writes shows up here, with what became of it.")), "mail")


def _line(row: Any) -> Line:
    label, hue = STATES[row.state]
    at = row.sent_at or row.created_at
    return Line(
        key=str(row.id), state=str(label), hue=hue, title=row.subject or str(_("No subject")),
        note=", ".join(one["name"] or one["address"] for one in row.recipients),
        detail=sentences.told(row.error.partition("\n")[0]),
        time=relative_time(at), moment=exact_time(at), href=f"{ADDRESS}/{row.id}")  # fmt: skip


def _mail(row: Any) -> MailScreen:
    label, hue = STATES[row.state]
    is_open = _may_read(row)
    if row.is_private and is_open and row.text:
        listener.record("core.mail", row.id, row.subject, "read_mail", {})
    return MailScreen(
        subject=row.subject or str(_("No subject")), state=str(label), hue=hue, facts=_facts(row),
        recipients=tuple(_recipient(one) for one in row.recipients), text=row.text if is_open else "",
        language=row.language, direction=direction_of(row.language), hidden=_hidden(row, is_open),
        html_href=f"{ADDRESS}/{row.id}/html" if row.html and is_open else "",
        warning=str(HELD) if row.state == "unknown" else "", actions=_actions(row))  # fmt: skip


def _may_read(row: Any) -> bool:
    """What lets somebody in is for administrators, who could let themselves in anyway."""
    return not row.is_private or actor().is_admin


def _hidden(row: Any, is_open: bool) -> str:
    if not is_open:
        return str(_("This mail holds a secret; only an administrator may read it."))
    if row.is_private and not row.text:
        return str(_("This mail held a secret; its text was forgotten once it was sent."))
    return ""


def _recipient(one: dict[str, str]) -> Line:
    label, hue = RECIPIENT_STATES[one["state"]]
    return Line(one["address"], str(label), hue, one["name"], one["address"], one["error"])


def _facts(row: Any) -> tuple[Fact, ...]:
    moments = ((_("Written", context="mail"), row.created_at), (_("Sent", context="mail"), row.sent_at),
               (_("Next try", context="mail"), row.next_try_at if row.state == "queued" and row.attempts else None))
    facts = [Fact(str(label), exact_time(at)) for label, at in moments if at is not None]
    if row.reply_to:
        facts.append(Fact(str(_("Answers go to")), row.reply_to, "code"))
    if "@" in row.message_id:
        facts.append(Fact(str(_("Message-ID")), row.message_id, "code"))
    if sentences.is_ours(row.error):
        facts.append(Fact(str(_("Error")), sentences.told(row.error)))
    elif row.error:
        facts.append(Fact(str(_("What the server said")), row.error, "code"))
    return tuple(facts)


def _actions(row: Any) -> tuple[Action, ...]:
    here = f"{ADDRESS}/{row.id}"
    found = []
    if row.state in reading.RESENDABLE:
        again = _("Send now") if row.state == "queued" else _("Send again")
        found.append(Action(str(again), f"{here}/send", "send", "post",
                            confirm=str(_("Send this mail again?")) if row.state == "unknown" else "",
                            confirm_text=str(_("Recipients who have it already get it twice."))))  # fmt: skip
    if row.state == "unknown":
        found.append(Action(str(_("Mark as sent")), f"{here}/sent", "check", "post"))
    if row.state in reading.DISCARDABLE:
        found.append(Action(str(_("Discard")), f"{here}/discard", "trash", "post", danger=True,
                            confirm=str(_("Discard this mail?"))))  # fmt: skip
    return tuple(found)
