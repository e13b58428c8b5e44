"""`diwan plugin remove`: the data of a module go for good, after a look, an export and a yes; the log stays."""

from __future__ import annotations

import json

import sqlalchemy as sa

from tests.support.installation import Installation

KEPT = "SELECT count(*) FROM core_role_grant WHERE permission LIKE 'contacts.%'"
FIELDS = "SELECT count(*) FROM core_custom_field WHERE entity LIKE 'contacts.%'"
FOLLOWED = "SELECT count(*) FROM activities_follower WHERE entity = 'contacts.contact'"

GUEST = """
INSERT INTO core_plugin (name, state, version, error, requires, label, changed_at) VALUES
('guest', 'enabled', '1.0', '', '["contacts"]', '{"en": "Guest book", "ar": "دفتر الضيوف"}', '2026-01-01 00:00:00')
"""


def _tables(installation: Installation) -> list[str]:
    with installation.engine() as engine:
        return sorted(name for name in sa.inspect(engine).get_table_names() if name.startswith("contacts_"))


def test_the_data_of_a_module_go_with_all_that_hangs_on_them(installed, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("Name,size\nHarbour Supplies,42\n")
    assert installed.diwan("field", "add", "contacts.company", "size", "--type", "number", "--label-en", "Size",
                           "--label-ar", "الحجم", "--label-fa", "اندازه").exit_code == 0
    assert installed.diwan("import", "contacts.company", str(rows), "--map", "size=custom.size").exit_code == 0
    too_soon = installed.diwan("plugin", "remove", "contacts", "--yes")
    assert (too_soon.exit_code, too_soon.stderr) == (1, "Contacts (contacts) is on. Turn it off first.\n")
    assert installed.diwan("plugin", "disable", "contacts").exit_code == 0
    doubtful = installed.diwan("plugin", "remove", "contacts", answer="n\n")
    assert doubtful.exit_code == 1
    assert "  Companies: 1\n" in doubtful.output
    assert _tables(installed)
    assert installed.value(KEPT)
    assert installed.value(FIELDS) == 1
    assert installed.diwan("plugin", "remove", "contacts", "--export", str(tmp_path / "out"), "--yes").exit_code == 0
    header, line = (tmp_path / "out" / "contacts.company.csv").read_text().splitlines()
    assert "Harbour Supplies" in line
    assert "42" in line
    assert "custom.size" in header
    assert (_tables(installed), installed.value(KEPT), installed.value(FIELDS)) == ([], 0, 0)
    assert installed.value("SELECT count(*) FROM core_audit WHERE entity = 'contacts.company'") >= 1
    assert installed.value("SELECT changes FROM core_audit WHERE action = 'remove'").find("contacts.company") > 0
    assert installed.diwan("audit", "verify").exit_code == 0
    states = {one["name"]: one["state"] for one in json.loads(installed.diwan("plugin", "list", "--json").output)}
    assert states["contacts"] == "new"
    assert installed.diwan("plugin", "enable", "contacts").exit_code == 0
    assert installed.value("SELECT count(*) FROM contacts_company") == 0
    assert installed.value(KEPT) > 0


def test_a_module_stays_while_another_needs_it_and_both_are_named_in_the_readers_language(installed_sqlite):
    """The other's package is gone, so what it is called was kept."""
    with installed_sqlite.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql(GUEST)
    on = installed_sqlite.diwan("plugin", "disable", "contacts", language="ar")
    assert on.exit_code == 1
    assert "دفتر الضيوف (guest)" in on.stderr
    assert "جهات الاتصال (contacts)" in on.stderr
    for name in ("guest", "contacts"):
        with installed_sqlite.engine() as engine, engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE core_plugin SET state = 'disabled' WHERE name = '{name}'")
    refused = installed_sqlite.diwan("plugin", "remove", "contacts", "--yes")
    assert (refused.exit_code, refused.stderr) == (
        1, "The data of Guest book (guest) refer to those of Contacts (contacts). Remove these first.\n")
    assert "guest is not installed" in installed_sqlite.diwan("plugin", "remove", "guest", "--yes").stderr
    nobody = installed_sqlite.diwan("plugin", "remove", "nobody", "--yes")
    assert (nobody.exit_code, nobody.stderr) == (1, "There are no data of a plugin nobody.\n")


def test_what_was_said_of_its_records_stands_with_no_later_one(installed, tmp_path):
    people, calls = tmp_path / "people.csv", tmp_path / "calls.csv"
    people.write_text("Name,Email\nSara Harbour,sara@example.com\n")
    calls.write_text("Subject,Kind,Number,Contacts\nPrivate matter,contacts.contact,1,Sara Harbour\n")
    assert installed.diwan("import", "contacts.contact", str(people)).exit_code == 0
    assert installed.diwan("import", "activities.activity", str(calls), "--map", "Kind=entity",
                           "--map", "Number=record_id").exit_code == 0
    with installed.engine() as engine, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO activities_follower (entity, record_id, user_id, follows) "
                                   "SELECT 'contacts.contact', 1, min(id), true FROM core_user"))
    words = tmp_path / "words.csv"
    words.write_text("Text,Kind of record,Number\nHe pays late,contacts.contact,1\n")
    assert installed.diwan("import", "activities.comment", str(words), "--map", "Kind of record=entity",
                           "--map", "Number=record_id").exit_code == 0
    about = ("SELECT count(*) FROM activities_comment", FOLLOWED,
             "SELECT count(*) FROM activities_activity WHERE record_id = 1",
             "SELECT count(*) FROM activities_activity_contacts")
    assert [installed.value(each) for each in about] == [1, 1, 1, 1]
    assert installed.diwan("plugin", "disable", "contacts").exit_code == 0
    assert installed.diwan("plugin", "remove", "contacts", "--yes").exit_code == 0
    assert [installed.value(each) for each in about] == [0, 0, 0, 0]
    assert installed.value("SELECT subject FROM activities_activity") == "Private matter"
