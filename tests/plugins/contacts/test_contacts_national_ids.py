"""A national ID belongs to one person and one business, where a setting says so: however a contact comes by it."""

from __future__ import annotations

import pytest

from core.testing import Site

CONTACT = "contacts.contact"
PATH = "/contacts/contact"
NUMBER = "0084575948"


@pytest.fixture
def one_each(site: Site) -> Site:
    values = {"contacts.identity": "either", "contacts.national_id_check": "refuse",
              "contacts.complete_fields": ["email"], "contacts.unique_national_id": "1"}  # fmt: skip
    assert site.client().post("/settings/general", values).status_code == 303
    return site


def values(email: str, kind: str = "person") -> dict[str, str]:
    return {"name": email, "email": f"{email}@x.example", "kind": kind, "country": "IR", "national_id": NUMBER}


def test_a_person_and_a_business_may_share_one_but_not_become_alike(one_each: Site) -> None:
    api = one_each.api()
    api.create(CONTACT, **values("sara"))
    twice = api.call("POST", PATH, {**values("omid"), "national_id": "۰۰۸۴۵۷۵۹۴۸"})
    assert (twice.status_code, "national_id" in twice.text) == (422, True)
    shop = api.create(CONTACT, **values("shop", "business"))["id"]
    assert api.call("PATCH", f"{PATH}/{shop}", {"kind": "person"}).status_code == 422
    assert api.call("PATCH", f"{PATH}/{shop}", {"city": "Yazd"}).status_code == 200


def test_nobody_comes_back_from_the_trash_with_the_id_of_another(one_each: Site) -> None:
    api = one_each.api()
    first = api.create(CONTACT, **values("sara"))["id"]
    api.call("DELETE", f"{PATH}/{first}")
    second = api.create(CONTACT, **values("omid"))["id"]
    refused = api.call("POST", f"{PATH}/{first}/restore")
    assert (refused.status_code, "Another contact already has" in refused.text) == (422, True)
    assert api.call("GET", f"{PATH}/{first}").status_code == 404
    api.call("DELETE", f"{PATH}/{second}")
    assert api.call("POST", f"{PATH}/{first}/restore").status_code == 200
