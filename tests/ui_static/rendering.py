"""The templates without an application: one environment with sample values, served to a browser from memory."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import BrowserContext, Page

from core.language import i18n
from core.language.preferences import use
from core.ui.assets import STATIC_FOLDER, STATIC_URL
from core.ui.templating import FUNCTIONS
from tests.support.browser import Chromium
from tests.ui_static.sample_shell import PREFERENCES

ROOT = Path(__file__).resolve().parents[2]
NONCE = "bm9uY2U"
POLICY = (
    f"default-src 'self'; script-src 'self' 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def environment() -> Environment:
    """As the application sets it up."""
    loader = FileSystemLoader(ROOT / "core" / "ui" / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.globals.update({**FUNCTIONS, "csrf_token": lambda: "sample-token", "form_id": lambda: "once"})
    i18n.install(i18n.load([(ROOT / "i18n", "core")]))
    return made


def render(env: Environment, template: str, language: str, **context: Any) -> str:
    """One page in one language."""
    values = {"csp_nonce": NONCE, "toasts": (), "bar_note": "", "bar_back": "", "bar_name": "", "bar_is_full": False,
              "bar_title": "", "page_top": "", **context}
    with use(PREFERENCES[language]):
        return env.get_template(template).render(values)


class Site:
    """What a browser sees: `pages` (path to markup), the static files, and `posts` that came back (path, body)."""

    def __init__(self, address: str, chromium: Chromium) -> None:
        self.address = address
        self.chromium = chromium
        self.pages: dict[str, str] = {}
        self.posts: list[tuple[str, str]] = []
        self.queries: list[str] = []

    @property
    def context(self) -> BrowserContext:
        """The browser profile of this site: style sheets and scripts come from its cache."""
        return self.chromium.profile(self.address, lambda browser: browser.new_context())

    def open(self, markup: str, path: str = "/", width: int = 1280, height: int = 800) -> Page:
        """A new tab with this markup; errors of scripts and of the policy are kept in its `errors`."""
        self.pages[path] = markup
        page = self.context.new_page()
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))  # type: ignore[attr-defined]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(self.address + path)
        return page


@contextmanager
def site(chromium: Chromium) -> Iterator[Site]:
    """A small server on this machine, ended at the end, and a browser profile for it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    made = Site(f"http://127.0.0.1:{server.server_port}", chromium)
    server.site = made  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        made: Site = self.server.site  # type: ignore[attr-defined]
        path, _mark, query = self.path.partition("?")
        file = STATIC_FOLDER / path.removeprefix(f"{STATIC_URL}/")
        if path.startswith(STATIC_URL) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._send(200, file.read_bytes(), kind, {"Cache-Control": "max-age=3600"})
        elif path in made.pages:
            made.queries.append(query)
            kind = "text/html; charset=utf-8"
            self._send(200, made.pages[path].encode(), kind, {"Content-Security-Policy": POLICY})
        else:
            self._send(404, b"not found", "text/plain", {})

    def do_POST(self) -> None:
        made: Site = self.server.site  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        made.posts.append((self.path, body))
        self._send(200, b"<!doctype html><title>posted</title>", "text/html", {})

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Tests say what went wrong themselves."""
