"""A small application that serves the components with sample data, for tests in the browser and for looking at them.

    .venv/bin/python -m tests.ui_components.sample_app 8123

Answers are what the kernel promises: 422 and 409 fragments, JSON after a save, a strict content policy.
"""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.serving import make_server

from core.language import i18n
from core.language.preferences import Preferences, use
from core.ui import form_model as forms
from core.ui.assets import STATIC_FOLDER, STATIC_URL
from core.ui.import_model import progress_answer
from core.ui.list_model import Column, ListScreen
from core.ui.page_model import ConflictField, ConflictScreen
from core.ui.shell_model import Action, Choice, Crumb, LanguageChoice, MenuEntry, MenuGroup, Page, Person, Shell
from core.ui.templating import FUNCTIONS
from tests.ui_components import sample_data as data
from tests.ui_components import sample_import
from tests.ui_components.sample_data import text

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = [ROOT / "core" / "ui" / "templates", Path(__file__).parent / "templates"]
PREFERENCES = {
    "fa": Preferences("fa", "IR", "jalali", "arabext", "Asia/Tehran", 6, frozenset({5})),
    "ar": Preferences("ar", "SA", "gregorian", "arab", "Asia/Riyadh", 7, frozenset({5, 6})),
    "en": Preferences("en", "GB", "gregorian", "latn", "Europe/London", 1, frozenset({6, 7})),
}


@dataclass
class Seen:
    """What reached the server, for tests to look at."""

    saves: list[dict[str, Any]] = field(default_factory=list)
    form_ids: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    created: list[tuple[str, str]] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    record: dict[str, str] = field(default_factory=dict)
    version: int = 3
    previews: list[dict[str, str]] = field(default_factory=list)
    polls: int = 0
    cancelled: bool = False
    delay: float = 0.0
    fail_next: int = 0
    status_next: int = 0


def create_app() -> Flask:
    app = Flask(__name__, static_folder=str(STATIC_FOLDER), static_url_path=STATIC_URL)
    app.jinja_loader.searchpath = [str(folder) for folder in TEMPLATES]  # type: ignore[union-attr]
    app.jinja_env.globals.update({**FUNCTIONS, "csrf_token": lambda: "sample-token", "form_id": lambda: "once"})
    i18n.install(i18n.load([(ROOT / "i18n", "core")]))
    app.extensions["seen"] = Seen()
    app.before_request(_enter)
    app.after_request(_secure)
    app.teardown_request(_leave)
    app.context_processor(_frame)
    for rule, view, methods in ROUTES:
        app.add_url_rule(rule, view.__name__, view, methods=methods)
    return app


def _seen() -> Seen:
    return current_app.extensions["seen"]


def _enter() -> None:
    language = request.args.get("lang") or request.cookies.get("lang") or "fa"
    preferences = PREFERENCES[language]
    calendar = request.args.get("calendar") or request.cookies.get("calendar")
    g.preferences = replace(preferences, calendar=calendar) if calendar else preferences
    g.nonce = secrets.token_urlsafe(12)
    g.use = use(g.preferences)
    g.use.__enter__()


def _leave(_error: BaseException | None) -> None:
    if "use" in g:
        g.use.__exit__(None, None, None)


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' 'nonce-{g.nonce}'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; report-uri /csp"
    )
    for name in ("lang", "calendar"):
        if name in request.args:
            response.set_cookie(name, request.args[name], samesite="Lax")
    is_static = request.path.startswith(STATIC_URL)
    response.headers["Cache-Control"] = "max-age=3600" if is_static else "no-store"
    return response


def _frame() -> dict[str, Any]:
    language = g.preferences.language
    page = Page(
        text("contacts", language),
        language,
        g.preferences.direction,  # type: ignore[arg-type]
        theme=request.args.get("theme", "light"),
        digits=g.preferences.digits,  # type: ignore[arg-type]
    )
    entries = (MenuEntry(text("contacts", language), "/contacts/contact", "address-book", current=True),)
    user = Person(text("sara", language), text("sara", language)[0], "violet")
    languages = tuple(LanguageChoice(code, code, "rtl" if code != "en" else "ltr") for code in ("ar", "fa", "en"))
    shell = Shell(
        "آرمان‌تجهیز",
        user,
        (MenuGroup(text("customers", language), entries),),
        languages=languages,
        create=(MenuEntry(text("create", language), "/contacts/contact/new", "user-plus"),),
    )
    return {"page": page, "shell": shell, "csp_nonce": g.nonce}


