"""Short words in a search: names and numbers of two letters each are found, in any order."""

from __future__ import annotations

import pytest

from core.testing import Site

PATH = "/contacts/contact"


@pytest.mark.parametrize(
    ("asked", "found"),
    [("KH-77", {"Li Xu"}), ("kh 77", {"Li Xu"}), ("xu li", {"Li Xu"}), ("Li Xu", {"Li Xu"}), ("li", {"Li Xu", "Lina"}),
     ("۷۷ kh", set()), ("xu", set()), ("li zz", set())],
)  # fmt: skip
def test_words_of_two_letters(site: Site, asked: str, found: set[str]) -> None:
    api = site.api()
    api.create("contacts.contact", name="Li Xu", email="one@x.example", number="KH-77")
    api.create("contacts.contact", name="Lina", email="two@x.example", number="AB-12")
    assert {row["name"] for row in api.get(f"{PATH}?q={asked}")["data"]} == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [("C-00005", {"Sara"}), ("c 00005", {"Sara"}), ("00005", {"Sara"}), ("۰۰۰۰۵", {"Sara"}), ("0000", {"Sara", "Omar"}),
     ("021 8888 1234", {"Omar"}), ("021-88881234", {"Omar"}), ("02188881234", {"Omar"}), ("0912", {"Sara"}),
     ("00982188881234", {"Omar"}), ("sara 00005", {"Sara"}), ("00006", set())],
)  # fmt: skip
def test_numbers_that_begin_with_zeros(site: Site, asked: str, found: set[str]) -> None:
    """What a telephone leaves out is left out; the number of a client stays what it is."""
    api = site.api()
    api.create("contacts.contact", name="Sara", phone="+989123456789", number="C-00005")
    api.create("contacts.contact", name="Omar", phone="+982188881234", number="C-00007")
    assert {row["name"] for row in api.get(f"{PATH}?q={asked}")["data"]} == found
