"""The REST API on real databases: a record's whole life, and what is refused."""

from __future__ import annotations

import pytest

from core.testing import Site, counted_queries

CONTACT = "/contacts/contact"


def test_a_record_lives_from_creation_to_restoration(site: Site) -> None:
    api = site.api()
    made = api.create(
        "contacts.contact",
        first_name="علی",
        last_name="رضایی",
        email="Ali@Acme.ir",
        phone="۰۹۱۲۳۴۵۶۷۸۹",
        country="ایران",
        tags=["تولد", "vip"],
    )
    assert (made["name"], made["email"], made["phone"], made["country"]) == (
        "علی رضایی",
        "ali@acme.ir",
        "+989123456789",
        "IR",
    )
    assert made["kind"] == "business"
    assert [tag["name"] for tag in made["tags"]] == ["تولد", "vip"]
    path = f"{CONTACT}/{made['id']}"
    changed = api.call("PATCH", path, {"status": "lost"}, **{"If-Match": '"1"'})
    assert changed.get_json()["version"] == 2
    stale = api.call("PATCH", path, {"status": "new"}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "conflict")
    assert api.call("DELETE", path).status_code == 204
    assert api.call("GET", path).status_code == 404
    assert api.call("POST", f"{path}/restore").status_code == 200
    assert api.get(path)["status"] == "lost"
    for number in (10**18, 10**30):
        assert api.call("GET", f"{CONTACT}/{number}").status_code == 404
    small = {"Authorization": api.headers["Authorization"].replace("Bearer", "bearer")}
    assert api.call("GET", path, **small).status_code == 200


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A", "email": "a@b"}, "email"),
        ({"name": "A", "status": "nope"}, "status"),
        ({"name": "A", "email": "a@b.co", "country": "Atlantis"}, "country"),
        ({"name": "A", "email": "a@b.co", "id": 7}, "id"),
        ({"name": "A", "email": "a@b.co", "created_by_id": 7}, "created_by_id"),
        ({"name": "A" * 301, "email": "a@b.co"}, "name"),
        ({"name": "A", "email": "a@b.co", "birth_date": "1404-12-30x"}, "birth_date"),
        ({"name": "A", "email": "a@b.co", "birth_date": "1370-02-20"}, "birth_date"),
        ({"name": 5, "email": "a@b.co"}, "name"),
        ({"name": "A", "email": "a@b.co", "opening_purchases": 1.5}, "opening_purchases"),
        ({"name": "A", "email": "a@b.co", "opening_purchases": "1.555", "currency": "SAR"}, "opening_purchases"),
        ({"name": "A", "email": "a@b.co", "opening_purchases": "1.5", "currency": "JPY"}, "opening_purchases"),
        ({"name": "A", "email": "a@b.co", "company_id": 999}, "company_id"),
        ({"name": "A"}, "email"),
    ],
)
def test_bad_values_name_their_field(site: Site, values: dict, field: str) -> None:
    answer = site.api().call("POST", CONTACT, values)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]


def test_an_amount_has_the_decimals_of_its_currency_also_when_that_is_changed(site: Site) -> None:
    api = site.api()
    made = api.create("contacts.contact", name="A", email="a@b.co", opening_purchases="1.555", currency="KWD")
    answer = api.call("PATCH", f"{CONTACT}/{made['id']}", {"currency": "SAR"})
    assert answer.get_json()["errors"] == {"opening_purchases": ["Amounts in Saudi Riyal have at most 2 decimals."]}
    together = {"currency": "SAR", "opening_purchases": "1.56"}
    assert api.call("PATCH", f"{CONTACT}/{made['id']}", together).status_code == 200


def test_the_message_is_in_the_language_asked_for(site: Site) -> None:
    answer = site.api().call("POST", CONTACT, {"name": "A", "status": "nope"}, **{"Accept-Language": "fa"})
    assert "نیست" in answer.get_json()["errors"]["status"][0]


def test_a_repeat_with_the_same_key_makes_one_record(site: Site) -> None:
    api = site.api()
    body = {"name": "Once", "email": "once@example.com"}
    first = api.call("POST", CONTACT, body, **{"Idempotency-Key": "k1"})
    assert (first.headers["ETag"], first.headers["Location"]) == ('"1"', f"/api/v1{CONTACT}/{first.get_json()['id']}")
    again = api.call("POST", CONTACT, body, **{"Idempotency-Key": "k1"})
    other = api.call("POST", CONTACT, {**body, "name": "Twice"}, **{"Idempotency-Key": "k1"})
    assert first.get_json()["id"] == again.get_json()["id"]
    assert other.status_code == 422
    assert api.get(f"{CONTACT}?q=Once")["total"] == 1
    many = {"create": [{"name": "Many", "email": "many@example.com"}]}
    both = [api.call("POST", f"{CONTACT}/bulk", many, **{"Idempotency-Key": "k1"}).get_json() for _time in range(2)]
    assert both[0] == both[1]
    assert api.get(f"{CONTACT}?q=Many")["total"] == 1