# ---- pages ----


def contact_list() -> str:
    language = g.preferences.language
    columns = (Column("name", text("first_name", language), "name"), Column("email", text("email", language), "email"))
    screen = ListScreen(
        "contacts.contact",
        "/contacts/contact",
        text("contacts", language),
        "1,248",
        columns,
        _rows(),
        crumbs=(Crumb(text("customers", language)), Crumb(text("contacts", language))),
        create=Action(text("create", language), "/contacts/contact/new", "plus", panel=True),
    )
    return render_template("sample_list.html", screen=screen)


def _rows() -> Markup:
    people = ("احمدضیا رحیمی", "الهام نوروزی", "زهرا موسوی", "سامان قادری", "Kerem Yıldız", "نسترن کیانی", "یلدا خسروی")
    return Markup("").join(
        Markup('<tr><td><bdi>{}</bdi></td><td><bdi dir="ltr" data-kind="email">{}</bdi></td></tr>').format(
            name, f"person{at}@example.com"
        )
        for at, name in enumerate(people)
    )


def _form(values: dict[str, str], errors: dict[str, str] | None = None, **facts: Any) -> forms.FormView:
    language = g.preferences.language
    kinds = (
        Choice("person", text("person", language), icon="user"),
        Choice("business", text("business", language), icon="building"),
    )
    defaults = {
        "title": text("new", language),
        "action": request.path,
        "form_id": secrets.token_urlsafe(8),
        "sections": data.contact_sections(language, values, errors or {}),
        "switch": forms.FieldView(
            "kind", text("kind", language), "choice", value=values.get("kind", "person"), options=kinds
        ),
        "can_create_another": True,
        "back_href": "/contacts/contact",
        "draft_key": "user-1",
        "duplicates_href": "/contacts/contact/duplicates",
    }
    return forms.FormView(**(defaults | facts))  # type: ignore[arg-type]


def _show_form(form: forms.FormView, status: int = 200) -> Response:
    in_panel = request.headers.get("X-Diwan-Panel") == "1"
    template = "forms/form.html" if in_panel else "forms/page.html"
    return make_response(render_template(template, form=form, in_panel=in_panel), status)


def new_contact() -> Response:
    time.sleep(_seen().delay)
    if request.method == "POST":
        return _save(lambda values, errors: _form(values, errors))
    if request.args.get("filled"):
        language = g.preferences.language
        values = {
            "first_name": text("first_value", language),
            "last_name": text("last_value", language),
            "phone": "912 708 5521",
            "email": "n.kiani@rayanpars",
            "birth_date": "۱۳۷۰/۰۵/۱۲" if language == "fa" else "1991/08/03",
            "country": "IR",
            "source": "landing",
            "tags": "birthday special",
            "category": "good",
        }
        same = forms.DuplicateView(
            "نسترن کیانی", "/contacts/contact/7", text("same_phone", language), text("sara", language)
        )
        return _show_form(_form(values, {"email": text("email_error", language)}, duplicates=(same,)))
    return _show_form(_form({}))


def edit_contact(number: int) -> Response:
    if request.method == "POST":
        return _save(lambda values, errors: _form(values, errors, version=_seen().version, record_id=str(number)))
    values = {"first_name": "نسترن", "last_name": "کیانی", "phone": "912 708 5521", "email": "n.kiani@rayanpars.ir"}
    return _show_form(_form(values, version=_seen().version, record_id=str(number), can_create_another=False))


def _save(again: Any) -> Response:
    seen, values = _seen(), request.form.to_dict()
    if seen.status_next:
        status, seen.status_next = seen.status_next, 0
        return make_response("", status)
    if seen.fail_next:
        seen.fail_next -= 1
        return make_response("broken", 500)
    assert request.headers.get("X-CSRFToken") == "sample-token" or values.get("csrf_token") == "sample-token"
    language = g.preferences.language
    values["tags"] = " ".join(request.form.getlist("tags"))
    if values.get("version") and int(values["version"]) != seen.version:
        return _conflict(values)
    errors = {name: text("required", language) for name in ("first_name", "last_name") if values.get(name) == ""}
    if "@" in values.get("email", "") and "." not in values["email"].partition("@")[2]:
        errors["email"] = text("email_error", language)
    if errors:
        return _show_form(again(values, errors), 422)
    seen.saves.append(values)
    seen.form_ids.append(values["form_id"])
    return jsonify(forms.saved_answer("/contacts/contact/7", 7, text("saved", language)))


