"""Working time: what is open, what comes after so many working days, and holidays in every calendar."""

import dataclasses
import datetime as dt
import re
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.i18n import Preferences, use
from core.notify.choosing import Quiet, Times
from core.notify.digest import last_turn
from core.testing import Site
from core.worktime import ready
from core.worktime.reading import holidays_between, working_time
from core.worktime.times import DaysOff, WorkingTime

TEHRAN = ZoneInfo("Asia/Tehran")
NOWRUZ = DaysOff("Nowruz", dt.date(2026, 3, 21), 4, "jalali")
FITR = DaysOff("Fitr", dt.date(2026, 3, 20), 2, "hijri")
IRAN = WorkingTime(frozenset({4, 5}), dt.time(8), dt.time(16, 30), "Asia/Tehran", (NOWRUZ, FITR))


def test_a_yearly_holiday_comes_back_in_its_own_calendar():
    assert IRAN.holiday(dt.date(2027, 3, 21)) == "Nowruz"
    assert IRAN.holiday(dt.date(2027, 3, 24)) == "Nowruz"
    assert IRAN.holiday(dt.date(2027, 3, 25)) == ""
    assert IRAN.holiday(dt.date(2027, 3, 9)) == "Fitr", "the first of Shawwal is eleven days earlier"
    assert IRAN.holiday(dt.date(2027, 3, 20)) == ""


def test_what_falls_outside_the_hours_is_moved_to_where_they_begin_or_end():
    wednesday = dt.datetime(2026, 6, 3, 20, tzinfo=TEHRAN)
    assert IRAN.opening(wednesday) == dt.datetime(2026, 6, 6, 8, tzinfo=TEHRAN)
    early = dt.datetime(2026, 6, 6, 7, tzinfo=TEHRAN)
    assert IRAN.closing(early) == dt.datetime(2026, 6, 3, 16, 30, tzinfo=TEHRAN)
    within = dt.datetime(2026, 6, 6, 12, tzinfo=TEHRAN)
    assert IRAN.opening(within) == IRAN.closing(within) == within


def test_a_night_ends_on_the_next_day_and_ramadan_has_hours_of_its_own():
    night = WorkingTime(frozenset({5}), dt.time(22), dt.time(6), "Asia/Tehran")
    thursday = dt.datetime(2026, 6, 4, 23, tzinfo=TEHRAN)
    assert night.is_open(thursday)
    assert night.is_open(thursday + dt.timedelta(hours=6)), "it is Friday by then, and Thursday's work"
    assert night.opening(thursday + dt.timedelta(hours=8)) == dt.datetime(2026, 6, 6, 22, tzinfo=TEHRAN)
    assert night.closing(thursday + dt.timedelta(hours=12)) == dt.datetime(2026, 6, 5, 6, tzinfo=TEHRAN)
    fasting = dataclasses.replace(IRAN, off=(), ramadan=(dt.time(10), dt.time(14)))
    first, after = dt.datetime(2026, 2, 18, 9, tzinfo=TEHRAN), dt.datetime(2026, 3, 21, 9, tzinfo=TEHRAN)
    assert fasting.opening(first) == first.replace(hour=10)
    assert fasting.opening(after) == after


def test_a_day_of_two_shifts_rests_between_them():
    split = WorkingTime(frozenset({5}), dt.time(8), dt.time(12), "Asia/Tehran", later=(dt.time(16), dt.time(20)))
    noon = dt.datetime(2026, 6, 4, 14, tzinfo=TEHRAN)  # a Thursday
    assert not split.is_open(noon)
    assert (split.closing(noon), split.opening(noon)) == (noon.replace(hour=12), noon.replace(hour=16))
    night = noon.replace(hour=23)
    assert split.closing(night) == noon.replace(hour=20)
    assert split.opening(night) == dt.datetime(2026, 6, 6, 8, tzinfo=TEHRAN)
    assert split.closing(dt.datetime(2026, 6, 6, 7, tzinfo=TEHRAN)) == noon.replace(hour=20)
    assert split.is_open_between(noon.replace(hour=15, minute=30), noon.replace(hour=16, minute=30))
    assert not split.is_open_between(noon, noon.replace(hour=16))
    fasting = dataclasses.replace(split, ramadan=(dt.time(10), dt.time(14)))
    assert fasting.opening(dt.datetime(2026, 2, 19, 15, tzinfo=TEHRAN)).hour == 6, "10:00 in Tehran, on the next day"


@settings(max_examples=60, deadline=None)
@given(weekend=st.sets(st.integers(1, 7), max_size=6), start=st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)),
       count=st.integers(0, 30), off=st.lists(st.integers(0, 40), max_size=6))
def test_working_days_are_those_that_a_hand_counts(weekend, start, count, off):
    closed = {start + dt.timedelta(days=number) for number in off}
    time = WorkingTime(frozenset(weekend), off=tuple(DaysOff("x", day) for day in closed))
    end = time.after_days(start, count)
    assert time.works_on(end)
    days = [start + dt.timedelta(days=number + 1) for number in range((end - start).days)]
    counted = [day for day in days if day not in closed and day.isoweekday() not in weekend]
    assert len(counted) == count if count else end >= start


