"""Lists with a search box: looked-up references, tags, long choices; keys, creating in place, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def search(page: Page, name: str, text: str) -> None:
    page.click(f".ts-wrapper:has(#f-{name}-ts-control)")
    page.wait_for_selector(".ts-dropdown .option, .ts-dropdown .no-results")
    page.keyboard.type(text)


def options(page: Page) -> list[str]:
    return page.locator(".ts-dropdown:visible [role=option]").all_inner_texts()


def test_reference_is_looked_up_and_chosen_by_keyboard(panel, site) -> None:
    page = panel()
    search(page, "company", "البرز")
    expect(page.locator(".ts-dropdown:visible .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#f-company")).to_have_value("2")
    expect(page.locator(".ts-wrapper:has(#f-company-ts-control) .item")).to_contain_text("پولادسازه البرز")
    assert "البرز" in site.seen.options


def test_creating_stands_last_and_makes_the_value(panel, site) -> None:
    page = panel()
    search(page, "company", "آ")
    expect(page.locator(".ts-dropdown:visible .create")).to_be_visible()
    assert page.locator(".ts-dropdown-content:visible > *").last.get_attribute("class").startswith("create")
    page.keyboard.type("رمان نو")
    expect(page.locator(".ts-dropdown:visible .create")).to_contain_text("آرمان نو")
    page.keyboard.press("Enter")
    expect(page.locator(".ts-wrapper:has(#f-company-ts-control) .item")).to_contain_text("آرمان نو")
    assert site.seen.created == [("company", "آرمان نو")]
    expect(page.locator("#f-company")).to_have_value("101")


def test_opening_that_comes_after_the_first_letters_does_not_forget_them(panel) -> None:
    """A busy page gives the list its focus late, which asks for everything."""
    page = panel()
    page.evaluate("""() => {
        const picker = document.getElementById("f-company").tomselect;
        picker.focus();
        picker.control_input.value = "آرمان نو";
        picker.control_input.dispatchEvent(new Event("input", { bubbles: true }));
        picker.load("");
    }""")
    expect(page.locator(".ts-dropdown:visible .create")).to_contain_text("آرمان نو")


def test_nothing_can_be_created_where_it_is_not_allowed(panel) -> None:
    page = panel()
    search(page, "owner", "zzz")
    expect(page.locator(".ts-dropdown:visible .no-results")).to_be_visible()
    expect(page.locator(".ts-dropdown:visible .create")).to_have_count(0)


def test_enter_before_the_answer_takes_nothing(panel, site) -> None:
    page = panel()
    search(page, "company", "")
    expect(page.locator(".ts-dropdown:visible .option").first).to_be_visible()
    site.seen.delay = 1
    page.keyboard.type("گلف")
    page.keyboard.press("Enter")
    expect(page.locator("#f-company")).to_have_value("")
    assert site.seen.created == []


def test_refused_creation_says_why_and_leaves_the_field(panel) -> None:
    page = panel(language="en")
    search(page, "company", "refused")
    page.click(".ts-dropdown:visible .create")
    expect(page.locator(".dw-toast")).to_contain_text("This name is taken.")
    expect(page.locator("#f-company")).to_have_value("")


def test_tags_are_added_and_removed(panel) -> None:
    page = panel("#filled")
    tags = page.locator("#f-tags")
    assert tags.evaluate("select => [...select.selectedOptions].map(option => option.value)") == ["birthday", "special"]
    page.click(".ts-wrapper.multi [data-value=birthday] .dw-picker-x")
    search(page, "tags", "نمایشگاه")
    expect(page.locator(".ts-dropdown:visible .option")).to_have_count(1)
    page.keyboard.press("Enter")
    chosen = tags.evaluate("select => [...select.selectedOptions].map(option => option.value)")
    assert chosen == ["special", "3"]
    expect(page.locator("#f-tags-ts-control")).to_have_value("")  # the next one is typed without deleting
    expect(page.locator(".ts-wrapper.multi [aria-live]")).to_contain_text("نمایشگاه ۱۴۰۵")


@pytest.mark.parametrize(
    ("typed", "country"), [("عربستان سعودي", "SA"), ("saudi", "SA"), ("امارات متحده", "AE"), ("كويت", "KW")]
)
def test_long_choice_is_found_in_every_spelling(panel, typed: str, country: str) -> None:
    page = panel()
    search(page, "country", typed)
    page.keyboard.press("Enter")
    expect(page.locator("#f-country")).to_have_value(country)


def test_choice_can_be_taken_back(panel) -> None:
    page = panel("#filled")
    expect(page.locator("#f-country")).to_have_value("IR")
    page.click(".ts-wrapper:has(#f-country-ts-control)")
    page.click(".ts-dropdown:visible .option[data-value='']")
    expect(page.locator("#f-country")).to_have_value("")


def test_label_and_error_belong_to_the_search_box(panel) -> None:
    page = panel(language="en")
    box = page.get_by_role("combobox", name="Company")
    expect(box).to_be_visible()
    assert box.get_attribute("aria-describedby") == "f-company-notes"


def test_list_is_not_cut_off_by_the_panel(panel) -> None:
    page = panel()
    search(page, "company", "")
    box = page.locator(".ts-dropdown:visible").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800


def test_escape_closes_the_list_and_not_the_panel(panel) -> None:
    page = panel()
    search(page, "company", "a")
    page.keyboard.press("Escape")
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_short_choice_is_the_browsers_own_menu_with_colours(panel) -> None:
    page = panel(language="en")
    page.select_option("#f-category", "good")
    expect(page.locator("#f-category")).to_have_value("good")
    expect(page.locator("#f-category option[value=good] .dw-hue-teal")).to_have_count(1)


def test_without_scripts_a_choice_is_a_plain_menu(open_page) -> None:
    page = open_page("/contacts/contact/new", java_script_enabled=False)
    page.select_option("#f-country", "IR")
    expect(page.locator("#f-country")).to_have_value("IR")
