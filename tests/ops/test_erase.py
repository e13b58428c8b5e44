"""A person asks to be forgotten: nothing of him is left in the database, and the log's chain is whole (AUD-07)."""

from __future__ import annotations

import contextvars
import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from core.audit import anchor, archive, archive_erasing, archiving
from core.audit.models import audit
from core.audit.verify import verify
from core.auth.models import login_link
from core.cli.installation import as_system
from core.config import load
from core.customfields import changing
from core.entity.base import utc_now
from core.errors import Invalid, NotFound
from core.ops import erase
from core.registry import current
from core.testing import Site
from core.vault import Vault

CANARIES = ("Zubaydah", "زبيدة", "zubaydah", "5551234", "Qanat")
PERSON = {
    "first_name": "Zubaydah", "last_name": "زبيدة", "email": "zubaydah@example.com", "phone": "+966505551234",
    "address": "12 Qanat street", "birth_date": "1991-08-03", "country": "SA", "note": "Zubaydah likes dates",
    "tags": ["gold"],
}  # fmt: skip


@pytest.fixture
def config(site: Site):
    """The installation's settings, with Diwan itself acting as on the command line."""
    with as_system():
        yield load({"DIWAN_DATABASE_URL": site.app.settings.database_url}, site.folder)


@pytest.fixture
def person(site: Site) -> int:
    """Made through the API with a key for repeats, and changed since; somebody else is there as well."""
    api = site.api()
    made = api.call("POST", "/contacts/contact", PERSON, **{"Idempotency-Key": "once"}).get_json()
    api.call("PATCH", f"/contacts/contact/{made['id']}", {"note": "Zubaydah moved", "version": made["version"]})
    api.create("contacts.contact", name="Somebody Else", email="else@example.com", note="stays")
    return int(made["id"])


@pytest.fixture
def told_of(site: Site, person: int) -> int:
    """How many entries of the log tell of what colleagues noted about the person."""
    api = site.api()
    about = {"entity": "contacts.contact", "record_id": person}
    api.create("activities.activity", subject="Call Zubaydah", type="call", result="Qanat street is right", **about)
    api.create("activities.comment", body="Zubaydah is a friend of the house", **about)
    other = api.create("contacts.contact", name="Cousin", email="cousin@example.com")["id"]
    company = api.create("contacts.company", name="Dates & Co")["id"]
    api.create("contacts.relation", contact_id=other, other_id=person, note="cousin of Zubaydah")
    api.create("contacts.position", contact_id=person, company_id=company, role="Zubaydah's desk")
    api.create("contacts.occasion", name="Day of Zubaydah", contact_id=person, date="1991-08-03")
    return 6  # one each, and that the person has joined the company


def everything(site: Site) -> Iterator[tuple[str, str]]:
    """Every value of every table, as text."""
    inspector = sa.inspect(site.app.engine)
    with site.app.engine.connect() as connection:
        for name in inspector.get_table_names():
            for row in connection.execute(sa.select(sa.table(name, sa.column("*", is_literal=True)))):
                for value in row:
                    yield name, value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def places(site: Site) -> set[str]:
    return {table for table, text in everything(site) for canary in CANARIES if canary in text}


def spec_of(entity: str):
    return current().entity(entity)


def test_nothing_of_a_forgotten_person_is_left(site, config, person):
    assert {"contacts_contact", "core_audit", "core_idempotency"} <= places(site)
    with site.unit():
        before = anchor.take_anchor(site.app.engine)
    done = erase.forget(config, "contacts.contact", person, "asked by letter")
    assert done.entries == 2
    assert places(site) == set()
    verdict = verify(site.app.engine, before)
    assert (verdict.ok, verdict.erased) == (True, 2)
    with site.unit() as opened:
        last = opened.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(1)).mappings().one()
    assert (last["action"], last["record_id"], last["record_title"]) == ("erase", person, "")
    assert "asked by letter" in last["changes"]


