"""One request for each route that changes something, with which it does; and the routes that leave nothing, and why.

A key is "METHOD rule" as in routes.txt: a new route fails test_everything_is_on_record.py until it stands here.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
import sqlalchemy as sa
from werkzeug.test import TestResponse

from core import registry as registries
from core.auth import factors, login_providers, mail_links, throttle
from core.auth.login_providers import Settings
from core.auth.throttle import Attempt
from core.auth.views.door import STEP_COOKIE
from core.jobs import queue
from core.jobs.models import jobs
from core.jobs.worker import Worker
from core.mail import outbox
from core.mail.models import mails
from core.plugin import lifecycle
from core.plugin.models import setting
from core.registry import settings
from core.testing import PASSWORD, Client, Site
from core.transfer.queueing import JOB as IMPORT
from core.vault import Vault
from core.web import LOGIN_COOKIE
from core.webhooks import delivering, setup, signing
from core.webhooks.models import deliveries

FILE = b"Name,Email\r\nSara,sara@example.com\r\n"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CONTACT = "/contacts/contact"


class World:
    """An installation, its administrator, and what a request needs to have something to change."""

    def __init__(self, site: Site) -> None:
        self.site, self.admin, self.api = site, site.client(), site.api()
        self.vault = Vault(site.app.settings.secret_key)
        self._made = 0
        with site.unit() as opened:  # hosts that webhooks may call
            opened.begin_write()
            opened.execute(sa.insert(setting).values(name=delivering.ALLOWED, value="127.0.0.1"))
            lifecycle.bump(opened)
        lifecycle.refresh(site.app.engine)

    def number(self) -> int:
        self._made += 1
        return self._made

    def contact(self) -> int:
        n = self.number()
        return int(self.api.create("contacts.contact", name=f"Somebody {n}", email=f"n{n}@example.com")["id"])

    def meeting(self) -> str:
        """The address of an activity with a beginning."""
        made = self.api.create("activities.activity", subject="Meeting", starts_at="2026-11-21T09:00:00Z")
        return f"/activities/activity/{made['id']}"

    def user(self, **more: Any) -> int:
        return self.site.user(f"user{self.number()}@example.com", "read_only", **more)

    def email(self, user_id: int) -> str:
        return str(self.one("SELECT email FROM core_user WHERE id = :id", id=user_id))

    def role(self) -> int:
        return self.site.role(f"Role {self.number()}", contacts__contact__view=4)

    def one(self, statement: str, **values: Any) -> Any:
        with self.site.app.engine.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar_one()

    def visitor(self) -> tuple[Any, str]:
        """A browser that nobody is logged in with, and the token of its forms."""
        client = self.site.app.test_client()
        client.get("/login")
        found = client.get_cookie(LOGIN_COOKIE)
        assert found is not None
        return client, str(found.value)

    def work(self, *names: str) -> None:
        worker = Worker(self.site.app.engine, self.site.app.settings)
        while worker.work_next(names or None):
            pass

    def draft(self) -> str:
        """The address of an import whose columns are mapped."""
        made = self.admin.post(f"{CONTACT}/import", {"file": (io.BytesIO(FILE), f"{self.number()}.csv")})
        self.admin.post(made.location, {"column_0": "name", "column_1": "email", "act": "continue"})
        return str(made.location)

    def job(self, state: str) -> int:
        with self.site.unit() as opened:
            job_id = queue.enqueue("core.mail_reset_link", {"email": f"{self.number()}@example.com"})
            opened.execute(sa.update(jobs).where(jobs.c.id == job_id).values(state=state))
        return int(job_id)

    def mail(self, state: str) -> int:
        with self.site.unit() as opened:
            mail_id = outbox.send("somebody@example.com", "Subject", "Text")
            opened.execute(sa.update(mails).where(mails.c.id == mail_id).values(state=state))
        return mail_id

    def hook(self) -> int:
        with self.site.unit(1):
            made = setup.create(self.vault, f"Hook {self.number()}", "http://127.0.0.1:8999/", ("contacts.contact",),
                                ("created",))  # fmt: skip
        lifecycle.refresh(self.site.app.engine)
        return made[0]

    def source(self) -> int:
        with self.site.unit(1):
            return setup.create_source(self.vault, f"Source {self.number()}", "standard", SECRET)

    def login_provider(self) -> int:
        with self.site.unit(1):
            return login_providers.save(self.vault, Settings({"en": f"Accounts of {self.number()}"}), "")

    def event(self, hook_id: int) -> int:
        """Something that was sent already."""
        self.contact()
        with self.site.unit() as opened:
            opened.begin_write()
            opened.execute(sa.update(deliveries).values(state="sent"))
        return int(self.one("SELECT max(id) FROM core_webhook_delivery WHERE webhook_id = :id", id=hook_id))

    def field(self, *, retired: bool = False) -> str:
        """The address of a field's page."""
        key = f"size{self.number()}"
        self.site.add_field("contacts.contact", key, filter=True)
        address = f"/settings/fields/contacts.contact/{key}"
        if retired:
            self.admin.post(f"{address}/retire")
        return address

    def factor(self, user_id: int) -> str:
        """Turn a second factor on; the app's secret."""
        with self.site.unit():
            set_up = factors.begin(self.vault, user_id)
            factors.confirm(self.vault, user_id, set_up.ticket, pyotp.TOTP(set_up.secret).at(int(time.time()) - 30))
        return set_up.secret


