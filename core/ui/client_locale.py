"""What scripts must know of the reader to draw dates, digits and messages: the block ``#dw-locale`` of every page.

The page prints it once, as data that is never executed::

    <script type="application/json" id="dw-locale">{{ client_locale_json() }}</script>

Its shape (``static/js/locale.js`` reads it)::

    {
      "language": "fa", "timezone": "Asia/Tehran",
      "digits": "۰۱۲۳۴۵۶۷۸۹",                    ten characters, zero first
      "decimal": "٫",
      "calendar": "jalali",                        the reader's own
      "calendars": ["jalali", "gregorian", "hijri"],   to choose from, his own first
      "second_calendar": "jalali",                 the hint under a Gregorian date; "" = none
      "week_start": 6, "weekend": [5],             ISO weekdays, 1 Monday to 7 Sunday
      "weekdays": ["دوشنبه", …], "weekdays_short": ["د", …],       from Monday
      "weekday_words": {"دوشنبه": 1, …},          folded, in every language: understood before a typed date
      "day_words": {"فردا": 1, …},                 folded, in every language: a date by its distance from today
      "months": {"jalali": [["فروردین"], …], …},   the name shown first, then those also understood
      "eras": {"hijri": ["هـ"], …},                may follow a typed date
      "patterns": {"jalali": {"input": "{year}/{month}/{day}", "long": "{day} {month} {year}",
                    "full": "…", "plain": "…"}, …},    plain = long without the era
      "sprite": "/static/vendor/icons/sprite.svg?v=…",
      "messages": {"date_open": "…", …}            sentences with {placeholders}
    }
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from core.language.calendar_names import day_words_by_key, weekdays_by_key
from core.language.calendars import date_patterns, era_names, month_spellings, weekday_names
from core.language.digits import FAMILIES
from core.language.i18n import Catalogues, current, installed
from core.language.number_symbols import symbols
from core.language.preferences import CALENDARS, Preferences
from core.ui.assets import asset
from core.ui.client_messages import MESSAGES

#: The calendar that readers of a language know beside the Gregorian one.
_SECOND = {"fa": "jalali", "ar": "hijri"}


class _Printed(NamedTuple):
    """The finished blocks of one set of translations, by reader."""

    catalogues: Catalogues
    blocks: dict[Preferences, Markup]


_printed = _Printed(installed(), {})


def client_locale_json() -> Markup:
    """The block of the reader in force as the page prints it: kept, since it took a millisecond of every page."""
    global _printed
    catalogues, preferences = installed(), current()
    if _printed.catalogues is not catalogues:
        _printed = _Printed(catalogues, {})
    blocks = _printed.blocks
    if preferences not in blocks:
        blocks[preferences] = htmlsafe_json_dumps(client_locale(preferences))
    return blocks[preferences]


def client_locale(preferences: Preferences | None = None) -> dict[str, Any]:
    """The block for one reader, by default the one in force. Its messages are in the language in force."""
    preferences = preferences or current()
    language, locale = preferences.language, preferences.locale
    return {
        "language": language,
        "timezone": preferences.timezone,
        "digits": FAMILIES[preferences.digits],
        "decimal": symbols(locale, preferences.digits).decimal,
        "calendar": preferences.calendar,
        "calendars": list(dict.fromkeys((preferences.calendar, *_order(language)))),
        "second_calendar": _second(preferences),
        "week_start": preferences.week_start,
        "weekend": sorted(preferences.weekend),
        "weekdays": weekday_names(locale),
        "weekdays_short": weekday_names(locale, "narrow"),
        "weekday_words": weekdays_by_key(),
        "day_words": day_words_by_key(),
        "months": {calendar: month_spellings(calendar, locale) for calendar in CALENDARS},
        "eras": {calendar: era_names(calendar) for calendar in CALENDARS},
        "patterns": {calendar: _patterns(locale, calendar) for calendar in CALENDARS},
        "sprite": asset("vendor/icons/sprite.svg"),
        "messages": {name: str(text) for name, text in MESSAGES.items()},
    }


def _patterns(locale: str, calendar: str) -> dict[str, str]:
    """What the picker writes into the field is the short form, as the server writes it when the form is shown."""
    styles = date_patterns(locale, calendar)
    before_year, year, _era = styles["long"].partition("{year}")
    return {"input": styles["short"], "long": styles["long"], "full": styles["full"], "plain": before_year + year}


def _order(language: str) -> tuple[str, ...]:
    second = _SECOND.get(language)
    return tuple(sorted(CALENDARS, key=lambda name: (name != second, name != "gregorian")))


def _second(preferences: Preferences) -> str:
    if preferences.calendar != "gregorian":
        return preferences.calendar
    return _SECOND.get(preferences.language, "")
