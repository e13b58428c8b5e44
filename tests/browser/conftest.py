"""The sample company served for real, and people who use it in a browser that notes every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.person import Person, Profiles
from tests.support.browser import Chromium
from tests.support.databases import Databases
from tests.support.live import Live, serving

As = Callable[..., Person]


@pytest.fixture(scope="session")
def live(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The sample company on SQLite, shared by all tests: each changes only records of its own."""
    with serving(databases, "sqlite", tmp_path_factory.mktemp("live") / "instance") as made:
        yield made
        assert made.failures == []


@pytest.fixture
def profiles(chromium: Chromium) -> Profiles:
    return Profiles(chromium)


@pytest.fixture
def someone(profiles: Profiles) -> Iterator[Callable[..., Person]]:
    """`someone(live, "sara.ahmadi", "fa")`: a colleague in a tab of his own; faults of scripts fail the test."""
    people: list[Person] = []

    def come(live: Live, name: str = "", language: str = "", **options: object) -> Person:
        people.append(Person(profiles, live, name, language, **options))
        return people[-1]

    yield come
    faults = [fault for person in people for fault in person.faults]
    for person in people:
        person.leave()
    assert faults == []
