"""What people type as a date: the browser reads and refuses exactly what the server does (D8)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from core.language.calendars import format_date, parse_date
from core.language.i18n import use
from tests.ui_components.sample_app import PREFERENCES

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "calendars.json").read_text(encoding="utf-8"))
CASES = [(case["input"], case["user_calendar"], case["expect"]) for case in VECTORS["parse"] if case["input"]]
INVALID = [
    (case["input"], calendar, None)
    for calendar, name in (("jalali", "jalali_invalid"), ("hijri", "hijri_invalid"))
    for case in VECTORS[name]
]
READ = """async (cases) => {
  const { parseDate } = await import(`${modules}/dates.js`);
  const { isoOfDay } = await import(`${modules}/calendars.js`);
  return cases.map(([text, calendar]) => {
    const read = parseDate(text, calendar);
    return read?.day === undefined ? { error: read?.error ?? "" } : { date: isoOfDay(read.day) };
  });
}"""
MORE = [
    ("پنجشنبه ۱۴۰۳/۱۲/۳۰", "jalali", "2025-03-20"),
    ("جمعه ۱۴۰۳/۱۲/۳۰", "jalali", None),
    ("20th March 2025", "gregorian", "2025-03-20"),
    ("2025/13/01", "gregorian", None),
    ("1403/12/30 هـ.ش", "jalali", "2025-03-20"),
    ("1501/01/01", "jalali", None),
    ("1342/01/01", "hijri", None),
    ("20 رمضان 46", "hijri", None),
]


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_reads_like_the_server_in_every_language(open_page, language: str) -> None:
    cases = CASES + INVALID + MORE
    found = open_page("/widgets", language).evaluate(READ, [list(case) for case in cases])
    wrong = [(case, read) for case, read in zip(cases, found, strict=True) if read.get("date") != case[2]]
    assert wrong == []


def without_isolates(sentence: str) -> str:
    """Isolates only matter on the screen."""
    return sentence.translate({0x2068: None, 0x2069: None})


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_refuses_with_the_sentence_of_the_server(open_page, language: str) -> None:
    refused = [case for case in CASES + INVALID + MORE if case[2] is None]
    found = open_page("/widgets", language).evaluate(READ, [list(case) for case in refused])
    with use(PREFERENCES[language]):
        for (text, calendar, _), read in zip(refused, found, strict=True):
            with pytest.raises(ValueError, match=r"\w") as refusal:
                parse_date(text, calendar)
            assert without_isolates(read["error"]) == without_isolates(str(refusal.value)), text


def test_writes_dates_as_the_server_prints_them(open_page) -> None:
    days = [dt.date(2025, 3, 20), dt.date(1991, 8, 3), dt.date(2026, 11, 24), dt.date(2024, 2, 29)]
    styles = {"input": "short", "long": "long", "full": "full"}
    for language, preferences in PREFERENCES.items():
        page = open_page("/widgets", language)
        for calendar in ("jalali", "gregorian", "hijri"):
            for style, of_server in styles.items():
                found = page.evaluate(
                    """async ([isos, calendar, style]) => {
                  const { writeDate, writeInput } = await import(`${modules}/dates.js`);
                  const { dayOfIso } = await import(`${modules}/calendars.js`);
                 const write = (day) => style === "input" ? writeInput(day, calendar) : writeDate(day, calendar, style);
                  return isos.map(dayOfIso).map(write);
                }""",
                    [[day.isoformat() for day in days], calendar, style],
                )
                locale = preferences.formatting_locale
                assert found == [format_date(day, locale, calendar, of_server) for day in days], (
                    language,
                    calendar,
                    style,
                )
