"""An installation under test: the application, its users, and ways to ask it like a browser or a program."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from core import config as configuration
from core import records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting
from core.app import create_app
from core.auth import accounts, actors, defaults, rights, sessions, tokens
from core.auth.models import Role
from core.customfields import changing, indexing
from core.customfields.definition import ChoiceText, Definition
from core.db import Unit, unit_of_work
from core.ops import instance
from core.plugin import lifecycle
from core.web import Application

PASSWORD = "a long enough secret"
ADMIN = "admin@example.com"


@dataclass
class Site:
    """An installation under test."""

    app: Application
    folder: Path

    @contextmanager
    def unit(self, user_id: int | None = None) -> Iterator[Unit]:
        """A unit of work as the system, or as one user with his rights."""
        with unit_of_work(self.app.engine) as opened, registries.pinned(registries.current()):
            who = SYSTEM if user_id is None else actors.load_actor(opened.connection, user_id)
            assert who is not None, "the user is switched off"
            with acting(who, Origin("cli")):
                yield opened

    def user(self, email: str, *roles: str, name: str = "", organisation_ids: tuple[int, ...] = ()) -> int:
        """A new user with default roles by key (administrator, sales_manager, sales_representative, read_only)."""
        with self.unit():
            known = defaults.ensure_roles()
            return accounts.create_user(
                name or email.partition("@")[0], email, PASSWORD, role_ids=[known[role] for role in roles],
                organisation_ids=list(organisation_ids) or [defaults.ensure_organisation()])

    def role(self, name: str, **grants: int) -> int:
        """A new role; grants as entity__action=scope with double underscores for dots."""
        with self.unit():
            made = records.create(Role, name=name)
            rights.set_role_grants(int(made.id or 0), {key.replace("__", "."): scope for key, scope in grants.items()})
            return int(made.id or 0)

    def add_field(self, entity: str, key: str, field_type: str = "text", **facts: Any) -> Definition:
        """A custom field, in use and with its index at once: facts as in `core.customfields.Definition`.

        `choices` may be given as {value: English label}.
        """
        listed = facts.pop("choices", {})
        choices = tuple(ChoiceText(value, {"en": label}) for value, label in listed.items()) \
            if isinstance(listed, dict) else listed
        given = Definition(entity, key, field_type, facts.pop("label", {"en": key.replace("_", " ").capitalize()}),
                           choices=choices, **facts)
        with self.unit():
            made = changing.add(given)
        indexing.settle(self.app.engine, self.app.engine, made.id)
        lifecycle.refresh(self.app.engine)
        return made

    def give_roles(self, user_id: int, *role_ids: int) -> None:
        """Let a user hold exactly these roles."""
        with self.unit():
            rights.set_user_roles(user_id, role_ids)

    def client(self, user_id: int | None = None) -> Client:
        """A browser-like client signed in as a user, by default the administrator."""
        with self.unit() as opened:
            chosen = user_id or opened.execute(sa.text("SELECT min(id) FROM core_user")).scalar_one()
            made = sessions.create(chosen, None, Origin("web"))
        return Client(self.app, made.token, made.csrf_token)

    def api(self, user_id: int | None = None, scope: str = "write") -> Api:
        """A program with a token of a user, by default the administrator."""
        with self.unit() as opened:
            chosen = user_id or opened.execute(sa.text("SELECT min(id) FROM core_user")).scalar_one()
            text = tokens.create(chosen, scope, 30, "test")
        return Api(self.app, text)


class Client:
    """Flask's test client with the session and the CSRF token of one user."""

    def __init__(self, app: Application, token: str, csrf: str) -> None:
        self.flask: FlaskClient = app.test_client()
        self.flask.set_cookie(sessions.COOKIE, token)
        self.csrf = csrf

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.flask.get(path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.csrf, **options.pop("headers", {})}
        return self.flask.post(path, data=data, headers=headers, **options)


class Api:
    """Calls of the REST API; answers are the decoded JSON with `status`."""

    def __init__(self, app: Application, token: str) -> None:
        self.flask = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        options: dict[str, Any] = {"headers": {**self.headers, **headers}}
        if body is not None:
            options["json"] = body
        return self.flask.open(f"/api/v1{path}", method=method, **options)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def create(self, entity: str, /, **values: Any) -> Any:
        answer = self.call("POST", f"/{entity.replace('.', '/')}", values)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()


def make_site(url: str, folder: Path, plugins: tuple[str, ...] = ("all",)) -> Site:
    """An initialised installation on an empty database; the caller disposes the engine."""
    environment = {"DIWAN_DATABASE_URL": url}
    made = configuration.load(environment, folder)
    instance.initialise(made, plugins, ADMIN, PASSWORD)
    return Site(create_app(made), folder)


def open_site(url: str, folder: Path) -> Site:
    """The installation on a database that is set up already."""
    return Site(create_app(configuration.load({"DIWAN_DATABASE_URL": url}, folder)), folder)


@pytest.fixture
def site(database_kind: str, copied_database: Callable[..., str], tmp_path: Path) -> Iterator[Site]:
    """A fresh installation with all plugins, on each kind of database in turn."""

    def prepare(url: str) -> None:
        made = make_site(url, tmp_path / "template")
        made.app.engine.dispose()

    opened = open_site(copied_database(database_kind, "site", prepare), tmp_path / "instance")
    yield opened
    opened.app.engine.dispose()


@contextmanager
def counted_queries(app: Application) -> Iterator[list[str]]:
    """The statements that reach the database in the body (transaction control and pragmas left out)."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "SET ")):
            seen.append(statement)

    event.listen(app.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(app.engine, "before_cursor_execute", note)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for the body only."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def eventually(check: Callable[[], Any], seconds: float = 30) -> Any:
    """What `check` answers as soon as it is true; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