def _record(rest: str, data: dict[str, str] | None = None, first: str = "") -> Callable[[World], TestResponse]:
    def ask(w: World) -> TestResponse:
        at = f"{CONTACT}/{w.contact()}"
        if first:
            w.admin.post(f"{at}/{first}")
        return w.admin.post(f"{at}/{rest}", data)

    return ask


def _own(intent: str, **data: Any) -> Callable[[World], TestResponse]:
    return lambda w: w.site.client(w.user()).post("/settings/me", {"intent": intent, **data})


def _log_in(w: World) -> TestResponse:
    client, token = w.visitor()
    return client.post("/login", data={"csrf_token": token, "email": w.email(w.user()), "password": PASSWORD})  # type: ignore[no-any-return]


def _second_step(w: World) -> TestResponse:
    user_id = w.user()
    secret = w.factor(user_id)
    client, token = w.visitor()
    client.post("/login", data={"csrf_token": token, "email": w.email(user_id), "password": PASSWORD})
    assert client.get_cookie(STEP_COOKIE, path="/login") is not None
    return client.post("/login/second-step", data={"csrf_token": token, "code": pyotp.TOTP(secret).now()})  # type: ignore[no-any-return]


def _new_password(w: World) -> TestResponse:
    user_id = w.user()
    with w.site.unit():
        link = mail_links.make(user_id, mail_links.RESET, "")
    client, token = w.visitor()
    new = "harbour-lantern-99"
    return client.post(mail_links.PATH, data={  # type: ignore[no-any-return]
        "csrf_token": token, "token": link.partition("token=")[2], "new_password": new, "repeat_password": new})


def _set_up_factor(w: World) -> TestResponse:
    user_id = w.user()
    with w.site.unit():
        set_up = factors.begin(w.vault, user_id)
    return w.site.client(user_id).post("/settings/me/second-factor", {
        "current_password": PASSWORD, "ticket": set_up.ticket, "code": pyotp.TOTP(set_up.secret).now()})  # fmt: skip


def _with_factor(intent: str) -> Callable[[World], TestResponse]:
    def ask(w: World) -> TestResponse:
        user_id = w.user()
        code = pyotp.TOTP(w.factor(user_id)).now()
        sent = {"intent": intent, "current_password": PASSWORD, "code": code}
        return w.site.client(user_id).post("/settings/me/second-factor", sent)

    return ask


def _revoke_own_token(w: World) -> TestResponse:
    client, user_id = _client_with_token(w)
    token = w.one("SELECT max(id) FROM core_token WHERE user_id = :id", id=user_id)
    return client.post("/settings/me", {"intent": "revoke_token", "token": str(token)})


def _client_with_token(w: World) -> tuple[Client, int]:
    user_id = w.user()
    w.site.api(user_id)
    return w.site.client(user_id), user_id


def _end_session(w: World) -> TestResponse:
    user_id = w.user()
    here, _other = w.site.client(user_id), w.site.client(user_id)
    shown = re.search(r'name="session" value="(\w+)"', here.get("/settings/me").text)
    assert shown is not None
    return here.post("/settings/me", {"intent": "end_session", "session": shown[1]})


def _end_others(w: World) -> TestResponse:
    user_id = w.user()
    here, _other = w.site.client(user_id), w.site.client(user_id)
    return here.post("/settings/me", {"intent": "end_others"})


def _change_user(w: World) -> TestResponse:
    user_id = w.user()
    form = {"name": "Another", "email": w.email(user_id), "active": "1", "version": "1"}
    return w.admin.post(f"/settings/users/{user_id}", form)


def _unlock(w: World) -> TestResponse:
    user_id = w.user()
    for _try in range(5):
        throttle.attempt(w.site.app.engine, Attempt("login", w.email(user_id), "192.0.2.9"))
    return w.admin.post(f"/settings/users/{user_id}/unlock")


def _reset_factor(w: World) -> TestResponse:
    user_id = w.user()
    w.factor(user_id)
    return w.admin.post(f"/settings/users/{user_id}/second-factor")


def _sign_out(w: World) -> TestResponse:
    user_id = w.user()
    w.site.client(user_id)
    return w.admin.post(f"/settings/users/{user_id}/sign-out")


