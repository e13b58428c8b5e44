"""P12: a figure is the number of records of the list behind it, by whatever field of the sample company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa

from core import query
from core.auth.display import user_preferences
from core.entity.spec import EntitySpec
from core.language.i18n import current as preferences
from core.language.preferences import use
from core.registry import current
from core.testing import Site, open_site
from core.ui import board_fields, group_fields, report_build
from tests.support import live
from tests.support.databases import Databases

ENTITIES = ("contacts.contact", "contacts.company", "activities.activity")
#: So many groups of a report are compared, those with the most records and those with the fewest.
MOST = 12


@pytest.fixture
def everybody(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Site]:
    """The sample company with several categories and spellings, as its administrator sees it."""
    folder = tmp_path / "instance"
    url = live.copied(databases, database_kind, folder)
    site = open_site(url, folder)
    with site.unit() as opened:
        admin = opened.execute(sa.text("SELECT id FROM core_user WHERE email LIKE 'sara.ahmadi@%'")).scalar_one()
    values = {"contacts.identity": "either", "contacts.national_id_check": "refuse", "contacts.many_categories": "1"}
    assert site.client(admin).post("/settings/general", values).status_code == 303
    api = site.api(admin)
    first, second = (row["id"] for row in api.get("/contacts/category?limit=2")["data"])
    for number, (city, main, more) in enumerate((("Yazdan", first, [second]), ("yazdan", second, [first]),
                                                ("YAZDAN", first, []), ("yazdan", None, [first, second]))):  # fmt: skip
        api.create("contacts.contact", name=f"Zahir {number}", email=f"zahir{number}@example.com", city=city,
                   category_id=main, more_categories=more)  # fmt: skip
    with site.unit(admin), use(user_preferences(admin)):
        yield site
    site.app.engine.dispose()
    databases.drop(url)


def _ends(rows: Any) -> Any:
    return rows if len(rows) <= MOST else [*rows[:MOST // 2], *rows[-MOST // 2:]]


def _everything(spec: EntitySpec) -> query.ListQuery:
    return query.parse_args(spec, (), preferences())


def _of_condition(spec: EntitySpec, where: Any) -> int:
    return query.count(replace(_everything(spec), where=(where,)))


def _fields_of_reports(spec: EntitySpec) -> list[str]:
    found: list[str] = []
    for f in report_build.groupable(spec):
        found += [f"{f.name}:{step}" for step, _words in report_build.steps(f)] \
            if f.type.name in group_fields.DATES else [f.name]  # fmt: skip
    return found


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_figure_is_the_number_of_records_behind_it(everybody: Site, entity: str, subtests: pytest.Subtests) -> None:
    spec = current().entity(entity)
    names = _fields_of_reports(spec)
    compared = 0
    for first, second in zip(names, [*names[1:], names[0]], strict=True):
        for groups in ((first,), (first, second)):
            asked = report_build.Question(spec, None, groups, ("count",), ())
            with subtests.test(groups=groups):
                for row in _ends(asked.figures(asked.of_list())):
                    if href := report_build.behind(asked, row):
                        given = parse_qsl(urlsplit(href).query)
                        assert query.count(query.parse_args(spec, given, preferences())) == row["count"], href
                        compared += 1
    assert compared > 100
    for name, _label in group_fields.options(spec):
        with subtests.test(heads=name):
            for row in _ends(query.aggregate(_everything(spec), (name,), ("count",), preferences())):
                where = group_fields.condition(spec, name, group_fields.key_of(row[name]))
                assert _of_condition(spec, where) == row["count"], row
    for f in board_fields.board_fields(spec):
        with subtests.test(columns=f.name):
            rows = query.aggregate(_everything(spec), (f.name,), ("count",), preferences())
            counts = {row[f.name]: row["count"] for row in rows}
            slots = board_fields.slots_of(f, counts)
            for slot in slots:
                assert _of_condition(spec, board_fields.condition(spec, f, slot)) == counts.get(slot.value, 0), slot
            assert {slot.value for slot in slots} >= counts.keys()


def test_a_text_is_one_group_in_all_its_spellings(everybody: Site) -> None:
    spec = current().entity("contacts.contact")
    asked = report_build.Question(spec, None, ("city", "category_id"), ("count",), (("name__startswith", "Zahir"),))
    rows = asked.figures(asked.of_list())
    assert {row["city"] for row in rows} == {"yazdan"}, "called as most records spell it"
    assert sum(row["count"] for row in rows) == 4
    for row in rows:
        given = parse_qsl(urlsplit(report_build.behind(asked, row)).query)
        assert query.count(query.parse_args(spec, given, preferences())) == row["count"], row
