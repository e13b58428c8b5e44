"""Reading and writing dates and times: rules D2, D5, D8, D13."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.calendars import (
    STYLES,
    date_patterns,
    exact_time,
    format_date,
    format_date_range,
    format_datetime,
    format_month,
    format_time,
    format_year,
    near_time,
    parse_date,
    relative_time,
)
from core.language.errors import LanguageError
from core.language.i18n import Preferences, install, installed, use
from core.language.i18n import load as load_catalogues
from core.language.preferences import CALENDARS
from core.language.timezones import is_zone, local, zone, zone_names, zone_titles
from tests.core.language.vectors import load
from tests.support.machine import ROOT

VECTORS = load("calendars")
LOCALES = ("fa-IR", "fa-AF", "ar-SA", "ar-EG", "ar-SY", "ar-MA", "ar-DZ", "ar-AE", "en-US", "en-GB", "en-AE", "en")
READ = [case for case in VECTORS["parse"] if case["expect"]]
REFUSED = [case for case in VECTORS["parse"] if not case["expect"]]
TEHRAN = Preferences("fa", "IR", "jalali", "arabext", "Asia/Tehran", 6, frozenset({5}))
RIYADH = Preferences("ar", "SA", "hijri", "arab", "Asia/Riyadh", 7, frozenset({5, 6}))
NOON = dt.datetime(2025, 3, 20, 9, 5, 7, tzinfo=dt.UTC)


def describe(case):
    return f"{case['input']!a} {case['user_calendar']}"


@pytest.mark.parametrize("case", READ, ids=describe)
def test_reads(case):
    assert parse_date(case["input"], case["user_calendar"]).isoformat() == case["expect"]


@pytest.mark.parametrize("case", REFUSED, ids=describe)
def test_refuses(case):
    with pytest.raises(LanguageError) as refusal:
        parse_date(case["input"], case["user_calendar"])
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("text", "calendar"),
    [
        ("March 20, 2025", "gregorian"), ("20 Mar 2025", "gregorian"), ("Thursday, March 20th, 2025", "gregorian"),
        ("2025 March 20", "gregorian"), ("20.3.2025", "gregorian"), ("2025 03 20", "gregorian"),
        ("20-Mar-2025", "gregorian"), ("Thu 2025-03-20", "gregorian"), ("20\u00a0مارس\u00a02025 م", "gregorian"),
        ("٢٠٢٥؍٣؍٢٠", "gregorian"), ("پنج‌شنبه ۱۴۰۳/۱۲/۳۰", "jalali"), ("۳۰ اسفند ۱۴۰۳ هجری شمسی", "jalali"),
        ("٣٠ حوت ١٤٠٣", "jalali"), ("30 Esfand 1403", "jalali"), ("20 March 2025", "jalali"),
        ("خميس ٢٠/٩/١٤٤٦ هـ", "hijri"), ("20 Ramadan 1446 AH", "hijri"), ("۲۰ رمضان ۱۴۴۶ قمری", "hijri"),
        ("٢٠ رمضان، ١٤٤٦ هـ", "hijri"), ("۳۰ اسفند ماه ۱۴۰۳", "jalali"), ("30 اسفندماه 1403", "jalali"),
        ("۱۴۰۳ اسفند ۳۰, پنجشنبه", "jalali"), ("20/3/2025 الخميس", "gregorian"), ("1403−12−30", "jalali"),
    ],
)  # fmt: skip
def test_reads_more_forms(text, calendar):
    assert parse_date(text, calendar) == dt.date(2025, 3, 20)


@pytest.mark.parametrize(
    ("text", "calendar", "code"),
    [
        ("1404/12/30", "jalali", "date_day"),
        ("1403/13/01", "jalali", "date_month"),
        ("03/12/30", "jalali", "date_year_digits"),
        ("1403/12/30", "gregorian", "date_other_calendar"),
        ("1250/01/01", "hijri", "date_year"),
        ("1850/01/01", "jalali", "date_year"),
        ("شنبه ۳۰ اسفند ۱۴۰۳", "jalali", "date_weekday"),
        ("20 آذر 2025", "jalali", "date_unreadable"),
        ("20 رمضان 1403", "jalali", "date_unreadable"),
        ("2025-03-20T10:00", "gregorian", "date_unreadable"),
        ("20250320", "gregorian", "date_unreadable"),
        ("1403/12/30 ق", "jalali", "date_unreadable"),
        ("2025/03/20 " + "x" * 100, "gregorian", "date_unreadable"),
        ("20 March", "gregorian", "date_unreadable"),
        ("-20/3/2025", "gregorian", "date_unreadable"),
        ("۱۴۰۳ اسفند ۳۰, جمعه", "jalali", "date_weekday"),
        ("20 20 March 2025", "gregorian", "date_unreadable"),
    ],
)
def test_says_why_it_refuses(text, calendar, code):
    with pytest.raises(LanguageError) as refusal:
        parse_date(text, calendar)
    assert refusal.value.code == code


@pytest.fixture
def catalogues():
    before = installed()
    install(load_catalogues([(ROOT / "i18n", "core")]))
    yield
    install(before)


def test_messages_are_in_the_readers_language_calendar_and_digits(catalogues):
    with use(TEHRAN), pytest.raises(LanguageError) as refusal:
        parse_date("شنبه ۳۰ اسفند ۱۴۰۳", "jalali")
    with use(TEHRAN):
        assert str(refusal.value) == "۳۰ اسفند ۱۴۰۳ روز پنجشنبه است."
    assert "Esfand 30, 1403" in str(refusal.value)


@pytest.mark.parametrize(
    "case", VECTORS["format"], ids=lambda case: f"{case['locale']} {case['calendar']} {case['style']}"
)
def test_writes(case):
    day = dt.date.fromisoformat(case["gregorian"])
    assert format_date(day, case["locale"], case["calendar"], case["style"]) == case["expect"]


@pytest.mark.parametrize(("locale", "calendar", "first", "last", "written"), [
    ("fa_IR", "jalali", dt.date(2026, 11, 28), dt.date(2026, 12, 4), "۷ تا ۱۳ آذر ۱۴۰۵"),
    ("fa_IR", "jalali", dt.date(2026, 11, 20), dt.date(2026, 11, 26), "۲۹ آبان تا ۵ آذر ۱۴۰۵"),
    ("fa_IR", "jalali", dt.date(2027, 3, 18), dt.date(2027, 3, 24), "۲۷ اسفند ۱۴۰۵ تا ۴ فروردین ۱۴۰۶"),
    ("ar_SA", "gregorian", dt.date(2026, 12, 7), dt.date(2026, 12, 13), "٧–١٣ ديسمبر ٢٠٢٦"),
    ("ar_AE", "gregorian", dt.date(2026, 12, 29), dt.date(2027, 1, 4), "29 ديسمبر 2026 – 4 يناير 2027"),
    ("ar_SA", "hijri", dt.date(2026, 12, 7), dt.date(2026, 12, 13), "٢٧ جمادى الآخرة – ٤ رجب ١٤٤٨ هـ"),
    ("en_GB", "gregorian", dt.date(2026, 12, 7), dt.date(2026, 12, 13), "7–13 December 2026"),
    ("en_US", "gregorian", dt.date(2026, 12, 7), dt.date(2026, 12, 13), "December 7\u2009–\u200913, 2026"),
    ("en_US", "gregorian", dt.date(2026, 11, 29), dt.date(2026, 12, 5), "November 29\u2009–\u2009December 5, 2026"),
    ("en_GB", "gregorian", dt.date(2026, 12, 7), dt.date(2026, 12, 7), "7 December 2026"),
    # The table of the Lunar Hijri calendar ends between these days.
    ("en_GB", "hijri", dt.date(2077, 11, 16), dt.date(2077, 11, 17),
     "30 Dhu al-Hijja 1500 AH\u2009–\u200917 November 2077"),
])  # fmt: skip
def test_a_range_tells_once_what_both_days_share(locale, calendar, first, last, written):
    assert format_date_range(first, last, locale, calendar) == written


@given(
    st.dates(dt.date(1925, 1, 1), dt.date(2077, 1, 1)),
    st.sampled_from(LOCALES),
    st.sampled_from(CALENDARS),
    st.sampled_from(STYLES),
    st.sampled_from(["latn", "arab", "arabext"]),
)
def test_what_is_written_can_be_read(day, locale, calendar, style, digits):
    written = format_date(day, f"{locale}-u-nu-{digits}", calendar, style)
    assert parse_date(written, calendar) == day


@given(st.text(max_size=70), st.sampled_from(CALENDARS))
def test_any_text_is_a_date_or_refused(text, calendar):
    try:
        outcome = parse_date(text, calendar)
    except LanguageError as refusal:
        outcome = refusal
    assert str(outcome)


@given(st.dates(), st.sampled_from(LOCALES), st.sampled_from(CALENDARS), st.sampled_from(STYLES))
def test_any_date_can_be_written(day, locale, calendar, style):
    assert format_date(day, locale, calendar, style)


def test_a_day_beyond_the_calendar_is_written_in_gregorian():
    assert format_date(dt.date(1920, 1, 2), "ar-SA", "hijri", "long") == "٢ يناير ١٩٢٠"


def test_an_unknown_style_is_a_fault():
    with pytest.raises(ValueError, match="tiny"):
        format_date(dt.date(2025, 1, 1), "en", "gregorian", "tiny")


def test_patterns_for_scripts():
    assert date_patterns("fa_IR", "jalali")["short"] == "{year}/{month}/{day}"
    assert date_patterns("ar-SA", "hijri")["full"] == "{weekday}، {day} {month} {year} هـ"


def test_times():
    afternoon = dt.time(14, 5, 9)
    assert format_time(afternoon, "fa-IR") == "۱۴:۰۵"
    assert format_time(afternoon, "ar-SA", "long") == "٢:٠٥ م"
    assert format_time(dt.time(0, 5), "ar-EG", "long") == "١٢:٠٥ ص"
    assert format_time(afternoon, "ar-MA", "long") == "14:05"
    assert format_time(afternoon, "en-US", seconds=True) == "14:05:09"


def test_instants_on_the_readers_clock():
    assert format_datetime(NOON, TEHRAN) == "۱۴۰۳/۱۲/۳۰ ۱۲:۳۵"
    assert format_datetime(NOON, TEHRAN, "long") == "۳۰ اسفند ۱۴۰۳، ساعت ۱۲:۳۵"
    assert format_datetime(NOON, RIYADH, "long") == "٢٠ رمضان ١٤٤٦ هـ، ١٢:٠٥ م"
    assert format_datetime(NOON) == "2025-03-20 09:05"
    before_midnight = dt.datetime(2025, 3, 20, 20, 29, 59, tzinfo=dt.UTC)
    assert format_datetime(before_midnight, TEHRAN, seconds=True) == "۱۴۰۳/۱۲/۳۰ ۲۳:۵۹:۵۹"
    assert format_datetime(before_midnight + dt.timedelta(seconds=1), TEHRAN) == "۱۴۰۴/۰۱/۰۱ ۰۰:۰۰"


def test_titles():
    assert format_month(1403, 12, "fa-IR", "jalali") == "اسفند ۱۴۰۳"
    assert format_month(2025, 3, "en", "gregorian") == "March 2025"
    assert format_year(1403, "fa-IR") == "۱۴۰۳"


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (dt.timedelta(seconds=20), "just now"),
        (dt.timedelta(seconds=-20), "just now"),
        (dt.timedelta(minutes=1), "1 minute ago"),
        (dt.timedelta(minutes=59), "59 minutes ago"),
        (dt.timedelta(hours=3), "3 hours ago"),
        (dt.timedelta(days=6, hours=23), "6 days ago"),
        (dt.timedelta(days=7), "Mar 13, 2025"),
        (dt.timedelta(minutes=-5), "in 5 minutes"),
        (dt.timedelta(hours=-1), "in 1 hour"),
        (dt.timedelta(days=-2), "in 2 days"),
    ],
)
def test_relative_times(ago, expected):
    assert relative_time(NOON - ago, NOON) == expected


def test_relative_times_name_the_exact_one():
    with use(TEHRAN):
        assert exact_time(NOON) == "پنجشنبه ۳۰ اسفند ۱۴۰۳، ساعت ۱۲:۳۵"


def test_days_next_to_today_go_by_their_names(catalogues):
    """By the reader's day: half past eight in the evening of London is the next day in Tehran."""
    day, evening = NOON.date(), NOON.replace(hour=20, minute=30)
    with use(TEHRAN):
        assert near_time(NOON, NOON) == "امروز ۱۲:۳۵"
        assert near_time(evening, NOON) == "فردا ۰۰:۰۰"
        assert near_time(evening, evening) == "امروز ۰۰:۰۰"
        assert near_time(day - dt.timedelta(days=1), NOON) == "دیروز"
        assert near_time(day + dt.timedelta(days=2), NOON) == "۱۴۰۴/۰۱/۰۲"
        assert exact_time(day) == "پنجشنبه ۳۰ اسفند ۱۴۰۳"
    with use(RIYADH):
        assert near_time(NOON + dt.timedelta(days=1), NOON) == "غدًا ١٢:٠٥"


