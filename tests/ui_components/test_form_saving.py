"""Saving: errors with links, sending once, conflicts, duplicates, conditional fields, keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.testing import eventually
from tests.ui_components.drafts import kept, wait_until_kept


def fill(page: Page, email: str = "n.kiani@rayanpars.ir") -> None:
    page.fill("#f-first_name", "نسترن")
    page.fill("#f-last_name", "کیانی")
    page.fill("#f-email", email)


def save(page: Page) -> None:
    """Until the list below says so, which is loaded anew: a tab hangs when it is closed on its way."""
    page.click("[data-save]")
    wait_until_saved(page)


def wait_until_saved(page: Page) -> None:
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".dw-toast")).to_be_visible()


def test_saved_panel_closes_and_says_so(panel, site) -> None:
    page = panel()
    fill(page)
    page.fill("#f-birth_date", "1370/5/12")
    save(page)
    page.wait_for_url("**/contacts/contact?*")
    (saved,) = site.seen.saves
    assert saved["birth_date"] == "1370/5/12"
    assert saved["birth_date__calendar"] == "jalali"
    assert saved["kind"] == "person"


def test_a_list_that_refreshes_itself_is_not_loaded_again(panel) -> None:
    page = panel()
    page.evaluate("""() => {
      window.told = [];
      document.addEventListener("dw:saved", (event) => { event.preventDefault(); window.told.push(event.detail); });
    }""")
    fill(page)
    page.click("[data-save]")
    expect(page.locator(".dw-toast")).to_contain_text("مخاطب ذخیره شد.")
    (told,) = page.evaluate("window.told")
    assert told["id"] == 7
    assert told["location"] == "/contacts/contact/7"


def test_save_and_new_opens_a_fresh_form(panel, site) -> None:
    page = panel()
    first = page.input_value("[name=form_id]")
    fill(page)
    page.click("[name=then]")
    expect(page.locator("#f-first_name")).to_have_value("")
    expect(page.locator("dialog[open]")).to_have_count(1)
    expect(page.locator("#f-first_name")).to_be_focused()
    assert page.input_value("[name=form_id]") != first
    assert site.seen.saves[0]["then"] == "new"


def test_control_enter_saves(panel, site) -> None:
    page = panel()
    fill(page)
    page.press("#f-email", "Control+Enter")
    wait_until_saved(page)
    assert len(site.seen.saves) == 1


def test_pressing_twice_sends_once(panel, site) -> None:
    page = panel()
    fill(page)
    site.seen.delay = 0.6
    is_busy = page.evaluate("""() => {
      const button = document.querySelector("[data-save]");
      button.click(); button.click();
      document.querySelector("form[data-form]").requestSubmit();
      return button.ariaBusy;
    }""")
    assert is_busy == "true"
    wait_until_saved(page)
    assert len(site.seen.saves) == 1


def test_failed_sending_keeps_the_entries_and_the_same_form_id(panel, site) -> None:
    page = panel(language="en")
    fill(page)
    form_id = page.input_value("[name=form_id]")
    site.seen.fail_next = 1
    page.click("[data-save]")
    expect(page.locator("form [data-failed]")).to_contain_text("Something went wrong.")
    expect(page.locator("#f-first_name")).to_have_value("نسترن")
    save(page)
    assert site.seen.form_ids == [form_id]


def test_lost_connection_keeps_the_entries(panel, site) -> None:
    page = panel(language="en")
    fill(page)
    page.context.set_offline(True)
    page.click("[data-save]")
    expect(page.locator("form [data-failed]")).to_contain_text("Your entries are kept")
    page.context.set_offline(False)
    save(page)
    assert len(site.seen.saves) == 1


def test_ended_session_asks_to_log_in_next_door(panel, site) -> None:
    page = panel(language="en")
    fill(page)
    site.seen.status_next = 401
    page.click("[data-save]")
    expect(page.locator("form [data-failed]")).to_contain_text("Your session has ended.")
    expect(page.locator("form [data-failed] a")).to_have_attribute("target", "_blank")
    expect(page.locator("#f-first_name")).to_have_value("نسترن")


def test_errors_stand_at_their_fields_and_in_the_footer(panel, site) -> None:
    page = panel(language="en")
    fill(page, "n.kiani@rayanpars")
    page.fill("#f-last_name", "")
    page.click("[data-save]")
    expect(page.locator("#f-email-notes")).to_contain_text("The ending of the domain is missing")
    expect(page.locator("#f-email")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-last_name")).to_be_focused()
    expect(page.locator("#f-first_name")).to_have_value("نسترن")
    page.click("[data-errors] summary")
    expect(page.locator("[data-errors] summary")).to_contain_text("2 errors")
    page.click("[data-errors] a[href='#f-email']")
    expect(page.locator("#f-email")).to_be_focused()
    assert site.seen.saves == []
    page.fill("#f-last_name", "Kiani")
    page.fill("#f-email", "n@example.com")
    save(page)


def test_a_single_error_is_reached_in_one_press(panel) -> None:
    page = panel("#filled")
    page.click("#f-first_name")
    page.click("[data-errors] summary")
    expect(page.locator("#f-email")).to_be_focused()


def test_saved_form_leaves_no_draft(panel) -> None:
    page = panel()
    fill(page)
    wait_until_kept(page)
    save(page)
    assert kept(page) == ""


def test_form_as_a_page_goes_to_the_record_with_the_message(open_page, site) -> None:
    page = open_page("/contacts/contact/new")
    fill(page)
    page.click("[data-save]")
    page.wait_for_url("**/contacts/contact/7")
    expect(page.locator(".dw-toast")).to_contain_text("مخاطب ذخیره شد.")
    assert len(site.seen.saves) == 1


def test_conflict_shows_both_values_and_saves_the_chosen_one(panel, site) -> None:
    page = panel("#edit")
    page.fill("#f-last_name", "کیانی‌فر")
    site.seen.version = 9
    page.click("[data-save]")
    expect(page.locator(".dw-version")).to_have_count(2)
    expect(page.locator("[role=alert]").first).to_contain_text("سارا احمدی")
    expect(page.locator(".dw-version:has(:checked)")).to_contain_text("کیانی‌فر")
    page.click(".dw-version >> nth=0")
    save(page)
    (saved,) = site.seen.saves
    assert saved["last_name"] == "کیانی‌پور"
    assert saved["first_name"] == "نسترن"
    assert saved["version"] == "9"


def test_duplicates_are_shown_while_typing(panel, site) -> None:
    page = panel()
    page.locator("#f-phone").press_sequentially("9127085521", delay=10)
    warning = page.locator(".dw-duplicate")
    expect(warning).to_contain_text("همین شماره موبایل")
    expect(warning).to_contain_text("سارا احمدی")
    expect(warning.locator("a")).to_have_attribute("href", "/contacts/contact/7")
    assert len(site.seen.duplicates) < 5
    assert site.seen.duplicates[-1] == {"phone": "9127085521"}
    page.fill("#f-phone", "")
    expect(warning).to_have_count(0)


def test_duplicates_leave_out_the_record_itself(panel, site) -> None:
    page = panel("#edit")
    page.fill("#f-email", "other@example.com")
    eventually(lambda: site.seen.duplicates)
    assert site.seen.duplicates[-1]["exclude"] == "7"


def test_duplicates_stand_below_the_row_that_causes_them(panel) -> None:
    page = panel("#filled")
    # All at one moment: the form asks for duplicates once more as it opens, and the warning is drawn anew.
    warning, *fields = page.evaluate("""() => [
      ".dw-duplicate", "#f-phone", "#f-email", "#f-birth_date", "#f-source",
    ].map((place) => document.querySelector(place).getBoundingClientRect().toJSON())""")
    phone, email, birth_date, source = (field["y"] for field in fields)
    assert max(phone, email) < warning["y"] < min(birth_date, source)
    assert warning["width"] > 500


def test_fields_of_the_other_kind_disappear_and_post_nothing(panel, site) -> None:
    page = panel()
    fill(page)
    page.click(".dw-form-head label:has-text('شخص حقوقی')")
    expect(page.locator("#f-first_name")).to_be_hidden()
    save(page)
    assert "first_name" not in site.seen.saves[0]
    assert site.seen.saves[0]["kind"] == "business"


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_each_input_runs_in_its_own_direction(panel, language: str) -> None:
    page = panel("#filled", language=language)
    for name in ("email", "phone", "birth_date", "limit", "discount", "website", "secret", "meeting"):
        assert page.locator(f"#f-{name}").evaluate("input => getComputedStyle(input).direction") == "ltr", name
    for name in ("first_name", "note"):
        assert page.locator(f"#f-{name}").get_attribute("dir") == "auto"
    for kind in page.locator("form input").evaluate_all("inputs => inputs.map(input => input.type)"):
        assert kind not in ("number", "date", "email", "url")


def test_empty_text_field_starts_where_the_page_does(panel) -> None:
    page = panel()
    assert page.locator("#f-first_name").evaluate("input => getComputedStyle(input).direction") == "rtl"
    page.fill("#f-first_name", "Kerem")
    assert page.locator("#f-first_name").evaluate("input => getComputedStyle(input).direction") == "ltr"


def test_password_can_be_shown(panel) -> None:
    page = panel()
    page.fill("#f-secret", "x")
    page.click("[data-show-password]")
    expect(page.locator("#f-secret")).to_have_attribute("type", "text")
    page.click("[data-show-password]")
    expect(page.locator("#f-secret")).to_have_attribute("type", "password")


def test_without_scripts_the_form_posts_itself(open_page, site) -> None:
    page = open_page("/contacts/contact/new", java_script_enabled=False)
    fill(page)
    with page.expect_navigation():
        page.click("[data-save]")
    assert site.seen.saves[0]["last_name"] == "کیانی"
