"""The browser that the browser tests stand on."""

import pytest
from playwright.sync_api import Error


def test_the_browser_renders_a_page_without_the_network(browser):
    page = browser.new_page()
    page.set_content("<p dir=rtl>سلام</p>")
    assert page.evaluate("getComputedStyle(document.querySelector('p')).direction") == "rtl"
    page.close()


def test_a_page_that_hangs_fails_and_the_next_test_has_a_browser(chromium):
    page = chromium.browser().new_page()
    with chromium.watched(1), pytest.raises(Error):
        page.evaluate("() => new Promise(() => {})")
    page = chromium.browser().new_page()
    assert page.evaluate("1 + 1") == 2
    page.close()
