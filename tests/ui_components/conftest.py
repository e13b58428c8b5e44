"""The sample application, and pages of a browser that fail a test on any script error or policy violation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from core.ui.assets import STATIC_URL
from tests.support.browser import WAIT, Chromium
from tests.ui_components.sample_app import Seen, create_app, serving

logging.getLogger("werkzeug").setLevel(logging.ERROR)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

Open = Callable[..., Page]


class Site:
    """The served application: its address, and what reached it."""

    def __init__(self, address: str, seen: Seen) -> None:
        self.address, self.seen = address, seen


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    app = create_app()
    with serving(app) as address:
        yield Site(address, app.extensions["seen"])


@pytest.fixture
def site(server: Site) -> Site:
    """The application as if nothing had happened yet."""
    server.seen.__init__()  # type: ignore[misc]
    return server


@pytest.fixture
def contexts(chromium: Chromium) -> Callable[..., BrowserContext]:
    """One browser profile for each set of options: style sheets and scripts are then fetched once."""

    def context(**options: object) -> BrowserContext:
        key = ("ui_components", repr(sorted(options.items())))
        return chromium.profile(key, lambda browser: _made(browser, options))

    return context


def _made(browser: Browser, options: dict[str, object]) -> BrowserContext:
    made = browser.new_context(**options)  # type: ignore[arg-type]
    made.set_default_timeout(WAIT)
    return made


@pytest.fixture
def open_page(chromium: Chromium, contexts: Callable[..., BrowserContext], site: Site) -> Iterator[Open]:
    """`open_page("/contacts/contact", language="ar", size=PHONE)`: a page whose scripts have run, in a tab of its own.

    An error of a script, or anything the content policy blocks, fails the test.
    """
    pages: list[Page] = []
    faults: list[str] = []

    def open_one(path: str, language: str = "fa", size: dict[str, int] = DESKTOP, **options: object) -> Page:
        page = contexts(viewport=size, **options).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        # For tests that call a module's own functions.
        page.add_init_script(f"window.modules = '{STATIC_URL}/js'")
        page.goto(f"{site.address}{path}{'&' if '?' in path else '?'}lang={language}", wait_until="load")
        return page

    yield open_one
    for page in pages:
        page.context.set_offline(False)
        chromium.leave(page)
    assert faults == []
    assert site.seen.violations == []


@pytest.fixture
def panel(open_page: Open) -> Callable[..., Page]:
    """`panel("#create", language="fa")`: the list with the side panel open."""

    def open_panel(link: str = "#create", **options: object) -> Page:
        page = open_page("/contacts/contact", **options)
        page.click(link)
        page.wait_for_selector("dialog[open] form")
        return page

    return open_panel
