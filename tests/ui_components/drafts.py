"""What a form has kept of entries that were not saved."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.browser import happens


def kept(page: Page) -> str:
    return page.evaluate("Object.entries(sessionStorage).filter(([key]) => key.startsWith('dw-draft')).join()")


def wait_until_kept(page: Page) -> None:
    """Entries are kept a moment after typing."""
    happens(page, "() => Object.keys(sessionStorage).some(key => key.startsWith('dw-draft'))")
