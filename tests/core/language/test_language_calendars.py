"""Three calendars over the same days, their names and month grids: rules D3, D4, D9, D10, D12."""

import datetime as dt
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.calendar_names import months_by_key
from core.language.calendars import (
    calendar_named,
    era_names,
    hijri_month_starts,
    month_grid,
    month_names,
    month_spellings,
    short_month_names,
    weekday_names,
    weekday_order,
)
from core.language.errors import LanguageError
from core.language.preferences import CALENDARS
from core.language.text import compact_key
from tests.core.language.vectors import load

VECTORS = load("calendars")
JALALI, HIJRI = calendar_named("jalali"), calendar_named("hijri")
FAMILIES = {
    "ar_gregorian_gulf_egypt": ("gregorian", "ar-EG"),
    "ar_gregorian_levant_iraq": ("gregorian", "ar_SY"),
    "ar_gregorian_morocco": ("gregorian", "ar_MA"),
    "ar_gregorian_algeria_tunisia": ("gregorian", "ar-TN"),
    "fa_jalali": ("jalali", "fa"),
    "fa_AF_jalali": ("jalali", "fa_AF"),
    "ar_hijri": ("hijri", "ar_SA"),
}


def parts(text):
    return tuple(map(int, text.split("-")))


@pytest.mark.parametrize("case", VECTORS["jalali"], ids=lambda case: case["jalali"])
def test_jalali(case):
    day = JALALI.day(*parts(case["jalali"]))
    assert day.isoformat() == case["gregorian"]
    assert day.isoweekday() == case["iso_weekday"]
    assert JALALI.parts(day) == parts(case["jalali"])


@pytest.mark.parametrize(
    "case", VECTORS["hijri_umalqura"] + VECTORS["hijri_umalqura_disputed"], ids=lambda case: case["hijri"]
)
def test_hijri(case):
    day = HIJRI.day(*parts(case["hijri"]))
    assert day.isoformat() == case["gregorian"]
    assert day.isoweekday() == case["iso_weekday"]
    assert HIJRI.parts(day) == parts(case["hijri"])


@pytest.mark.parametrize("case", VECTORS["jalali_invalid"], ids=lambda case: case["input"])
def test_jalali_refuses(case):
    with pytest.raises(LanguageError):
        JALALI.day(*parts(case["input"]))


@pytest.mark.parametrize("case", VECTORS["hijri_invalid"], ids=lambda case: case["input"])
def test_hijri_refuses(case):
    with pytest.raises(LanguageError):
        HIJRI.day(*parts(case["input"]))


def test_jalali_leap_years():
    leap = [year for year in range(1370, 1451) if JALALI.month_length(year, 12) == 30]
    assert leap == VECTORS["jalali_leap_years_1370_1450"]


@pytest.mark.parametrize("name", CALENDARS)
def test_every_day_from_1921_to_2100_comes_back(name):
    """A day's parts give the day again, and the next day's parts follow them."""
    calendar = calendar_named(name)
    first, last = dt.date(1921, 3, 21), dt.date(2100, 12, 31)
    if name == "hijri":
        first, last = dt.date(1924, 8, 1), dt.date(2077, 11, 16)
    previous = calendar.parts(first - dt.timedelta(days=1)) if name != "hijri" else None
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        current = calendar.parts(day)
        assert calendar.day(*current) == day
        if previous:
            follows = current.day == previous.day + 1 or (
                current.day == 1 and previous.day == calendar.month_length(previous.year, previous.month)
            )
            assert follows, day
        previous = current


def test_days_beyond_a_calendar_are_refused():
    for day in (dt.date(1924, 7, 31), dt.date(2077, 11, 17)):
        assert not HIJRI.covers(day)
    for day in (dt.date(1827, 3, 21), dt.date(2122, 3, 21), dt.date.min, dt.date.max):
        assert not JALALI.covers(day)
    assert calendar_named("gregorian").covers(dt.date.max)


def test_an_unknown_calendar_is_a_fault():
    with pytest.raises(ValueError, match="julian"):
        calendar_named("julian")


def test_months_are_added_in_the_calendar_itself():
    leap_day = JALALI.day(1403, 12, 30)
    assert JALALI.parts(JALALI.add_months(leap_day, 12)) == (1404, 12, 29)
    assert JALALI.parts(JALALI.add_months(JALALI.day(1403, 6, 31), 1)) == (1403, 7, 30)
    assert JALALI.parts(JALALI.add_months(leap_day, -12)) == (1402, 12, 29)
    assert calendar_named("gregorian").add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2070, 1, 1)), st.integers(-60, 60), st.sampled_from(CALENDARS))