def test_what_was_noted_about_a_forgotten_person_goes_with_him(site, config, person, told_of):
    assert {"activities_activity", "activities_comment", "contacts_relation", "contacts_position",
            "contacts_occasion"} <= places(site)  # fmt: skip
    later = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    (one,) = archiving.carry_out(site.app.engine, Vault(config.secret_key), config.log_archive, later)
    assert erase.forget(config, "contacts.contact", person).entries == 2 + told_of
    text = gzip.decompress(one.path.read_bytes()).decode()
    assert [canary for canary in CANARIES if canary in text] == []
    assert archive.check(one.path).counted.erased == 2 + told_of
    assert places(site) == set()
    assert verify(site.app.engine).ok
    assert [row["name"] for row in site.api().get("/contacts/contact?q=cousin")["data"]] == ["Cousin"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_archived_meanwhile_forgets_the_person_too(site, config, person, monkeypatch):
    """The daily archiving begins when the archives were gone through already: it waits until the log was, too."""
    later = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    vault, context = Vault(config.secret_key), contextvars.copy_context()
    archives: list[archiving.Archived] = []
    work = Thread(target=context.run, args=(
        lambda: archives.extend(archiving.carry_out(site.app.engine, vault, config.log_archive, later)),))  # fmt: skip
    looked = archive_erasing.erase

    def look_and_be_slow(*arguments):
        done = looked(*arguments)
        work.start()
        work.join(0.3)
        return done

    monkeypatch.setattr(archive_erasing, "erase", look_and_be_slow)
    erase.forget(config, "contacts.contact", person)
    work.join(30)
    text = gzip.decompress(archives[0].path.read_bytes()).decode()
    assert [canary for canary in CANARIES if canary in text] == []
    assert "Somebody Else" in text
    assert verify(site.app.engine).ok


def test_fields_that_admins_added_are_forgotten_as_well(site, config):
    """Their values and the log's lines of them; what the field of no personal kind holds stays for statistics."""
    site.add_field("contacts.contact", "nickname", unique=True)
    site.add_field("contacts.contact", "home_number", "phone")
    site.add_field("contacts.contact", "old_note", "note")
    site.add_field("contacts.contact", "size", "choice", choices={"small": "Small", "large": "Large"})
    added = {"nickname": "Zubaydah the Great", "home_number": "+966505551234", "old_note": "lives at Qanat street"}
    api = site.api()
    made = api.create("contacts.contact", name="Zubaydah", email="zubaydah@example.com",
                      custom={**added, "size": "large"})
    changed = {"custom": {"nickname": "Zubaydah the Greater"}, "version": made["version"]}
    assert api.call("PATCH", f"/contacts/contact/{made['id']}", changed).status_code == 200
    with site.unit():
        changing.retire("contacts.contact", "old_note")
    assert {"contacts_contact", "core_audit"} <= places(site)
    erase.forget(config, "contacts.contact", made["id"])
    assert places(site) == set()
    assert verify(site.app.engine).ok
    with site.unit() as opened:
        custom = opened.execute(sa.select(spec_of("contacts.contact").table.c.custom)).scalar_one()
    assert dict(custom) == {"size": "large"}
    # The number and the unique value are free again, and the row is whole: somebody else can have them.
    assert api.create("contacts.contact", name="Else", email="e@example.com", custom={"nickname": added["nickname"]})


def test_what_tells_of_nobody_stays_and_nobody_finds_the_person(site, config, person):
    api = site.api()
    erase.forget(config, "contacts.contact", person)
    assert api.call("GET", f"/contacts/contact/{person}").status_code == 404
    assert [row["name"] for row in api.get("/contacts/contact")["data"]] == ["Somebody Else"]
    for word in ("Zubaydah", "زبيدة", "5551234"):
        assert api.get(f"/contacts/contact?q={word}")["data"] == []
    with site.unit() as opened:
        row = opened.execute(sa.text("SELECT country, number, name, email, birth_date FROM contacts_contact "
                                     "WHERE id = :id"), {"id": person}).one()
    assert (row.country, row.name, row.email, row.birth_date) == ("SA", f"— {person}", None, None)
    assert row.number


def test_the_page_of_the_log_says_that_data_were_erased(site, config, person):
    erase.forget(config, "contacts.contact", person)
    page = site.client().get("/settings/log?lang=en").get_data(as_text=True)
    assert "The personal data of this entry were erased." in page


def test_a_forgotten_user_signs_in_no_more_and_what_he_did_stays_by_number(site, config):
    user_id = site.user("zubaydah@colleagues.example", "sales_representative", name="Zubaydah")
    theirs = site.api(user_id)
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.insert(login_link).values(
            issuer="https://accounts.example", subject="zubaydah", user_id=user_id, created_at=utc_now()))
    made = theirs.create("contacts.contact", name="Customer", email="customer@example.com")
    erase.forget(config, "core.user", user_id)
    assert theirs.call("GET", "/contacts/contact").status_code == 401
    assert places(site) == set()
    assert verify(site.app.engine).ok
    with site.unit() as opened:
        entry = opened.execute(sa.select(audit).where(
            audit.c.entity == "contacts.contact", audit.c.record_id == made["id"])).mappings().one()
    assert (entry["actor_id"], entry["actor_name"], entry["record_title"]) == (user_id, "", "Customer")


def test_who_is_no_person_and_who_is_not_there_are_refused(site, config, person):
    with pytest.raises(Invalid):
        erase.forget(config, "contacts.tag", 1)
    with pytest.raises(NotFound):
        erase.forget(config, "contacts.contact", 999_999)
    with pytest.raises(Invalid, match=r"."):
        erase.forget(config, "core.user", 1)
    assert verify(site.app.engine).erased == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_keeps_nothing_in_the_unused_parts_of_its_file(site, config, person):
    """For the whole addresses and names; the index of searches holds only pieces of three letters."""
    path = Path(sa.make_url(config.database_url).database)
    assert b"zubaydah@example.com" in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    erase.forget(config, "contacts.contact", person)
    site.app.engine.dispose()
    assert b"zubaydah@example.com" not in path.read_bytes()
    wal = path.with_name(path.name + "-wal")
    assert not wal.exists() or b"zubaydah@example.com" not in wal.read_bytes()


def test_the_log_is_closed_again_afterwards(site, config, person):
    erase.forget(config, "contacts.contact", person)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), site.app.engine.begin() as connection:
        connection.execute(sa.update(audit).values(record_title="x"))
