"""A field that an admin added is a field like any other: in the API, form, list, filter, order, search, audit, history,
files, figures and descriptions, for every usable type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core import registry as registries
from core.testing import Site, counted_queries

COMPANY = "/contacts/company"
SIZES = {"small": "Small", "medium": "Medium", "large": "Large"}


def add_common(site: Site) -> None:
    site.add_field("contacts.company", "shirt_size", "choice", choices=SIZES, filter=True,
                   label={"en": "Shirt size", "ar": "مقاس القميص", "fa": "سایز پیراهن"})
    site.add_field("contacts.company", "nickname", filter=True)
    site.add_field("contacts.company", "score", "number", scale=2, filter=True, in_reports=True)
    site.add_field("contacts.company", "visited_on", "date", filter=True)
    site.add_field("contacts.company", "vip", "bool", filter=True)


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer["data"]]


def test_values_go_in_and_out_of_the_api_under_custom(site: Site) -> None:
    add_common(site)
    api = site.api()
    given = {"shirt_size": "medium", "nickname": "Ali", "score": "12.50", "visited_on": "2026-11-21", "vip": True}
    made = api.create("contacts.company", name="One", custom=given)
    assert made["custom"] == given
    assert api.get(f"{COMPANY}/{made['id']}")["custom"] == given
    changed = api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"score": "13", "nickname": None}}).get_json()
    assert changed["custom"] == {**given, "score": "13.00", "nickname": None}
    row = api.get(f"{COMPANY}?fields=custom.score,name")["data"][0]
    assert row["custom"] == {"score": "13.00"}
    other = api.create("contacts.company", name="Two")
    assert other["custom"] == {**dict.fromkeys(given), "vip": False}


def test_what_is_wrong_stands_beside_its_key(site: Site) -> None:
    add_common(site)
    api = site.api()
    wrong = {"shirt_size": "huge", "score": 1.5, "visited_on": "yesterday", "vip": "perhaps", "unknown": 1}
    answer = api.call("POST", COMPANY, {"name": "One", "custom": wrong}, **{"Accept-Language": "fa"})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {f"custom.{key}" for key in wrong if key != "shirt_size"}
    answer = api.call("POST", COMPANY, {"name": "One", "custom": {"shirt_size": "huge"}})
    assert list(answer.get_json()["errors"]) == ["custom.shirt_size"]
    assert api.call("POST", COMPANY, {"name": "One", "custom": 5}).get_json()["errors"].keys() == {"custom"}
    assert api.get(COMPANY)["total"] == 0


def test_filters_and_orders(site: Site) -> None:
    add_common(site)
    api = site.api()
    api.create("contacts.company", name="A", custom={"score": "2.5", "nickname": "علي", "shirt_size": "small",
                                                     "visited_on": "2026-01-05", "vip": True})
    api.create("contacts.company", name="B", custom={"score": "10", "nickname": "Zed", "shirt_size": "large",
                                                     "visited_on": "2026-02-05"})
    api.create("contacts.company", name="C")

    def ask(query: str) -> list[str]:
        return names(api.get(f"{COMPANY}?{query}&sort=name"))

    assert ask("custom.shirt_size=small") == ["A"]
    assert ask("custom.shirt_size__in=small,large") == ["A", "B"]
    assert ask("custom.shirt_size__ne=small") == ["B", "C"]
    assert ask("custom.shirt_size__empty=1") == ["C"]
    assert ask("custom.score__gt=9") == ["B"]
    assert ask("custom.score=2.50") == ["A"]
    assert ask("custom.nickname=علی") == ["A"], "another spelling of the same letters"
    assert ask("custom.nickname__contains=ze") == ["B"]
    assert ask("custom.visited_on__lt=2026-02-01") == ["A"]
    assert ask("custom.vip=1") == ["A"]
    assert ask("custom.vip=0") == ["B", "C"], "never given is no"
    assert names(api.get(f"{COMPANY}?sort=custom.score")) == ["A", "B", "C"]
    assert names(api.get(f"{COMPANY}?sort=-custom.score")) == ["B", "A", "C"], "by number, the empty last"
    assert names(api.get(f"{COMPANY}?sort=-custom.visited_on")) == ["B", "A", "C"]
    tree = {"filter": {"or": [["custom.score", "gt", "9"], ["custom.vip", "eq", True]]}, "sort": "name"}
    assert names(api.call("POST", f"{COMPANY}/search", tree).get_json()) == ["A", "B"]
    assert names(api.get(f"{COMPANY}?q=zed")) == ["B"], "found by free text"
    for wrong in ("custom.nothing=1", "custom=1", "custom.score__contains=1", "sort=custom.nothing"):
        assert api.call("GET", f"{COMPANY}?{wrong}").status_code == 400


def test_pages_by_key_skip_and_repeat_nothing(site: Site) -> None:
    add_common(site)
    api = site.api()
    for n in range(12):
        given = {"score": f"{n % 4}.25", "nickname": f"n{n % 5}", "visited_on": f"2026-01-{n + 1:02}"}
        custom = {} if n % 3 == 0 else given
        api.create("contacts.company", name=f"N{n:02}", custom=custom)
    for sort in ("custom.score", "-custom.score", "custom.nickname", "-custom.visited_on", "custom.vip"):
        whole = names(api.get(f"{COMPANY}?sort={sort}"))
        found, cursor = [], ""
        while cursor is not None:
            page = api.get(f"{COMPANY}?sort={sort}&limit=5&cursor={cursor}")
            found += names(page)
            cursor = page["next"]
        assert found == whole, sort
        assert len(set(found)) == 12, sort
        numbered = [names(api.get(f"{COMPANY}?sort={sort}&limit=5&page={page}")) for page in (1, 2, 3, 4)]
        assert [name for page in numbered for name in page] == whole, sort
        assert [len(page) for page in numbered] == [5, 5, 2, 0], sort


def test_figures(site: Site) -> None:
    add_common(site)
    api = site.api()
    for n, size in enumerate(("small", "large", "large")):
        given = {"shirt_size": size, "score": f"{n}.1", "visited_on": "2026-05-07"}
        api.create("contacts.company", name=str(n), custom=given)
    figures = api.get(f"{COMPANY}/aggregate?group=custom.shirt_size&measure=count,sum:custom.score")["data"]
    assert figures == [{"custom.shirt_size": "large", "count": 2, "sum:custom.score": "3.20"},
                       {"custom.shirt_size": "small", "count": 1, "sum:custom.score": "0.10"}]
    months = api.get(f"{COMPANY}/aggregate?group=custom.visited_on:month")["data"]
    assert months == [{"custom.visited_on:month": "2026-05", "count": 3}]


def test_history_names_the_key_and_the_reader_sees_the_label(site: Site) -> None:
    add_common(site)
    api, client = site.api(), site.client()
    made = api.create("contacts.company", name="One", custom={"shirt_size": "small"})
    api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"shirt_size": "large", "score": "12.5"}})
    with site.unit() as unit:
        text = unit.execute(sa.text(
            "SELECT changes FROM core_audit WHERE action = 'update' AND entity = 'contacts.company'")).scalar_one()
    assert '"custom.score":[null,"12.50"]' in text.replace(" ", "")
    assert '"custom.shirt_size":["small","large"]' in text.replace(" ", "")
    page = client.get(f"{COMPANY}/{made['id']}?lang=ar").text
    assert "مقاس القميص" in page


def test_records_are_read_only_and_written_through_the_write_path(site: Site) -> None:
    add_common(site)
    with site.unit() as unit:
        change = records.create("contacts.company", name="One", custom={"score": Decimal("1.5")})
        assert change.after["custom.score"] == Decimal("1.50")
    with site.unit() as unit:
        spec = registries.current().entity("contacts.company")
        record = unit.session.get(spec.model, change.id)
        with pytest.raises(TypeError):
            record.custom["score"] = "2"


def test_form_list_and_record_page_show_the_field(site: Site) -> None:
    add_common(site)
    client = site.client()
    form = client.get(f"{COMPANY}/new?lang=fa").text
    assert all(part in form for part in ('name="custom.shirt_size"', "سایز پیراهن", 'name="custom.vip"'))
    wrong = client.post(f"{COMPANY}/new?lang=fa", {"name": "One", "custom.score": "abc", "custom.shirt_size": "small"})
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.text
    posted = client.post(f"{COMPANY}/new?lang=fa", {
        "name": "One", "custom.score": "۱۲٫۵", "custom.shirt_size": "small", "custom.visited_on": "1405/02/17",
        "custom.visited_on__calendar": "jalali", "custom.vip": "1"})
    assert posted.status_code == 303, posted.text[-2000:]
    made = site.api().get(f"{COMPANY}?fields=*")["data"][0]["custom"]
    assert made == {"shirt_size": "small", "nickname": None, "score": "12.50", "visited_on": "2026-05-07", "vip": True}
    with counted_queries(site.app) as seen:
        page = client.get(f"{COMPANY}?columns=name,custom.shirt_size,custom.score&custom.shirt_size=small&lang=ar").text
    assert "مقاس القميص" in page
    assert len(seen) <= 6
    assert "Small" in page
    shown = client.get(posted.headers["Location"] + "?lang=fa").text
    assert "سایز پیراهن" in shown
