"""Taking an import back: what it made is gone, what it changed is as it was, and nobody's work is lost (P17, B18)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core.errors import Invalid, NotFound
from core.testing import Site
from core.transfer import commands, undo
from tests.core.transfer.steps import CONTACT, csv_of, rows

BEFORE = [
    {"name": "Sara Karimi", "first_name": "Sara", "last_name": "Karimi", "email": "sara@example.com", "city": "Shiraz",
     "country": "IR", "tags": ("vip", "old")},
    {"name": "Omar", "email": "omar@gmail.com", "status": "lost"},
    {"name": "Lina", "email": "lina@acme.co", "phone": "+966501234567"},
]  # fmt: skip
HEADER = "First name,Last name,Email,City,Status,Country,Tags,Phone"
#: Two are there already and two are new; Sara and Nora are named twice.
FIRST = [
    "Sarah,Karimi,sara@example.com,Tehran,converted,SA,new,",
    "Omar,Hadid,omar@gmail.com,Cairo,new,EG,,01001234567",
    "Nora,Saleh,nora@new.example,Jeddah,new,SA,vip,",
]
AGAIN = [
    "Sarah,Karimi,SARA@example.com,Qom,,,,",
    "Nora,Saleh,nora@new.example,Riyadh,,,,",
    "Reza,Amini,reza@new.example,Tehran,new,IR,,",
]
FILE = csv_of(HEADER, [*FIRST, *AGAIN])


@pytest.fixture
def people(site: Site) -> list[dict[str, Any]]:
    with site.unit():
        for values in BEFORE:
            records.create(CONTACT, **values)
    return facts(site)


def facts(site: Site) -> list[dict[str, Any]]:
    """All that is known of the living records but how often and when they were written."""
    return [{name: value for name, value in record.items() if name not in ("version", "updated_at")}
            for record in rows(site)]


def import_text(site: Site, folder: Path, text: str, **options: Any) -> dict[str, Any]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return commands.import_file(site.app.engine, CONTACT, path, **options)


@pytest.mark.parametrize("between", [0, 1_100], ids=["in one step", "steps apart"])
def test_made_records_go_and_changed_ones_are_exactly_as_before(
    site: Site, people: list[dict[str, Any]], tmp_path: Path, between: int
) -> None:
    others = [f"Person,{n},person{n}@new.example,,,,," for n in range(between)]
    done = import_text(site, tmp_path, csv_of(HEADER, [*FIRST, *others, *AGAIN]))
    assert (done["created"], done["updated"], done["failed"]) == (between + 2, 4, 0)
    changed = {record["email"]: record for record in rows(site)}
    assert changed["sara@example.com"]["name"] == "Sarah Karimi"  # followed from first and last name
    assert (changed["sara@example.com"]["city"], changed["nora@new.example"]["city"]) == ("Qom", "Riyadh")
    assert undo.undo(site.app.engine, done["id"], None) == undo.Undone(removed=between + 2, restored=2)
    assert facts(site) == people
    with site.unit() as opened:
        trashed = sa.text("SELECT count(*) FROM contacts_contact WHERE deleted_at IS NOT NULL")
        assert opened.execute(trashed).scalar_one() == between + 2


def test_what_somebody_edited_since_is_kept(site: Site, people: list[dict[str, Any]], tmp_path: Path) -> None:
    done = import_text(site, tmp_path, FILE)
    found = {record["email"]: record["id"] for record in rows(site)}
    with site.unit():
        records.update(CONTACT, found["omar@gmail.com"], {"note": "called"})
        records.update(CONTACT, found["nora@new.example"], {"note": "wants a visit"})
        records.delete(CONTACT, [found["reza@new.example"]])
    assert undo.undo(site.app.engine, done["id"], None) == undo.Undone(removed=0, restored=1, kept=2)
    kept = {record["email"]: record for record in rows(site)}
    assert (kept["omar@gmail.com"]["note"], kept["omar@gmail.com"]["city"]) == ("called", "Cairo")
    assert kept["nora@new.example"]["note"] == "wants a visit"
    assert kept["sara@example.com"]["city"] == "Shiraz"
    page = site.client().get(f"/contacts/contact/import/{done['id']}").text
    listed = re.findall(r'href="/contacts/contact/(\d+)"><bdi[^>]*>', page)
    assert sorted(listed) == sorted(str(found[email]) for email in ("omar@gmail.com", "nora@new.example"))


def test_an_edit_between_two_rows_of_one_record_is_what_undo_leads_back_to(
    site: Site, people: list[dict[str, Any]], tmp_path: Path
) -> None:
    """A person's edit between two imports of one record belongs to what was there before the second."""
    text = csv_of("Email,City", ["omar@gmail.com,Cairo"])
    first = import_text(site, tmp_path, text)
    second = import_text(site, tmp_path, text.replace("Cairo", "Giza"))
    assert undo.undo(site.app.engine, first["id"], None).kept == 1
    undo.undo(site.app.engine, second["id"], None)
    assert next(record for record in rows(site) if record["name"] == "Omar")["city"] == "Cairo"


def test_old_values_that_no_rule_allows_any_more_stay_out(site: Site, tmp_path: Path) -> None:
    with site.unit():
        records.create(CONTACT, name="Lina", email="lina@acme.co", number="C-1")
        records.create(CONTACT, name="Omar", email="omar@acme.co")
    lines = ["lina@acme.co,C-2,Riyadh", "omar@acme.co,C-3,Giza"]
    done = import_text(site, tmp_path, csv_of("Email,Number,City", lines))
    with site.unit():
        records.create(CONTACT, name="Other", email="other@acme.co", number="C-1")
    assert undo.undo(site.app.engine, done["id"], None) == undo.Undone(restored=1, kept=1)
    cities = {record["name"]: record["city"] for record in rows(site)}
    assert cities == {"Lina": "Riyadh", "Omar": None, "Other": None}



def test_an_undo_is_on_record_and_happens_once(site: Site, people: list[dict[str, Any]], tmp_path: Path) -> None:
    done = import_text(site, tmp_path, FILE)
    undo.undo(site.app.engine, done["id"], None)
    with pytest.raises(Invalid, match="undone already"):
        undo.undo(site.app.engine, done["id"], None)
    with pytest.raises(NotFound):
        undo.undo(site.app.engine, 999, None)
    with site.unit() as opened:
        actions = sa.text("SELECT action, count(*) FROM core_audit WHERE entity = 'contacts.contact' GROUP BY action")
        found = dict(opened.execute(actions).all())
    assert (found["import"], found["undo_import"], found["delete"]) == (1, 1, 2)