def _conflict(values: dict[str, str]) -> Response:
    language = g.preferences.language
    changed = ConflictField(
        "last_name",
        text("last_name", language),
        Markup("کیانی"),
        Markup("کیانی‌پور"),
        escape(values["last_name"]),
        "کیانی‌پور",
        values["last_name"],
    )
    carried = tuple(
        (name, value) for name, value in values.items() if name not in ("last_name", "version", "csrf_token")
    )
    conflict = ConflictScreen(
        text("new", language),
        text("sara", language),
        "10:24",
        request.path,
        _seen().version,
        (changed,),
        carried,
        "/contacts/contact",
    )
    return make_response(render_template("forms/conflict.html", conflict=conflict, in_panel=True), 409)


def duplicates() -> Response:
    seen = _seen()
    seen.duplicates.append(request.args.to_dict())
    language = g.preferences.language
    found = ()
    if "5521" in request.args.get("phone", ""):
        found = (
            forms.DuplicateView(
                "نسترن کیانی", "/contacts/contact/7", text("same_phone", language), text("sara", language)
            ),
        )
    return make_response(render_template("forms/duplicates.html", duplicates=found))


# ---- looked-up values ----


def options(noun: str) -> Response:
    seen = _seen()
    if request.method == "POST":
        title = request.get_json()["title"]
        if title == "refused":
            return make_response(jsonify({"title": "Invalid", "errors": {"title": ["This name is taken."]}}), 422)
        seen.created.append((noun, title))
        return jsonify({"id": 100 + len(seen.created), "title": title})
    seen.options.append(request.args.get("q", ""))
    time.sleep(seen.delay)
    names = {"company": data.COMPANIES, "user": data.PEOPLE, "tag": ["تولد", "مشتری ویژه", "نمایشگاه ۱۴۰۵"]}[noun]
    found = [
        {
            "id": at,
            "title": name,
            "subtitle": "Tehran" if noun == "company" else "",
            "hue": "teal" if noun == "tag" else "",
        }
        for at, name in enumerate(names, 1)
        if request.args.get("q", "") in name
    ]
    return jsonify({"data": found[: int(request.args["limit"])]})


# ---- a record edited in place ----


def record() -> str:
    seen = _seen()
    values = {
        "email": "n.kiani@rayanpars.ir",
        "birth_date": "۱۳۷۰/۰۵/۱۲",
        "status": "in_progress",
        "owner": "1",
    } | seen.record
    return render_template(
        "sample_record.html", values=values, version=seen.version, statuses=data.statuses(g.preferences.language)
    )


def _field_view(name: str, value: str, errors: tuple[str, ...] = ()) -> forms.FieldView:
    language = g.preferences.language
    facts: dict[str, Any] = {
        "email": {"kind": "email"},
        "birth_date": {"kind": "date", "calendar": "jalali"},
        "status": {"kind": "choice", "options": data.statuses(language), "required": True},
        "owner": {
            "kind": "user",
            "options_href": "/core/user/options",
            "options": (Choice("1", text("sara", language)),),
        },
    }[name]
    return forms.FieldView(name, text(name, language), value=value, errors=errors, **facts)


def record_field(name: str) -> Response:
    seen = _seen()
    value = seen.record.get(
        name, {"email": "n.kiani@rayanpars.ir", "birth_date": "۱۳۷۰/۰۵/۱۲", "status": "in_progress", "owner": "1"}[name]
    )
    if request.method == "GET":
        return _field_form(name, value, seen.version, is_menu=request.args.get("as") == "menu")
    posted = request.form[name]
    if int(request.form["version"]) != seen.version:
        view = forms.InlineConflictView(
            _field_view(name, posted), request.path, seen.version, text("sara", g.preferences.language), value, posted
        )
        return make_response(render_template("forms/inline_conflict.html", conflict=view), 409)
    if name == "email" and "." not in posted.partition("@")[2]:
        return _field_form(name, posted, seen.version, (text("email_error", g.preferences.language),), status=422)
    seen.record[name] = posted
    seen.version += 1
    return jsonify(forms.field_saved_answer(_shown(name, posted), seen.version, text("saved", g.preferences.language)))


