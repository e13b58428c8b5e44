"""What follows from a country, as values of an organisation."""

from __future__ import annotations

from core.language.region_defaults import currency_of, preferences_for

NAMES = ("currency", "calendar", "digits", "week_start", "weekend", "timezone")


def usual_values(country: str, language: str) -> dict[str, str]:
    """Currency, calendar, digits, week and time zone that are usual in a country, read in a language."""
    usual = preferences_for(country, language)
    return {
        "currency": currency_of(country),
        "calendar": usual.calendar,
        "digits": usual.digits,
        "week_start": str(usual.week_start),
        "weekend": "".join(str(day) for day in sorted(usual.weekend)) or "0",
        "timezone": usual.timezone,
    }