def _program_token(w: World) -> TestResponse:
    user_id = int(w.admin.post("/settings/users/new", {
        "name": "Robot", "email": f"robot{w.number()}@example.com", "kind": "program", "active": "1",
    }).location.rpartition("/")[2].partition("#")[0])  # fmt: skip
    return w.admin.post(f"/settings/users/{user_id}/tokens", {
        "intent": "token", "token_name": "x", "token_scope": "read", "token_days": "30"})  # fmt: skip


def _change_role(w: World) -> TestResponse:
    return w.admin.post(f"/settings/roles/{w.role()}", {"name": "Renamed", "description": "x", "version": "1"})


def _run_import(w: World) -> TestResponse:
    answer = w.admin.post(f"{w.draft()}/run")
    w.work(IMPORT)
    return answer


def _cancel_import(w: World) -> TestResponse:
    draft = w.draft()
    w.admin.post(f"{draft}/run")
    return w.admin.post(f"{draft}/cancel")


def _undo_import(w: World) -> TestResponse:
    draft = w.draft()
    w.admin.post(f"{draft}/run")
    w.work(IMPORT)
    before = w.one("SELECT count(*) FROM core_audit")
    answer = w.admin.post(f"{draft}/undo")
    w.work(IMPORT)
    assert w.one("SELECT count(*) FROM core_audit") > before
    return answer


def _file(w: World) -> TestResponse:
    w.site.add_field("contacts.contact", f"paper{w.number()}", "file")
    return w.admin.post("/files?name=a.pdf", data=b"%PDF-1.4", content_type="application/octet-stream")


def _file_by_program(w: World) -> TestResponse:
    w.site.add_field("contacts.contact", f"paper{w.number()}", "file")
    return w.api.flask.post("/api/v1/files?name=a.pdf", data=b"%PDF-1.4", headers=w.api.headers)


def _attached(w: World, then: Callable[[World, str], TestResponse] | None = None, gone: bool = False) -> TestResponse:
    place = f"{CONTACT}/{w.contact()}/attachments"
    sent = w.api.flask.post(f"/api/v1{place}?name=a.pdf", data=b"%PDF-1.4", headers=w.api.headers)
    path = f"{place}/{sent.get_json()['id']}"
    if gone:
        w.api.call("DELETE", path)
    return then(w, path) if then else sent


def _chat(w: World, rest: str = "", **values: Any) -> TestResponse:
    """Something in a new group of the administrator; without `rest` its beginning."""
    def post(path: str, given: dict[str, Any]) -> TestResponse:
        return w.admin.flask.post(path, json=given, headers={"X-CSRFToken": w.admin.csrf})

    colleague = w.site.user(f"chat{w.number()}@example.com", "read_only")
    began = post("/chat/new", {"user_ids": [colleague], "name": "Fair"})
    return post(f"{began.get_json()['href']}/{rest}", values) if rest else began


def _chat_file(w: World) -> TestResponse:
    place = _chat(w).get_json()["href"]
    return w.admin.post(f"{place}/files?name=a.pdf", data=b"%PDF-1.4", content_type="application/octet-stream")


def _chat_by_program(w: World, rest: str = "", **values: Any) -> TestResponse:
    """Something in a conversation of the administrator's program; without `rest` its beginning."""
    colleague = w.site.user(f"chat{w.number()}@example.com", "read_only")
    began = w.api.call("POST", "/chat", {"user_ids": [colleague]})
    return w.api.call("POST", f"/chat/{began.get_json()['id']}/{rest}", values) if rest else began


def _group_by_program(w: World) -> int:
    colleague = w.site.user(f"chat{w.number()}@example.com", "read_only")
    began = w.api.call("POST", "/chat", {"user_ids": [colleague], "name": "Fair"})
    return int(began.get_json()["id"])


def _member_gone_by_program(w: World) -> TestResponse:
    group = _group_by_program(w)
    member = w.api.get(f"/chat/{group}")["members"][0]["id"]
    return w.api.call("DELETE", f"/chat/{group}/members/{member}")


def _member_gone(w: World) -> TestResponse:
    group = _chat(w).get_json()["href"]
    member = w.api.get(group)["members"][0]["id"]
    return w.admin.post(f"{group}/members/{member}/remove")


def _chat_file_by_program(w: World) -> TestResponse:
    number = _chat_by_program(w).get_json()["id"]
    return w.api.flask.post(f"/api/v1/chat/{number}/files?name=a.pdf", data=b"%PDF-1.4", headers=w.api.headers)


def _message_gone_by_program(w: World) -> TestResponse:
    number = _chat_by_program(w, rest="messages", body="Hello").get_json()["id"]
    return w.api.call("DELETE", f"/chat/messages/{number}")


def _message_gone(w: World) -> TestResponse:
    number = _chat(w, "messages", body="Hello").get_json()["id"]
    return w.admin.flask.delete(f"/chat/messages/{number}", headers={"X-CSRFToken": w.admin.csrf})


