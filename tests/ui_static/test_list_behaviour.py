"""The list under hand and keyboard: selection, rows, conditions, columns without room, search while typing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser_checks import page_problems
from tests.ui_static.rendering import render
from tests.ui_static.sample_pages import sample


@pytest.fixture
def open_list(site, env):
    tabs = []

    def opened(language="fa", width=1440, height=900, name="list"):
        template, context = sample(name, language)
        tabs.append(site.open(render(env, template, language, **context), "/contacts/contact", width, height))
        return tabs[-1]

    site.posts.clear()
    site.queries.clear()
    yield opened
    for tab in tabs:
        tab.close()


def boxes(page):
    return page.locator("tbody .dw-pick input")


class TestSelection:
    def test_the_bar_counts_in_the_readers_digits_and_goes_with_the_last_one(self, open_list):
        page = open_list("fa")
        bar = page.locator("[data-bulk-bar]")
        assert bar.is_hidden()
        for index in (1, 3, 4):
            boxes(page).nth(index).click()
        assert "۳" in page.locator("[data-selected-count]").inner_text()
        assert page.locator("[data-select-page]").evaluate("box => box.indeterminate")
        page.locator("[data-clear-selection]").click()
        assert bar.is_hidden()
        assert boxes(page).evaluate_all("all => all.filter(box => box.checked).length") == 0

    def test_the_bar_hides_no_row_and_no_focus(self, open_list):
        page = open_list("ar")
        boxes(page).nth(0).click()
        table, bar = page.locator(".dw-table-box").bounding_box(), page.locator("[data-bulk-bar]").bounding_box()
        assert table["y"] + table["height"] <= bar["y"] + 1
        assert page_problems(page, "ar") == []

    def test_shift_takes_all_rows_between(self, open_list):
        page = open_list("en")
        boxes(page).nth(2).click()
        boxes(page).nth(6).click(modifiers=["Shift"])
        assert boxes(page).evaluate_all("all => all.filter(box => box.checked).length") == 5

    def test_all_that_match_can_be_taken_and_are_sent(self, open_list, site):
        page = open_list("en")
        boxes(page).nth(0).click()
        page.locator("[data-select-matching]").click()
        assert "316" in page.locator("[data-selected-count]").inner_text()
        # What is typed goes into the picker, and nothing can be applied before something is chosen.
        page.locator("[popovertarget=bulk-owner]").click()
        assert page.evaluate("document.activeElement.matches('#bulk-owner .ts-control input')")
        assert page.locator("#bulk-owner [type=submit]").is_disabled()
        page.locator("#bulk-owner").evaluate("popover => popover.hidePopover()")
        page.locator("[popovertarget=bulk-status]").click()
        with page.expect_navigation():
            page.locator("#bulk-status .dw-menu-item").nth(2).click()
        path, body = site.posts[-1]
        sent = parse_qs(body)
        assert path == "/contacts/contact/bulk/status"
        assert sent["all_matching"] == ["1"]
        assert sent["value"] == ["converted"]
        assert sent["csrf_token"] == ["sample-token"]

    def test_deleting_asks_with_the_number_and_no_is_the_safe_answer(self, open_list, site):
        page = open_list("fa")
        boxes(page).nth(0).click()
        boxes(page).nth(1).click()
        page.locator(".dw-bulk-danger").click()
        assert page.locator("#confirm-title").inner_text() == "۲ مخاطب حذف شود؟"
        assert page.evaluate("document.activeElement.value") == "no"
        page.keyboard.press("Enter")
        assert site.posts == []
        page.locator(".dw-bulk-danger").click()
        with page.expect_navigation():
            page.locator("[data-yes]").click()
        assert site.posts[-1][0] == "/contacts/contact/bulk/delete"
        assert parse_qs(site.posts[-1][1])["id"] == ["1", "2"]


class TestKeys:
    """By their place: `KeyJ` types ت in a Persian layout and moves all the same."""

    def press(self, page, code, key="ت", **more):
        page.evaluate(
            "([code, key, more]) => (document.activeElement ?? document.body).dispatchEvent("
            "new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true, ...more}))",
            [code, key, more],
        )

    def test_rows_are_walked_and_selected(self, open_list):
        page = open_list("fa")
        self.press(page, "KeyJ")
        self.press(page, "KeyJ")
        assert page.evaluate("document.activeElement.closest('tr').dataset.id") == "2"
        self.press(page, "KeyX")
        assert boxes(page).nth(1).is_checked()
        self.press(page, "KeyK")
        assert page.evaluate("document.activeElement.closest('tr').dataset.id") == "1"
        self.press(page, "Escape", "Escape")
        assert not boxes(page).nth(1).is_checked()

    def test_letters_rest_while_somebody_types(self, open_list):
        page = open_list("fa")
        page.locator("#list-q").focus()
        self.press(page, "KeyX")
        self.press(page, "KeyF")
        assert page.evaluate("document.activeElement.id") == "list-q"
        assert not page.locator("#filters").is_visible()

    def test_letters_can_be_switched_off(self, open_list):
        page = open_list("en")
        page.evaluate("document.documentElement.dataset.shortcuts = 'off'")
        self.press(page, "KeyF")
        assert not page.locator("#filters").is_visible()
        page.evaluate("document.documentElement.dataset.shortcuts = 'on'")
        self.press(page, "KeyF")
        assert page.locator("#filters").is_visible()

    def test_the_slash_goes_to_the_search_of_the_list_and_the_question_mark_to_the_keys(self, open_list):
        page = open_list("ar")
        self.press(page, "Slash", "/")
        assert page.evaluate("document.activeElement.id") == "list-q"
        page.locator("h1").click()
        page.evaluate("document.activeElement.blur()")
        self.press(page, "Slash", "?", shiftKey=True)
        assert page.locator("#keys").is_visible()
        assert page_problems(page, "ar") == []

    def test_a_chip_goes_with_delete(self, open_list, site):
        page = open_list("en")
        page.locator("[data-remove]").first.focus()
        page.keyboard.press("Delete")
        page.wait_for_url("**/contacts/contact?a")
        assert site.queries[-1] == "a"


class TestConditions:
    def add(self, page, field):
        page.locator("[data-open-filters]").click()
        page.locator("[data-filter-field]").select_option(field)

    def applied(self, page):
        page.locator("[data-filter-form] [type=submit]").click()
        page.wait_for_url("**/contacts/contact?*")
        return page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")

    def test_several_values_of_a_choice(self, open_list):
        page = open_list("en")
        self.add(page, "status")
        page.locator("#filters input[value=new]").check()
        page.locator("#filters input[value=lost]").check()
        assert self.applied(page) == {"status__in": "new,lost"}

    def test_an_operator_and_a_text(self, open_list):
        page = open_list("fa")
        self.add(page, "name")
        page.locator("[data-filter-op]").select_option("startswith")
        page.locator("[data-filter-form] [type=submit]").click()
        assert page.evaluate("document.activeElement.id") == "filter-text", "nothing is applied without a value"
        page.locator("#filter-text").fill("احمد")
        assert self.applied(page) == {"name__startswith": "احمد"}

    def test_is_empty_needs_no_value(self, open_list):
        page = open_list("en")
        self.add(page, "name")
        page.locator("[data-filter-op]").select_option("empty")
        assert page.locator("#filter-text").is_hidden()
        assert self.applied(page) == {"name__empty": "1"}

    def test_dates_are_typed_in_the_readers_calendar_and_sent_as_iso(self, open_list):
        page = open_list("fa")
        self.add(page, "created_at")
        page.locator("[data-filter-op]").select_option("between")
        page.locator("#filter-from").fill("۱۴۰۵/۰۱/۰۱")
        page.locator("#filter-to").fill("۱۴۰۵/۰۹/۰۳")
        assert self.applied(page) == {"created_at__gte": "2026-03-21", "created_at__lte": "2026-11-24"}

    def test_the_popover_stays_inside_the_window(self, open_list):
        for language in ("fa", "en"):
            page = open_list(language, 1280, 720)
            self.add(page, "created_at")
            assert page_problems(page, language) == []


class TestRoom:
    def test_columns_without_room_wait_under_their_row(self, open_list):
        page = open_list("fa", 900, 700)
        button = page.locator("[data-rest]").first
        assert button.get_attribute("aria-expanded") == "false"
        button.click()
        shown = page.locator(".dw-rest dt").all_inner_texts()
        assert "مسئول" in shown
        assert page_problems(page, "fa") == []
        button.click()
        assert page.locator(".dw-rest").count() == 0

    def test_a_wide_page_needs_no_such_button(self, open_list):
        page = open_list("fa", 1440)
        assert not page.locator("[data-rest]").first.is_visible()

    def test_the_table_scrolls_in_its_own_box_and_the_name_stays(self, open_list):
        page = open_list("ar", 1280)
        page.evaluate("document.querySelector('.dw-table').style.setProperty('inline-size', '1900px')")
        before = page.locator("tbody tr").first.locator(".dw-c1").bounding_box()["x"]
        page.evaluate("document.querySelector('.dw-table-box').scrollLeft = -400")
        assert abs(page.locator("tbody tr").first.locator(".dw-c1").bounding_box()["x"] - before) < 60
        assert page.evaluate("document.documentElement.scrollLeft") == 0

    def test_the_phone_shows_cards_that_are_links_as_a_whole(self, open_list):
        page = open_list("fa", 390, 844)
        row = page.locator("tbody tr").nth(1).bounding_box()
        assert 60 <= row["height"] <= 84
        page.locator("tbody tr").nth(1).click(position={"x": 20, "y": 12})
        page.wait_for_url("**/contacts/contact/2")

    def test_on_the_phone_rows_can_be_selected_from_the_menu(self, open_list):
        page = open_list("ar", 390, 844)
        page.locator("[popovertarget=list-menu]").first.click()
        page.locator("[data-selecting]").click()
        boxes(page).nth(2).click()
        assert page.locator("[data-bulk-bar]").is_visible()
        assert page_problems(page, "ar") == []


def test_search_while_typing_brings_a_new_list_and_keeps_the_field(open_list, site):
    page = open_list("fa")
    site.queries.clear()
    page.locator("#list-q").press_sequentially("علی", delay=30)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == ["علی"])
    assert page.evaluate("document.activeElement.id") == "list-q"
    assert page.locator("#list-q").input_value() == "علی"
    assert len(site.queries) < 3


def test_after_a_save_in_the_panel_the_list_is_fresh_and_the_row_tinted(open_list, site):
    page = open_list("en")
    detail = "{detail: {id: 5}, cancelable: true}"
    stayed = page.evaluate(f"!document.dispatchEvent(new CustomEvent('dw:saved', {detail}))")
    assert stayed, "the panel would load the whole page again"
    page.wait_for_selector("tr[data-id='5'].dw-changed")
