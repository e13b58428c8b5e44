"""Editing in place: one value, the status and owner menus, versions, conflicts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import happens

RECORD = "/contacts/contact/7"


def value(page: Page, name: str) -> str:
    return f"[data-inline$='/{name}']"


def test_press_edit_save_tick(open_page, site) -> None:
    page = open_page(RECORD)
    page.click(f"{value(page, 'email')} [data-inline-value]")
    field = page.locator("#i-email")
    expect(field).to_be_focused()
    expect(field).to_have_value("n.kiani@rayanpars.ir")
    page.fill("#i-email", "new@example.com")
    page.keyboard.press("Enter")
    # It is there for a second only: a page that is asked now and then could miss it.
    happens(page, "place => document.querySelector(`${place} .dw-saved`)?.checkVisibility()", value(page, "email"))
    expect(page.locator(value(page, "email"))).to_contain_text("new@example.com")
    expect(page.locator(f"{value(page, 'email')} .dw-saved")).to_have_count(0)
    assert site.seen.record == {"email": "new@example.com"}


def test_second_field_is_saved_with_the_new_version(open_page, site) -> None:
    page = open_page(RECORD)
    page.click(f"{value(page, 'birth_date')} [data-inline-value]")
    expect(page.locator("#i-birth_date")).to_be_focused()
    page.click(f"{value(page, 'email')} [data-inline-value]")
    page.fill("#i-email", "a@example.com")
    page.press("#i-email", "Enter")
    expect(page.locator("#i-email")).to_have_count(0)
    page.fill("#i-birth_date", "1371/1/1")
    page.press("#i-birth_date", "Control+Enter")
    # The form was fetched with the older version, which this page itself has overtaken.
    expect(page.locator("#i-birth_date")).to_have_count(0)
    assert site.seen.record == {"email": "a@example.com", "birth_date": "1371/1/1"}


def test_escape_leaves_the_value_and_returns_the_focus(open_page, site) -> None:
    page = open_page(RECORD)
    page.click(f"{value(page, 'email')} [data-inline-value]")
    page.fill("#i-email", "gone@example.com")
    page.keyboard.press("Escape")
    expect(page.locator(value(page, "email"))).to_contain_text("n.kiani@rayanpars.ir")
    expect(page.locator(f"{value(page, 'email')} [data-inline-open]")).to_be_focused()
    assert site.seen.record == {}


def test_keyboard_opens_by_the_button(open_page) -> None:
    page = open_page(RECORD, "en")
    page.get_by_role("button", name="Edit: email").press("Enter")
    expect(page.locator("#i-email")).to_be_focused()


def test_wrong_value_comes_back_with_its_error(open_page, site) -> None:
    page = open_page(RECORD, "en")
    page.click(f"{value(page, 'email')} [data-inline-value]")
    page.fill("#i-email", "n.kiani@rayanpars")
    page.keyboard.press("Enter")
    expect(page.locator("#i-email-notes")).to_contain_text("The ending of the domain is missing")
    expect(page.locator("#i-email")).to_have_value("n.kiani@rayanpars")
    assert site.seen.record == {}


def test_change_by_somebody_else_is_shown_before_it_is_replaced(open_page, site) -> None:
    page = open_page(RECORD)
    page.click(f"{value(page, 'email')} [data-inline-value]")
    page.fill("#i-email", "mine@example.com")
    site.seen.record["email"], site.seen.version = "theirs@example.com", 8
    page.keyboard.press("Enter")
    conflict = page.locator("form.is-conflict")
    expect(conflict).to_contain_text("theirs@example.com")
    conflict.get_by_role("button").first.click()
    # The row shows the entry while it is being sent.
    expect(conflict).to_have_count(0)
    expect(page.locator(value(page, "email"))).to_contain_text("mine@example.com")
    assert site.seen.record["email"] == "mine@example.com"


def test_status_is_chosen_from_a_menu_by_keyboard(open_page, site) -> None:
    page = open_page(RECORD)
    status = page.locator("[data-inline-menu*=status]")
    status.press("Enter")
    expect(page.get_by_role("menuitemradio", checked=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("تبدیل‌شده")
    expect(status).to_be_focused()
    assert site.seen.record == {"status": "converted"}


def test_escape_closes_the_menu(open_page, site) -> None:
    page = open_page(RECORD)
    status = page.locator("[data-inline-menu*=status]")
    status.click()
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(status).to_be_focused()
    assert site.seen.record == {}


def test_owner_is_looked_up(open_page, site) -> None:
    page = open_page(RECORD)
    page.click("#owner")
    page.wait_for_selector(".dw-inline-menu .ts-dropdown .option")
    page.keyboard.type("مینا")
    expect(page.locator(".ts-dropdown:visible .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#owner")).to_contain_text("مینا رضایی")
    assert site.seen.record == {"owner": "2"}


def test_links_inside_a_value_stay_links(open_page) -> None:
    page = open_page(RECORD)
    page.evaluate("""() => {
      document.querySelector("[data-inline$='/email'] [data-inline-value]").innerHTML = "<a href='#x'>x</a>";
    }""")
    page.click(f"{value(page, 'email')} a")
    expect(page.locator("#i-email")).to_have_count(0)
