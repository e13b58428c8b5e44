"""The calendar of a list at a desk: what stays in sight in it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tests.browser.person import Person

ACTIVITIES = "/activities/activity"
IN_SIGHT = """one => {
  const box = one.closest("[data-calendar]").getBoundingClientRect(), own = one.getBoundingClientRect();
  const x = own.left + own.width / 2, y = own.top + own.height / 2;
  return own.top >= box.top && own.bottom <= box.bottom + 1 && one.contains(document.elementFromPoint(x, y));
}"""

HOUR_AND_SHARE = """line => {
  const slot = line.closest("[data-on]"), from = slot.getBoundingClientRect().top;
  const height = parseFloat(getComputedStyle(slot).getPropertyValue("--hour"));
  return [slot.dataset.on, Math.round((line.getBoundingClientRect().top - from) / height * 100) / 100];
}"""


def plan(me: Person, **values: str) -> int:
    return me.make(ACTIVITIES, type="meeting", **values)


def test_what_lasts_for_days_stays_in_sight_above_the_hours(live, someone):
    me = someone(live, "emma.whitcombe", "en")
    plan(me, subject="Exhibition on the quay", starts_at="2031-03-04 09:00", duration="72:00")
    plan(me, subject="Early ferry", starts_at="2031-03-06 04:00", duration="1:00")
    page = me.open(f"{ACTIVITIES}/calendar?span=week&on=2031-03-05")
    box = page.locator("[data-calendar]")
    assert box.evaluate("box => box.scrollTop") > 0, "the week opens at the hours of work"
    shown = page.locator(".dw-cal-above .dw-cal-item", has_text="Exhibition on the quay")
    assert shown.count() == 4
    for at in ("0", "box.scrollHeight"):
        box.evaluate(f"box => {{ box.scrollTop = {at}; }}")
        assert shown.nth(1).evaluate(IN_SIGHT), at


def test_a_month_opens_at_the_week_of_today(live, someone):
    me = someone(live, "emma.whitcombe", "en", viewport={"width": 1280, "height": 500})
    page = me.open(f"{ACTIVITIES}/calendar?span=month")
    today = dt.date.fromisoformat(page.locator("td.is-today").get_attribute("data-on") or "")
    assert page.locator("td.is-today .dw-cal-day").evaluate(IN_SIGHT), today


def test_the_present_moment_is_a_line_in_the_hours_of_today_by_the_readers_clock_and_goes_along(live, someone):
    # A clock that is stopped stands still in all tabs of its profile, later ones included: hers alone is not shared.
    me = someone(live)
    page = me.open("/login")
    me.sign_in("sara.ahmadi")
    me.speak("fa")
    me.open(f"{ACTIVITIES}/calendar?span=week")
    zone = ZoneInfo(page.evaluate("JSON.parse(document.getElementById('dw-locale').textContent).timezone"))
    today = dt.datetime.now(zone).date()
    page.clock.install(time=dt.datetime.combine(today, dt.time(9, 30), zone))
    page.clock.pause_at(dt.datetime.combine(today, dt.time(9, 45), zone))
    for span in ("week", "day"):
        me.open(f"{ACTIVITIES}/calendar?span={span}")
        line = page.locator(".dw-cal-now")
        assert line.count() == 1
        assert line.evaluate(HOUR_AND_SHARE) == [f"{today.isoformat()}T09", 0.75], span
        assert line.get_attribute("aria-hidden") == "true"
    page.clock.run_for(30 * 60_000)
    assert line.evaluate(HOUR_AND_SHARE) == [f"{today.isoformat()}T10", 0.25], "it goes along"
    page.emulate_media(media="print")
    assert not line.is_visible(), "paper does not know when it is looked at"
    page.emulate_media(media="screen")
    me.open(f"{ACTIVITIES}/calendar?span=week&on={(today + dt.timedelta(days=14)).isoformat()}")
    assert line.count() == 0
