"""The board of a list: a card goes to another column by mouse, finger, keyboard and menu, and comes back where it may
not."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.colleagues import SARA
from tests.browser.person import PHONE
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


class Finger:
    """One finger on the screen, or two."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def touch(self, what, *points):
        given = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": given})


def test_a_finger_that_rests_on_a_card_carries_it_and_one_that_swipes_scrolls(live, someone):
    page = someone(live, SARA[0].name, viewport=PHONE, has_touch=True, is_mobile=True).open(BOARD)
    new, finger, carried = page.locator('[data-column="new"]'), Finger(page), page.locator(".dw-carried")
    card = new.locator("[data-card]").first
    mine = card.get_attribute("id")
    box = card.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 20

    finger.touch("touchStart", (x, y))
    expect(carried).to_have_count(1)
    finger.touch("touchStart", (x, y), (x, y + 60))
    expect(carried).to_have_count(0)
    finger.touch("touchEnd")
    expect(page.locator(".dw-toast-info")).to_be_visible()

    finger.touch("touchStart", (x, y))
    expect(carried).to_have_count(1)
    # At the edge the board goes on, in a page from right to left to the left.
    finger.touch("touchMove", (4, y))
    taken = page.locator("[data-column].is-over:not([data-column=new])")
    expect(taken).to_have_count(1)
    to = taken.get_attribute("data-column")
    finger.touch("touchEnd")
    expect(page.locator(f'[data-column="{to}"] #{mine}')).to_have_count(1)
    page.locator(".dw-toast-act").last.tap()
    expect(card).to_have_attribute("id", mine)

    card.scroll_into_view_if_needed()
    finger.touch("touchStart", (x, y))
    for step in range(1, 6):
        finger.touch("touchMove", (x, y - 20 * step))
    expect(carried).to_have_count(0)
    finger.touch("touchEnd")
    page.wait_for_function("() => document.querySelector('[data-column=new] [data-cards]').scrollTop > 0")


def test_five_columns_stand_side_by_side_on_a_desk(live, someone):
    me = someone(live, SARA[0].name, SARA[0].language)
    page = me.open(BOARD)
    expect(page.locator(".dw-board-column")).to_have_count(5)
    assert page.locator(".dw-board-box").evaluate("box => box.scrollWidth - box.clientWidth") == 0
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.locator(".dw-board-column").first.evaluate("one => one.offsetWidth") == 260
