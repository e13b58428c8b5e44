"""Sort keys: rules S1 to S5."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.sorting import FAMILIES
from core.language.text import sort_key, sort_keys
from tests.core.language.vectors import load

VECTORS = load("collation")
#: PostgreSQL refuses index entries above this.
LARGEST_KEY = 2700


def shuffled(names, seed=0):
    """The same names in another order, so that none stands right by staying where it was."""
    return random.Random(seed).sample(names, len(names))


def primary(text, language):
    """The key without what breaks ties."""
    return sort_key(text, language).split(b"\0")[0]


@pytest.mark.parametrize("case", VECTORS["lists"], ids=lambda case: case["id"])
def test_lists_sort_as_their_readers_expect(case):
    for seed in range(3):
        names = shuffled(case["input"], seed)
        assert sorted(names, key=lambda name: sort_key(name, case["locale"])) == case["expected"]


@pytest.mark.parametrize("case", VECTORS["adjacent"], ids=lambda case: case["a"])
def test_spellings_of_one_name_stand_together(case):
    language = case["locale"]
    before, after = (sort_key(name, language) for name in case["between"])
    assert primary(case["a"], language) == primary(case["b"], language)
    for name in (case["a"], case["b"]):
        assert before < sort_key(name, language) < after


def test_classes_follow_each_other():
    expected = {
        "fa": [" ", "-", "2", "10", "ب", "b", "б"],
        "ar": [" ", "-", "2", "10", "ب", "b", "б"],
        "en": [" ", "-", "2", "10", "b", "ب", "б"],
    }
    for language, texts in expected.items():
        assert sorted(shuffled(texts), key=lambda text: sort_key(f"x{text}x", language)) == texts


def test_signs_follow_cldr():
    signs = [
        "_",
        "-",
        ",",
        "،",
        ";",
        "؛",
        ":",
        "!",
        "?",
        "؟",
        ".",
        '"',
        "(",
        "@",
        "*",
        "/",
        "&",
        "#",
        "%",
        "+",
        "<",
        "~",
        "$",
        "€",
    ]
    assert sorted(shuffled(signs), key=lambda sign: sort_key(f"a{sign}", "en")) == signs


def test_numbers_sort_by_value_in_any_digits():
    names = ["item 0", "item ۲", "item 007", "item ١٠", "item 123456789012345678901234567890"]
    assert sorted(shuffled(names), key=lambda name: sort_key(name, "en")) == names


def test_ties_are_broken_by_the_folded_text_then_capitals_first():
    names = ["Resume", "resume", "Résumé", "résumé"]
    assert sorted(shuffled(names), key=lambda name: sort_key(name, "en")) == names


def test_alef_with_madda_comes_first_however_it_is_encoded():
    assert primary("آرش", "fa") == primary("ا\u0653رش", "fa") < primary("ابراهیم", "fa")


def test_letters_of_neighbours_stand_beside_their_like():
    names = ["تاج", "ٹیپو", "ثریا", "دانش", "ڈار", "ذاکر"]
    assert sorted(shuffled(names), key=lambda name: sort_key(name, "fa")) == names


def test_a_region_does_not_change_the_family():
    assert sort_key("هما b", "fa-IR") == sort_key("هما b", "fa_AF") == sort_key("هما b", "fa")


def test_an_unknown_language_sorts_as_english():
    assert sort_key("سارا b", "de") == sort_key("سارا b", "en")


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_order_is_total(one, other):
    for language in FAMILIES:
        assert (sort_key(one, language) == sort_key(other, language)) == (one == other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_beginning_sorts_before_the_whole(text, rest):
    for language in FAMILIES:
        start, whole = f"{text.strip()}q", f"{text.strip()}q {rest}q"
        assert primary(start, language) < primary(whole, language)


@given(st.text())
def test_all_keys_at_once_are_the_same_keys(text):
    assert sort_keys(text) == tuple(sort_key(text, language) for language in FAMILIES)


def test_keys_fit_into_an_index():
    for text in ("\ufdfa" * 10_000, "9" * 10_000, "\U0001f469" * 10_000, "ẞ" * 10_000, "\ud800" * 500):
        assert all(len(key) < LARGEST_KEY for key in sort_keys(text))


def test_every_character_has_a_key():
    for code in [*range(0, 0x10000, 3), *range(0x10000, 0x110000, 997)]:
        for key in sort_keys(f"a{chr(code)}"):
            assert key
