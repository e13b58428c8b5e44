"""Named periods, groups of reports and fiscal years: rules D7 and D11."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.calendars import (
    PERIODS,
    UNITS,
    FiscalStart,
    bucket,
    calendar_named,
    fiscal_year,
    period,
    period_label,
    period_of_day,
)
from core.language.preferences import CALENDARS
from tests.core.language.vectors import load

VECTORS = load("calendars")
TODAY = dt.date(2025, 3, 20)
days = st.dates(dt.date(1930, 1, 1), dt.date(2070, 1, 1))


def describe(case):
    return f"{case['period']} {case['calendar']} {case['timezone']} {case['now_utc']}"


@pytest.mark.parametrize("case", VECTORS["periods"], ids=describe)
def test_periods(case):
    now = dt.datetime.fromisoformat(case["now_utc"])
    start, end = period(case["period"], case["calendar"], case["timezone"], now, case["week_start"])
    assert (start.isoformat(), end.isoformat()) == (case["start"], case["end_exclusive"])


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("yesterday", "2025-03-19", "2025-03-20"),
        ("tomorrow", "2025-03-21", "2025-03-22"),
        ("last_7_days", "2025-03-14", "2025-03-21"),
        ("last_30_days", "2025-02-19", "2025-03-21"),
        ("next_7_days", "2025-03-20", "2025-03-27"),
        ("last_week", "2025-03-08", "2025-03-15"),
        ("next_week", "2025-03-22", "2025-03-29"),
        ("last_quarter", "2024-09-22", "2024-12-21"),
        ("next_quarter", "2025-03-21", "2025-06-22"),
        ("last_year", "2023-03-21", "2024-03-20"),
        ("next_year", "2025-03-21", "2026-03-21"),
        ("this_fiscal_year", "2024-03-20", "2025-03-21"),
        ("last_fiscal_year", "2023-03-21", "2024-03-20"),
    ],
)
def test_more_periods(name, start, end):
    span = period_of_day(name, "jalali", TODAY, 6)
    assert tuple(day.isoformat() for day in span) == (start, end)


def test_fiscal_years_may_follow_another_calendar_than_the_reader():
    start = FiscalStart("gregorian", 7, 1)
    assert period_of_day("this_fiscal_year", "jalali", TODAY, 6, start) == (dt.date(2024, 7, 1), dt.date(2025, 7, 1))


@pytest.mark.parametrize("name", ["", "this_century", "last_0_days", "last_x_days", "last_99999_days"])
def test_no_period(name):
    with pytest.raises(ValueError, match="no such period"):
        period_of_day(name, "gregorian", TODAY, 1)
    with pytest.raises(ValueError, match="no such period"):
        period_label(name)


def test_a_week_begins_on_one_of_seven_days():
    with pytest.raises(ValueError, match="9"):
        period("this_week", "gregorian", "UTC", dt.datetime(2025, 3, 20), 9)


def test_an_instant_without_zone_is_utc():
    naive = dt.datetime(2025, 3, 20, 20, 30)
    assert period("today", "jalali", "Asia/Tehran", naive, 6)[0] == dt.date(2025, 3, 21)


def test_every_period_has_a_label_and_a_span():
    for name in PERIODS:
        start, end = period_of_day(name, "gregorian", TODAY, 1)
        assert start < end
        assert str(period_label(name))
    assert str(period_label("last_90_days")) == "Last 90 days"
    assert str(period_label("next_1_days")) == "Next 1 day"


@given(days, st.sampled_from(CALENDARS), st.integers(1, 7))
def test_last_this_and_next_join(today, calendar, week_start):
    for unit in ("week", "month", "quarter", "year"):
        last, this, following = (
            period_of_day(f"{step}_{unit}", calendar, today, week_start) for step in ("last", "this", "next")
        )
        assert last[1] == this[0] <= today < this[1] == following[0]


@given(days, st.sampled_from(CALENDARS), st.sampled_from(UNITS), st.integers(1, 7))
def test_groups_divide_the_days(day, calendar, unit, week_start):
    start, end = bucket(day, unit, calendar, week_start)
    assert start <= day < end
    assert bucket(end - dt.timedelta(days=1), unit, calendar, week_start) == (start, end)
    assert bucket(end, unit, calendar, week_start)[0] == end


def test_an_unknown_unit_is_a_fault():
    with pytest.raises(ValueError, match="decade"):
        bucket(TODAY, "decade", "gregorian")


def test_quarters_are_those_of_the_calendar():
    start, end = bucket(TODAY, "quarter", "hijri")
    assert calendar_named("hijri").parts(start) == (1446, 7, 1)
    assert calendar_named("hijri").parts(end) == (1446, 10, 1)


@pytest.mark.parametrize("case", VECTORS["fiscal_years"], ids=lambda case: f"{case['rule']} {case['date']}")
def test_fiscal_years(case):
    start = FiscalStart(case["calendar"], case["start_month"], case["start_day"])
    year = fiscal_year(dt.date.fromisoformat(case["date"]), start)
    assert year.label == case["label"]
    assert year.start.isoformat() == case["start"]
    assert year.last_day.isoformat() == case["end_inclusive"]


@given(days, st.sampled_from(CALENDARS), st.integers(1, 12), st.integers(1, 31))
def test_fiscal_years_join(day, calendar, month, first):
    start = FiscalStart(calendar, month, first)
    year = fiscal_year(day, start)
    assert year.start <= day < year.end
    assert fiscal_year(year.end, start).start == year.end
    assert fiscal_year(day, start, 1).start == year.end
    assert fiscal_year(day, start, -1).end == year.start
