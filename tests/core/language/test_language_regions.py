"""Countries, and what is usual in each."""

import pytest

from core.language.preferences import Preferences
from core.language.region_defaults import preferences_for, timezone_of, week_start_of, weekend_of
from core.language.regions import country_choices, country_code, country_codes, country_name
from core.language.text import sort_key
from tests.core.language.vectors import load

WEEKS = load("calendars")["week_data"]["by_country"]


@pytest.mark.parametrize("country", WEEKS)
def test_weeks(country):
    first, weekend = WEEKS[country]
    assert week_start_of(country) == first
    assert weekend_of(country) == set(weekend)


@pytest.mark.parametrize(
    "text", ["SA", "sa", "Saudi Arabia", "السعودية", "السعوديه", "المملكة العربية السعودية", "عربستان سعودی", "KSA"]
)
def test_countries_are_recognised_in_every_language(text):
    assert country_code(text) == "SA"


def test_what_is_no_country_is_not_guessed():
    assert country_code("Atlantis") is country_code("") is country_code("EU") is None


def test_there_are_249_countries_each_with_three_names():
    assert len(country_codes()) == 249
    assert [country_name("EG", language) for language in ("ar", "fa", "en")] == ["مصر", "مصر", "Egypt"]
    assert country_name("XX", "en") == "XX"


def test_every_name_leads_back_to_its_country():
    for language in ("ar", "fa", "en"):
        for code, name in country_choices(language):
            assert country_code(name) == code


def test_choices_are_in_the_order_of_the_language():
    names = [name for __, name in country_choices("fa")]
    assert names == sorted(names, key=lambda name: sort_key(name, "fa"))
    assert names[0].startswith("آ")


def test_usual_preferences():
    assert preferences_for("IR") == Preferences(
        "fa", "IR", "jalali", "arabext", "Asia/Tehran", week_start=6, weekend=frozenset({5})
    )
    assert preferences_for("SA") == Preferences(
        "ar", "SA", "gregorian", "arab", "Asia/Riyadh", week_start=7, weekend=frozenset({5, 6})
    )
    assert preferences_for("", "fa").calendar == "jalali", "no country: that of most Persian readers"
    assert preferences_for("SA", "fa").calendar == "gregorian"
    assert preferences_for("AE", "en") == Preferences("en", "AE", timezone="Asia/Dubai")


def test_zones_of_other_countries():
    assert timezone_of("FR") == "Europe/Paris"
    assert timezone_of("US") == "America/New_York"
    assert timezone_of("AQ") == "UTC"
