"""One category or many, as a setting says: the filter finds the further ones, which are hidden while it is off."""

from __future__ import annotations

import html
import re

from core.testing import Site

CONTACT = "contacts.contact"
PATH = "/contacts/contact"
MORE = "more_categories"


def allow_many(site: Site, many: bool) -> None:
    values = {"contacts.identity": "either", "contacts.national_id_check": "refuse",
              "contacts.complete_fields": ["email"], "contacts.many_categories": "1" if many else ""}  # fmt: skip
    assert site.client().post("/settings/general", values).status_code == 303


def test_one_category_or_many_by_setting(site: Site) -> None:
    api, client = site.api(), site.client()
    good, retail = (api.create("contacts.category", name=name)["id"] for name in ("Pays well", "Retail"))
    sara = api.create(CONTACT, name="Sara", email="sara@x.example", category_id=good)
    path = f"{PATH}/{sara['id']}"
    assert MORE not in sara
    assert api.call("PATCH", path, {MORE: [retail]}).status_code == 422
    assert f'name="{MORE}"' not in client.get(f"{path}/edit").text
    assert api.call("GET", f"{PATH}?{MORE}={retail}").status_code == 400

    allow_many(site, True)
    assert f'name="{MORE}"' in client.get(f"{path}/edit").text
    changed = api.call("PATCH", path, {MORE: ["Retail"]}).json
    assert [one["name"] for one in changed[MORE]] == ["Retail"]
    omid = api.create(CONTACT, name="Omid", email="omid@x.example", category_id=retail)["id"]

    def found(query: str) -> set[int]:
        return {row["id"] for row in api.get(f"{PATH}?{query}")["data"]}

    assert found(f"category_id={retail}") == {sara["id"], omid}
    assert found(f"category_id__in={good},{retail}") == {sara["id"], omid}
    assert found(f"category_id__ne={retail}") == set()
    assert found(f"category_id={good}") == {sara["id"]}
    assert found(f"{MORE}={retail}") == {sara["id"]}
    report = api.get(f"{PATH}/aggregate?group={MORE}&measure=count")["data"]
    assert {(row[MORE], row["count"]) for row in report} == {(retail, 1), (None, 1)}

    # Off again, they are hidden and kept.
    allow_many(site, False)
    assert found(f"category_id={retail}") == {omid}
    assert MORE not in api.get(path)
    allow_many(site, True)
    assert [one["name"] for one in api.get(path)[MORE]] == ["Retail"]


def test_a_report_by_category_counts_what_its_bars_lead_to(site: Site) -> None:
    allow_many(site, True)
    api, client = site.api(), site.client()
    good, retail = (api.create("contacts.category", name=name)["id"] for name in ("Pays well", "Retail"))
    for name, main, more in (("Sara", good, [retail]), ("Omid", retail, [good]), ("Lina", retail, []),
                             ("Nour", None, [good]), ("Zoe", None, [])):  # fmt: skip
        api.create(CONTACT, name=name, email=f"{name}@x.example", category_id=main, **{MORE: more})

    def bars(address: str) -> dict[str, int]:
        page = client.get(f"{PATH}/report?{address}&lang=en").text
        found = re.findall(r'<a class="dw-link" href="([^"]+)">.*?<td class="dw-end">(.*?)</td>', page, re.S)
        assert found, page
        return {html.unescape(href): int(re.sub(r"<[^>]+>", "", figure)) for href, figure in found}

    for address in ("report=contacts.by_category", "group=category_id", "group=category_id&name__ne=Lina"):
        counted = bars(address)
        assert sum(counted.values()) == 5 - address.count("Lina"), "each contact counts once"
        for href, count in counted.items():
            assert len(api.get(href)["data"]) == count, (address, href)
    page = client.get(f"{PATH}/report?group=category_id&lang=en").text
    assert "Category (main value)" in page, "it says what it counts"
    listed = client.get(f"{PATH}?category_id__main={retail}&lang=en").text
    assert ("Omid" in listed, "Sara" in listed, "Category (main value)" in listed) == (True, False, True)

    word = "main value is"
    assert word in client.get(f"{PATH}?lang=en").text, "it can be asked for"

    allow_many(site, False)
    assert word not in client.get(f"{PATH}?lang=en").text
    assert f"{PATH}?category_id={retail}" in bars("group=category_id")
    assert "Category (main value)" not in client.get(f"{PATH}/report?group=category_id&lang=en").text
