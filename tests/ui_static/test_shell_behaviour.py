"""The frame under hand and keyboard: search everywhere, theme, menus, messages, tabs of a record, password."""

from __future__ import annotations

from urllib.parse import quote_plus, urlsplit

import pytest

from tests.support.browser_checks import page_problems
from tests.ui_static.rendering import render
from tests.ui_static.sample_pages import sample


@pytest.fixture
def open_page(site, env):
    tabs = []

    def opened(name="list", language="fa", width=1280, height=800, path="/x"):
        template, context = sample(name, language)
        found = sample("search", language)[1]
        site.pages["/search"] = render(env, "fragments/search_results.html", language, **found)
        tabs.append(site.open(render(env, template, language, **context), path, width, height))
        return tabs[-1]

    site.posts.clear()
    yield opened
    for tab in tabs:
        tab.close()


class TestSearchEverywhere:
    def test_ctrl_k_types_and_opens_the_chosen_hit(self, open_page):
        page = open_page()
        page.keyboard.press("Control+KeyK")
        page.keyboard.type("ali")
        page.wait_for_selector("#search-results [role=option]")
        field = page.locator("[data-global-search] input")
        assert field.get_attribute("aria-expanded") == "true"
        assert page_problems(page, "fa") == []
        page.keyboard.press("ArrowDown")
        chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        target = chosen.get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{target}")

    def test_escape_closes_it(self, open_page):
        page = open_page(language="en")
        page.keyboard.press("Control+KeyK")
        page.keyboard.type("a")
        page.wait_for_selector("#search-results [role=option]")
        page.keyboard.press("Escape")
        assert page.locator("#search-results").is_hidden()


class TestTheme:
    def test_it_changes_at_once_and_is_remembered(self, open_page, site):
        page = open_page(language="ar")
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        with page.expect_response("**/settings/me"):
            page.locator("[data-theme-switch] button").click()
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
        assert 'name="theme"\r\n\r\ndark' in site.posts[-1][1]

    def test_the_devices_theme_is_followed_without_a_flash(self, site, env):
        template, context = sample("login", "fa", "auto")
        page = site.open(render(env, template, "fa", **context), "/auto")
        page.emulate_media(color_scheme="dark")
        page.reload()
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        page.close()


class TestMenus:
    @pytest.mark.parametrize("language", ["ar", "en"])
    def test_the_own_menu_is_inside_the_window_and_walked_by_arrows(self, open_page, language):
        page = open_page(language=language)
        page.locator(".dw-me").click()
        assert page.locator("#own-menu").is_visible()
        assert page_problems(page, language) == []
        first = page.evaluate("document.activeElement.textContent.trim()")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent.trim()") != first
        page.keyboard.press("Escape")
        assert page.locator("#own-menu").is_hidden()

    def test_the_language_is_changed_with_the_way_back(self, open_page, site):
        page = open_page(language="fa")
        here = urlsplit(page.url).path
        page.locator(".dw-me").click()
        with page.expect_navigation():
            page.locator("#own-menu button[value=ar]").click()
        path, body = site.posts[-1]
        assert path == "/settings/me"
        assert "language=ar" in body
        assert f"next={quote_plus(here)}" in body

    def test_on_the_phone_the_side_menu_comes_over_the_page(self, open_page):
        page = open_page(language="ar", width=390)
        assert page.locator("#side-menu").is_hidden()
        page.locator("[popovertarget=side-menu]").click()
        box = page.locator("#side-menu").bounding_box()
        assert box["x"] + box["width"] == 390
        assert page_problems(page, "ar") == []