def test_holidays_and_hours_of_an_organisation_are_kept_and_read(site: Site):
    api = site.api()
    home = api.get("/core/organisation")["data"][0]["id"]
    path = f"/core/organisation/{home}"
    for begins, ends in (("25:00", "17:00"), ("08:00", "08:00"), ("08:00", None)):
        assert api.call("PATCH", path, {"work_from": begins, "work_until": ends}).status_code == 422
    for begins, ends in (("16:00", None), ("11:00", "15:00"), ("16:00", "09:00")):
        shifts = {"work_from": "08:00", "work_until": "12:00", "later_from": begins, "later_until": ends}
        assert api.call("PATCH", path, shifts).status_code == 422
    assert api.call("PATCH", path, {"later_from": "16:00", "later_until": "20:00"}).status_code == 422
    later = {"later_from": "19:00", "later_until": "22:00"}
    hours = {"work_from": "09:00", "work_until": "17:00", "weekend": "45", **later}
    assert api.call("PATCH", path, hours).status_code == 200
    api.create("core.holiday", name="Our day", date="2026-05-05", yearly=True, days=2)
    api.create("core.holiday", name="Moving house", date="2026-07-01", organisation_id=home)
    client = site.client()
    page = client.get("/activities/activity/calendar?span=month&on=2026-07-01").text
    assert "Moving house" in page
    page = client.get("/settings/working-time?lang=en").text
    assert re.search(r"9:00\D* to \d+:00\D* and \d+:00\D* to \d+:00", page)
    day = client.get("/activities/activity/calendar?span=day&on=2026-07-06").text
    assert [f'is-off" data-on="2026-07-06T{hour:02}"' in day for hour in (8, 16, 17, 19, 21)] == [
        True, False, True, False, False]
    assert "T22" not in day
    with site.unit():
        found = working_time()
        assert (found.begins, found.ends, found.weekend) == (dt.time(9), dt.time(17), frozenset({4, 5}))
        assert found.holiday(dt.date(2031, 5, 6)) == "Our day"
        assert holidays_between(dt.date(2026, 6, 1), dt.date(2026, 6, 30)) == {}
    answer = client.post("/settings/working-time/ready", {"country": "IR", "months": "12"})
    assert answer.status_code == 303
    count = len(api.get("/core/holiday?limit=200")["data"])
    assert count > 15
    client.post("/settings/working-time/ready", {"country": "IR", "months": "12"})
    assert len(api.get("/core/holiday?limit=200")["data"]) == count, "those that are there are not added again"
    # The week tells the name under the weekday, and on a phone no day with a name is left out as empty.
    for span in ("week", "month"):
        page = client.get(f"/activities/activity/calendar?span={span}&on=2026-07-01").text
        (head,) = re.findall(r'<(?:td|section) class="([^"]*)"[^>]*>(?:(?!</td>|</section>).)*?Moving house',
                             page, re.S)
        assert "is-empty" not in head, span
    with site.unit(), use(Preferences(language="fa")):
        names = {name for _day, name in ready.known("SA", 12)}
        assert any("عيد الفطر" in name for name in names), "another language of the script before English"
    assert client.get("/settings/working-time").status_code == 200
    assert client.post("/settings/working-time/ready", {"country": "XX"}).status_code == 422


def test_a_daily_mail_has_its_turn_and_waits_while_its_reader_is_off_or_left_alone():
    chosen, feast = Times(9, working_days_only=True), dt.datetime(2027, 3, 21, 10, tzinfo=TEHRAN)
    assert last_turn(chosen, feast, lambda: IRAN) is None
    assert last_turn(Times(9), feast, lambda: IRAN) == feast.replace(hour=9)
    assert last_turn(Times(11), feast, lambda: IRAN) == feast.replace(day=20, hour=11), "its hour is still to come"
    after = feast + dt.timedelta(days=6)
    assert last_turn(chosen, after, lambda: IRAN) == after.replace(hour=9)
    before = after.replace(hour=8)
    assert last_turn(chosen, before, lambda: IRAN) == dt.datetime(2027, 3, 20, 9, tzinfo=TEHRAN), "before the feast"
    night = Times(23, quiet=Quiet(22, 7))
    assert last_turn(night, feast.replace(hour=23), lambda: IRAN) is None
    assert last_turn(night, feast.replace(hour=7), lambda: IRAN) == feast.replace(day=20, hour=23)


def test_hours_of_a_day_whose_clock_is_changed():
    """On 29 March 2026 two o'clock is not in Berlin, on 25 October it is twice."""
    berlin, quiet = ZoneInfo("Europe/Berlin"), Quiet(23, 3)
    for day, count in ((dt.date(2026, 3, 28), 3), (dt.date(2026, 6, 1), 4), (dt.date(2026, 10, 24), 5)):
        noon = dt.datetime.combine(day, dt.time(12), berlin).astimezone(dt.UTC)
        hours = [(noon + dt.timedelta(hours=number)).astimezone(berlin) for number in range(24)]
        assert sum(map(quiet.holds, hours)) == count
        turns = {last_turn(Times(2), hour, lambda: IRAN) for hour in hours}
        assert len(turns) == 2, "one a day, that of the day before and the day's own"
