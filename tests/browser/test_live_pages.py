"""Two browsers at once: what one changes, the other sees without asking for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import CONTACTS

#: Seconds in which others see it, as the guide promises.
WITHIN = 2


def test_a_change_is_on_the_others_list_and_record_and_a_notice_at_his_bell(live, someone):
    me, other = someone(live, "emma.whitcombe", "en"), someone(live, "sara.ahmadi", "en")
    other.open("/")
    record = other.make(name="Watched", email="watched@peyk.example", city="A", owner_id=_id_of(live, "emma.whitcombe"))
    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        page = me.open(f"{CONTACTS}?q=watched")
    page.mouse.move(0, 0)
    expect(me.row("Watched")).to_be_visible()
    asked, took = list[str](), list[float]()
    page.on("request", lambda request: asked.append(request.url) if "/live?" in request.url else None)

    other.open(f"{CONTACTS}/{record}")
    other.choose_in_head("status", "converted")
    took.append(_seconds(lambda: expect(me.row("Watched")).to_contain_text("Converted")))
    expect(page.locator(f"tr.dw-changed[data-id='{record}']")).to_be_visible()

    # While the keyboard is in the list nothing moves: a line says what is new.
    me.row("Watched").locator(".dw-name-link").focus()
    other.choose_in_head("status", "lost")
    took.append(_seconds(lambda: expect(page.locator("[data-news]")).to_contain_text("1 new change")))
    expect(me.row("Watched")).to_contain_text("Converted")
    page.locator("[data-news] button").click()
    expect(me.row("Watched")).to_contain_text("Lost")

    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        me.open(f"{CONTACTS}/{record}")
    other.change_fact("city", "Theirs")
    took.append(_seconds(lambda: expect(me.fact("city")).to_contain_text("Theirs")))
    me.fact("city").locator("[data-inline-open]").click()
    me.fact("city").locator("form input[name=city]").fill("Mine")
    other.change_fact("city", "Theirs again")
    took.append(_seconds(lambda: expect(page.locator("[data-news]")).to_be_visible()))
    expect(me.fact("city").locator("form input[name=city]")).to_have_value("Mine")

    bell = page.locator("[data-bell] [data-unread-figure]")
    before = bell.inner_text()
    other.make(name="Given", email="given.live@peyk.example", owner_id=_id_of(live, "emma.whitcombe"))
    took.append(_seconds(lambda: expect(bell).not_to_have_text(before)))
    assert asked == []
    # Not each of them: on a busy machine one may take longer.
    assert min(took) < WITHIN


def test_a_menu_opened_while_a_change_is_fetched_stays_open(live, someone):
    me, other = someone(live, "emma.whitcombe", "en"), someone(live, "sara.ahmadi", "en")
    other.open("/")
    record = other.make(name="Fetched", email="fetched@peyk.example", city="A",
                        owner_id=_id_of(live, "emma.whitcombe"))  # fmt: skip
    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        page = me.open(f"{CONTACTS}/{record}")
    page.mouse.move(0, 0)
    opened = []

    def slowly(route):
        answer = route.fetch()
        if not opened:
            opened.append(me.menu("record-menu"))
        route.fulfill(response=answer)

    page.route(lambda address: address.endswith(f"{CONTACTS}/{record}"), slowly)
    other.open(f"{CONTACTS}/{record}")
    other.change_fact("city", "B")
    expect(page.locator("[data-news]")).to_be_visible()
    expect(opened[0]).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-news] button").click()
    expect(me.fact("city")).to_contain_text("B")


def _seconds(happens: Callable[[], None]) -> float:
    began = time.monotonic()
    happens()
    return time.monotonic() - began


def _id_of(live, name):
    return str(live.one("SELECT id FROM core_user WHERE email LIKE :email", email=f"{name}@%"))


def test_an_answer_to_an_invitation_and_a_place_on_the_map_are_seen_at_once(live, someone):
    me, other = someone(live, "emma.whitcombe", "en"), someone(live, "sara.ahmadi", "en")
    other.open("/")
    asked = _id_of(live, "emma.whitcombe")
    meeting = other.make("/activities/activity", type="meeting", subject="Watched", starts_at="2099-06-03T08:00:00Z",
                         participants=asked)  # fmt: skip
    with other.page.expect_response(lambda answer: "/live/stream" in answer.url):
        page = other.open(f"/activities/activity/{meeting}#people")
    expect(page.locator("#view-people")).to_contain_text("No answer yet")
    page.mouse.move(0, 0)
    me.open(f"/activities/activity/{meeting}")
    me.page.locator("[action$='/do/accept'] button, [formaction$='/do/accept']").first.click()
    expect(page.locator("#view-people")).to_contain_text("Takes part")

    placed = other.make(name="Placed", email="placed@peyk.example", owner_id=asked, latitude="35.7", longitude="51.4")
    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        page = me.open(f"{CONTACTS}/map?q=placed")
    expect(page.locator("[data-map] .dw-map-pin")).to_have_count(1)
    page.mouse.move(0, 0)
    other.open(f"{CONTACTS}/{placed}")
    other.make(name="Placed too", email="placed2@peyk.example", owner_id=asked, latitude="36.3", longitude="59.6")
    expect(page.locator("[data-map-pins] > li")).to_have_count(2)
    expect(page.locator("[data-map] .dw-map-pin")).to_have_count(2)
    expect(page.locator("[data-map] .leaflet-control-zoom")).to_be_visible()
