"""Rows read by a process beside are stored exactly as those read in the importing process itself."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from benchmarks.make_contacts import write_contacts
from core.audit import verify
from core.audit.models import audit
from core.language.i18n import _
from core.language.text import search_key
from core.records import Cleaned
from core.registry import current as registry
from core.search import condition, fts_table
from core.testing import Site
from core.transfer import ahead, commands, wire
from core.transfer.row_parser import ParsedRow
from plugins.contacts import services
from tests.core.transfer.steps import CONTACT, rows

COUNT = 700
OWN = ("id", "number", "created_at", "updated_at")


def bad_rows(path: Path) -> None:
    """Rows that fail, repeat a key, need a repair or a tag that is not there yet."""
    with path.open("a", encoding="utf-8", newline="") as file:
        for line in ("No Email Here,,,not-an-email,,IR", "Twice,,,twice@example.com,0912 345 6789,ایران",
                     "Twice Again,,,TWICE@example.com,9123456789,IR", "Wrong Country,,,c@example.com,,Nowhere"):
            file.write(line + "," * 12 + "\r\n")


def imported(site: Site, path: Path) -> tuple[dict[str, Any], list[dict[str, Any]], list[Any]]:
    """The answer, the records without what time gives them, and their entries in the log."""
    answer = commands.import_file(site.app.engine, CONTACT, path)
    stored = [{name: value for name, value in record.items() if name not in OWN} for record in rows(site)]
    keys = ("name_key", "search_text", "name_sort_fa", "name_sort_ar", "name_sort_en")
    with site.unit() as opened:
        table = sa.text(f"SELECT {', '.join(keys)} FROM contacts_contact WHERE deleted_at IS NULL ORDER BY id")
        found = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in opened.execute(table)]
        for record, row in zip(stored, found, strict=True):
            record["keys"] = row
        entries = opened.execute(sa.select(audit.c.record_title, audit.c.action, audit.c.changes).where(
            audit.c.entity == CONTACT, audit.c.record_id.is_not(None)).order_by(audit.c.id)).all()
    return answer, stored, [tuple(entry) for entry in entries]


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("id", "seconds")}


def purged(site: Site) -> None:
    """Everything of the first import away, for the second to begin with the same numbers."""
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("DELETE FROM core_import"))
        opened.execute(sa.text("DELETE FROM contacts_contact_tags"))
        opened.execute(sa.text("DELETE FROM contacts_contact"))
        opened.execute(sa.text("UPDATE core_series SET next = 1 WHERE name = 'contacts.contact.number'"))


def test_both_ways_store_the_same(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "contacts.csv"
    write_contacts(path, COUNT)
    bad_rows(path)
    here = imported(site, path)
    before = len(here[2])
    purged(site)
    monkeypatch.setattr(ahead, "FROM_ROWS", 0)
    monkeypatch.setattr(ahead, "OWN_ROWS", 150)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    beside = imported(site, path)
    assert without_time(beside[0]) == without_time(here[0])
    assert (beside[0]["created"], beside[0]["failed"], beside[0]["updated"]) == (COUNT + 1, 2, 1)
    assert beside[1] == here[1]
    assert beside[2][before:] == here[2]
    assert verify.verify(site.app.engine).ok


def test_what_a_plugin_changes_in_a_row_read_beside_is_in_its_keys_its_index_and_the_log(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.classify

    def renamed(changes: list[Any]) -> None:
        real(changes)
        for change in changes:
            change.set("name", f"Zubaida {change.after['first_name']}")

    path = tmp_path / "contacts.csv"
    write_contacts(path, 300)
    monkeypatch.setattr(services, "classify", renamed)
    monkeypatch.setattr(ahead, "FROM_ROWS", 0)
    monkeypatch.setattr(ahead, "OWN_ROWS", 20)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    _answer, stored, entries = imported(site, path)
    assert len(stored) == len(entries) == 300
    for record, (title, _action, changes) in zip(stored, entries, strict=True):
        assert record["name"] == title == orjson.loads(changes)["name"][1]
        assert record["name"].startswith("Zubaida ")
        assert record["keys"][0] == search_key(record["name"])
        assert record["keys"][0] in record["keys"][1]
    assert found_by(site, "zubaida") == 300


def found_by(site: Site, word: str) -> int:
    """How many records the search index finds; SQLite's index is compared with what it was made of, too."""
    spec = registry().entity(CONTACT)
    with site.unit() as opened:
        if opened.dialect == "sqlite":
            opened.begin_write()
            fts = fts_table(spec)
            opened.execute(sa.text(f"INSERT INTO {fts}({fts}, rank) VALUES ('integrity-check', 1)"))
        found = sa.select(sa.func.count()).select_from(spec.table).where(condition(spec, word, opened.dialect))
        return int(opened.execute(found).scalar_one())


def test_the_rest_is_read_here_when_the_other_process_fails(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "contacts.csv"
    write_contacts(path, 300)
    monkeypatch.setattr(ahead, "FROM_ROWS", 0)
    monkeypatch.setattr(ahead, "OWN_ROWS", 20)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sys.executable", "/bin/false")
    answer = commands.import_file(site.app.engine, CONTACT, path)
    assert (answer["created"], answer["failed"]) == (300, 0)


def test_what_is_wrong_with_a_value_comes_through_the_pipe_as_it_was() -> None:
    """One message of a field, whatever it is: a failing process would only make the import slower, unseen."""
    message = _("An email address needs an @, such as name@example.com.")
    sent = ParsedRow(2, ["x"], cleaned=Cleaned({"email": None}, {"email": message}, [("phone", message)]))
    ((got,), notes) = wire.unpack(wire.pack([sent], {"zero": 1}))
    assert got.cleaned is not None
    assert got.cleaned.errors == {"email": str(message)}
    assert got.cleaned.warnings == [("phone", str(message))]
    assert notes == {"zero": 1}