def _list_of_choices(w: World) -> TestResponse:
    page = w.admin.get("/settings/lists/contacts.contact/status").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    values = ("new", "in_progress", "converted", "lost")
    form = {"seen": seen, "preset": "new", "choice": list(values),
            **{f"choice.{one}.active": "1" for one in values}, "choice.new.label.en": "Quite new"}  # fmt: skip
    return w.admin.post("/settings/lists/contacts.contact/status", form)


def _by_program(w: World, *, retired: bool = False) -> str:
    return w.field(retired=retired).replace("/settings/fields", "/custom-fields")


def _other_order(w: World) -> list[str]:
    for _another in range(2):
        w.field()
    rows = w.api.get("/custom-fields?entity=contacts.contact")["data"]
    return [row["key"] for row in rows if row["state"] == "in_use"][::-1]


def _value_list(w: World) -> TestResponse:
    page = w.admin.get("/settings/lists/contacts.tag").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    kept = [row["id"] for row in w.api.get("/contacts/tag?limit=200")["data"]]
    form = {"seen": seen, "choice": [*kept, "new-1"], "choice.new-1.label.en": f"Word {w.number()}",
            **{f"choice.{one}.active": "1" for one in (*kept, "new-1")}}  # fmt: skip
    return w.admin.post("/settings/lists/contacts.tag", form)


def _general(w: World) -> TestResponse:
    present = {name: value if isinstance(value, list) else str(value or "")
               for name in registries.current().settings for value in [settings(name)]}  # fmt: skip
    return w.admin.post("/settings/general", {**present, delivering.ALLOWED: f"127.0.0.1 10.0.0.{w.number()}"})


def _purge(w: World) -> TestResponse:
    return w.admin.post(f"{w.field(retired=True)}/purge", {"count": "0"})


def _event_again(w: World) -> TestResponse:
    hook_id = w.hook()
    return w.admin.post(f"/settings/webhooks/{hook_id}/events/{w.event(hook_id)}")


def _webhook(rest: str, **data: Any) -> Callable[[World], TestResponse]:
    return lambda w: w.admin.post(f"/settings/webhooks/{w.hook()}{rest}", data)


def _message(w: World) -> TestResponse:
    source_id = w.source()
    key = w.one("SELECT key FROM core_webhook_source WHERE id = :id", id=source_id)
    headers = signing.headers(SECRET, f"evt{w.number()}", int(time.time()), b"{}")
    return w.site.app.test_client().post(f"/api/hooks/{key}", data=b"{}", headers=headers)


def _view(w: World) -> int:
    return int(w.api.call("POST", f"{CONTACT}/views", {"name": f"View {w.number()}"}).get_json()["id"])


def _settings_of(w: World, rest: str, **data: Any) -> TestResponse:
    return w.admin.post(f"/settings/{rest}", data)


def _mass(w: World) -> str:
    """An act on many records that is ready to be carried out."""
    place = str(w.admin.post(f"{CONTACT}/bulk/change", {"id": str(w.contact())}).headers["Location"])
    w.admin.post(place, {"field": "city", "city": "Shiraz"})
    return place


def _export(w: World) -> str:
    """The address of an export that waits for a worker."""
    w.work("core.run_export")
    return str(w.admin.post(f"{CONTACT}/export?format=csv").headers["Location"])


def _two(w: World) -> dict[str, Any]:
    """Two records of one person, the first of which is to be kept."""
    ids = [str(w.contact()), str(w.contact())]
    return {"id": ids, "keep": ids[0]}


def _merge(w: World) -> int:
    w.admin.post(f"{CONTACT}/merge", _two(w))
    return int(w.one("SELECT max(id) FROM core_merge"))


def _merged_by_program(w: World, then: str = "") -> TestResponse:
    kept, other = w.contact(), w.contact()
    merged = w.api.call("POST", f"{CONTACT}/{kept}/merge", {"ids": [other]})
    return w.api.call("POST", f"{CONTACT}/{kept}/{then}", {}) if then else merged


def _hand_over(w: World) -> str:
    """A colleague's record that is ready to go to another."""
    leaver, successor = w.user(), w.user()
    w.api.create("contacts.contact", name="Theirs", email=f"theirs{w.number()}@example.com", owner_id=leaver)
    form = {"to": str(successor), "contacts.contact.owner_id": str(successor)}
    return str(w.admin.post(f"/settings/users/{leaver}/hand-over", form).headers["Location"]).partition("?")[0]


HOOK = {"name": "Renamed", "url": "http://127.0.0.1:8998/", "entities": "contacts.contact", "events": "created",
        "active": "1"}  # fmt: skip
LABEL = {"label_en": "Size", "type": "text"}

