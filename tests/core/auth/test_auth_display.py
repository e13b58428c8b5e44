"""How things are shown: the user's setting, else the organisation's, else the country's usage (D1, P50)."""

from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from core.auth.display import Display, preferences_of, user_preferences
from core.auth.models import User
from core.db import unit_of_work


@pytest.mark.parametrize(
    ("language", "country", "digits", "calendar"),
    [("fa", "IR", "arabext", "jalali"), ("ar", "EG", "arab", "gregorian"), ("ar", "MA", "latn", "gregorian"),
     ("en", "IR", "latn", "jalali"), ("ar", "SA", "arab", "gregorian"), ("en", "", "latn", "gregorian")],
)  # fmt: skip
def test_digits_follow_language_and_country_and_the_calendar_the_country(language, country, digits, calendar):
    preferences = Display(region=country).preferences(language)
    assert (preferences.digits, preferences.calendar) == (digits, calendar)
    assert preferences.language == language


def test_digits_follow_another_language_in_the_address_unless_chosen():
    usual, chosen = Display(region="IR", chosen_language="fa"), Display(region="IR", digits="latn")
    assert usual.preferences().digits == "arabext"
    assert usual.preferences("en").digits == "latn"
    assert chosen.preferences("fa").digits == "latn"


def test_a_time_zone_that_is_no_more_does_not_stop_the_page():
    assert Display(region="IR", timezone="Atlantis/Capital").preferences().timezone == "Asia/Tehran"


def test_week_and_weekend_follow_the_country_until_the_user_says_otherwise():
    assert Display(region="SA").preferences("ar").week_start == 7
    own = Display(region="SA", week_start=1).preferences("ar")
    assert (own.week_start, own.weekend) == (1, frozenset({5, 6}))


def test_three_users_of_one_organisation_see_it_three_ways(company):
    home = company.organisation(country="IR", language="fa", timezone="Asia/Tehran")
    plain = company.user("a@example.com", organisations=[home])
    own = {"language": "en", "calendar": "gregorian", "timezone": "Europe/London", "week_start": "1"}
    english = company.user("b@example.com", organisations=[home], **own, theme="dark", density="compact")
    arabic = company.user("c@example.com", organisations=[home], language="ar", calendar="hijri", digits="arab")
    seen = [company.identify(company.session(user).token) for user in (plain, english, arabic)]
    shown = [(i.preferences.locale, i.preferences.calendar, i.preferences.digits, i.preferences.timezone,
              i.preferences.week_start, i.theme, i.density) for i in seen]  # fmt: skip
    assert shown == [
        ("fa_IR", "jalali", "arabext", "Asia/Tehran", 6, "auto", "comfortable"),
        ("en_IR", "gregorian", "latn", "Europe/London", 1, "dark", "compact"),
        ("ar_IR", "hijri", "arab", "Asia/Tehran", 6, "auto", "comfortable"),
    ]


def test_of_all_organisations_only_those_of_the_users_are_read(company):
    _first, second, third = (company.organisation(country=one) for one in ("IR", "EG", "SA"))
    user, free = company.user("a@example.com", organisations=[third, second]), company.user("b@example.com")
    with unit_of_work(company.engine) as opened:
        found = preferences_of([user, free])
        assert {one: found[one].region for one in found} == {user: "EG", free: "IR"}
        opened.execute = Mock(wraps=opened.execute)
        assert user_preferences(user).region == "EG"
    read = str(opened.execute.call_args_list[-1].args[0])
    assert "core_organisation.id IN" in read


def test_the_users_own_language_can_be_told_from_the_organisations(company):
    home = company.organisation(language="ar")
    user = company.user(organisations=[home])
    made = company.session(user)
    assert company.identify(made.token).display.chosen_language == ""
    assert company.identify(made.token).preferences.language == "ar"
    company.execute(sa.update(User.__table__).values(language="fa"))
    assert company.identify(made.token).display.chosen_language == "fa"