def _field_form(
    name: str, value: str, version: int, errors: tuple[str, ...] = (), *, is_menu: bool = False, status: int = 200
) -> Response:
    view = _field_view(name, value, errors)
    if is_menu or "as=menu" in request.form:
        menu = forms.InlineMenuView(view, request.path, version)
        return make_response(render_template("forms/inline_menu.html", menu=menu), status)
    return make_response(
        render_template("forms/inline_edit.html", edit=forms.InlineEditView(view, request.path, version)), status
    )


def _shown(name: str, value: str) -> str:
    for choice in data.statuses(g.preferences.language):
        if name == "status" and choice.value == value:
            return f'<span class="dw-badge dw-dot dw-hue-{choice.hue}">{escape(choice.label)}</span>'
    if name == "owner":
        return f"<bdi>{escape(data.PEOPLE[int(value) - 1])}</bdi>"
    return f'<bdi dir="ltr" data-kind="{name}">{escape(value)}</bdi>'


# ---- import ----


def import_choose() -> str:
    return render_template("import/choose.html", screen=sample_import.choose(g.preferences.language))


def import_chosen() -> Response:
    _seen().saves.append({"file": request.files["file"].filename or ""})
    return redirect("/contacts/contact/import/9", 303)


def import_map() -> Response:
    if request.method == "POST":
        _seen().saves.append(request.form.to_dict())
        return redirect("/contacts/contact/import/9/run", 303)
    return make_response(render_template("import/map.html", screen=sample_import.mapping(g.preferences.language, {})))


def import_preview() -> Response:
    seen = _seen()
    posted = request.form.to_dict()
    seen.previews.append(posted)
    time.sleep(seen.delay)
    return make_response(
        render_template("import/work.html", screen=sample_import.mapping(g.preferences.language, posted))
    )


def import_run() -> Response:
    language = g.preferences.language
    if request.method == "POST":
        _seen().saves.append(request.form.to_dict())
        time.sleep(_seen().delay)
        return make_response(
            render_template("import/progress.html", screen=sample_import.progress(language, 0, 50_000, "running"))
        )
    return make_response(render_template("import/confirm.html", screen=sample_import.confirm(language)))


def import_status() -> Response:
    seen = _seen()
    seen.polls += 1
    state = "cancelled" if seen.cancelled else "done" if seen.polls > 3 else "running"
    return jsonify(progress_answer(sample_import.progress(g.preferences.language, 1240 * seen.polls, 50_000, state)))


def import_cancel() -> Response:
    _seen().cancelled = True
    return make_response("", 204)


def import_result() -> str:
    return render_template("import/result.html", screen=sample_import.result(g.preferences.language))


def violation() -> Response:
    _seen().violations.append(request.get_data(as_text=True))
    return make_response("", 204)


def widgets() -> str:
    """Date fields alone, as a filter has them."""
    return render_template(
        "sample_widgets.html", minimum=request.args.get("min", ""), maximum=request.args.get("max", "")
    )


ROUTES = [
    ("/contacts/contact", contact_list, ["GET"]),
    ("/contacts/contact/new", new_contact, ["GET", "POST"]),
    ("/contacts/contact/<int:number>/edit", edit_contact, ["GET", "POST"]),
    ("/contacts/contact/7", record, ["GET"]),
    ("/contacts/contact/7/field/<name>", record_field, ["GET", "POST"]),
    ("/contacts/contact/duplicates", duplicates, ["GET"]),
    ("/contacts/<noun>/options", options, ["GET", "POST"]),
    ("/core/<noun>/options", options, ["GET", "POST"]),
    ("/contacts/contact/import", import_choose, ["GET"]),
    ("/contacts/contact/import", import_chosen, ["POST"]),
    ("/contacts/contact/import/9", import_map, ["GET", "POST"]),
    ("/contacts/contact/import/9/preview", import_preview, ["POST"]),
    ("/contacts/contact/import/9/run", import_run, ["GET", "POST"]),
    ("/contacts/contact/import/9/status", import_status, ["GET"]),
    ("/contacts/contact/import/9/cancel", import_cancel, ["POST"]),
    ("/contacts/contact/import/9/result", import_result, ["GET"]),
    ("/widgets", widgets, ["GET"]),
    ("/csp", violation, ["POST"]),
]


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The application on a free port of this machine, in a thread; gives its address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    with serving(create_app(), int(sys.argv[1])) as address:
        print(address)
        threading.Event().wait()
