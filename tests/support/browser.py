"""The Chromium that Debian ships, driven by playwright: no browser is ever downloaded.

    with launched() as chromium:
        with chromium.watched(seconds=120):
            page = chromium.browser().new_page()

Calls of playwright that have no time limit of their own (`evaluate`, `close`) would wait for ever for a browser that
hangs. A watched body that takes too long has its browser ended instead: the call raises, the test fails and names the
line, and the next test gets a browser anew.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from tests.support import machine

# Without a sandbox, since containers and root have none; the rest keeps it off the network.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
CLOSED_WITHIN = 20
# For what appears by itself: long, as it only passes in full where a test fails.
WAIT = 30_000
expect.set_options(timeout=WAIT)


class Chromium:
    """A headless browser that is started when it is asked for and is not there (any more)."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None
        self._profiles: dict[Hashable, BrowserContext] = {}

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._profiles.clear()
            self._browser = self._playwright.chromium.launch(
                executable_path=machine.chromium().found, headless=True, args=OPTIONS
            )
        return self._browser

    def profile(self, key: Hashable, make: Callable[[Browser], BrowserContext]) -> BrowserContext:
        """What was made for this key, kept between tests: files stay fetched and people signed in."""
        browser = self.browser()
        if key not in self._profiles:
            self._profiles[key] = make(browser)
        return self._profiles[key]

    def close(self) -> None:
        if self._browser is not None:
            with suppress(Error):
                self._browser.close()

    def leave(self, page: Page) -> None:
        """Close a tab. One that is just on its way to another page has been seen to hang then, on a busy machine."""
        with self.watched(CLOSED_WITHIN):
            page.close()

    @contextmanager
    def watched(self, seconds: float) -> Iterator[None]:
        """End the browser when the body takes longer; whatever waits for it then raises playwright's Error."""
        timer = threading.Timer(seconds, _end_browsers)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


HAPPENS = """given => new Promise((done) => {
  const look = () => { if (CHECK(given)) done(); else requestAnimationFrame(look); };
  look();
})"""


def happens(page: Page, check: str, given: object = None) -> None:
    """Wait until a function of JavaScript answers yes, asked at each frame: what is there for a moment is not missed.

    Playwright's `wait_for_function` asks again by `eval`, which the content policy of our pages forbids.
    """
    page.evaluate(HAPPENS.replace("CHECK", f"({check})"), given)


@contextmanager
def launched() -> Iterator[Chromium]:
    """A browser that is closed at the end."""
    with sync_playwright() as playwright:
        chromium = Chromium(playwright)
        try:
            yield chromium
        finally:
            with chromium.watched(30):
                chromium.close()


def _end_browsers() -> None:
    """Kill what the playwright driver of this process has started; playwright does not tell the process id."""
    drivers = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "playwright/driver"], capture_output=True, text=True, check=False
    )
    for driver in drivers.stdout.split():
        subprocess.run(["pkill", "-KILL", "-P", driver], check=False)
