"""One value has one text (AUD-01)."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core.audit.canonical import canonical_json, changes_text, clean_text, decimal_text, instant_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": {"d": 2, "c": 3}}, '{"a":{"c":3,"d":2},"b":1}'),
        ({"name": (None, "محمد علی")}, '{"name":[null,"محمد علی"]}'),
        ([Decimal("1.50"), Decimal("1.5000"), Decimal("15E-1")], '["1.5","1.5","1.5"]'),
        ([Decimal("1E+3"), Decimal("-0.00"), Decimal("0.0001")], '["1000","0","0.0001"]'),
        ([dt.date(2026, 3, 21), dt.time(9, 30)], '["2026-03-21","09:30:00"]'),
        (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), '"2026-01-02T03:04:05.000000Z"'),
        ([True, None, 0, -7, 2**62, 0.1, 1e22], "[true,null,0,-7,4611686018427387904,0.1,1e+22]"),
        ('"\\/\n\t\x00\x1f\x7f\u2028', '"\\"\\\\/\\n\\t\\u0000\\u001f\x7f\u2028"'),
        (Markup("<b>"), '"<b>"'),
    ],
)  # fmt: skip
def test_known_texts(value: object, text: str) -> None:
    assert canonical_json(value) == text


def test_the_order_of_keys_does_not_matter() -> None:
    there = {"phone": (None, "1"), "email": (None, "2"), "_reason": (None, "3")}
    assert changes_text(there) == changes_text(dict(reversed(there.items())))


def test_moments_are_written_in_utc() -> None:
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    assert instant_text(dt.datetime(2026, 1, 2, 6, 34, 5, 6, tzinfo=tehran)) == "2026-01-02T03:04:05.000006Z"


def test_both_ways_to_write_a_letter_give_one_text() -> None:
    composed, decomposed = "\u0622", "\u0627\u0653"
    assert composed != decomposed
    assert canonical_json({decomposed: [decomposed]}) == canonical_json({composed: [composed]})
    assert clean_text(decomposed) == composed


def test_half_a_surrogate_pair_is_replaced_rather_than_losing_the_entry() -> None:
    assert canonical_json({"login": [None, "a\ud800b"]}) == '{"login":[null,"a\ufffdb"]}'
    assert clean_text("a\ud800\x00b") == "a\ufffdb"


@pytest.mark.parametrize(
    "value",
    [b"file body", object(), dt.datetime(2026, 1, 2), Decimal("NaN"), {1: 2}, 2**70],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json({"field": [None, value]} if not isinstance(value, dict) else value)


def test_passwords_and_tokens_are_masked_whoever_passes_them() -> None:
    text = changes_text({"password": (None, "s3cret"), "token": ("t0ken", None), "name": ("A", "B")})
    assert json.loads(text) == {"password": [None, "•"], "token": ["•", None], "name": ["A", "B"]}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.from_regex(r"[a-z_.]{1,12}", fullmatch=True), st.tuples(VALUES, VALUES), max_size=6))
def test_the_text_is_what_any_json_library_would_write(changes: dict[str, tuple[object, object]]) -> None:
    text = canonical_json(changes)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert canonical_json(json.loads(text)) == text


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=4))
def test_the_text_of_a_decimal_is_its_exact_value(number: Decimal) -> None:
    assert Decimal(decimal_text(number)) == number
    assert decimal_text(number) == decimal_text(number.normalize())
