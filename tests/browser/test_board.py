"""The board of a list: a card goes to another column by mouse, keyboard and menu, and comes back where it may not."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.colleagues import SARA
from tests.browser.spelling import in_digits

BOARD = "/contacts/contact/board?by=status&sort=name"


def test_a_card_is_moved_by_mouse_keyboard_and_menu_and_taken_back_or_refused(live, someone):
    who = SARA[0]
    me = someone(live, who.name, who.language)
    page = me.open(BOARD)
    column = {key: page.locator(f'[data-column="{key}"]') for key in ("new", "in_progress", "converted")}
    heads = {key: one.locator("[data-column-count]").inner_text() for key, one in column.items()}
    counts = {key: int(in_digits(text, "latn")) for key, text in heads.items()}

    def told(key):
        return expect(column[key].locator("[data-column-count]"))

    card = column["new"].locator("[data-card]").nth(1)
    mine = page.locator(f"#{card.get_attribute('id')}")
    mine.drag_to(column["in_progress"].locator("[data-cards]"))
    told("in_progress").to_have_text(in_digits(str(counts["in_progress"] + 1), "arabext"))
    told("new").to_have_text(in_digits(str(counts["new"] - 1), "arabext"))
    expect(column["in_progress"].locator(f"#{mine.get_attribute('id')}")).to_be_visible()
    # Onwards by keyboard: in a page from right to left the next column is on the left.
    mine.locator(".dw-board-title").focus()
    page.keyboard.press("Shift+ArrowLeft")
    told("converted").to_have_text(in_digits(str(counts["converted"] + 1), "arabext"))
    expect(mine.locator(".dw-board-title")).to_be_focused()
    page.locator(".dw-toast-act").last.click()
    told("converted").to_have_text(in_digits(str(counts["converted"]), "arabext"))
    # And back by its menu.
    mine.locator("[data-move-card]").click()
    page.locator('#board-move [data-move-to="new"]').click()
    told("new").to_have_text(in_digits(str(counts["new"]), "arabext"))
    page.reload()
    expect(column["new"].locator(f"#{mine.get_attribute('id')}")).to_be_visible()
    # As if somebody else had changed it: it comes back, and the reason is told.
    mine.evaluate("card => { card.dataset.version = '0'; }")
    mine.locator(".dw-board-title").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".dw-toast-error")).to_be_visible()
    expect(column["new"].locator(f"#{mine.get_attribute('id')}")).to_be_visible()
