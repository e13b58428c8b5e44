"""Saved views: what one sees of them never goes beyond one's rights, and every change of one is on record."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from core import registry as registries
from core.actor import ALL, HIDDEN
from core.auth import rights
from core.testing import Site

LIST, API = "/contacts/contact", "/contacts/contact/views"


def names_in(page: str) -> list[str]:
    return re.findall(r'data-id="\d+".*?class="dw-name-link"[^>]*>(?:<bdi[^>]*>)?([^<]+)', page, re.S)


def followed(client: Any, address: str) -> tuple[str, str]:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.request.full_path, answer.get_data(as_text=True)


def test_a_shared_view_opens_the_same_for_a_colleague_within_his_rights(site: Site) -> None:
    site.add_field("contacts.contact", "budget", "number", filter=True)
    admin, api = site.client(), site.api()
    for name, status, city in (("Sara", "new", "Tehran"), ("Omid", "lost", "Tehran"), ("Lena", "new", "Berlin")):
        values = {"name": name, "email": f"{name}@example.com", "status": status, "city": city}
        api.create("contacts.contact", **values, custom={"budget": 7})
    saved = admin.post(f"{LIST}/views", {
        "name": "Hot ones", "audience": "everybody", "pinned": "1", "columns": "name,city,custom.budget",
        "address": "status=new&city=Tehran&custom.budget=7&sort=name&page=3"})  # fmt: skip
    address = saved.headers["Location"]
    assert saved.status_code == 303
    assert "page=" not in address
    assert names_in(followed(admin, address)[1]) == ["Sara"]
    view = api.get(API)["data"][0]
    assert view["conditions"]["city"] == "Tehran"
    assert view["columns"] == ["name", "city", "custom.budget"]

    # A colleague who may not see the city: that condition and column are left out, and he is told.
    role = site.role("Caller", contacts__contact__view=ALL)
    with site.unit():
        rights.set_role_fields(role, "contacts.contact", {"city": HIDDEN})
    colleague_id = site.user("caller@example.com")
    site.give_roles(colleague_id, role)
    colleague = site.client(colleague_id)
    page = followed(colleague, f"{LIST}?view={view['id']}")[1]
    assert names_in(page) == ["Lena", "Sara"]
    assert "Tehran" not in page
    assert "may not see" in page
    assert names_in(followed(colleague, address)[1]) == ["Lena", "Sara"]
    assert 'class="dw-view-tabs"' in page
    assert "Hot ones" in page
    # He may open it first for himself; its name, and sharing, are not his, so that no button offers to save them.
    assert "Save view<" not in page
    assert 'name="name" value=""' in page
    assert "A colleague shared this view." in page
    assert "Save view<" in followed(admin, address)[1]
    colleague.post(f"{LIST}/views/{view['id']}", {"name": "Mine now", "audience": "private", "opens_first": "1"})
    path, page = followed(colleague, LIST)
    assert f"view={view['id']}" in path
    assert "Hot ones" in page
    assert "Mine now" not in page
    assert "view=" not in followed(admin, LIST)[0]
    assert len(names_in(followed(colleague, f"{LIST}?view=0")[1])) == 3
    assert colleague.post(f"{LIST}/views", {"name": "X", "audience": "everybody"}).status_code == 403
    assert colleague.post(f"{LIST}/views/{view['id']}/delete").status_code == 404

    # A field that is gone is named, and the rest of the view goes on.
    with site.unit():
        from_registry = registries.current().of("contacts.contact")
        assert "custom.budget" in from_registry.fields
    assert admin.post("/settings/fields/contacts.contact/budget/retire").status_code in (302, 303)
    for kept in (f"{LIST}?view={view['id']}", address):  # The second is a bookmark from before.
        page = followed(admin, kept)[1]
        assert names_in(page) == ["Sara"]
        assert "is gone: Budget." in page


def test_one_of_several_conditions_holds_in_the_list_its_view_its_figures_and_the_api(site: Site) -> None:
    admin, api = site.client(), site.api()
    for name, status, city, born in (("Sara", "new", "Tehran", "1990-05-01"), ("Omid", "lost", "Tehran", "1970-01-01"),
                                     ("Lena", "new", "Berlin", "1995-05-01"), ("Ruth", "new", "Bern", "1960-01-01"),
                                     ("Zoe", "new", "Paris", "1992-05-01")):  # fmt: skip
        api.create("contacts.contact", name=name, email=f"{name}@example.com", status=status, city=city,
                   birth_date=born)  # fmt: skip
    either = "status=new&any1.city__contains=Teh&any1.city__contains=Berl&sort=name"
    page = admin.get(f"{LIST}?{either}&lang=en").text
    assert names_in(page) == ["Lena", "Sara"]
    assert page.count('class="dw-chips-any"') == page.count('class="dw-chips-or"') == 1
    removal = re.findall(r'class="dw-chip-x" href="([^"]+)"', page)[-1].replace("&amp;", "&")
    assert names_in(admin.get(removal).text) == ["Sara"]  # the other condition on the same field stays
    assert api.get(f"{LIST}?{either}")["total"] == 2
    # Two bounds of one field are a range, and one of the alternatives.
    range_or = "any1.birth_date__gte=1991-01-01&any1.birth_date__lte=1993-12-31&any1.city=Bern&sort=name"
    assert names_in(admin.get(f"{LIST}?{range_or}").text) == ["Ruth", "Zoe"]
    groups = "any1.city=Tehran&any1.city=Bern&any2.status=lost&any2.name=Ruth&sort=name"
    assert names_in(admin.get(f"{LIST}?{groups}").text) == ["Omid", "Ruth"]
    assert admin.get(f"{LIST}?any1.salary=7").status_code == 400
    # The counts of statuses leave out the status that was chosen, and nothing else.
    counts = re.findall(r'dw-status-link[^>]*>(\w+) <span>(\d+)', page)
    assert {"All": "3", "New": "2", "Lost": "1"}.items() <= dict(counts).items()
    address = admin.post(API, {"name": "Either", "address": either}).headers["Location"]
    assert names_in(followed(admin, address)[1]) == ["Lena", "Sara"]
    kept = api.get(API)["data"][0]["conditions"]
    assert kept == {"status": "new", "any1.city__contains": ["Teh", "Berl"], "sort": "name"}
    again = api.call("POST", API, {"name": "Again", "conditions": kept})
    assert again.get_json()["conditions"] == kept


def test_a_view_belongs_to_its_owner_and_opens_first_for_a_role(site: Site) -> None:
    api, admin = site.api(), site.client()
    made = api.call("POST", API, {"name": "Mine", "conditions": {"status": "new"}, "columns": ["name"]})
    assert made.status_code == 201
    mine = made.get_json()["id"]
    role = site.role("Caller", contacts__contact__view=ALL)
    other_id = site.user("caller@example.com")
    site.give_roles(other_id, role)
    other, other_api = site.client(other_id), site.api(other_id)
    assert other_api.get(API)["data"] == []
    assert other.get(f"{LIST}?view={mine}").status_code == 404
    assert other_api.call("PATCH", f"{API}/{mine}", {"name": "x"}).status_code == 404

    refused = api.call("PATCH", f"{API}/{mine}", {"role_id": role})
    assert refused.status_code == 422
    assert "role" in refused.get_json()["errors"]
    assert api.call("PATCH", f"{API}/{mine}", {"audience": f"role:{role}", "role_id": role}).status_code == 200
    offered = admin.get(f"{LIST}?lang=fa").text
    assert re.search(r"<option[^>]*>کارشناس فروش</option>", offered), "a role that nobody renamed, in his language"
    path, _page = followed(other, LIST)
    assert f"view={mine}" in path
    assert "status=new" in path
    # Taking the last condition away does not bring the view's back.
    assert "status=new" not in followed(other, f"{LIST}?view={mine}&sort=name")[0]

    twice = api.call("POST", API, {"name": "Mine"})
    assert twice.status_code == 422
    assert "name" in twice.get_json()["errors"]
    assert api.call("POST", API, {"name": "Bad", "conditions": {"nothing": "1"}}).status_code == 400
    admin.post(f"{LIST}/views/{mine}/delete")
    assert api.get(API)["data"] == []
    assert "view=" not in followed(other, LIST)[0]
    with site.unit() as opened:
        kept = sa.text("SELECT action FROM core_audit WHERE entity = 'core.list_view' ORDER BY id")
        assert list(opened.execute(kept).scalars()) == ["create", "update", "delete"]