#: The intents of a route's form stand behind a #.
ACTS: dict[str, Callable[[World], TestResponse]] = {
    # Records, by pages.
    "POST /files": _file,
    "POST /api/v1/files": _file_by_program,
    "POST /<plugin>/<noun>/<int:record_id>/delete": _record("delete"),
    "POST /<plugin>/<noun>/<int:record_id>/edit": _record("edit", {"name": "Another"}),
    "POST /<plugin>/<noun>/<int:record_id>/field/<name>": _record("field/name", {"name": "Another", "version": "1"}),
    "POST /<plugin>/<noun>/<int:record_id>/move": _record("move", {"by": "birth_date", "to": "1990-04-07"}),
    "POST /<plugin>/<noun>/<int:record_id>/stretch": lambda w: w.admin.post(
        f"{w.meeting()}/stretch", {"by": "starts_at", "minutes": "30"}),
    "POST /<plugin>/<noun>/<int:record_id>/board": lambda w: w.admin.post(
        f"{CONTACT}/{w.contact()}/board", json={"to": "lost", "version": 1}),
    "POST /<plugin>/<noun>/<int:record_id>/restore": _record("restore", first="delete"),
    "POST /<plugin>/<noun>/bulk/<action>": lambda w: w.admin.post(f"{CONTACT}/bulk/delete", {"id": str(w.contact())}),
    "POST /<plugin>/<noun>/mass/<int:act_id>/run": lambda w: w.admin.post(f"{_mass(w)}/run"),
    "POST /settings/users/<int:user_id>/hand-over/<int:number>/run": lambda w: w.admin.post(f"{_hand_over(w)}/run"),
    "POST /settings/users/<int:user_id>/hand-over/<int:number>/undo": lambda w: (
        (place := _hand_over(w)), w.admin.post(f"{place}/run"), w.work(), w.admin.post(f"{place}/undo"))[-1],
    "POST /<plugin>/<noun>/mass/<int:act_id>/cancel": lambda w: (
        (place := _mass(w)), w.admin.post(f"{place}/run"), w.admin.post(f"{place}/cancel"))[-1],
    "POST /<plugin>/<noun>/mass/<int:act_id>/undo": lambda w: (
        (place := _mass(w)), w.admin.post(f"{place}/run"), w.work(), w.admin.post(f"{place}/undo"))[-1],
    "POST /<plugin>/<noun>/merge": lambda w: w.admin.post(f"{CONTACT}/merge", _two(w)),
    "POST /<plugin>/<noun>/merge/<int:merge_id>/undo": lambda w: w.admin.post(f"{CONTACT}/merge/{_merge(w)}/undo"),
    "POST /<plugin>/<noun>/suspects/apart": lambda w: w.admin.post(f"{CONTACT}/suspects/apart", _two(w)),
    "POST /<plugin>/<noun>/suspects/together": lambda w: (
        (two := _two(w)), w.admin.post(f"{CONTACT}/suspects/apart", two),
        w.admin.post(f"{CONTACT}/suspects/together", two))[-1],
    "POST /<plugin>/<noun>/calendar/subscribe": lambda w: w.admin.post(f"{CONTACT}/calendar/subscribe"),
    "POST /<plugin>/<noun>/new": lambda w: w.admin.post(f"{CONTACT}/new", {"name": "New", "email": "new@example.com"}),
    "POST /<plugin>/<noun>/options": lambda w: w.admin.post("/contacts/tag/options", {"title": f"tag{w.number()}"}),
    "POST /<plugin>/<noun>/import/<int:import_id>/run": _run_import,
    "POST /<plugin>/<noun>/import/<int:import_id>/undo": _undo_import,
    "POST /<plugin>/<noun>/import/<int:import_id>/cancel": _cancel_import,
    "GET /<plugin>/<noun>/export": lambda w: w.admin.get(f"{CONTACT}/export?format=csv"),
    "POST /<plugin>/<noun>/export": lambda w: w.admin.post(f"{CONTACT}/export?format=csv"),
    "POST /<plugin>/<noun>/export/<int:export_id>/cancel": lambda w: w.admin.post(f"{_export(w)}/cancel"),
    "POST /<plugin>/<noun>/export/<int:export_id>/discard": lambda w: (
        (place := _export(w)), w.admin.post(f"{place}/cancel"), w.admin.post(f"{place}/discard"))[-1],
    # Records, by programs.
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/merge": _merged_by_program,
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/unmerge": lambda w: _merged_by_program(w, "unmerge"),
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/attachments": _attached,
    "PATCH /api/v1/<plugin>/<noun>/<int:record_id>/attachments/<int:attachment_id>":
        lambda w: _attached(w, lambda w, path: w.api.call("PATCH", path, {"name": "b.pdf"})),
    "DELETE /api/v1/<plugin>/<noun>/<int:record_id>/attachments/<int:attachment_id>":
        lambda w: _attached(w, lambda w, path: w.api.call("DELETE", path)),
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/attachments/<int:attachment_id>/restore":
        lambda w: _attached(w, lambda w, path: w.api.call("POST", f"{path}/restore"), gone=True),
    "POST /api/v1/<plugin>/<noun>": lambda w: w.api.call("POST", CONTACT, {"name": "New", "email": "api@example.com"}),
    "PATCH /api/v1/<plugin>/<noun>/<int:record_id>":
        lambda w: w.api.call("PATCH", f"{CONTACT}/{w.contact()}", {"name": "Another"}),
    "DELETE /api/v1/<plugin>/<noun>/<int:record_id>": lambda w: w.api.call("DELETE", f"{CONTACT}/{w.contact()}"),
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/restore": lambda w: (
        (n := w.contact()), w.api.call("DELETE", f"{CONTACT}/{n}"), w.api.call("POST", f"{CONTACT}/{n}/restore"))[-1],
    "POST /api/v1/<plugin>/<noun>/bulk":
        lambda w: w.api.call("POST", f"{CONTACT}/bulk", {"create": [{"name": "Many", "email": "many@example.com"}]}),
    # The chat.
    "POST /chat/new": _chat,
    "POST /chat/<int:chat_id>/messages": lambda w: _chat(w, "messages", body="Hello"),
    "POST /chat/<int:chat_id>/files": _chat_file,
    "POST /chat/<int:chat_id>/members":
        lambda w: _chat(w, "members", user_ids=[w.site.user(f"more{w.number()}@example.com", "read_only")]),
    "POST /chat/<int:chat_id>/name": lambda w: _chat(w, "name", name="Trade fair"),
    "POST /chat/<int:chat_id>/leave": lambda w: _chat(w, "leave"),
    "DELETE /chat/messages/<int:message_id>": _message_gone,
    "POST /api/v1/chat": _chat_by_program,
    "POST /api/v1/chat/<int:chat_id>/messages": lambda w: _chat_by_program(w, rest="messages", body="Hello"),
    "POST /api/v1/chat/<int:chat_id>/files": _chat_file_by_program,
    "POST /api/v1/chat/<int:chat_id>/members": lambda w: w.api.call(
        "POST", f"/chat/{_group_by_program(w)}/members",
        {"user_ids": [w.site.user(f"more{w.number()}@example.com", "read_only")]}),
    "PATCH /api/v1/chat/<int:chat_id>":
        lambda w: w.api.call("PATCH", f"/chat/{_group_by_program(w)}", {"name": "Trade fair"}),
    "DELETE /api/v1/chat/<int:chat_id>/members/<int:user_id>": _member_gone_by_program,
    "POST /chat/<int:chat_id>/members/<int:user_id>/remove": _member_gone,
    "DELETE /api/v1/chat/<int:chat_id>/members/me":
        lambda w: w.api.call("DELETE", f"/chat/{_group_by_program(w)}/members/me"),
    "DELETE /api/v1/chat/messages/<int:message_id>": _message_gone_by_program,
    # The way in and out.
    "POST /login": _log_in,
    "POST /login/second-step": _second_step,
    "POST /login/forgot": lambda w: (lambda client, token: client.post(
        "/login/forgot", data={"csrf_token": token, "email": "somebody@example.com"}))(*w.visitor()),
    "POST /login/new-password": _new_password,
    "POST /logout": lambda w: w.site.client(w.user()).post("/logout"),
    # One's own account.
    "POST /settings/me": _own("settings", name="Another", language="ar"),
    "POST /settings/me#password": _own("password", current_password=PASSWORD, new_password="harbour-lantern-98",
                                       repeat_password="harbour-lantern-98"),
    "POST /settings/me#email": _own("email", email="moved@example.com", email_password=PASSWORD),
    "POST /settings/me#token": _own("token", token_name="x", token_scope="read", token_days="30"),
    "POST /settings/me#revoke_token": _revoke_own_token,
    "POST /settings/me#end_session": _end_session,
    "POST /settings/me#end_others": _end_others,
    "POST /tour": lambda w: w.admin.post("/tour"),
    "POST /feedback": lambda w: w.admin.post("/feedback", {"text": "It hangs", "kind": "problem"}),
    "POST /first-steps": lambda w: w.admin.post("/first-steps"),
    "POST /settings/me/second-factor": _set_up_factor,
    "POST /settings/me/second-factor#renew": _with_factor("renew"),
    "POST /settings/me/second-factor#off": _with_factor("off"),
    # Others' accounts.
    "POST /settings/users/new": lambda w: _settings_of(w, "users/new", name="New", email=f"new{w.number()}@example.com",
                                                       password="harbour-lantern-97", active="1"),
    "POST /settings/users/<int:user_id>": _change_user,
    "POST /settings/users/<int:user_id>/invite": lambda w: _settings_of(w, f"users/{w.user()}/invite"),
    "POST /settings/users/<int:user_id>/second-factor": _reset_factor,
    "POST /settings/users/<int:user_id>/sign-out": _sign_out,
    "POST /settings/users/<int:user_id>/tokens": _program_token,
    "POST /settings/users/<int:user_id>/unlock": _unlock,
    "POST /settings/roles/new": lambda w: _settings_of(w, "roles/new", name="New role"),
    "POST /settings/roles/<int:role_id>": _change_role,
    "POST /settings/roles/<int:role_id>/delete": lambda w: _settings_of(w, f"roles/{w.role()}/delete"),
    "POST /settings/roles/<int:role_id>/fields/<entity>":
        lambda w: _settings_of(w, f"roles/{w.role()}/fields/contacts.contact", note="hidden"),
    "POST /settings/roles/<int:role_id>/log-in":
        lambda w: _settings_of(w, f"roles/{w.role()}/log-in", second_factor="1"),
    # The installation.
    "POST /settings/general": _general,
    "POST /settings/setup": lambda w: _settings_of(w, "setup", intent="skip"),
    "POST /settings/setup/<key>":
        lambda w: _settings_of(w, "setup/organisation", name=f"Arman {w.number()}", language="en", country="IR"),
    "POST /settings/sign-in/new":
        lambda w: _settings_of(w, "sign-in/new", label_en="Accounts", client_secret="secret"),
    "POST /settings/sign-in/<int:provider_id>":
        lambda w: _settings_of(w, f"sign-in/{w.login_provider()}", label_en=f"Accounts {w.number()}"),
    "POST /settings/sign-in/<int:provider_id>/delete":
        lambda w: _settings_of(w, f"sign-in/{w.login_provider()}/delete"),
    "POST /settings/lists/<entity>/<name>": _list_of_choices,
    "POST /settings/lists/<entity>": _value_list,
    "POST /settings/log/export": lambda w: _settings_of(w, "log/export"),
    "POST /settings/log/verify": lambda w: _settings_of(w, "log/verify"),
    "POST /settings/modules/<name>/disable": lambda w: _settings_of(w, "modules/contacts/disable"),
    "POST /settings/modules/<name>/enable": lambda w: _settings_of(w, "modules/contacts/enable"),
    "POST /settings/fields/<entity>/new": lambda w: _settings_of(w, "fields/contacts.contact/new", **LABEL),
    "POST /settings/fields/<entity>/<key>": lambda w: w.admin.post(w.field(), {**LABEL, "label_en": "Other"}),
    "POST /settings/fields/<entity>/<key>/index": lambda w: w.admin.post(f"{w.field()}/index"),
    "POST /settings/fields/<entity>/<key>/type": lambda w: w.admin.post(f"{w.field()}/type", {"type": "note"}),
    "POST /settings/fields/<entity>/<key>/retire": lambda w: w.admin.post(f"{w.field()}/retire"),
    "POST /settings/fields/<entity>/<key>/restore": lambda w: w.admin.post(f"{w.field(retired=True)}/restore"),
    "POST /settings/fields/<entity>/<key>/purge": _purge,
    "POST /settings/fields/<entity>/order": lambda w: w.admin.post(
        "/settings/fields/contacts.contact/order", {"key": _other_order(w)}),
    "POST /api/v1/custom-fields/<entity>/order": lambda w: w.api.call(
        "POST", "/custom-fields/contacts.contact/order", {"keys": _other_order(w)}),
    "POST /api/v1/custom-fields": lambda w: w.api.call("POST", "/custom-fields", {
        "entity": "contacts.contact", "key": f"made{w.number()}", "type": "text", "label": {"en": "Made"}}),
    "PATCH /api/v1/custom-fields/<entity>/<key>": lambda w: w.api.call(
        "PATCH", _by_program(w), {"label": {"en": "Other"}}),
    "POST /api/v1/custom-fields/<entity>/<key>/retire": lambda w: w.api.call("POST", f"{_by_program(w)}/retire"),
    "POST /api/v1/custom-fields/<entity>/<key>/restore":
        lambda w: w.api.call("POST", f"{_by_program(w, retired=True)}/restore"),
    "POST /api/v1/custom-fields/<entity>/<key>/index": lambda w: w.api.call("POST", f"{_by_program(w)}/index"),
    "POST /api/v1/custom-fields/<entity>/<key>/purge":
        lambda w: w.api.call("POST", f"{_by_program(w, retired=True)}/purge", {"count": 0}),
    "POST /settings/backups": lambda w: _settings_of(w, "backups"),
    "POST /settings/jobs/<int:job_id>/cancel": lambda w: _settings_of(w, f"jobs/{w.job('waiting')}/cancel"),
    "POST /settings/jobs/<int:job_id>/retry": lambda w: _settings_of(w, f"jobs/{w.job('dead')}/retry"),
    "POST /api/v1/core/job/<int:job_id>/cancel":
        lambda w: w.api.call("POST", f"/core/job/{w.job('waiting')}/cancel"),
    "POST /api/v1/core/job/<int:job_id>/retry": lambda w: w.api.call("POST", f"/core/job/{w.job('dead')}/retry"),
    "POST /settings/jobs/retry": lambda w: (w.job("dead"), _settings_of(w, "jobs/retry"))[-1],
    "POST /settings/outbox/<int:mail_id>/discard": lambda w: _settings_of(w, f"outbox/{w.mail('queued')}/discard"),
    "POST /settings/outbox/<int:mail_id>/send": lambda w: _settings_of(w, f"outbox/{w.mail('failed')}/send"),
    "POST /settings/outbox/<int:mail_id>/sent": lambda w: _settings_of(w, f"outbox/{w.mail('unknown')}/sent"),
    "POST /settings/webhooks/new": lambda w: _settings_of(w, "webhooks/new", **HOOK),
    "POST /settings/webhooks/<int:hook_id>": _webhook("", **HOOK),
    "POST /settings/webhooks/<int:hook_id>/delete": _webhook("/delete"),
    "POST /settings/webhooks/<int:hook_id>/secret": _webhook("/secret"),
    "POST /settings/webhooks/<int:hook_id>/send": _webhook("/send"),
    "POST /settings/webhooks/<int:hook_id>/events/<int:delivery_id>": _event_again,
    "POST /settings/working-time/ready":
        lambda w: _settings_of(w, "working-time/ready", country="IR", months="12"),
    "POST /settings/webhooks/sources":
        lambda w: _settings_of(w, "webhooks/sources", name="Shop", scheme="standard", secret=SECRET),
    "POST /<plugin>/<noun>/views": lambda w: w.admin.post(f"{CONTACT}/views", {"name": f"View {w.number()}"}),
    "POST /<plugin>/<noun>/views/<int:view_id>": lambda w: w.admin.post(f"{CONTACT}/views/{_view(w)}", {"name": "New"}),
    "POST /<plugin>/<noun>/views/<int:view_id>/delete": lambda w: w.admin.post(f"{CONTACT}/views/{_view(w)}/delete"),
    "POST /api/v1/<plugin>/<noun>/views": lambda w: w.api.call("POST", f"{CONTACT}/views", {"name": "Of a program"}),
    "PATCH /api/v1/<plugin>/<noun>/views/<int:view_id>":
        lambda w: w.api.call("PATCH", f"{CONTACT}/views/{_view(w)}", {"name": "Changed"}),
    "DELETE /api/v1/<plugin>/<noun>/views/<int:view_id>":
        lambda w: w.api.call("DELETE", f"{CONTACT}/views/{_view(w)}"),
    "POST /settings/webhooks/sources/<int:source_id>/delete":
        lambda w: _settings_of(w, f"webhooks/sources/{w.source()}/delete"),
}  # fmt: skip

