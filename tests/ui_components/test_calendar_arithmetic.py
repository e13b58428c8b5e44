"""The browser's calendars against the libraries of the server, day by day and month by month (D3, D4)."""

from __future__ import annotations

import datetime as dt

from hijridate import Hijri, ummalqura
from persiantools.jdatetime import JalaliDate

from frontend.hijri_months import TARGET, render

EPOCH = dt.date(1970, 1, 1)
ALL_MONTHS = """async ([name, first, last]) => {
  const { CALENDARS } = await import(`${modules}/calendars.js`);
  const rows = [];
  for (let year = first; year <= last; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      rows.push([CALENDARS[name].toDay({ year, month, day: 1 }), CALENDARS[name].monthLength(year, month)]);
    }
  }
  return rows;
}"""
WRONG_DAYS = """async ([name, first, last]) => {
  const { CALENDARS } = await import(`${modules}/calendars.js`);
  const calendar = CALENDARS[name];
  const wrong = [];
  let expected = calendar.toDay({ year: first, month: 1, day: 1 });
  for (let year = first; year <= last; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      for (let day = 1; day <= calendar.monthLength(year, month); day += 1, expected += 1) {
        const read = calendar.fromDay(expected);
        if (read.year !== year || read.month !== month || read.day !== day) wrong.push([year, month, day]);
      }
    }
  }
  return wrong;
}"""


def test_committed_hijri_table_is_what_the_library_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == render()


def test_jalali_months_of_1300_to_1500_agree_with_the_server(open_page) -> None:
    found = open_page("/widgets").evaluate(ALL_MONTHS, ["jalali", 1300, 1500])
    expected = [
        [(JalaliDate(year, month, 1).to_gregorian() - EPOCH).days, JalaliDate.days_in_month(month, year)]
        for year in range(1300, 1501)
        for month in range(1, 13)
    ]
    assert found == expected


def test_hijri_months_of_the_whole_table_agree_with_the_server(open_page) -> None:
    first, last = ummalqura.HIJRI_RANGE[0][0], ummalqura.HIJRI_RANGE[1][0]
    found = open_page("/widgets").evaluate(ALL_MONTHS, ["hijri", first, last])
    expected = [
        [(Hijri(year, month, 1).to_gregorian() - EPOCH).days, Hijri(year, month, 1).month_length()]
        for year in range(first, last + 1)
        for month in range(1, 13)
    ]
    assert found == expected


def test_every_day_comes_back_from_its_number(open_page) -> None:
    page = open_page("/widgets")
    assert page.evaluate(WRONG_DAYS, ["jalali", 1300, 1500]) == []
    assert page.evaluate(WRONG_DAYS, ["hijri", 1343, 1500]) == []
    assert page.evaluate(WRONG_DAYS, ["gregorian", 1900, 2100]) == []


def test_the_2820_year_rule_is_not_used(open_page) -> None:
    leap = open_page("/widgets").evaluate("""async () => {
      const { CALENDARS } = await import(`${modules}/calendars.js`);
      return Array.from({ length: 80 }, (none, index) => 1370 + index).filter(CALENDARS.jalali.isLeap);
    }""")
    assert leap == [1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432,
                    1436, 1441, 1445, 1449]
