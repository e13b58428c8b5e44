"""Help beside the page, feedback from it, and the tour, as a newcomer meets them."""

from __future__ import annotations

from tests.support.browser_checks import accessibility_problems, page_problems

PANEL = ".dw-help-dialog[open]"


def test_a_newcomer_takes_the_tour_asks_for_help_in_a_form_and_sends_feedback(live, someone):
    me = someone(live, "sara.ahmadi", "fa")
    page = me.page
    page.goto(f"{live.address}/?tour=1")
    page.locator(".dw-tour:popover-open").wait_for()
    assert page.url == f"{live.address}/"
    seen = {page.locator(".dw-tour [data-title]").inner_text()}
    for _stop in range(9):
        if page.locator(".dw-tour [data-next]").inner_text() == "پایان":
            break
        page.keyboard.press("ArrowLeft")
        seen.add(page.locator(".dw-tour [data-title]").inner_text())
    assert len(seen) == 7
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(".dw-tour [data-next]").click()
    page.goto(f"{live.address}/")
    assert page.locator("[data-tour]").count() == 0, "it is offered once"

    me.open("/contacts/contact")
    me.start_creating()
    page.keyboard.press("F1")
    page.locator(f"{PANEL} .dw-help-topic").nth(1).wait_for()
    assert page.locator(f"{PANEL} .dw-help-topic > h2").all_inner_texts() == ["مخاطبان", "ایجاد و ویرایش"]
    assert accessibility_problems(page) == []
    assert page_problems(page, "fa") == []
    page.locator(f'{PANEL} a[href^="/feedback"]').click()
    wrong = page.locator(f"{PANEL} #feedback-error")
    page.locator("#feedback-text").wait_for()
    assert not wrong.is_visible()
    page.locator(f"{PANEL} .dw-btn-fill").click()
    wrong.wait_for()
    assert wrong.inner_text().strip() == "بنویسید چه می‌خواهید بگویید."
    page.fill("#feedback-text", "دکمه را پیدا نمی‌کنم")
    page.locator(f"{PANEL} .dw-btn-fill").click()
    page.locator(".dw-toast").wait_for()
    assert page.locator(".dw-panel:not(.dw-help-dialog)[open]").count() == 1, "the form is still there"
