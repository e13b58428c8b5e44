"""The side panel: address, focus, closing, unsaved entries."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.ui_components.drafts import kept, wait_until_kept


def path(page: Page) -> str:
    return page.evaluate("location.pathname")


def test_address_bar_carries_the_form(panel) -> None:
    page = panel()
    assert path(page) == "/contacts/contact/new"
    page.reload()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name="مخاطب جدید")).to_be_visible()


def test_back_closes_and_forward_opens(panel) -> None:
    page = panel()
    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert path(page) == "/contacts/contact"
    page.go_forward()
    expect(page.locator("dialog[open] form")).to_have_count(1)


def test_back_after_a_reload_shows_the_list_again(panel) -> None:
    page = panel()
    page.reload()
    page.go_back()
    expect(page.locator("#create")).to_be_visible()


def test_panel_stands_at_the_inline_end(panel) -> None:
    for language, at_start_of_window in (("fa", True), ("en", False)):
        page = panel(language=language)
        page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))")
        box = page.locator("dialog[open]").bounding_box()
        assert (box["x"], box["width"]) == (0 if at_start_of_window else 1280 - 600, 600)


def test_first_field_has_the_focus_and_keeps_it_inside(panel) -> None:
    page = panel()
    expect(page.locator("#f-first_name")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
        assert where, page.evaluate("document.activeElement.outerHTML")


def test_the_address_names_the_field_to_begin_with(panel) -> None:
    page = panel()
    page.keyboard.press("Escape")
    page.evaluate("""document.dispatchEvent(new CustomEvent("dw:open",
        {detail: {href: "/contacts/contact/new#f-email"}}))""")
    expect(page.locator("#f-email")).to_be_focused()


def test_escape_closes_and_the_focus_returns(panel) -> None:
    page = panel()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#create")).to_be_focused()
    page.wait_for_url("**/contacts/contact?*")
    expect(page.locator("#create")).to_be_focused()


def test_close_button_scrim_and_back_link_close(panel) -> None:
    page = panel("#filled")
    page.click("dialog button[data-close]")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.click("#create")
    page.wait_for_selector("dialog[open] form")
    page.click("dialog a[data-close]")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.wait_for_url("**/contacts/contact?*")
    page.click("#create")
    page.wait_for_selector("dialog[open] form")
    page.mouse.click(1000, 400)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_link_opened_with_a_modifier_is_left_to_the_browser(open_page) -> None:
    page = open_page("/contacts/contact")
    with page.context.expect_page() as opened:
        page.click("#create", modifiers=["Control"])
    opened.value.wait_for_url("**/contacts/contact/new")  # a new tab begins empty
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_unsaved_entries_are_kept_and_offered_again(panel) -> None:
    page = panel()
    page.fill("#f-first_name", "نسترن")
    page.fill("#f-birth_date", "1370/5/12")
    page.select_option("#f-category", "good")
    page.click(".ts-wrapper:has(#f-company-ts-control)")
    page.click(".ts-dropdown:visible .option >> nth=1")
    wait_until_kept(page)
    page.keyboard.press("Escape")
    page.click("#create")
    page.wait_for_selector("dialog[open] [data-draft-offer]:not([hidden])")
    expect(page.locator("#f-first_name")).to_have_value("")
    page.click("[data-draft-restore]")
    expect(page.locator("#f-first_name")).to_have_value("نسترن")
    expect(page.locator("#f-birth_date")).to_have_value("1370/5/12")
    expect(page.locator("#f-birth_date-notes [data-date-hint]")).to_be_visible()
    expect(page.locator("#f-category")).to_have_value("good")
    expect(page.locator("#f-company")).to_have_value("2")
    expect(page.locator(".ts-wrapper:has(#f-company-ts-control) .item")).to_contain_text("پولادسازه البرز")
    expect(page.locator("[data-draft-offer]")).to_be_hidden()


def test_entries_survive_closing_at_once(panel) -> None:
    page = panel()
    page.fill("#f-first_name", "نسترن")
    page.keyboard.press("Escape")
    page.click("#create")
    expect(page.locator("[data-draft-offer]")).to_be_visible()


def test_discarded_entries_are_gone(panel) -> None:
    page = panel()
    page.fill("#f-first_name", "نسترن")
    wait_until_kept(page)
    page.keyboard.press("Escape")
    page.click("#create")
    page.click("[data-draft-discard]")
    page.keyboard.press("Escape")
    page.click("#create")
    page.wait_for_selector("dialog[open] form")
    expect(page.locator("[data-draft-offer]")).to_be_hidden()


def test_untouched_form_leaves_nothing_behind(panel) -> None:
    page = panel("#filled")
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    assert kept(page) == ""


def test_password_is_never_kept(panel) -> None:
    page = panel()
    page.fill("#f-first_name", "x")
    page.fill("#f-secret", "opensesame")
    wait_until_kept(page)
    assert "opensesame" not in kept(page)


def test_draft_of_an_older_version_says_so_and_keeps_others_changes(panel, site) -> None:
    page = panel("#edit")
    page.fill("#f-first_name", "نسرین")
    wait_until_kept(page)
    page.keyboard.press("Escape")
    site.seen.version = 4
    page.click("#edit")
    page.wait_for_selector("[data-draft-offer]:not([hidden])")
    expect(page.locator("[data-draft-text]")).to_contain_text("تغییر")
    page.click("[data-draft-restore]")
    expect(page.locator("#f-first_name")).to_have_value("نسرین")
    expect(page.locator("[name=version]")).to_have_value("4")


def test_full_size_link_leads_to_the_page(panel) -> None:
    page = panel()
    page.click("[data-full-size]")
    page.wait_for_load_state()
    expect(page.locator(".dw-form-page form")).to_be_visible()


def test_lost_connection_says_so_and_gives_the_list_back(open_page) -> None:
    page = open_page("/contacts/contact", "en")
    page.context.set_offline(True)
    page.click("#create")
    expect(page.locator(".dw-toast")).to_contain_text("No connection")
    page.wait_for_url("**/contacts/contact?*")
