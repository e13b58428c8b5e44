"""The product in the hand: what a finger hits, what the keyboard leaves of the screen, and what it carries."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.colleagues import AMIR, EMMA, MAJED, SARA, one_of_each_language
from tests.browser.person import CONTACTS, PHONE
from tests.browser.test_board import Finger
from tests.support.browser_checks import finger_problems, page_problems

CALENDAR = "/activities/activity/calendar"
#: As large as a phone leaves it above its keyboard.
TYPING = {"width": PHONE["width"], "height": 500}
ZOOM = {"en": ("Zoom in", "Zoom out"), "ar": ("تكبير", "تصغير"), "fa": ("بزرگ‌نمایی", "کوچک‌نمایی")}


@pytest.fixture
def in_hand(live, someone):
    return lambda who: someone(live, who.name, who.language, viewport=PHONE, has_touch=True, is_mobile=True)


@one_of_each_language
def test_what_is_pressed_is_as_large_as_a_finger(in_hand, live, who):
    me = in_hand(who)
    record = live.one("SELECT id FROM contacts_contact WHERE owner_id = (SELECT id FROM core_user WHERE email LIKE :of)"
                      " AND phone IS NOT NULL AND deleted_at IS NULL ORDER BY id", of=f"{who.name}@%")  # fmt: skip
    found = {}
    for path in ("/", f"{CONTACTS}?status=new", f"{CONTACTS}/{record}", f"{CONTACTS}/{record}#history",
                 f"{CONTACTS}/{record}#files", f"{CALENDAR}?mine=1", f"{CALENDAR}?mine=1&span=day",
                 "/activities/pages/mine", "/chat", "/settings/me"):  # fmt: skip
        me.open(path)
        found[path] = finger_problems(me.page)
    me.menu("notices")
    found["bell"] = finger_problems(me.page)
    me.open(f"{CALENDAR}?mine=1&span=day").locator(".dw-cal-slot[data-new]").last.tap()
    expect(me.panel).to_be_visible()
    # The panel is as large as the screen: there is no larger size to open it at.
    expect(me.panel.locator("[data-full-size]")).to_be_hidden()
    me.panel.locator(".dw-date-button").first.tap()
    found["day"] = finger_problems(me.page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_who_types_has_the_room_of_the_bottom_menu(in_hand):
    me = in_hand(EMMA)
    page = me.open("/chat")
    assert "interactive-widget=resizes-content" in (page.locator("meta[name=viewport]").get_attribute("content") or "")
    page.set_viewport_size(TYPING)
    expect(page.locator(".dw-bottom")).to_be_visible()
    page.locator("main input[type=search]:visible").first.focus()
    expect(page.locator(".dw-bottom")).to_be_hidden()


def test_a_form_says_its_title_once(in_hand, live):
    """In the bar above; what the form has besides stands in its head, and without it there is none."""
    me = in_hand(EMMA)
    number = live.one("SELECT max(id) FROM activities_activity WHERE assignee_id ="
                      " (SELECT id FROM core_user WHERE email LIKE 'emma.%')")  # fmt: skip
    head = me.open(f"/activities/activity/{number}/edit").locator(".dw-form-head")
    assert head.bounding_box()["height"] < 2
    expect(me.page.locator("h1")).to_have_count(1)


def test_what_was_carried_to_another_hour_is_seen_below_the_head_of_the_day(in_hand, live):
    me = in_hand(MAJED)
    day = dt.date.today() + dt.timedelta(days=40)
    me.open(f"{CALENDAR}?mine=1&span=day&on={day}").locator(".dw-cal-slot[data-new]").nth(9).tap()
    me.field("subject").fill("زيارة")
    me.save()
    expect(me.panel).to_have_count(0)
    page = me.open(f"{CALENDAR}?mine=1&span=day&on={day}")
    item = page.locator("[data-move]")
    item.scroll_into_view_if_needed()
    box = item.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = Finger(page)
    finger.touch("touchStart", (x, y))
    expect(page.locator(".dw-carried")).to_have_count(1)
    away = 120 if y < PHONE["height"] / 2 else -120
    finger.touch("touchMove", (x, y + away / 4))
    finger.touch("touchMove", (x, y + away))
    expect(page.locator(".dw-cal-slot.is-over")).to_have_count(1)
    with page.expect_navigation():
        finger.touch("touchEnd")
    expect(page.locator(".dw-toast-act")).to_be_visible()
    head, moved = page.locator(".dw-cal-column > .dw-cal-day").bounding_box(), item.bounding_box()
    assert moved["y"] >= head["y"] + head["height"]
    assert page_problems(page, "ar") == []


@pytest.mark.parametrize("who", [EMMA, MAJED, AMIR], ids=str)
def test_the_map_says_in_each_language_what_its_buttons_do(in_hand, who):
    page = in_hand(who).open(f"{CONTACTS}/map")
    closer, farther = page.locator(".leaflet-control-zoom-in"), page.locator(".leaflet-control-zoom-out")
    expect(closer).to_have_attribute("aria-label", ZOOM[who.language][0])
    expect(farther).to_have_attribute("aria-label", ZOOM[who.language][1])
    assert closer.bounding_box()["height"] >= 43


def test_the_pages_of_settings_leave_the_phone_to_what_they_hold(in_hand):
    """The bar says the title, and what narrows the log goes away with scrolling."""
    me = in_hand(SARA[1])
    page = me.open("/settings/log")
    assert page.locator("main h1").bounding_box()["height"] < 2
    rows = page.locator("details.dw-log-row")
    rows.nth(14).scroll_into_view_if_needed()
    assert rows.nth(14).bounding_box()["y"] - rows.nth(9).bounding_box()["y"] > 200
    assert page.locator(".dw-log-filters").bounding_box()["y"] < 0
    assert page_problems(page, "ar") == []


def test_a_report_by_two_fields_keeps_its_names_beside_the_figures(in_hand):
    me = in_hand(SARA[1])
    page = me.open(f"{CONTACTS}/report?group=owner_id&then=status")
    assert page.locator(".dw-cross").bounding_box()["y"] < 420, "the reports that there are stand in one line"
    assert page_problems(page, "ar") == []
    name, box = page.locator(".dw-cross tbody th").first, page.locator(".dw-report-box")
    box.evaluate("box => { box.scrollLeft = -box.scrollWidth; }")
    at, edge = name.bounding_box(), box.bounding_box()
    assert at["x"] + at["width"] >= edge["x"] + edge["width"] - 2, "no figure passes by beside the name"


def test_the_bar_above_a_calendar_names_the_list_and_its_head_the_days(in_hand):
    page = in_hand(MAJED).open(CALENDAR)
    bar, days = page.locator(".dw-bar-title strong"), page.locator(".dw-cal-title")
    first = days.inner_text()
    page.locator("[data-cal-next]").tap()
    expect(days).not_to_have_text(first)
    expect(bar).to_have_text("الأنشطة")


def test_what_stood_before_two_changed_it_is_told_in_its_line(in_hand, live, someone):
    lead, me = someone(live, SARA[2].name, "en"), in_hand(EMMA)
    lead.open("/")
    owner = live.one("SELECT id FROM core_user WHERE email LIKE 'emma.%'")
    record = lead.make(name="Nora Twofold", email="nora@two.example", note="Rings at noon", owner_id=str(owner))
    for one in (lead, me):
        one.open(f"{CONTACTS}/{record}/edit")
        one.page.locator("#f-note").fill(f"by {one.name}")
    lead.page.locator("[data-save]").click()
    lead.page.wait_for_url(lambda address: "edit" not in address)
    me.page.locator("[data-save]").tap()
    told = me.page.locator(".dw-versions .dw-hint")
    expect(told).to_have_text("Before: Rings at noon")
    assert told.bounding_box()["height"] < 30
    expect(me.page.locator("h1")).to_have_count(1)
    assert finger_problems(me.page) == []


def test_settings_are_saved_from_the_bottom_of_the_screen(in_hand):
    """However long a page of settings is, and above the keyboard while somebody types."""
    page = (me := in_hand(SARA[0])).page
    for path in ("/settings/general", "/settings/me", "/settings/notices"):
        me.open(path)
        save, scrolled = page.locator(".dw-settings-head .dw-btn-fill"), page.locator(".dw-settings-page > .dw-scroll")
        for size, to in ((PHONE, 0), (PHONE, 9999), (TYPING, 300)):
            page.set_viewport_size(size)
            scrolled.evaluate("(one, to) => one.scrollTo(0, to)", to)
            box, end = save.bounding_box(), scrolled.bounding_box()
            assert box["height"] >= 44
            assert end["y"] + end["height"] <= box["y"] <= size["height"] - box["height"]
        page.set_viewport_size(PHONE)
