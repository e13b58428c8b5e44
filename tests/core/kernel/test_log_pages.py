"""P44, AUD-09: the log leaves as a file by the rights of its reader, and that it was read stands in it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from core.actor import HIDDEN
from core.auth import rights
from core.testing import Site
from core.ui import log_views


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def exported(browser: Any, query: str = "") -> list[dict[str, str]]:
    answer = browser.post(f"/settings/log/export?lang=en{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=audit-")
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_log_leaves_as_a_file_by_its_readers_rights(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    api = site.api()
    made = api.create("contacts.contact", name="=1+1", email="one@example.com", note="hush-hush")
    api.create("contacts.company", name="Arman")
    (row,) = exported(site.client(), "&entity=contacts.contact")
    assert (row["Act"], row["ID"]) == ("Created", str(made["id"]))
    assert row["Record"].startswith("'="), "a spreadsheet calculates nothing"
    assert "hush-hush" in row["Changes"]
    role = site.role("Auditor", core__audit__view=4, contacts__contact__view=4)
    user = site.user("auditor@example.com")
    site.give_roles(user, role)
    with site.unit():
        rights.set_role_fields(role, "contacts.contact", {"note": HIDDEN})
    rows = exported(site.client(user))
    assert {one["Kind of record"] for one in rows} == {"Contact"}
    assert not any("hush-hush" in str(one) for one in rows)
    assert site.client(site.user("other@example.com", "read_only")).post("/settings/log/export").status_code == 403
    assert site.client().get("/contacts/contact/export?format=csv").status_code == 200
    page = site.client().get("/settings/log?action=export&entity=contacts.contact&lang=fa").text
    assert "تلفن · کشور" in page, "columns by their names for people"
    told = exported(site.client(), "&action=export&entity=core.audit")
    assert len(told) == 2, "each of them is on record"
    monkeypatch.setattr(log_views, "MOST", 2)
    monkeypatch.setattr(log_views, "AT_ONCE", 2)
    assert site.client().post("/settings/log/export").status_code == 422


def test_whoever_reads_the_log_is_in_it_once_for_a_while(site: Site) -> None:
    browser = site.client()
    browser.get("/settings/log?lang=en&user=1")
    browser.get("/settings/log?lang=en")
    (row,) = exported(browser, "&action=read_log")
    assert row["Changes"] == "Filters: – → user=1"


def test_who_opened_a_record_is_in_the_log_where_that_is_wanted(site: Site) -> None:
    """P45: a look at a VIP's card, by page, form and API; neither news to others nor a change of the record."""
    api = site.api()
    card, other = (api.create("contacts.contact", name=name, email=f"{name}@example.com")["id"] for name in "ab")
    omid = site.user("reader@example.com", name="Omid")
    site.give_roles(omid, site.role("All", contacts__contact__view=4, contacts__contact__change=4))
    admin, reader = site.client(), site.client(omid)
    assert reader.get(f"/contacts/contact/{card}").status_code == 200
    assert not exported(admin, "&action=open_record"), "nobody is watched unless somebody wants it"
    switch = "core.log_openings.contacts.contact"
    assert admin.post("/settings/general", {switch: "1"}).status_code == 303
    since = admin.get("/live").get_json()["seq"]
    for address in (f"/{card}", f"/{card}", f"/{card}/edit", "", f"/{other}/edit", "/99999"):
        reader.get(f"/contacts/contact{address}?lang=en")
    reader_api = site.api(site.user("program@example.com", "read_only", name="Program"))
    assert reader_api.call("GET", f"/contacts/contact/{card}").status_code == 200
    assert reader_api.call("GET", "/contacts/contact?fields=*").status_code == 200
    page = {"at": f"/contacts/contact/{card}", "since": since}
    assert admin.get("/live", query_string=page).get_json()["text"] == "", "looking is no news"
    told = exported(admin, "&action=open_record")
    assert sorted((row["User"], row["ID"]) for row in told) == [
        ("Omid", str(card)), ("Omid", str(other)), ("Program", str(card))]  # fmt: skip
    assert "Opened by" in admin.get(f"/contacts/contact/{card}/history?lang=en").text
    assert "Opened by" not in reader.get(f"/contacts/contact/{card}/history?lang=en").text
    assert "Opened by" not in admin.get(f"/contacts/contact/{card}/timeline?lang=en").text
    assert "Opened by" not in admin.get("/?lang=en").text