def test_adding_months_lands_in_the_right_month(day, months, name):
    calendar = calendar_named(name)
    before, after = calendar.parts(day), calendar.parts(calendar.add_months(day, months))
    assert after.year * 12 + after.month == before.year * 12 + before.month + months
    assert after.day == min(before.day, calendar.month_length(after.year, after.month))


def test_the_table_for_browsers_holds_every_month():
    starts = hijri_month_starts()
    assert len(starts) == (1500 - 1343 + 1) * 12 + 1
    assert {later - earlier for earlier, later in pairwise(starts)} <= {28, 29, 30, 31}
    assert dt.date.fromordinal(starts[0]) == dt.date(1924, 8, 1)
    assert json.loads(json.dumps(starts)) == list(starts)


@pytest.mark.parametrize("family", FAMILIES)
def test_month_names(family):
    assert list(month_names(*FAMILIES[family])) == VECTORS["month_names"][family]


def test_every_calendar_has_names_in_every_language():
    for calendar in CALENDARS:
        for locale in ("ar", "fa", "en", "de"):
            assert len(set(month_names(calendar, locale))) == 12
        assert era_names(calendar)
    assert month_names("gregorian", "de") == month_names("gregorian", "en")
    assert month_names("gregorian", "ar-SY-u-nu-latn") == month_names("gregorian", "ar_SY")


@pytest.mark.parametrize("calendar", CALENDARS)
def test_no_spelling_means_two_months(calendar):
    for locale in ("ar_SY", "fa_AF", "en"):
        for month, names in enumerate(month_spellings(calendar, locale), 1):
            assert {months_by_key(calendar)[compact_key(name)] for name in names} == {month}
            assert names[0] == month_names(calendar, locale)[month - 1]


def test_months_alike_in_two_calendars_are_told_apart():
    assert months_by_key("gregorian")[compact_key("آذار")] == 3
    assert months_by_key("jalali")[compact_key("آذر")] == 9
    assert compact_key("آذار") not in months_by_key("jalali")


def test_short_names():
    assert short_month_names("gregorian", "en")[8] == "Sep"
    assert short_month_names("gregorian", "fa") == month_names("gregorian", "fa")


def test_weekdays():
    assert weekday_names("fa_IR")[3] == "پنجشنبه"
    assert weekday_names("ar-SA", "short")[3] == "الخميس"
    assert weekday_names("en", "short") == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    assert "".join(weekday_names("fa", "narrow")) == "دسچپجشی"


def test_month_grid():
    grid = month_grid("jalali", 1370, 5, 6)
    assert [[cell.number for cell in week] for week in grid] == [
        [29, 30, 31, 1, 2, 3, 4],
        [5, 6, 7, 8, 9, 10, 11],
        [12, 13, 14, 15, 16, 17, 18],
        [19, 20, 21, 22, 23, 24, 25],
        [26, 27, 28, 29, 30, 31, 1],
    ]
    assert [cell.in_month for cell in grid[0]] == [False] * 3 + [True] * 4
    assert grid[0][3].date == dt.date(1991, 7, 23)


@given(st.sampled_from(CALENDARS), st.integers(0, 100), st.integers(1, 12), st.integers(1, 7))
def test_month_grids_are_whole_weeks(name, offset, month, week_start):
    calendar = calendar_named(name)
    year = {"gregorian": 1930, "jalali": 1310, "hijri": 1350}[name] + offset
    days = [cell for week in month_grid(name, year, month, week_start) for cell in week]
    assert len(days) % 7 == 0
    assert days[0].date.isoweekday() == week_start
    assert [cell.date.toordinal() - days[0].date.toordinal() for cell in days] == list(range(len(days)))
    inside = [cell.number for cell in days if cell.in_month]
    assert inside == list(range(1, calendar.month_length(year, month) + 1))


def test_a_grid_at_the_end_of_a_calendar_shows_what_there_is():
    days = [cell for week in month_grid("hijri", 1343, 1, 7) for cell in week]
    assert days[0].number == 0
    assert not days[0].in_month


def test_order_of_weekdays():
    assert weekday_order(6) == (6, 7, 1, 2, 3, 4, 5)
    assert weekday_order(1) == (1, 2, 3, 4, 5, 6, 7)
