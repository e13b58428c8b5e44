"""What is usual in a country: language, calendar, digits, zone, first weekday and weekend (D1, D6).

Defaults only: an organisation may set its own, a user his own. Weeks and weekends are CLDR's, calendars too:
Jalali in Iran and Afghanistan, Gregorian elsewhere, also in Saudi Arabia since CLDR 46.
"""

from __future__ import annotations

from core.language.number_symbols import default_digits
from core.language.preferences import Preferences

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 1, 4, 5, 6, 7

_SATURDAY_FIRST = frozenset("AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY".split())
_SUNDAY_FIRST = frozenset(
    "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE "
    "PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW".split()
)
_FRIDAY_SATURDAY = frozenset("BH DZ EG IL IQ JO KW LY OM QA SA SD SY YE".split())
_WEEKENDS = {
    "AF": frozenset({THURSDAY, FRIDAY}),
    "IR": frozenset({FRIDAY}),
    "IN": frozenset({SUNDAY}),
    "UG": frozenset({SUNDAY}),
}

_ARABIC = frozenset("AE BH DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SY TN YE".split())
_PERSIAN = frozenset("IR AF".split())
_JALALI = frozenset("IR AF".split())
#: Where most readers of a language live, when its usage is the same nowhere else: CLDR's likely subtags.
_HOMES = {"fa": "IR"}

_ZONES = {
    "AE": "Asia/Dubai", "AF": "Asia/Kabul", "BH": "Asia/Bahrain", "DZ": "Africa/Algiers", "EG": "Africa/Cairo",
    "EH": "Africa/El_Aaiun", "GB": "Europe/London", "IQ": "Asia/Baghdad", "IR": "Asia/Tehran", "JO": "Asia/Amman",
    "KM": "Indian/Comoro", "KW": "Asia/Kuwait", "LB": "Asia/Beirut", "LY": "Africa/Tripoli",
    "MA": "Africa/Casablanca", "MR": "Africa/Nouakchott", "OM": "Asia/Muscat", "PK": "Asia/Karachi",
    "PS": "Asia/Gaza", "QA": "Asia/Qatar", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SY": "Asia/Damascus",
    "TN": "Africa/Tunis", "TR": "Europe/Istanbul", "YE": "Asia/Aden",
}  # fmt: skip
#: Where most people of a country with several zones live.
_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "FM": "Pacific/Chuuk", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip


def week_start_of(country: str) -> int:
    """ISO weekday on which weeks begin."""
    if country in _SATURDAY_FIRST:
        return SATURDAY
    if country == "MV":
        return FRIDAY
    return SUNDAY if country in _SUNDAY_FIRST else MONDAY


def weekend_of(country: str) -> frozenset[int]:
    """ISO weekdays off."""
    if country in _FRIDAY_SATURDAY:
        return frozenset({FRIDAY, SATURDAY})
    return _WEEKENDS.get(country, frozenset({SATURDAY, SUNDAY}))


def language_of(country: str) -> str:
    """The language of ours that is usual there."""
    if country in _ARABIC:
        return "ar"
    return "fa" if country in _PERSIAN else "en"


def calendar_of(country: str) -> str:
    """The civil calendar."""
    return "jalali" if country in _JALALI else "gregorian"


def currency_of(country: str) -> str:
    """The ISO 4217 code of the money in use there; empty where it is not known."""
    # Babel is heavy; organisations are set up seldom.
    from babel.numbers import get_territory_currencies

    codes = get_territory_currencies(country) if country else []
    return codes[0] if codes else ""


def timezone_of(country: str) -> str:
    """The zone of a country, of several the one with most people; UTC where none is known here."""
    return _ZONES.get(country) or _MAIN_ZONES.get(country) or _single_zone(country)


def _single_zone(country: str) -> str:
    # Babel is heavy; organisations are set up seldom.
    from babel.core import get_global

    zones = get_global("territory_zones").get(country, [])
    return zones[0] if len(zones) == 1 else "UTC"


def preferences_for(country: str, language: str | None = None) -> Preferences:
    """The usual preferences in `country`, in its language or in `language`.

    Without a country Persian readers have the calendar and the week of Iran; the zone is UTC for everybody.
    """
    chosen = language or language_of(country)
    home = country or _HOMES.get(chosen, "")
    return Preferences(
        language=chosen,
        region=country,
        calendar=calendar_of(home),
        digits=default_digits(f"{chosen}_{country}" if country else chosen),
        timezone=timezone_of(country),
        week_start=week_start_of(home),
        weekend=weekend_of(home),
    )