def test_pages_by_cursor_give_every_row_once(site: Site) -> None:
    api = site.api()
    rows = [
        {"name": f"Person {n % 7}", "email": f"p{n}@example.com", "city": None if n % 3 else f"City {n % 5}"}
        for n in range(60)
    ]
    assert all("id" in row for row in api.call("POST", f"{CONTACT}/bulk", {"create": rows}).get_json()["data"])
    for sort in ("name", "-name", "city", "-city", "-created_at", "status,-city"):
        seen, cursor = [], ""
        while cursor is not None:
            page = api.get(f"{CONTACT}?sort={sort}&limit=7" + (f"&cursor={cursor}" if cursor else ""))
            seen += [row["id"] for row in page["data"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == 60, sort


def test_bulk_is_all_or_nothing_unless_partial(site: Site) -> None:
    api = site.api()
    rows = [{"name": "Good", "email": "good@example.com"}, {"name": "Bad", "email": "bad"}]
    refused = api.call("POST", f"{CONTACT}/bulk", {"create": rows})
    assert refused.status_code == 422
    assert api.get(CONTACT)["total"] == 0
    partly = api.call("POST", f"{CONTACT}/bulk", {"create": rows, "partial": True}).get_json()["data"]
    assert "id" in partly[0]
    assert "email" in partly[1]["errors"]
    assert api.get(CONTACT)["total"] == 1


def test_filters_find_every_spelling(site: Site) -> None:
    api = site.api()
    api.create("contacts.contact", name="أحمد كريمي", email="a@example.com", city="مشهد", phone="+989123456789")
    api.create("contacts.contact", name="پارسا", email="b@example.com", city="تهران")
    for query in (
        "q=احمد",
        "q=کریمی",
        "q=09123456789",
        "q=٩١٢٣٤",
        "city__contains=مشه",
        "name__contains=احمد",
        "email=A@example.com",
        "phone__contains=۰۹۱۲",
    ):
        assert api.get(f"{CONTACT}?{query}")["total"] == 1, query
    assert api.get(f"{CONTACT}?q=بارسا")["total"] == 0


def test_search_takes_nested_filters(site: Site) -> None:
    api = site.api()
    for name, country in (("One", "IR"), ("Two", "SA"), ("Three", "EG")):
        api.create("contacts.contact", name=name, email=f"{name.lower()}@example.com", country=country)
    found = api.call(
        "POST",
        f"{CONTACT}/search",
        {
            "filter": {
                "and": [{"or": [["country", "eq", "IR"], ["country", "eq", "SA"]]}, {"not": ["name", "eq", "Two"]}]
            }
        },
    ).get_json()
    assert [row["name"] for row in found["data"]] == ["One"]
    # What a list takes in its address may stand there too.
    found = api.call("POST", f"{CONTACT}/search?fields=name&sort=-name&limit=1", {"not": ["country", "eq", "SA"]})
    assert found.get_json()["data"][0].keys() == {"id", "version", "name"}
    assert (found.get_json()["data"][0]["name"], found.get_json()["total"]) == ("Three", 2)
    assert api.call("POST", f"{CONTACT}/search?nosuch=1", {}).status_code == 400


def test_aggregate_counts_by_country(site: Site) -> None:
    api = site.api()
    for n, country in enumerate(("IR", "IR", "SA")):
        api.create("contacts.contact", name=f"N{n}", email=f"n{n}@example.com", country=country)
    assert api.get(f"{CONTACT}/aggregate?group=country&measure=count")["data"] == [
        {"country": "IR", "count": 2},
        {"country": "SA", "count": 1},
    ]


@pytest.mark.parametrize(
    "query",
    [
        "sort=id)--",
        "sort=1;select 1",
        "sort=name desc,(select 1)",
        "a.b.c=1",
        "nosuch=1",
        "country__near=1",
        "limit=0",
        "limit=100000",
        "cursor=abc",
        "fields=password",
        "created_at__period=someday",
        "birth_date__gte=1403/12/30",
        "created_at__lt=۲۰۲۵-۰۱-۰۱",
        "status=nope",
        "group=x",
        "group=country:month",
        "country__empty=perhaps",
    ],
)
def test_what_is_not_known_is_malformed(site: Site, query: str) -> None:
    path = f"{CONTACT}/aggregate?{query}" if query.startswith("group") else f"{CONTACT}?{query}"
    answer = site.api().call("GET", path)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


def test_a_nested_filter_takes_iso_dates_alone(site: Site) -> None:
    def status(day: str) -> int:
        tree = {"and": [{"not": ["birth_date", "gte", day]}, ["owner_id.name", "contains", "x"]]}
        answer: int = site.api().call("POST", f"{CONTACT}/search", tree).status_code
        return answer

    assert [status("1990-01-01"), status("1370/01/01")] == [200, 400]


def test_a_list_costs_a_bounded_number_of_queries(site: Site) -> None:
    api, client = site.api(), site.client()
    company = api.create("contacts.company", name="Acme", domain="acme.co")
    for n in range(30):
        api.create("contacts.contact", name=f"N{n}", email=f"n{n}@acme.co", company_id=company["id"], tags=["a", "b"])
    for path, call in (
        (f"/api/v1{CONTACT}?fields=*&expand=1", api.flask),
        (CONTACT, client.flask),
        (f"{CONTACT}?fields=name,tags,company_id,owner_id,category_id,created_by_id", client.flask),
        (f"{CONTACT}/3", client.flask),
    ):
        with counted_queries(site.app) as seen:
            assert call.get(path, headers=getattr(api, "headers", {}) if call is api.flask else {}).status_code == 200
        assert len(seen) <= 6, (path, seen)


@pytest.mark.parametrize(("body", "told"), [
    ('{"name": "One", "email": "a@example.com", "name": "Two"}', "name"),
    ('{"name": "One", "custom": {"code": "1", "code": "2"}}', "code"),
    ('{"name": "One", "email": ' + "[" * 1010 + "]" * 1010 + ', "email": null}', ""),
], ids=["member", "inner member", "hidden depth"])  # fmt: skip
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_member_that_is_there_twice_is_refused_by_name(site: Site, body: str, told: str) -> None:
    """Of two values of one field neither would be known to be the one that was meant."""
    api = site.api()
    headers = {**api.headers, "Content-Type": "application/json"}
    answer = api.flask.post(f"/api/v1{CONTACT}", data=body, headers=headers)
    assert answer.status_code == 400
    assert told in answer.get_json()["detail"]
    assert api.get(CONTACT)["total"] == 0