@pytest.mark.parametrize("case", VECTORS["timezones"], ids=lambda case: f"{case['timezone']} {case['utc']}")
def test_zones(case):
    instant = dt.datetime.fromisoformat(case["utc"])
    assert local(instant, case["timezone"]).strftime("%Y-%m-%dT%H:%M:%S%z") == case["local"]


def test_zone_names():
    assert "Asia/Tehran" in zone_names()
    assert all(is_zone(name) for name in zone_names())
    assert zone("Asia/Tehran").key == "Asia/Tehran"


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "Asia/Nowhere", "Asia", "Asia/../Tehran", "/etc/localtime", "a b"]
)
def test_no_zone(name):
    assert not is_zone(name)
    with pytest.raises(ValueError, match="zone"):
        zone(name)


def test_zones_are_named_in_the_readers_language():
    now = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
    arabic, persian = dict(zone_titles("ar-SA", now)), dict(zone_titles("fa-IR", now))
    assert (arabic["Asia/Riyadh"], persian["Asia/Tehran"]) == ("الرياض (UTC+03:00)", "تهران (UTC+03:30)")
    assert dict(zone_titles("en-GB", now))["America/New_York"] == "New York (UTC-05:00)"
    assert set(arabic) == set(zone_names())
    cities = [name for name in arabic if name in ("Asia/Riyadh", "Asia/Tehran", "Asia/Dubai")]
    assert cities == ["Asia/Riyadh", "Asia/Dubai", "Asia/Tehran"]
