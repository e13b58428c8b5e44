"""`diwan import`, `diwan import undo` and `diwan export`, on both databases."""

import json

import pytest

PEOPLE = "Name;Email;Phone;Shoe size\nسارا;sara@example.com;+989121234567;38\nAli;ali@example.com;;41\nBad;;;\n"
ENTITY = "contacts.contact"


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def _names(installation):
    return [name for (name,) in installation.rows(
        "SELECT name FROM contacts_contact WHERE deleted_at IS NULL ORDER BY id")]


def test_an_import_counts_and_keeps_what_failed(installed, people, tmp_path):
    errors = tmp_path / "errors.csv"
    done = installed.diwan("import", ENTITY, str(people), "--json", "--errors", str(errors))
    assert done.exit_code == 0
    told = json.loads(done.output)
    assert {name: told[name] for name in ("id", "created", "updated", "skipped", "failed")} == {
        "id": 1, "created": 2, "updated": 0, "skipped": 0, "failed": 1}
    assert told["ignored_columns"] == ["Shoe size"]
    assert told["seconds"] >= 0
    assert _names(installed) == ["سارا", "Ali"]
    assert "Bad" in errors.read_text("utf-8-sig")


def test_a_dry_run_writes_nothing(installed, people):
    done = installed.diwan("import", ENTITY, str(people), "--dry-run")
    assert done.exit_code == 0
    assert "Created: 2." in done.output
    assert "test run" in done.output
    assert _names(installed) == []


def test_records_that_are_there_are_updated_skipped_or_refused(installed, people, tmp_path):
    installed.diwan("import", ENTITY, str(people))
    again = tmp_path / "again.csv"
    again.write_text("Who,Mail\nAlice,ali@example.com\n")
    counts = {}
    for on_match in ("skip", "error", "update"):
        done = installed.diwan("import", ENTITY, str(again), "--map", "Who=name", "--map", "Mail=email", "--match",
                               "email", "--on-match", on_match, "--json")  # fmt: skip
        told = json.loads(done.output)
        counts[on_match] = (told["updated"], told["skipped"], told["failed"])
    assert counts == {"skip": (0, 1, 0), "error": (0, 0, 1), "update": (1, 0, 0)}
    told = installed.diwan("import", ENTITY, str(again), "--map", "Who=name", "--map", "Mail=email").output
    assert "Created: 0. Updated: 0. Unchanged: 1. Skipped: 0. Failed: 0." in told
    assert installed.rows("SELECT version FROM contacts_contact WHERE email = 'ali@example.com'") == [(2,)]
    assert _names(installed) == ["سارا", "Alice"]


def test_an_import_is_taken_back(installed, people):
    number = json.loads(installed.diwan("import", ENTITY, str(people), "--json").output)["id"]
    done = installed.diwan("import", "undo", str(number), "--json")
    assert json.loads(done.output) == {"removed": 2, "restored": 0, "kept": 0}
    assert _names(installed) == []


@pytest.mark.parametrize(("arguments", "reason", "status"), [
    (("import", ENTITY, "nowhere.csv"), "nowhere.csv", 1),
    (("import", "contacts.nobody", "{file}"), "contacts.nobody", 1),
    (("import", ENTITY, "{file}", "--map", "Nothing=name"), "Nothing", 1),
    (("import", ENTITY, "{file}", "--map", "Name=nothing"), "nothing", 1),
    (("import", ENTITY, "{file}", "--match", "nothing"), "nothing", 1),
    (("import", ENTITY, "{file}", "--map", "Name"), "Name", 2),
    (("import", ENTITY, "{file}", "--on-match", "guess"), "guess", 2),
    (("import", "undo", "77"), "77", 1),
    (("import", "undo", "last"), "undo", 2),
    (("import", ENTITY, "{binary}"), "file", 1),
    (("export", "contacts.nobody"), "contacts.nobody", 1),
    (("export", ENTITY, "--filter", "nothing=1"), "nothing", 1),
    (("export", ENTITY, "--filter", "name"), "name", 2),
    (("export", ENTITY, "--fields", "nothing"), "nothing", 1),
    (("export", ENTITY, "--format", "pdf"), "pdf", 2),
    (("export", ENTITY, "-o", "/nowhere/at/all.csv"), "folder /nowhere/at.", 1),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")  # fmt: skip
def test_what_cannot_be_done_is_told(installed_sqlite, people, tmp_path, arguments, reason, status):
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 10)
    files = {"{file}": str(people), "{binary}": str(tmp_path / "binary.csv")}
    refused = installed_sqlite.diwan(*[files.get(argument, argument) for argument in arguments])
    assert refused.exit_code == status
    assert reason in refused.stderr
    assert _names(installed_sqlite) == []


def test_records_are_exported_in_each_format(installed, people, tmp_path):
    installed.diwan("import", ENTITY, str(people))
    as_json = json.loads(installed.diwan("export", ENTITY, "--format", "json", "--fields", "name,email").output)
    assert sorted(row["email"] for row in as_json) == ["ali@example.com", "sara@example.com"]
    table = tmp_path / "out.csv"
    assert "2" in installed.diwan("export", ENTITY, "--fields", "name,email", "-o", str(table)).output
    assert set(table.read_text("utf-8-sig").split()) == {"Name,Email", "سارا,sara@example.com", "Ali,ali@example.com"}
    book = tmp_path / "out.xlsx"
    installed.diwan("export", ENTITY, "-o", str(book))
    assert book.read_bytes().startswith(b"PK")


def test_filters_are_those_of_a_list(installed, people):
    installed.diwan("import", ENTITY, str(people))
    done = installed.diwan("export", ENTITY, "--format", "json", "--filter", "email__contains=sara")
    assert [row["name"] for row in json.loads(done.output)] == ["سارا"]
    assert installed.value("SELECT count(*) FROM core_audit WHERE action = 'export'") == 1


def test_what_was_exported_comes_back(installed, people, tmp_path):
    installed.diwan("import", ENTITY, str(people))
    table = tmp_path / "out.csv"
    installed.diwan("export", ENTITY, "--fields", "name,email,phone", "-o", str(table))
    told = json.loads(installed.diwan("import", ENTITY, str(table), "--json", "--match", "email").output)
    assert (told["unchanged"], told["updated"], told["failed"], told["created"]) == (2, 2, 0, 0)
    again = installed.diwan("--language", "en", "import", ENTITY, str(table), "--match", "email").output
    assert "Updated: 0. Unchanged: 2." in again
