"""Two browsers at once: what one changes, the other sees without asking for it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.person import CONTACTS

WITHIN = 2000


def test_a_change_is_on_the_others_list_and_record_and_a_notice_at_his_bell(live, someone):
    me, other = someone(live, "emma.whitcombe", "en"), someone(live, "sara.ahmadi", "en")
    other.open("/")
    record = other.make(name="Watched", email="watched@peyk.example", city="A", owner_id=_id_of(live, "emma.whitcombe"))
    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        page = me.open(f"{CONTACTS}?q=watched")
    page.mouse.move(0, 0)
    expect(me.row("Watched")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live?" in request.url else None)

    other.open(f"{CONTACTS}/{record}")
    other.choose_in_head("status", "converted")
    expect(me.row("Watched")).to_contain_text("Converted", timeout=WITHIN)
    expect(page.locator(f"tr.dw-changed[data-id='{record}']")).to_be_visible()

    # While the keyboard is in the list nothing moves: a line says what is new.
    me.row("Watched").locator(".dw-name-link").focus()
    other.choose_in_head("status", "lost")
    expect(page.locator("[data-news]")).to_contain_text("1 new change", timeout=WITHIN)
    expect(me.row("Watched")).to_contain_text("Converted")
    page.locator("[data-news] button").click()
    expect(me.row("Watched")).to_contain_text("Lost")

    with me.page.expect_response(lambda answer: "/live/stream" in answer.url):
        me.open(f"{CONTACTS}/{record}")
    other.change_fact("city", "Theirs")
    expect(me.fact("city")).to_contain_text("Theirs", timeout=WITHIN)
    me.fact("city").locator("[data-inline-open]").click()
    me.fact("city").locator("form input[name=city]").fill("Mine")
    other.change_fact("city", "Theirs again")
    expect(page.locator("[data-news]")).to_be_visible(timeout=WITHIN)
    expect(me.fact("city").locator("form input[name=city]")).to_have_value("Mine")

    bell = page.locator("[data-bell] [data-unread-figure]")
    before = bell.inner_text()
    other.make(name="Given", email="given.live@peyk.example", owner_id=_id_of(live, "emma.whitcombe"))
    expect(bell).not_to_have_text(before, timeout=WITHIN)
    assert asked == []


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
    expect(page.locator("[data-news]")).to_be_visible(timeout=3 * WITHIN)
    expect(opened[0]).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-news] button").click()
    expect(me.fact("city")).to_contain_text("B")


def _id_of(live, name):
    return str(live.one("SELECT id FROM core_user WHERE email LIKE :email", email=f"{name}@%"))
