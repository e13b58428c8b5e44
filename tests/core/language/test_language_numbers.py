"""Reading and writing numbers: rules M1 to M7 and M11."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.digits import FAMILIES, to_family, to_latin
from core.language.i18n import Preferences
from core.language.numbers import format_number, format_percent, latin_digits, parse_number, parse_percent
from core.language.rounding import round_half_up
from tests.core.language.vectors import load

VECTORS = load("numbers")
REFUSED = [case for case in VECTORS["parse"] if case["expect"] is None]
READ = [case for case in VECTORS["parse"] if case["expect"] is not None]
LOCALES = (
    "fa-IR",
    "fa-AF",
    "ar-EG",
    "ar-SA",
    "ar-AE",
    "ar-MA",
    "ar-DZ",
    "ar-TN",
    "ar-LB",
    "en-US",
    "en-GB",
    "tr",
    "de",
)

numbers = st.decimals(
    min_value=Decimal("-999999999999999999"), max_value=Decimal("999999999999999999"), places=4, allow_nan=False
)


def describe(case):
    return ascii(case["input"]) + case["decimal_separator"]


@pytest.mark.parametrize("case", READ, ids=describe)
def test_reads(case):
    assert str(parse_number(case["input"], case["decimal_separator"])) == case["expect"]


@pytest.mark.parametrize("case", REFUSED, ids=describe)
def test_refuses(case):
    with pytest.raises(ValueError, match=r"number|large|figures only"):
        parse_number(case["input"], case["decimal_separator"])


@pytest.mark.parametrize(
    "text",
    ["1" * 400, "0." + "1" * 400, "5٫5٫5", "1,234٫5", "1 234,567", "- 5", "5+", "(5)-", "0,125", "0 125", "۰٬۱۲۵"],
)
def test_refuses_more(text):
    separator = "," if text == "1,234٫5" else "."
    with pytest.raises(ValueError, match=r"number|large|figures only"):
        parse_number(text, separator)


def test_leading_zeros_do_not_count_as_digits():
    assert parse_number("000000000000000000042") == 42


def test_an_unknown_separator_is_a_fault():
    with pytest.raises(ValueError, match="separator"):
        parse_number("1", ";")


@pytest.mark.parametrize("case", VECTORS["format"], ids=lambda case: f"{case['value']} {case['locale']} {case['kind']}")
def test_writes(case):
    if case["kind"] == "percent":
        written = format_percent(Decimal(case["value"]) * 100, case["locale"])
    else:
        written = format_number(Decimal(case["value"]), case["locale"], case["fraction_digits"])
    assert written == case["expect_without_bidi_marks"]


@given(numbers, st.sampled_from(LOCALES), st.sampled_from(sorted(FAMILIES)))
def test_what_is_written_can_be_read(number, locale, digits):
    written = format_number(number, f"{locale}-u-nu-{digits}")
    plain = locale.replace("-", "_").partition("_")
    separator = "," if plain[0] in ("tr", "de") else Preferences(plain[0], plain[2]).decimal_separator
    assert parse_number(written, separator) == number


@given(numbers)
def test_every_family_of_digits_is_read_alike(number):
    for family in FAMILIES:
        assert parse_number(to_family(str(number), family)) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text):
    try:
        number = parse_number(text)
    except ValueError as error:
        number = None
        message = str(error)
    assert message if number is None else abs(number) < 10**18


def test_digits_of_a_locale_can_be_chosen():
    assert format_number(1234, "fa-IR-u-nu-latn") == "1,234"
    assert format_number(1234, "en-US-u-nu-arabext") == "۱٬۲۳۴"


def test_decimals_without_a_wish_are_those_there_are():
    assert format_number(Decimal("1234.5000"), "en-US") == "1,234.5"
    assert format_number(Decimal("0.123456789"), "en-US") == "0.123456789"


def test_rounding_is_half_up_and_leaves_no_negative_zero():
    assert format_number(Decimal("1.0005"), "en-US", 0) == "1.001"
    assert format_number(Decimal("-0.0004"), "en-US", 0) == "0"


@pytest.mark.parametrize(
    ("locale", "currency", "expected"),
    [
        ("en-US", "USD", "-$1,234.50"),
        ("en-US", "SAR", "-SAR\u00a01,234.50"),
        ("ar-SA", "SAR", "-١٬٢٣٤٫٥٠\u00a0ر.س"),
        ("ar-KW", "KWD", "-١٬٢٣٤٫٥٠٠\u00a0د.ك"),
        ("ar-MA", "MAD", "-1.234,50\u00a0د.م"),
        ("fa-IR", "IRR", "−ریال\u00a0۱٬۲۳۴٫۵۰"),
    ],
)
def test_amounts_with_their_currency(locale, currency, expected):
    assert format_number(Decimal("-1234.5"), locale, currency=currency) == expected


def test_a_rial_has_no_decimals_to_show_but_those_that_there_are():
    assert format_number(Decimal("250.0000"), "fa-IR", currency="IRR") == "ریال\u00a0۲۵۰"
    assert format_number(Decimal("250.5"), "en-US", currency="IQD") == "IQD\u00a0250.500"


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("۵۰۰ هزار", "500,000"),
        ("5 million", "5,000,000"),
        ("٥ ملايين", "5,000,000"),
        ("۲٫۵ میلیون تومان", "25,000,000"),
        ("2 میلیون و 500 هزار", "2,500,000"),
        ("SAR 1,200.50", "1,200.5"),
        ("١٥ ألف دينار كويتي", "15,000"),
    ],
)
def test_who_writes_words_is_told_how_to_write_it_in_figures(text, figures):
    with pytest.raises(ValueError, match=r"figures only") as refused:
        parse_number(text)
    assert str(refused.value).endswith(f": {figures}")


def test_words_that_are_no_part_of_an_amount_are_not_read():
    for text in ("5 apples", "call 5 million", "million", "5 million 12/5"):
        with pytest.raises(ValueError, match="is not a number"):
            parse_number(text)


def test_amounts_with_other_decimals():
    assert format_number(Decimal("1234.5"), "en-US", 0, "USD") == "$1,235"


@pytest.mark.parametrize(
    ("text", "number"),
    [("15", "15"), ("١٥", "15"), ("15%", "15"), ("٪۱۵", "15"), ("% 15", "15"), ("15 ٪", "15"), ("-5%", "-5"),
     ("\u200f١٥٪\u061c", "15"), ("12.5٪", "12.5")],
)  # fmt: skip
def test_reads_percent(text, number):
    assert parse_percent(text) == Decimal(number)


@pytest.mark.parametrize("text", ["%", "15%%", "1%5", "%15%", "", "15‰"])
def test_refuses_percent(text):
    with pytest.raises(ValueError, match="number"):
        parse_percent(text)


@pytest.mark.parametrize("case", VECTORS["rounding"], ids=lambda case: f"{case['value']} {case['currency']}")
def test_rounds_half_up(case):
    assert str(round_half_up(Decimal(case["value"]), case["decimals"])) == case["half_up"]


def test_rounds_numbers_of_any_length():
    assert round_half_up(Decimal("123456789012345678901234567890.125"), 2) == Decimal(
        "123456789012345678901234567890.13"
    )


def test_digits_of_every_script_become_latin():
    assert latin_digits("۱۲٣٤५६７") == "1234567"
    assert to_latin("²½") == "²½"


def test_not_a_number_cannot_be_written():
    with pytest.raises(ValueError, match="NaN"):
        format_number(Decimal("NaN"), "en-US")
    with pytest.raises(ValueError, match="12x"):
        format_number("12x", "en-US")


def test_an_odd_locale_never_reaches_the_files():
    with pytest.raises(ValueError, match="locale"):
        format_number(1, "../../etc/passwd")
