"""Writing dates and times: our own patterns, for Babel knows one calendar and one family of digits (D5).

Styles: `short` is all figures and can be read back by parse_date, `medium` and `long` name the month, `full`
also the weekday. A locale may name its digits (`ar-EG-u-nu-latn`). What is written has no direction marks.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from core.language.calendar_names import month_names, short_month_names, weekday_names
from core.language.calendar_systems import GREGORIAN, Calendar, Parts, calendar_named
from core.language.digits import to_family
from core.language.errors import LanguageError
from core.language.number_symbols import babel_locale, split_locale
from core.language.preferences import Preferences, current
from core.language.timezones import local

STYLES: tuple[str, ...] = ("short", "medium", "long", "full")

_SHORT = {"fa": "{year}/{month}/{day}", "ar": "{day}/{month}/{year}", "en": "{year}-{month}-{day}"}
_FULL = {"fa": "{weekday} {date}", "ar": "{weekday}، {date}", "en": "{weekday} {date}"}
_DATE_TIME = {"fa": "{date}، ساعت {time}", "ar": "{date}، {time}", "en": "{date}, {time}"}
#: Printed after a date with a month name, where the month alone does not tell the calendar.
_ERAS = {
    ("ar", "hijri"): " هـ", ("ar", "jalali"): " هـ.ش", ("fa", "hijri"): " قمری",
    ("en", "hijri"): " AH", ("en", "jalali"): " AP",
}  # fmt: skip
#: English readers who put the month first; CLDR's plain `en` does too.
_MONTH_FIRST = frozenset({"en", "en_US", "en_PH", "en_PR", "en_GU"})
_AM_PM = {"ar": ("ص", "م"), "fa": ("ق.ظ.", "ب.ظ."), "en": ("AM", "PM")}


def _language(locale: str) -> str:
    language = locale.partition("_")[0]
    return language if language in _SHORT else "en"


@lru_cache(maxsize=256)
def date_patterns(locale: str, calendar: str) -> dict[str, str]:
    """The patterns of `locale` by style, with {year} {month} {day} {weekday}; `short` has two digits each."""
    bare = split_locale(locale)[0]
    language = _language(bare)
    if language == "en" and bare in _MONTH_FIRST:
        dated, full = "{month} {day}, {year}", "{weekday}, {month} {day}, {year}"
    else:
        dated = "{day} {month} {year}"
        full = _FULL[language].replace("{date}", dated)
    era = _ERAS.get((language, calendar), "")
    short = _SHORT[language]
    if calendar != "gregorian" and language == "en":
        short = short.replace("-", "/")  # a hyphen would make it look like ISO 8601
    return {"short": short, "medium": dated + era, "long": dated + era, "full": full + era}


@lru_cache(maxsize=4096)
def format_date(date: dt.date, locale: str, calendar: str, style: str = "short") -> str:
    """`date` in `calendar` for readers of `locale`. A day beyond the calendar is written in Gregorian."""
    if style not in STYLES:
        raise ValueError(f"no such date style: {style!r}")
    base, digits = split_locale(locale)
    system, (year, month, day) = _parts(date, calendar)
    pattern = date_patterns(base, system.name)[style]
    if style == "short":
        return to_family(pattern.format(year=f"{year:04}", month=f"{month:02}", day=f"{day:02}"), digits)
    names = short_month_names if style == "medium" else month_names
    name = names(system.name, base)[month - 1]
    weekday = weekday_names(base)[date.isoweekday() - 1]
    return to_family(pattern.format(year=year, month=name, day=day, weekday=weekday), digits)


@lru_cache(maxsize=1024)
def format_date_range(first: dt.date, last: dt.date, locale: str, calendar: str, style: str = "long") -> str:
    """Two days and those between, the month and year that they share told once: `۷ تا ۱۳ آذر ۱۴۰۵`.

    What stands between them is CLDR's for the language and region, of which Babel knows the Gregorian calendar alone.
    """
    base, digits = split_locale(locale)
    (begin_system, begin), (system, end) = _parts(first, calendar), _parts(last, calendar)
    if first == last or begin_system is not system:
        ends = dict.fromkeys(format_date(day, locale, calendar, style) for day in (first, last))
        return _between(base, "y").join(ends)
    names = (short_month_names if style == "medium" else month_names)(system.name, base)
    pattern = date_patterns(base, system.name)[style]
    differs = "y" if begin.year != end.year else "M" if begin.month != end.month else "d"
    opening = pattern.removesuffix(_ERAS.get((_language(base), system.name), ""))
    if differs != "y":
        opening = opening.replace(", {year}", "").replace(" {year}", "")
    if differs == "d":
        is_month_first = opening.startswith("{month}")
        opening = opening if is_month_first else "{day}"
        pattern = pattern.replace("{month} ", "") if is_month_first else pattern

    def written(shape: str, day: Parts) -> str:
        return shape.format(year=day.year, month=names[day.month - 1], day=day.day)

    return to_family(written(opening, begin) + _between(base, differs) + written(pattern, end), digits)


@lru_cache(maxsize=256)
def _between(base: str, differs: str) -> str:
    """What stands between the ends of a range whose day, month or year differs: ` تا `, `–`."""
    opening: str = babel_locale(base).interval_formats["yMMMd"][differs][0]
    return opening[max(opening.rfind(part) for part in "dMLy") + 1 :]


def _parts(date: dt.date, calendar: str) -> tuple[Calendar, Parts]:
    system = calendar_named(calendar)
    try:
        return system, system.parts(date)
    except LanguageError:
        return GREGORIAN, GREGORIAN.parts(date)


@lru_cache(maxsize=256)
def has_half_day_clock(locale: str) -> bool:
    """Whether readers of `locale` count hours to twelve (CLDR); for Arabic only, the others read 24 hours."""
    return _language(locale) == "ar" and "h" in babel_locale(locale).time_formats["short"].pattern


def format_time(time: dt.time | dt.datetime, locale: str, style: str = "short", seconds: bool = False) -> str:
    """`14:30` in the locale's digits; in other styles than short, `٢:٣٠ م` where clocks have twelve hours."""
    base, digits = split_locale(locale)
    tail = f":{time.second:02}" if seconds else ""
    if style == "short" or not has_half_day_clock(base):
        return to_family(f"{time.hour:02}:{time.minute:02}{tail}", digits)
    half = _AM_PM[_language(base)][time.hour >= 12]
    return to_family(f"{time.hour % 12 or 12}:{time.minute:02}{tail} {half}", digits)


def format_datetime(
    instant: dt.datetime,
    preferences: Preferences | None = None,
    style: str = "short",
    seconds: bool = False,
) -> str:
    """An aware instant on the reader's clock and calendar; without `preferences` the current reader's."""
    reader = preferences or current()
    there = local(instant, reader.timezone)
    locale = reader.formatting_locale
    date = format_date(there.date(), locale, reader.calendar, style)
    time = format_time(there, locale, style, seconds)
    if style == "short":
        return f"{date} {time}"
    return _DATE_TIME[_language(reader.locale)].format(date=date, time=time)


def format_month(year: int, month: int, locale: str, calendar: str) -> str:
    """`اسفند ۱۴۰۳`, `March 2025`: the title of a month."""
    base, digits = split_locale(locale)
    era = _ERAS.get((_language(base), calendar), "")
    return to_family(f"{month_names(calendar, base)[month - 1]} {year}{era}", digits)


def format_year(year: int, locale: str) -> str:
    """A year in the locale's digits, without group marks."""
    return to_family(str(year), split_locale(locale)[1])
