"""The import wizard in the browser: the file, the preview that follows each change, progress, cancelling, the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.testing import eventually

CHOOSE = "/contacts/contact/import"
MAP = "/contacts/contact/import/9"
RUN = "/contacts/contact/import/9/run"


def file(name: str, size: int = 20) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": b"x" * size}


def test_file_is_named_and_sent(open_page, site) -> None:
    page = open_page(CHOOSE)
    page.set_input_files("#import-file", file("مشتریان.csv", 500))
    expect(page.locator("[data-chosen]")).to_contain_text("مشتریان.csv")
    expect(page.locator("[data-chosen-size]")).to_contain_text("۰٫۵ کیلوبایت")
    page.click("[data-next]")
    page.wait_for_url("**/import/9")
    assert site.seen.saves == [{"file": "مشتریان.csv"}]


def test_file_is_dropped_anywhere(open_page, site) -> None:
    page = open_page(CHOOSE, "en")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["a,b"], "dropped.csv", { type: "text/csv" }));
      const form = document.querySelector("[data-import-choose]");
      form.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
      form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("[data-chosen]")).to_contain_text("dropped.csv")
    page.click("[data-next]")
    page.wait_for_url("**/import/9")
    assert site.seen.saves == [{"file": "dropped.csv"}]


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [
        ("contacts.pdf", 20, "Only files of these kinds"),
        ("contacts.csv", 2000, "larger than 1 KB"),
        (None, 0, "Choose a file first."),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_once(open_page, site, name: str | None, size: int, reason: str) -> None:
    page = open_page(CHOOSE, "en")
    page.locator("#import-file").evaluate("input => input.removeAttribute('required')")
    if name:
        page.set_input_files("#import-file", file(name, size))
    page.click("[data-next]")
    expect(page.locator("[data-file-error]")).to_contain_text(reason)
    assert site.seen.saves == []


def test_pressing_continue_twice_sends_the_file_once(open_page, site) -> None:
    page = open_page(CHOOSE)
    page.set_input_files("#import-file", file("a.csv"))
    page.evaluate("() => { const next = document.querySelector('[data-next]'); next.click(); next.click(); }")
    page.wait_for_url("**/import/9")
    assert len(site.seen.saves) == 1


def test_changing_a_field_asks_for_a_new_preview_and_keeps_the_place(open_page, site) -> None:
    page = open_page(MAP)
    page.click(".ts-wrapper:has(#field-3-ts-control)")
    page.click(".ts-dropdown:visible .option[data-value=source]")
    expect(page.locator("#field-3")).to_have_value("source")
    eventually(lambda: site.seen.previews)
    (asked,) = site.seen.previews
    assert asked["column_3"] == "source"
    assert asked["column_0"] == "email"
    expect(page.locator(".ts-wrapper:has(#field-3-ts-control) .item")).to_contain_text("منبع")
    expect(page.locator("#field-3-ts-control")).to_be_focused()
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)


def test_column_can_be_left_out(open_page, site) -> None:
    page = open_page(MAP)
    page.click(".ts-wrapper:has(#field-1-ts-control)")
    page.click(".ts-dropdown:visible .option[data-value='']")
    eventually(lambda: site.seen.previews)
    assert site.seen.previews[-1]["column_1"] == ""


def test_encoding_and_dates_can_be_corrected(open_page, site) -> None:
    page = open_page(MAP)
    page.click("[popovertarget=import-settings]")
    page.select_option("#set-encoding", "utf-8")
    eventually(lambda: site.seen.previews)
    assert site.seen.previews[-1]["encoding"] == "utf-8"
    expect(page.locator(".dw-source-settings")).to_contain_text("UTF-8")


def test_only_the_last_of_quick_changes_is_shown(open_page, site) -> None:
    page = open_page(MAP)
    site.seen.delay = 0.4
    for choice in ("skip", "error", "update"):
        page.click(f".dw-segment-item:has([name=on_match][value={choice}])")
        eventually(lambda: site.seen.previews)  # while the answer to the first is on its way
    eventually(lambda: site.seen.previews and site.seen.previews[-1]["on_match"] == "update")
    expect(page.locator("[data-import-work]")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("[name=on_match][value=update]")).to_be_checked()


def test_rows_with_errors_or_all_rows(open_page, site) -> None:
    page = open_page(MAP)
    expect(page.locator("[name=show][value=errors]")).to_be_checked()
    page.click(".dw-segment-item:has([name=show][value=all])")
    eventually(lambda: site.seen.previews)
    assert site.seen.previews[-1]["show"] == "all"
    expect(page.locator("[name=show][value=all]")).to_be_checked()


def test_wrong_cell_is_marked_and_explained_below(open_page) -> None:
    page = open_page(MAP)
    row = page.locator(".dw-preview-table tbody >> nth=2")
    expect(row.locator("td.is-wrong")).to_have_text("۱۴۰۴/۱۲/۳۰")
    expect(row.locator(".dw-row-error")).to_contain_text("۱۴۰۴ سال کبیسه نیست")


def test_test_run_stays_on_the_page(open_page, site) -> None:
    page = open_page(MAP)
    page.click("button[value=dry_run]")
    eventually(lambda: site.seen.previews)
    assert site.seen.previews[-1]["act"] == "dry_run"
    assert site.seen.saves == []


def test_lost_connection_while_mapping_says_so(open_page) -> None:
    page = open_page(MAP, "en")
    page.context.set_offline(True)
    page.click(".dw-segment-item:has([name=on_match][value=skip])")
    expect(page.locator("form [data-failed]")).to_contain_text("No connection")
    expect(page.locator("[name=on_match][value=skip]")).to_be_checked()


def test_nothing_is_sent_before_the_last_step_and_then_once(open_page, site) -> None:
    page = open_page(MAP)
    page.click("button[value=continue]")
    page.wait_for_url("**/import/9/run")
    site.seen.saves.clear()
    site.seen.delay = 0.3
    page.evaluate("() => { const next = document.querySelector('[data-next]'); next.click(); next.click(); }")
    page.wait_for_selector("[data-import-progress]")
    assert site.seen.saves == [{"csrf_token": "sample-token", "form_id": "once"}]


def test_progress_moves_and_ends_at_the_result(open_page, site) -> None:
    page = open_page(RUN, "en")
    page.click("[data-next]")
    expect(page.locator("progress")).to_be_visible()
    page.wait_for_url("**/import/9/result")
    assert site.seen.polls == 4
    expect(page.get_by_role("status")).to_contain_text("The import is done.")
    expect(page.get_by_role("link", name="Show the imported records")).to_be_visible()
    expect(page.get_by_role("link", name="Download error file")).to_have_attribute(
        "href", "/contacts/contact/import/errors.csv"
    )
    expect(page.get_by_role("button", name="Undo import")).to_be_visible()


def test_progress_bar_follows_the_answers(open_page, site) -> None:
    page = open_page(RUN, "en")
    page.click("[data-next]")
    expect(page.locator("[data-import-progress] [data-text]")).to_have_text("2,480 / 50,000")
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [2480, 50000]


def test_cancelling_ends_at_the_result(open_page, site) -> None:
    page = open_page(RUN, "en")
    page.click("[data-next]")
    page.click("[data-import-cancel] button")
    page.wait_for_url("**/import/9/result")
    assert site.seen.cancelled


def test_undo_asks_first(open_page, site) -> None:
    page = open_page("/contacts/contact/import/9/result", "en")
    page.get_by_role("button", name="Undo import").click()
    expect(page.locator("dialog#confirm[open]")).to_be_visible()