class TestMessages:
    def test_a_message_goes_and_an_error_stays_until_closed(self, open_page):
        page = open_page(language="en")
        page.clock.install()
        page.evaluate("document.dispatchEvent(new CustomEvent('dw:toast', {detail: {text: '<b>Saved</b>'}}))")
        page.evaluate("document.dispatchEvent(new CustomEvent('dw:toast', {detail: {text: 'No', kind: 'error'}}))")
        assert page.locator(".dw-toast-text").all_inner_texts() == ["<b>Saved</b>", "No"]
        assert page_problems(page, "en") == []
        page.clock.fast_forward(7000)
        assert page.locator(".dw-toast-text").all_inner_texts() == ["No"]
        page.locator("[data-close-toast]").click()
        assert page.locator(".dw-toast").count() == 0

    def test_a_message_that_begins_with_a_latin_word_reads_in_the_direction_of_the_page(self, open_page):
        page = open_page(language="ar")
        said = {"text": "«abc» ليس رقم هاتف صالحًا."}
        page.evaluate("detail => document.dispatchEvent(new CustomEvent('dw:toast', {detail}))", said)
        text = page.locator(".dw-toast-text")
        assert text.evaluate("text => getComputedStyle(text).direction") == "rtl"
        assert page_problems(page, "ar") == []

    def test_a_lost_connection_is_said_and_goes_by_itself(self, open_page):
        page = open_page()
        bar = page.locator("[data-offline]")
        assert bar.is_hidden()
        page.context.set_offline(True)
        bar.wait_for(state="visible")
        page.context.set_offline(False)
        bar.wait_for(state="hidden")


class TestRecord:
    def test_tabs_follow_the_visual_direction(self, open_page):
        page = open_page("record", "ar", path="/contacts/contact/427")
        page.locator("[data-tab=people]").click()
        page.keyboard.press("ArrowLeft")
        assert page.locator("[data-tab=visits]").get_attribute("aria-selected") == "true"
        page.keyboard.press("ArrowRight")
        assert page.locator("[data-tab=people]").get_attribute("aria-selected") == "true"
        page.reload()  # as after a form was saved
        assert page.locator("[data-tab=people]").get_attribute("aria-selected") == "true"

    def test_what_would_push_the_tabs_away_is_unfolded_and_stays_so(self, open_page):
        page = open_page("record", "fa", path="/contacts/contact/427")
        more, rest = (page.locator(one) for one in ("[data-more-facts]", "#more-facts"))
        assert rest.is_hidden()
        more.click()
        page.reload()
        assert rest.is_visible()
        assert more.get_attribute("aria-expanded") == "true"
        page.set_viewport_size({"width": 390, "height": 800})
        assert more.is_hidden()
        assert rest.is_visible()

    def test_a_tab_is_fetched_when_first_opened(self, open_page, site):
        page = open_page("record", "en", path="/contacts/contact/427")
        site.pages["/contacts/contact/427/panel/visits"] = "<p id=visit>Visit of Monday</p>"
        page.locator("[data-tab=visits]").click()
        assert page.wait_for_selector("#visit").inner_text() == "Visit of Monday"

    def test_a_tab_that_fails_says_so_inside_and_can_be_asked_again(self, open_page, site):
        page = open_page("record", "en", path="/contacts/contact/427")
        site.pages.pop("/contacts/contact/427/panel/visits", None)
        page.locator("[data-tab=visits]").click()
        page.wait_for_selector("#view-visits [role=alert]")
        site.pages["/contacts/contact/427/panel/visits"] = "<p id=visit>Visit</p>"
        page.locator("#view-visits button").click()
        assert page.wait_for_selector("#visit").is_visible()

    def test_a_narrow_page_shows_one_thing_at_a_time(self, open_page):
        page = open_page("record", "fa", width=390, path="/contacts/contact/427")
        assert page.locator("#view-history").is_hidden()
        page.locator("[data-tab=history]").click()
        assert page.locator("#view-history").is_visible()
        assert page.locator("#view-details").is_hidden()
        assert page_problems(page, "fa") == []


def test_the_password_can_be_shown(open_page):
    page = open_page("login", "ar", path="/login")
    page.locator("#password").fill("secret")
    page.locator("[data-show-password]").click()
    assert page.locator("#password").get_attribute("type") == "text"
    page.locator("[data-show-password]").click()
    assert page.locator("#password").get_attribute("type") == "password"
    assert page.errors == []
