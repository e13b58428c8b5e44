"""Somebody at a browser: signing in, the list, the panel, the record's page, in words instead of selectors."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.support.browser import WAIT, Chromium
from tests.support.live import DOMAIN, Live

CONTACTS = "/contacts/contact"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


class Profiles:
    """Browser profiles that stay signed in between tests: one for each server, colleague and kind of screen."""

    def __init__(self, chromium: Chromium) -> None:
        self.chromium = chromium

    def fresh(self, **options: Any) -> BrowserContext:
        """A browser that has never been here."""
        return _fresh(self.chromium.browser(), options)

    def of(self, live: Live, name: str, **options: Any) -> BrowserContext:
        def signed_in(browser: Browser) -> BrowserContext:
            made = _fresh(browser, options)
            page = made.new_page()
            page.goto(f"{live.address}/login")
            sign_in(page, live, name)
            page.close()
            return made

        return self.chromium.profile((live.address, name, repr(sorted(options.items()))), signed_in)


def _fresh(browser: Browser, options: dict[str, Any]) -> BrowserContext:
    made = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
    made.set_default_timeout(WAIT)
    return made


def sign_in(page: Page, live: Live, name: str, password: str = "") -> None:
    """Fill in the log-in page and send it."""
    page.fill("[name=email]", f"{name}@{DOMAIN}")
    page.fill("[name=password]", password or live.passwords[name])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: urlsplit(address).path != "/login")


class Person:
    """A colleague in a tab of his own; without a name a visitor who is not signed in."""

    def __init__(self, profiles: Profiles, live: Live, name: str = "", language: str = "", **options: Any) -> None:
        self.live, self.name, self.faults = live, name, list[str]()
        self._chromium = profiles.chromium
        self._own_context = None if name else profiles.fresh(**options)
        self.page = (self._own_context or profiles.of(live, name, **options)).new_page()
        self._watch()
        if language:
            self.speak(language)

    def leave(self) -> None:
        self._chromium.leave(self.page)
        if self._own_context:
            self._own_context.close()

    def _watch(self) -> None:
        """Errors of scripts, what the content policy blocks, and requests to anybody else are faults."""
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("console", lambda line: self._heard(line.type, line.text))
        self.page.on("request", self._asked)

    def _heard(self, kind: str, text: str) -> None:
        # The browser's own line about an answer of 4xx is no fault: refusals are part of the story.
        if kind in ("error", "warning") and not re.match(r"Failed to load resource: .* 4\d\d ", text):
            self.faults.append(f"{self.page.url}: {text}")

    def _asked(self, request: Request) -> None:
        address, ours = urlsplit(request.url), urlsplit(self.live.address)
        # Streams come from the same machine, at a port of their own.
        is_stream = (address.hostname, address.path) == (ours.hostname, "/live/stream")
        if not is_stream and not request.url.startswith((self.live.address, "data:", "blob:")):
            self.faults.append(f"{self.page.url} asks {request.url}")

    # ---- going about ----

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.live.address}{path}", wait_until="load")
        return self.page

    def sign_in(self, name: str, password: str = "") -> None:
        self.name = name
        sign_in(self.page, self.live, name, password)

    def speak(self, language: str) -> None:
        """Choose the language in the own menu, where it is another one."""
        self.open("/")
        if self.language != language:
            self.menu("own-menu").locator(f"[name=language][value={language}]").click()
            expect(self.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))

    @property
    def language(self) -> str:
        return (self.page.locator("html").get_attribute("lang") or "")[:2]

    def menu(self, name: str) -> Locator:
        """Open the menu or popover of that id by its button."""
        found = self.page.locator(f"#{name}")
        if not found.is_visible():
            self.page.locator(f"[popovertarget={name}]:visible").first.click()
            expect(found).to_be_visible()
        return found

    def toast(self) -> Locator:
        return self.page.locator("[data-toast]").last

    def make(self, path: str = CONTACTS, **values: Any) -> int:
        """A new contact, or record of another list, sent as the form would send it, for tests that begin with one."""
        token = self.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        answer = self.page.request.post(
            f"{self.live.address}{path}/new",
            form={"name": "", **values},
            headers={"X-CSRFToken": token, "X-Diwan-Panel": "1"},
        )
        assert answer.status == 200, answer.text()
        return int(answer.json()["id"])

    # ---- a list ----

    def rows(self) -> Locator:
        return self.page.locator("[data-rows] tbody tr[data-id]")

    def names(self) -> list[str]:
        return self.rows().locator(".dw-name-link").all_inner_texts()

    def row(self, name: str) -> Locator:
        return self.rows().filter(has=self.page.locator(".dw-name-link", has_text=name))

    def matching(self) -> int:
        """How many rows the list says it has found."""
        return int(self.page.locator("#list").get_attribute("data-matching") or 0)

    def search(self, text: str) -> None:
        """Type into the list's own search and wait for what it finds."""
        self.page.locator("#list-q").fill(text)
        self.page.wait_for_url(lambda address: "q=" in address if text else "q=" not in address)

    def add_condition(self, field: str, *, operator: str = "", value: str = "", choices: tuple[str, ...] = ()) -> None:
        """Fill in the form behind “Filters”, as far as its field needs it, and apply it."""
        form = self.menu("filters").locator("form")
        form.locator("[data-filter-field]").select_option(field)
        if operator:
            form.locator("[data-filter-op]").select_option(operator)
        for choice in choices:
            form.locator(f"[data-value][value='{choice}']").check()
        control = form.locator("[data-for-op]:not([hidden]) [data-value]:not(select.tomselected)")
        if value and control.first.evaluate("control => control.tagName") == "SELECT":
            control.first.select_option(value)
        elif value:
            control.first.fill(value)
        before = self.page.url
        form.locator("[type=submit]").click()
        self.page.wait_for_url(lambda address: address != before)

    def chips(self) -> Locator:
        return self.page.locator(".dw-conditions .dw-chip:has([data-remove])")

    def select(self, *names: str) -> None:
        for name in names:
            self.row(name).locator(".dw-pick input").check()

    # ---- the panel ----

    @property
    def panel(self) -> Locator:
        return self.page.locator("dialog.dw-panel[open]")

    def field(self, name: str) -> Locator:
        """The control of a field in the panel."""
        return self.panel.locator(f"#f-{name}")

    def errors_of(self, name: str) -> Locator:
        return self.panel.locator(f"[data-field={name}] .dw-error-text:visible")

    def start_creating(self) -> None:
        self.page.locator("[data-create]:visible").click()
        expect(self.panel.locator("form[data-form]")).to_be_visible()

    def save(self) -> None:
        self.panel.locator("[data-save]").click()

    def pick(self, place: Locator, text: str, create: bool = False) -> None:
        """Type into the search box of a picker in `place` and take what it finds, or what it offers to make."""
        place.locator(".ts-control").click()
        place.locator(".ts-control input, .dropdown-input").first.fill(text)
        wanted = ".ts-dropdown .create" if create else ".ts-dropdown [data-selectable]:not(.create)"
        self.page.locator(wanted).filter(has_text=text).first.click()

    # ---- a record's page ----

    def fact(self, name: str) -> Locator:
        """A field's place on the record's page; all sections are unfolded where it stands in one that is not."""
        place, folded = self.page.locator(f"[data-field-name={name}]"), self.page.locator("[data-more-facts]")
        if place.count() and not place.first.is_visible() and folded.is_visible():
            folded.click()
        return place

    def change_fact(self, name: str, text: str) -> None:
        self.fact(name).locator("[data-inline-open]").click()
        self.fact(name).locator("form input:not([type=hidden]), form textarea").first.fill(text)
        self.fact(name).locator("form [type=submit]").click()
        expect(self.fact(name).locator("form")).to_have_count(0)

    def choose_in_head(self, field: str, value: str) -> None:
        """Take a value from the menu of the status, or of another field in the page's head."""
        self.page.locator(f"[data-inline-menu*='/field/{field}']").click()
        self.page.locator(f".dw-inline-menu [role=menuitemradio][value='{value}']").click()
        expect(self.page.locator(".dw-inline-menu")).to_have_count(0)

    def history(self) -> Locator:
        return self.page.locator("#view-history .dw-event")
