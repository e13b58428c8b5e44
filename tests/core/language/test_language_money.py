"""Currencies and amounts in words: rules M6 to M8 and M12."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import words_ar, words_en, words_fa
from core.language.currencies import (
    currency_code,
    currency_exponent,
    currency_name,
    currency_names,
    currency_sign,
    display_decimals,
    is_currency,
    rial_to_toman,
    round_money,
    tax_amount,
    toman_to_rial,
)
from core.language.currency_nouns import arabic_currency, arabic_part
from core.language.numbers import amount_in_words
from tests.core.language.vectors import load

VECTORS = load("numbers")


@pytest.mark.parametrize("currency", VECTORS["currency_decimals"]["values"])
def test_decimals(currency):
    expected = VECTORS["currency_decimals"]["values"][currency]
    assert currency_exponent(currency) == expected["iso4217"]
    assert display_decimals(currency) == expected["cldr"]


@pytest.mark.parametrize("case", VECTORS["tax"], ids=lambda case: case["net"])
def test_tax(case):
    net = Decimal(case["net"])
    tax = tax_amount(net, Decimal(case["rate"]), "XXX", case["decimals"])
    assert str(tax) == case["vat"]
    assert str(net + tax) == case["gross"]


def test_money_rounds_to_the_unit_of_its_currency():
    assert str(round_money(Decimal("1.0005"), "KWD")) == "1.001"
    assert str(round_money(Decimal("1.005"), "SAR")) == "1.01"
    assert str(round_money(Decimal("1.5"), "JPY")) == "2"


@pytest.mark.parametrize("case", VECTORS["toman"], ids=lambda case: case["rial"])
def test_toman(case):
    assert str(rial_to_toman(Decimal(case["rial"]))) == case["toman"]
    assert str(toman_to_rial(Decimal(case["toman"]))) == case["rial"]


def test_currencies_are_recognised_by_code_and_name():
    assert currency_code("sar") == currency_code("ريال سعودي") == currency_code("Saudi Riyal") == "SAR"
    assert currency_code("ریال ایران") == "IRR"
    assert currency_code("ريال") is currency_code("zzz") is currency_code("") is None
    assert is_currency("KWD")
    assert not is_currency("DEM")


def test_currencies_have_names_and_signs():
    assert currency_name("USD", "fa") == "دلار آمریکا"
    assert currency_name("XYZ", "ar") == "XYZ"
    assert set(currency_names("ar")) == set(currency_names("en"))
    assert currency_sign("SAR", "ar_SA") == "ر.س"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        ("19400.50", "SAR", "ar", "تسعة عشر ألفًا وأربعمائة ريال سعودي وخمسون هللة"),
        ("19400.50", "SAR", "en", "Nineteen thousand four hundred Saudi riyals and fifty halalas"),
        ("19400.50", "SAR", "fa", "نوزده هزار و چهارصد ریال سعودی و پنجاه هلله"),
        ("1234500", "IRR", "fa", "یکصد و بیست و سه هزار و چهارصد و پنجاه تومان"),
        ("1234505", "IRR", "fa", "یکصد و بیست و سه هزار و چهارصد و پنجاه تومان و پنج ریال"),
        ("123450", "IRT", "fa", "یکصد و بیست و سه هزار و چهارصد و پنجاه تومان"),
        ("5", "IRR", "fa", "پنج ریال"),
        ("0", "IRR", "fa", "صفر تومان"),
        ("100", "IRR", "en", "One hundred Iranian rials"),
        ("0", "SAR", "ar", "صفر ريال سعودي"),
        ("1", "SAR", "ar", "ريال سعودي واحد"),
        ("2", "SAR", "ar", "ريالان سعوديان"),
        ("3", "SAR", "ar", "ثلاثة ريالات سعودية"),
        ("11", "SAR", "ar", "أحد عشر ريالًا سعوديًا"),
        ("99", "SAR", "ar", "تسعة وتسعون ريالًا سعوديًا"),
        ("100", "SAR", "ar", "مائة ريال سعودي"),
        ("103", "SAR", "ar", "مائة وثلاثة ريالات سعودية"),
        ("200", "SAR", "ar", "مائتا ريال سعودي"),
        ("2000", "SAR", "ar", "ألفا ريال سعودي"),
        ("12000", "SAR", "ar", "اثنا عشر ألف ريال سعودي"),
        ("200000", "SAR", "ar", "مائتا ألف ريال سعودي"),
        ("1", "SYP", "ar", "ليرة سورية واحدة"),
        ("5", "SYP", "ar", "خمس ليرات سورية"),
        ("21", "SYP", "ar", "إحدى وعشرون ليرة سورية"),
        ("2.02", "SYP", "ar", "ليرتان سوريتان وقرشان"),
        ("3.003", "KWD", "ar", "ثلاثة دنانير كويتية وثلاثة فلوس"),
        ("-7.25", "USD", "ar", "سالب سبعة دولارات أمريكية وخمسة وعشرون سنتًا"),
        ("-7.25", "USD", "fa", "منفی هفت دلار آمریکا و بیست و پنج سنت"),
        ("1.01", "USD", "en", "One US dollar and one cent"),
        ("-0.001", "USD", "en", "Zero US dollars"),
        ("1.005", "SAR", "en", "One Saudi riyal and one halala"),
        ("5.5", "CHF", "en", "Five Swiss francs and 50/100"),
    ],
)
def test_amounts_in_words(amount, currency, language, expected):
    assert amount_in_words(Decimal(amount), currency, language) == expected


def test_amounts_can_be_closed():
    assert amount_in_words(Decimal("1.5"), "SAR", "ar", closed=True) == "ريال سعودي واحد وخمسون هللة لا غير"
    assert amount_in_words(2, "SAR", "en", closed=True) == "Two Saudi riyals only"


def test_a_tag_with_a_region_will_do():
    assert amount_in_words(2, "SAR", "ar-SA") == "ريالان سعوديان"
    assert amount_in_words(2, "SAR", "de") == "Two Saudi riyals"


def test_rials_can_be_told_in_either_unit():
    assert amount_in_words(20, "IRR", "fa", toman=False) == "بیست ریال"
    assert amount_in_words(20, "IRR", "ar", toman=True) == "تومانان"


def test_more_than_there_are_words_for_is_refused():
    with pytest.raises(ValueError, match="large"):
        amount_in_words(10**18, "SAR", "ar")


def test_a_text_that_is_no_amount_is_refused():
    with pytest.raises(ValueError, match="abc"):
        amount_in_words("abc", "SAR", "ar")


@given(st.integers(0, 10**18 - 1))
def test_every_number_has_words_of_its_own_language(n):
    for module, letters in ((words_ar, "ء-ي"), (words_fa, "آ-ی"), (words_en, "a-z-")):
        words = module.number_words(n)
        assert words
        assert "  " not in words
        assert words == words.strip(), letters


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_different_numbers_have_different_words(one, other):
    for module in (words_ar, words_fa, words_en):
        assert (module.number_words(one) == module.number_words(other)) == (one == other)


def test_every_arabic_currency_has_all_its_forms():
    for currency in VECTORS["currency_decimals"]["values"]:
        if currency not in ("ILS", "JPY"):
            assert all(arabic_currency(currency)[:4])
            assert all(arabic_part(currency)[:4])
