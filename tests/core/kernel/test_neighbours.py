"""A record's place in a list: on both databases, in any order, with empty values, after it left the list."""

from __future__ import annotations

import pytest

from core import query, records
from core.language.i18n import Preferences, use
from core.registry import current as registry
from core.testing import Site, counted_queries

READER = Preferences(language="fa")
NAMES = ("آرش", "باران", "پویا", "پویا", "رها", "گیتا", "هما")
CITIES = (None, "ب", None, "الف", "ب", None, "ج")
ORDERS = ("name", "-name", "city", "-city", "city,-name", "-city,name", "created_at", "-created_at", "owner_id,city")


@pytest.fixture
def people(site: Site) -> list[int]:
    with site.unit():
        made = records.save_many(
            "contacts.contact",
            [
                records.Change(values={"name": name, "email": f"p{number}@peyk.example", "city": city, "status": "new"})
                for number, (name, city) in enumerate(zip(NAMES, CITIES, strict=True))
            ],
        )
        return [int(change.id or 0) for change in made]


def asked(*args: tuple[str, str]) -> query.ListQuery:
    return query.parse_args(registry().entity("contacts.contact"), args, READER)


@pytest.mark.parametrize("order", ORDERS)
def test_every_record_has_the_neighbours_the_list_shows(site: Site, people: list[int], order: str) -> None:
    with site.unit(), use(READER):
        ids = [row["id"] for row in query.fetch(asked(("sort", order))).rows]
        for place, record_id in enumerate(ids):
            found = query.neighbours(asked(("sort", order)), record_id)
            assert found is not None
            assert (found.position, found.total) == (place + 1, len(people))
            assert found.previous == (ids[place - 1] if place else None)
            assert found.next == (ids[place + 1] if place + 1 < len(ids) else None)


def test_conditions_and_search_of_the_list_hold(site: Site, people: list[int]) -> None:
    with site.unit(), use(READER):
        found = query.neighbours(asked(("q", "پویا"), ("sort", "name")), people[3])
        assert found is not None
        assert (found.position, found.total, found.previous, found.next) == (2, 2, people[2], None)


def test_a_record_that_left_the_list_keeps_its_neighbours(site: Site, people: list[int]) -> None:
    """Its status was changed on its page: the way to the next one must not be lost."""
    with site.unit(), use(READER):
        records.update("contacts.contact", people[4], {"status": "lost"})
        found = query.neighbours(asked(("status", "new"), ("sort", "name")), people[4])
        assert found is not None
        assert (found.position, found.total) == (0, 6)
        assert (found.previous, found.next) == (people[3], people[5])


def test_nothing_is_told_of_records_out_of_reach(site: Site, people: list[int]) -> None:
    mine = site.user("own@example.com", "sales_representative")
    with site.unit():
        records.update("contacts.contact", people[1], {"owner_id": mine})
        records.update("contacts.contact", people[5], {"owner_id": mine})
    with site.unit(mine), use(READER):
        assert query.neighbours(asked(("sort", "name")), people[3]) is None
        found = query.neighbours(asked(("sort", "name")), people[1])
        assert found is not None
        assert (found.position, found.total, found.next) == (1, 2, people[5])


def test_it_costs_a_handful_of_short_questions(site: Site, people: list[int]) -> None:
    with site.unit(), use(READER), counted_queries(site.app) as seen:
        query.neighbours(asked(("sort", "-created_at")), people[3])
    assert len(seen) <= 9
