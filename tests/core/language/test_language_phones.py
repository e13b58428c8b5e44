"""Phone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.direction import isolate_ltr
from core.language.errors import LanguageError
from core.language.phones import example_phone, format_phone, parse_phone, phone_country, phone_type
from tests.core.language.vectors import load

VECTORS = load("phones")
VALID = [case for case in VECTORS["vectors"] if case["e164"]]
INVALID = [case for case in VECTORS["vectors"] if not case["e164"]]


def describe(case):
    return f"{case['input']!a} {case['default_country']}"


@pytest.mark.parametrize("case", VALID, ids=describe)
def test_reads(case):
    number = parse_phone(case["input"], case["default_country"])
    assert number == case["e164"]
    assert phone_type(number) == case["type"]
    assert parse_phone(number, None) == number


@pytest.mark.parametrize("case", INVALID, ids=describe)
def test_refuses(case):
    with pytest.raises(LanguageError) as refusal:
        parse_phone(case["input"], case["default_country"])
    assert refusal.value.warning
    # In a sentence from right to left its groups would change places.
    assert isolate_ltr(example_phone(case["default_country"])) in str(refusal.value)


@pytest.mark.parametrize("case", VECTORS["same_number"], ids=lambda case: case["b"])
def test_the_same_number_is_recognised(case):
    country = case["default_country"]
    assert parse_phone(case["a"], country) == parse_phone(case["b"], country)


@pytest.mark.parametrize("case", VECTORS["display"], ids=lambda case: case["e164"])
def test_shows(case):
    assert format_phone(case["e164"]) == case["international"]
    assert format_phone(case["e164"], country=phone_country(case["e164"])) == case["national"]


def test_without_a_country_only_international_numbers_are_read():
    assert parse_phone("+966 50 123 4567", "") == "+966501234567"
    assert parse_phone("00966501234567", None) == "+966501234567"
    with pytest.raises(LanguageError):
        parse_phone("0501234567", None)


def test_a_zero_zero_is_understood_where_another_prefix_is_dialled():
    assert parse_phone("00966501234567", "US") == "+966501234567"


@pytest.mark.parametrize(
    "text", ["+966 (0) 50 123 4567", "(050) 123-4567", "٠٠٩٦٦٥٠١٢٣٤٥٦٧", "＋966501234567", "050.123.4567"]
)
def test_usual_ways_of_writing_are_read(text):
    assert parse_phone(text, "SA") == "+966501234567"


@pytest.mark.parametrize("text", ["0501234567 ext 5", "tel 0501234567", "+966501234567;0501234568", "966 50 123 4567+"])
def test_anything_beside_the_number_is_refused(text):
    with pytest.raises(LanguageError):
        parse_phone(text, "SA")


def test_a_country_may_be_unknown_or_in_small_letters():
    assert parse_phone("0501234567", "sa") == "+966501234567"
    with pytest.raises(LanguageError):
        parse_phone("0501234567", "ZZ")


def test_an_italian_zero_belongs_to_the_number():
    assert parse_phone("06 6982", "IT") == "+39066982"


def test_arabic_readers_see_latin_digits_persian_readers_their_own():
    assert format_phone("+966501234567", "arab") == "+966 50 123 4567"
    assert format_phone("+989123456789", "arabext") == "+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹"


def test_what_is_no_number_is_shown_as_typed():
    assert format_phone("call the office") == "call the office"
    assert format_phone("+000") == "+000"
    assert phone_type("x") is phone_country("x") is None


@given(st.text(alphabet="+0123456789 -()/.٠١٢۳۴۵abcE\u200e", max_size=45), st.sampled_from(["IR", "SA", "EG", None]))
def test_any_text_is_a_number_or_refused(text, country):
    try:
        number = parse_phone(text, country)
    except LanguageError as refusal:
        number = None
        message = str(refusal)
    assert message if number is None else parse_phone(number) == number
