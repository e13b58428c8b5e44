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
    told = exported(site.client(), "&action=export")
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
