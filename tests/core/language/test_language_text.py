"""Search keys and cleaning: rules N1 to N10 and B11."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.folding import CONTEXT_DEPENDENT, FoldTable, fold
from core.language.learning_table import LARGEST
from core.language.text import (
    MAX_SEARCH_INPUT,
    clean,
    clean_multiline,
    compact_key,
    escape_like,
    key_version,
    search_key,
)
from tests.core.language.vectors import load

VECTORS = load("text_normalisation")
KEYS = {"search": (search_key,), "compact": (compact_key,), "search and compact": (search_key, compact_key)}

#: Letters, marks and controls whose fold depends on what stands beside them, among all others.
TRICKY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aAéيیكکاآأةهۀ\u0653\u0654\u0301\u0308\u0345\u3099か각가शि'ʼ \t\u200c\u200f\ufe7c٪۱²½µÅΐøß"),
    ),
    max_size=30,
)


@pytest.mark.parametrize("case", VECTORS["normal_form"], ids=lambda case: case["id"])
def test_normal_form(case):
    assert search_key(case["input"]) == case["search_key"]
    assert compact_key(case["input"]) == case["compact_key"]


@pytest.mark.parametrize("case", VECTORS["must_match"], ids=lambda case: case["id"])
def test_the_same_name_has_one_key(case):
    for key in KEYS[case["level"]]:
        assert key(case["a"]) == key(case["b"])


@pytest.mark.parametrize("case", VECTORS["must_not_match"], ids=lambda case: case["id"])
def test_different_names_keep_different_keys(case):
    for key in KEYS[case["level"]]:
        assert key(case["a"]) != key(case["b"])


def follow_rules(text):
    """The rules over a whole text, without the table that search_key uses for speed."""
    return " ".join(unicodedata.normalize("NFC", fold(text)).split())


@given(TRICKY)
def test_the_fast_way_gives_what_the_rules_say(text):
    assert search_key(text) == follow_rules(text)


@given(TRICKY)
def test_keys_are_stable(text):
    key = search_key(text)
    assert search_key(key) == key
    compact = compact_key(text)
    assert compact_key(compact) == compact
    assert " " not in compact


@given(st.text(max_size=200))
def test_keys_can_be_stored_and_hold_no_upper_case(text):
    key = search_key(text)
    key.encode("utf-8")
    assert key == key.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in key)


def test_every_character_has_a_key():
    for code in [*range(0x10000), *range(0x10000, 0x110000, 97)]:
        key = search_key(chr(code))
        assert key.encode("utf-8").decode("utf-8") == key


def test_what_the_tables_remember_is_bounded():
    table = FoldTable()
    for code in range(LARGEST + 500):
        assert chr(code).translate(table) == fold(chr(code)) or chr(code).translate(table) == CONTEXT_DEPENDENT
    assert len(table) == LARGEST


def test_white_space_of_every_kind_separates_words():
    assert search_key("شارع\nالملك\tفهد\u2029٧") == "شارع الملك فهد 7"


def test_a_very_long_text_is_cut_before_it_grows():
    key = search_key("\ufdfa" * 1_000_000)
    assert len(key) <= 18 * MAX_SEARCH_INPUT + MAX_SEARCH_INPUT


def test_the_version_names_the_unicode_data():
    assert key_version.endswith(unicodedata.unidata_version)


def test_clean_keeps_letters_and_zwnj():
    assert clean("  می\u200cخواهم  ") == "می\u200cخواهم"
    assert clean("كريمي") == "كريمي"


def test_clean_removes_what_deceives():
    assert clean("exe\u202efdp") == "exefdp"
    assert clean("\u2067a\u2069\u200b\ufeff\u061cb\u200e") == "ab"
    assert clean("a\x00b\x9fc\ud800") == "abc"
    assert clean("one\r\ntwo") == "one two"


def test_clean_composes():
    assert clean("Mu\u0308ller") == "Müller"


def test_clean_of_notes_keeps_lines_and_marks():
    assert clean_multiline("\ufeffa\r\nb\u200f\tc\x07\n") == "a\nb\u200f\tc"


@given(st.text())
def test_clean_gives_one_printable_line(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert not any(unicodedata.category(char) == "Cc" for char in cleaned)


def test_like_wildcards_are_escaped():
    assert escape_like(r"100%_\x") == r"100\%\_\\x"
