"""National, tax and bank identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.errors import LanguageError
from core.language.identifiers import KINDS, check, doubts, grouped, kind_named, normalise
from tests.core.language.vectors import load

VECTORS = load("identifiers")
VALID = [case for case in VECTORS["vectors"] if case["valid"]]
INVALID = [case for case in VECTORS["vectors"] if not case["valid"]]


#: With a sum that every wrong digit changes; mod 11 does not promise that.
SUMMED = ("ir_bank_card", "ir_sheba", "iban", "sa_id_luhn", "ae_emirates_id_luhn")


def describe(case):
    return f"{case['kind']} {case.get('value') or ascii(case.get('input'))}"


@pytest.mark.parametrize("case", VALID, ids=describe)
def test_accepts(case):
    number = check(case["kind"], case["value"])
    assert check(case["kind"], number) == number
    assert number.isascii()


@pytest.mark.parametrize("case", INVALID, ids=describe)
def test_refuses(case):
    with pytest.raises(LanguageError) as refusal:
        check(case["kind"], case["value"])
    is_luhn = case["kind"].endswith("_luhn") and refusal.value.code == "check_digit"
    assert refusal.value.warning == (is_luhn or case["kind"] == "kw_civil_id")
    assert refusal.value.warning or "WARN" not in case["note"]
    assert case["value"] not in str(refusal.value)


@pytest.mark.parametrize("case", VECTORS["normalise"], ids=describe)
def test_normalises(case):
    is_import = "import" in case.get("note", "")
    assert check(case["kind"], case["input"], restore_zeros=is_import) == case["normalised"]
    assert normalise(case["kind"], case["input"], is_import) == case["normalised"]


def test_zeros_come_back_on_import_only_and_only_to_a_valid_id():
    with pytest.raises(LanguageError, match="10 digits"):
        check("ir_national_id", "684159414")
    assert check("ir_national_id", "684159414", restore_zeros=True) == "0684159414"
    assert normalise("ir_national_id", "684159415", restore_zeros=True) == "684159415"


def test_every_kind_of_the_policy_is_known():
    assert set(VECTORS["policy"]) <= set(KINDS)
    assert {case["kind"] for case in VECTORS["vectors"]} <= set(KINDS)


def test_sixteen_zeros_are_no_card():
    with pytest.raises(LanguageError):
        check("ir_bank_card", "0" * 16)


def test_kinds_name_their_country():
    assert kind_named("sa_vat").country == "SA"
    assert kind_named("iban").country == ""
    with pytest.raises(ValueError, match="no such kind"):
        check("shoe_size", "42")


@pytest.mark.parametrize("number", ["BE68539007547034", "ES9121000418450200051332", "XK051212012345678906"])
def test_an_iban_needs_no_bank_that_a_library_knows(number):
    assert check("iban", number) == number


def test_accounts_of_countries_outside_the_register_are_ibans_too():
    assert check("iban", "IR82 0540 1026 8002 0817 9090 02") == "IR820540102680020817909002"
    assert check("iban", "MA64 0115 1900 0001 2050 0053 4921") == "MA64011519000001205000534921"
    assert check("iban", "DZ58 0002 1000 0111 3000 0005 70") == "DZ580002100001113000000570"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("ae_trn", "100 1234 5678 9012", "100123456789012"),
        ("om_vat", "om1100012345", "OM1100012345"),
        ("sa_unified_700", "7001234567", "7001234567"),
        ("tn_matricule", "1234567/m/a/e/001", "1234567MAE001"),
    ],
)
def test_kinds_of_which_only_the_shape_is_known(kind, value, expected):
    assert check(kind, value) == expected


def test_a_card_of_an_unknown_bank_is_doubted_not_refused():
    assert doubts("ir_bank_card", check("ir_bank_card", "6037701689095443")) == ()
    assert [str(doubt) for doubt in doubts("ir_bank_card", check("ir_bank_card", "4111111111111111"))] == [
        "The bank of this card is not known."
    ]


def test_long_numbers_are_shown_in_groups():
    assert grouped("iban", "SA0380000000608010167519") == "SA03 8000 0000 6080 1016 7519"
    assert grouped("sa_vat", "310122393500003") == "310122393500003"


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=80))
def test_any_text_is_an_identifier_or_refused(kind, text):
    try:
        number = check(kind, text)
    except LanguageError as refusal:
        number = None
        message = str(refusal)
    assert message if number is None else check(kind, number) == number


@given(st.sampled_from([case for case in VALID if case["kind"] in SUMMED]), st.data())
def test_one_wrong_digit_is_found(case, data):
    """Luhn and mod 97 find every single slip."""
    kind = case["kind"]
    number = check(kind, case["value"])
    place = data.draw(st.sampled_from([place for place, char in enumerate(number) if char.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    slipped = number[:place] + other + number[place + 1 :]
    with pytest.raises(LanguageError):
        check(kind, slipped)