#: Reviewed: these leave no entry of their own.
SILENT: dict[str, str] = {
    "POST /<plugin>/<noun>/<int:record_id>/do/<action>": "a verb of a plugin: it writes by core.records, which records",
    "POST /api/v1/<plugin>/<noun>/<int:record_id>/<action>": "the same verbs",
    "POST /api/v1/<plugin>/<noun>/search": "reads; its filter is too long for an address",
    "POST /activities/pages/follow": "a user's own wish to hear of a record",
    "POST /activities/pages/plan": "it writes by core.records, which records the first step",
    "POST /activities/pages/reminders": "how one wants to be reminded oneself",
    "POST /<plugin>/<noun>/columns": "which columns one's own list shows",
    "POST /chat/<int:chat_id>/read": "what one has read of what colleagues wrote",
    "POST /api/v1/chat/<int:chat_id>/read": "the same",
    "POST /notices/<int:notice_id>/do/<action>": "a verb of a plugin: it writes by core.records, which records",
    "POST /notices/read": "what one has seen of one's own notices", "POST /notices/<int:notice_id>/read": "the same",
    "POST /settings/notices": "in which ways one wants to be told of what",
    "POST /settings/me#organisation": "which of one's own organisations this session looks at",
    "POST /settings/users/<int:user_id>/hand-over": "who is to get what: nothing is written before it is run",
    "POST /<plugin>/<noun>/mass/<int:act_id>": "the value that a draft would give: nothing is written before it is run",
    "POST /<plugin>/<noun>/import": "a draft that only its user sees: nothing is imported before it is run",
    "POST /<plugin>/<noun>/import/<int:import_id>": "the mapping of such a draft",
    "POST /<plugin>/<noun>/import/<int:import_id>/preview": "the same, looked at",
    "POST /settings/fields/<entity>/preview": "draws a field that is not stored",
    "POST /login/sso/<int:provider_id>/ended": "tried with a token that a provider signs (test_single_sign_on.py)",
    "POST /api/hooks/<key>": "kept for its job; what a plugin writes because of it is recorded then",
}
