"""The date field: typing, the month to pick from, three calendars, keys by what the eye sees (D10, S72, B10)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def focused_day(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def open_grid(page: Page, name: str, text: str = "") -> None:
    """Types a date and goes into the month with the keyboard."""
    page.fill(f"#f-{name}", text)
    page.press(f"#f-{name}", "ArrowDown")
    page.wait_for_selector(".dw-date-pop:popover-open")


def test_same_day_in_the_other_calendar_is_shown_under_the_field(open_page) -> None:
    page = open_page("/widgets")
    page.fill("#f-jalali", "۱۳۷۰/۰۵/۱۲")
    expect(page.locator("#f-jalali-notes [data-date-hint]")).to_have_text("برابر با ۳ اوت ۱۹۹۱ میلادی")


def test_impossible_date_says_why(open_page) -> None:
    page = open_page("/widgets")
    page.fill("#f-jalali", "1404-12-30")
    page.press("#f-jalali", "Tab")
    error = page.locator("#f-jalali-notes [data-date-error]")
    expect(error).to_be_visible()
    expect(error).to_contain_text("۱۴۰۴")
    expect(error).to_contain_text("۲۹")
    expect(page.locator("#f-jalali")).to_have_attribute("aria-invalid", "true")
    page.fill("#f-jalali", "1404-12-29")
    expect(error).to_be_hidden()


@pytest.mark.parametrize("word", ["پس فردا", "بعد غدٍ", "Day after tomorrow"])
def test_a_day_that_is_named_from_today_is_written_out(open_page, word: str) -> None:
    page = open_page("/widgets")
    page.fill("#f-jalali", word)
    page.press("#f-jalali", "Tab")
    expect(page.locator("#f-jalali")).not_to_have_value(word)
    ahead = page.evaluate("""async () => {
      const { parseDate } = await import(`${modules}/dates.js`);
      const { today } = await import(`${modules}/calendars.js`);
      const { locale } = await import(`${modules}/locale.js`);
      return parseDate(document.querySelector("#f-jalali").value, "jalali").day - today(locale.timezone);
    }""")
    assert ahead == 2


@pytest.mark.parametrize("typed", ["۱۳۷۰/۵/۱۲", "١٢-٠٥-١٣٧٠", "12 مرداد 1370", "1370.5.12", "1991-08-03"])
def test_typed_in_any_digits_and_order_the_month_follows(open_page, typed: str) -> None:
    page = open_page("/widgets")
    page.click("#f-jalali")
    page.fill("#f-jalali", typed)
    expect(page.locator("[aria-selected=true]")).to_have_attribute("aria-label", "شنبه ۱۲ مرداد ۱۳۷۰")
    expect(page.locator("#f-jalali")).to_have_value(typed)


@pytest.mark.parametrize(
    ("language", "first", "weekend"),
    [("fa", "شنبه", ["جمعه"]), ("ar", "الأحد", ["الجمعة", "السبت"]), ("en", "Monday", ["Saturday", "Sunday"])],
)
def test_first_column_is_the_users_first_weekday(open_page, language: str, first: str, weekend: list[str]) -> None:
    page = open_page("/widgets", language)
    open_grid(page, "gregorian", "2026/11/24")
    heads = page.locator(".dw-month-grid th")
    expect(heads.first).to_have_attribute("aria-label", first)
    assert page.locator(".dw-month-grid th.is-weekend").evaluate_all("ths => ths.map(th => th.ariaLabel)") == weekend
    # In a page from right to left the first column stands at the right.
    boxes = [heads.nth(at).bounding_box()["x"] for at in (0, 6)]
    assert (boxes[0] > boxes[1]) == (language != "en")


def test_arrow_left_is_the_next_day_from_right_to_left(open_page) -> None:
    page = open_page("/widgets")
    open_grid(page, "jalali", "1370/5/12")
    assert focused_day(page) == "شنبه ۱۲ مرداد ۱۳۷۰"
    page.keyboard.press("ArrowLeft")
    assert focused_day(page) == "یکشنبه ۱۳ مرداد ۱۳۷۰"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused_day(page) == "جمعه ۱۱ مرداد ۱۳۷۰"


def test_arrow_right_is_the_next_day_from_left_to_right(open_page) -> None:
    page = open_page("/widgets", "en")
    open_grid(page, "gregorian", "2024-02-28")
    page.keyboard.press("ArrowRight")
    assert focused_day(page) == "Thursday 29 February 2024"
    page.keyboard.press("ArrowRight")
    assert focused_day(page) == "Friday 1 March 2024"


def test_keys_of_week_month_and_year(open_page) -> None:
    page = open_page("/widgets")
    open_grid(page, "jalali", "1403/6/31")
    for key, expected in (
        ("PageDown", "دوشنبه ۳۰ مهر ۱۴۰۳"),
        ("PageUp", "جمعه ۳۰ شهریور ۱۴۰۳"),
        ("Home", "شنبه ۲۴ شهریور ۱۴۰۳"),
        ("End", "جمعه ۳۰ شهریور ۱۴۰۳"),
        ("ArrowDown", "جمعه ۶ مهر ۱۴۰۳"),
        ("ArrowUp", "جمعه ۳۰ شهریور ۱۴۰۳"),
        ("Shift+PageDown", "یکشنبه ۳۰ شهریور ۱۴۰۴"),
        ("Shift+PageUp", "جمعه ۳۰ شهریور ۱۴۰۳"),
    ):
        page.keyboard.press(key)
        assert focused_day(page) == expected, key


def test_leap_day_a_year_later_is_the_last_of_esfand(open_page) -> None:
    page = open_page("/widgets")
    open_grid(page, "jalali", "1403/12/30")
    page.keyboard.press("Shift+PageDown")
    assert focused_day(page) == "جمعه ۲۹ اسفند ۱۴۰۴"


def test_enter_takes_the_day_and_returns_to_the_field(open_page) -> None:
    page = open_page("/widgets")
    open_grid(page, "jalali", "1370/5/12")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#f-jalali")).to_have_value("۱۳۷۰/۰۵/۱۳")
    expect(page.locator("#f-jalali")).to_be_focused()
    expect(page.locator(".dw-date-pop:popover-open")).to_have_count(0)


def test_escape_closes_only_the_month(panel) -> None:
    page = panel("#filled")
    page.click("#f-birth_date")
    expect(page.locator(".dw-date-pop:popover-open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".dw-date-pop:popover-open")).to_have_count(0)
    expect(page.locator("dialog[open]")).to_have_count(1)
    expect(page.locator("#f-birth_date")).to_have_value("۱۳۷۰/۰۵/۱۲")


def test_switching_the_calendar_writes_the_same_day(open_page) -> None:
    page = open_page("/widgets")
    open_grid(page, "jalali", "1370/5/12")
    hidden = page.locator("[name=jalali__calendar]")
    page.click(".dw-month-switch [data-calendar=gregorian]")
    expect(page.locator("#f-jalali")).to_have_value("۱۹۹۱/۰۸/۰۳")
    expect(hidden).to_have_value("gregorian")
    page.click(".dw-month-switch [data-calendar=hijri]")
    expect(page.locator("#f-jalali")).to_have_value("۱۴۱۲/۰۱/۲۳")
    expect(hidden).to_have_value("hijri")
    page.click(".dw-month-switch [data-calendar=jalali]")
    expect(page.locator("#f-jalali")).to_have_value("۱۳۷۰/۰۵/۱۲")


def test_month_of_29_days_offers_no_thirtieth(open_page) -> None:
    page = open_page("/widgets", "ar")
    open_grid(page, "hijri", "1446/9/1")
    days = page.locator("td[data-day]:not(.is-outside)")
    expect(days).to_have_count(29)
    expect(days.first).to_have_text("١")
    expect(days.last).to_have_text("٢٩")


def test_month_and_year_are_chosen_from_menus(open_page) -> None:
    page = open_page("/widgets", "en")
    open_grid(page, "gregorian", "2024-02-29")
    page.locator(".dw-month-menu").nth(1).select_option("1991")
    page.locator(".dw-month-menu").nth(0).select_option("8")
    page.click("td[data-day]:not(.is-outside):text-is('3')")
    expect(page.locator("#f-gregorian")).to_have_value("1991-08-03")


def test_day_outside_the_limits_cannot_be_taken_and_says_why(open_page) -> None:
    page = open_page("/widgets?min=1991-08-01&max=1991-08-20", "en")
    open_grid(page, "gregorian", "1991-08-03")
    refused = page.locator("td[aria-label^='Wednesday 21 August 1991']")
    expect(refused).to_have_attribute("aria-disabled", "true")
    expect(refused).to_have_attribute(
        "aria-label", "Wednesday 21 August 1991. The latest possible date is 20 August 1991."
    )
    refused.click(force=True)
    expect(page.locator("#f-gregorian")).to_have_value("1991-08-03")


def test_today_is_marked_and_one_press_away(open_page) -> None:
    page = open_page("/widgets", "en")
    today = page.evaluate("new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())")
    open_grid(page, "gregorian", "2001-01-01")
    page.click(".dw-month-foot .dw-link")
    expect(page.locator("#f-gregorian")).to_have_value(today)
    open_grid(page, "gregorian", today)
    expect(page.locator("td[aria-current=date]")).to_have_attribute("aria-selected", "true")


def test_grid_is_named_and_each_day_is_a_full_date(open_page) -> None:
    page = open_page("/widgets", "en")
    open_grid(page, "jalali", "1370/5/12")
    expect(page.get_by_role("grid", name="Mordad 1370")).to_be_visible()
    names = page.locator("td[data-day]").evaluate_all("cells => cells.map(cell => cell.ariaLabel)")
    assert len(set(names)) == len(names) >= 28
    assert all("137" in name and len(name.split()) >= 4 for name in names)


def test_input_without_the_rest_of_the_field_gets_it(open_page) -> None:
    page = open_page("/widgets")
    page.fill("[name=alone]", "1403/01/01")
    expect(page.locator("[name=alone__calendar]")).to_have_value("jalali")
    page.click("input[name=alone] ~ .dw-date-button")
    expect(page.locator("[aria-selected=true]")).to_have_attribute("aria-label", "چهارشنبه ۱ فروردین ۱۴۰۳")


def test_without_scripts_the_field_posts_text_and_calendar(open_page) -> None:
    page = open_page("/contacts/contact/new", java_script_enabled=False)
    field = page.locator("#f-birth_date")
    expect(field).to_be_editable()
    expect(page.locator("[name=birth_date__calendar]")).to_have_value("jalali")
    expect(page.locator(".dw-date-button")).to_have_count(0)
