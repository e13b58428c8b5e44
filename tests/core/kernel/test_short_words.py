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
