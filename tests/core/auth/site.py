"""A whole Diwan in a test: an initialised database, the application, and browsers to use it with."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from werkzeug.test import Client, TestResponse

from core import config
from core.app import create_app
from core.ops.instance import initialise
from core.web import Application
from tests.core.auth.world import PASSWORD, World

ADMIN = "admin@example.com"


def prepare(url: str) -> None:
    """The database as `diwan init` leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        # With a name it is set up, so that nobody is led there when he logs in.
        initialise(_settings(url, Path(folder)), admin_email=ADMIN, admin_password=PASSWORD,
                   organisation={"name": "Waha"})


def application(url: str, folder: Path, base_url: str = "http://127.0.0.1:8000") -> Application:
    return create_app(_settings(url, folder, base_url))


def _settings(url: str, folder: Path, base_url: str = "http://127.0.0.1:8000") -> config.Config:
    return config.load({"DIWAN_DATABASE_URL": url, "DIWAN_BASE_URL": base_url}, folder)


class Browser:
    """Keeps cookies and sends the token of the page it saw last with every form."""

    def __init__(self, app: Application, address: str = "192.0.2.7") -> None:
        self.client: Client = app.test_client()
        self.address = address
        self.token = ""
        self.page = ""

    def get(self, path: str, **options: object) -> TestResponse:
        return self._seen(self.client.get(path, environ_base=self._environment(), **options))

    def post(
        self, path: str, data: dict[str, object] | None = None, token: str | None = None, **options: object
    ) -> TestResponse:
        form = {"csrf_token": self.token if token is None else token, **(data or {})}
        return self._seen(self.client.post(path, data=form, environ_base=self._environment(), **options))

    def sign_in(self, email: str = ADMIN, password: str = PASSWORD, **more: object) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", {"email": email, "password": password, **more})
        if answer.status_code == 303:
            self.get("/settings/me")
        return answer

    def cookie(self, name: str = "diwan_session") -> str | None:
        found = self.client.get_cookie(name, domain="localhost")
        return found.value if found else None

    def _environment(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address, "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}

    def _seen(self, answer: TestResponse) -> TestResponse:
        self.page = answer.get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        self.token = found[1] if found else self.token
        return answer


@dataclass
class Site:
    """The application with its company, and new browsers."""

    app: Application
    company: World

    def browser(self, address: str = "192.0.2.7") -> Browser:
        return Browser(self.app, address)

    def admin(self) -> Browser:
        made = self.browser()
        assert made.sign_in().status_code == 303
        return made
