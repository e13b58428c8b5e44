"""Direction: isolates in plain text, hidden controls, digits that keep their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.direction import (
    FSI,
    LRI,
    PDI,
    RLI,
    digits_of,
    direction_of,
    first_strong,
    isolate,
    isolate_ltr,
    isolated,
    show_hidden,
    strip_controls,
    value_direction,
)
from tests.core.language.vectors import load

CASES = load("bidi")["cases"]
MAKE = {FSI: isolate, LRI: isolate_ltr}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_isolates_stand_around_the_inserted_values(case):
    """Cut the expected text at its isolates, make each of them anew, and put it together."""
    built, rest = "", case["isolated"]
    while starts := [place for place in (rest.find(FSI), rest.find(LRI)) if place >= 0]:
        start = min(starts)
        inner, after = rest[start + 1 :].split(PDI, 1)
        built += rest[:start] + MAKE[rest[start]](inner)
        rest = after
    assert built + rest == case["isolated"]
    assert strip_controls(case["isolated"]) == case["raw"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("phone", "+966 50 123 4567", f"{LRI}+966 50 123 4567{PDI}"),
        ("phone", "+٩٦٦ ٥٠ ١٢٣", f"{LRI}+966 50 123{PDI}"),
        ("code", "INV-٠٠١", f"{LRI}INV-001{PDI}"),
        ("money", "-١٢٣٤٫٥", f"{LRI}-١٢٣٤٫٥{PDI}"),
        ("percent", "١٥٪", f"{RLI}١٥٪{PDI}"),
        ("percent", "۱۵٪", f"{LRI}۱۵٪{PDI}"),
        ("text", "شركة النور", f"{FSI}شركة النور{PDI}"),
        ("text", f"a{PDI}\u202eb", f"{FSI}ab{PDI}"),
    ],
)
def test_values_get_the_isolate_of_their_kind(kind, value, expected):
    assert isolated(value, kind) == expected


@given(st.text())
def test_nothing_leaks_out_of_an_isolate(text):
    assert strip_controls(isolate(text)[1:-1]) == isolate(text)[1:-1]


def test_direction_follows_the_language():
    assert [direction_of(tag) for tag in ("ar", "fa-IR", "AR_EG", "en", "de")] == ["rtl", "rtl", "rtl", "ltr", "ltr"]


def test_direction_of_values():
    assert value_direction("phone") == "ltr"
    assert value_direction("name") == "auto"
    assert value_direction("percent", "٨٠٪") == "rtl"
    assert value_direction("percent", "۸۰٪") == "ltr"


def test_codes_keep_latin_digits_in_arabic():
    assert digits_of("phone", "arab") == "latn"
    assert digits_of("phone", "arabext") == "arabext"
    assert digits_of("money", "arab") == "arab"


def test_first_strong_letter():
    assert [first_strong(text) for text in ("12 شركة a", "(a) شركة", "12-3")] == ["rtl", "ltr", None]


def test_hidden_controls_become_visible():
    assert show_hidden("exe\u202efdp\u200b\ufeff") == r"exe\u202efdp\u200b\ufeff"
    assert show_hidden("می\u200cخواهم\nکتاب\u200cها") == "می\u200cخواهم\nکتاب\u200cها"
    assert show_hidden("ad\u200cmin \u200dx\r\0") == r"ad\u200cmin \u200dx\u000d\u0000"
