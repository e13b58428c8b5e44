"""Files and requests made to do harm, at the wizard's door (SEC-08, 09, 11, 13, 42, 45)."""

from __future__ import annotations

import io
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import TestResponse

from core.testing import Site
from tests.core.transfer.files import packed, text_row, tiny_workbook, workbook_parts
from tests.core.transfer.steps import PATH, Wizard, csv_of, rows, text_of

GOOD = csv_of("Name,Email", ["Sara,sara@example.com"])
SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\" onmouseover=\"alert(1)' autofocus x='"
PATHS = (
    "../../etc/passwd.csv", "/etc/cron.d/x.csv", "%2e%2e%2fx.csv", "..%2f..%2fx.csv", "a\x00b.csv",
    "\u2215etc\u2215x.csv", "..", ".",
)
STRANGE = (
    "con.csv", "a;b.csv", "نام فایل.csv", "\u202evsc.exe.csv", "=cmd.csv", "<script>alert(1).csv", "..\\..\\boot.csv",
)


@contextmanager
def cheaply(seconds: float = 3.0, mebibytes: int = 120) -> Iterator[None]:
    """Processor time, also of the parser's process, and growth of this one."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, sum(os.times()[:4])
    yield
    assert sum(os.times()[:4]) - start < seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < mebibytes


@pytest.fixture
def wizard(site: Site) -> Wizard:
    return Wizard(site)


def test_a_file_name_never_becomes_a_path(site: Site, wizard: Wizard, subtests: pytest.Subtests) -> None:
    for name in PATHS:
        with subtests.test(name):
            answer = wizard.choose(name, GOOD)
            assert answer.status_code == 422
            assert "name contains a path" in text_of(answer)
    folder = site.app.settings.files
    assert not list(folder.rglob("*.csv"))
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_strange_file_name_is_only_shown(site: Site, wizard: Wizard, subtests: pytest.Subtests) -> None:
    for name in STRANGE:
        with subtests.test(name):
            assert wizard.choose(name, GOOD + "Bad,bad\r\n").status_code == 303
            assert "<script>alert" not in wizard.client.get(wizard.at).text
            header = wizard.client.get(f"{wizard.at}/errors.csv").headers["Content-Disposition"]
            assert header.isascii()
            assert "\n" not in header
            assert wizard.run()["state"] == "done"
            assert "<script>alert" not in wizard.client.get(f"{PATH}/import").text
    kept = [path.name for path in (site.app.settings.files / "imports").iterdir()]
    assert all(len(one) == 32 and one.isalnum() for one in kept)


def test_what_a_file_holds_is_text_on_every_page(site: Site, wizard: Wizard, subtests: pytest.Subtests) -> None:
    """SEC-13: headings, cells, error messages, the remembered mapping, the list afterwards."""
    for payload in (SCRIPT, ATTRIBUTE, "{{7*7}}", "<img src=x onerror=alert(1)>"):
        with subtests.test(payload):
            for page in _pages_with(wizard, payload):
                assert page.status_code == 200
                for mark in ("<script>alert", "<img src=x", 'onmouseover="alert', ">49<"):
                    assert mark not in page.text
            record = rows(site)[-1]
            assert (record["name"], record["city"]) == (payload, payload)


def _pages_with(wizard: Wizard, payload: str) -> list[TestResponse]:
    """Every page of an import whose headings and cells are the payload."""
    quoted = '"' + payload.replace('"', '""') + '"'
    lines = [f"{quoted},ok@example.com,{quoted},{quoted}", f"{quoted},{quoted},{quoted},{quoted}"]
    wizard.choose("a.csv", csv_of(f"Name,Email,{quoted},Status", lines))
    columns, preview = {0: "name", 1: "email", 2: "city", 3: ""}, f"{wizard.at}/preview"
    pages = [
        wizard.client.get(wizard.at),
        wizard.client.post(preview, wizard.form({**columns, 3: "status"}, match="", show="errors")),
        wizard.client.post(preview, wizard.form(columns, match="", show="all")),
    ]
    assert wizard.go_on(columns, match="", remember="1").status_code == 303
    pages.append(wizard.client.get(f"{wizard.at}/confirm"))
    assert wizard.run()["state"] == "done"
    return [*pages, *(wizard.client.get(path) for path in (wizard.at, f"{PATH}/import", PATH))]


def test_a_sheet_name_is_text(wizard: Wizard) -> None:
    parts = {**workbook_parts(text_row(1, "Name") + text_row(2, "Sara"))}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('name="S"', 'name="&lt;script&gt;x"')
    wizard.choose("a.xlsx", packed(dict(parts)))
    assert "<script>x" not in wizard.client.get(wizard.at).text


@pytest.mark.parametrize("sheet", [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
])
def test_a_document_type_reads_no_file_and_fills_no_memory(site: Site, wizard: Wizard, sheet: str) -> None:
    lines = text_row(1, "Name") + text_row(2, "&e;")
    parts = {**workbook_parts(""), "xl/worksheets/sheet1.xml":
             f"{sheet}<worksheet><sheetData>{lines}</sheetData></worksheet>"}
    with cheaply():
        answer = wizard.choose("a.xlsx", packed(dict(parts)))
    assert "root:" not in answer.text
    assert answer.status_code == 422
    assert rows(site) == []


def test_bombs_are_refused_at_the_door(site: Site, wizard: Wizard) -> None:
    blank = "<worksheet><sheetData>" + " " * (150 << 20) + "</sheetData></worksheet>"
    bomb = packed({**workbook_parts(""), "xl/worksheets/sheet1.xml": blank})
    del blank
    with cheaply():
        answer = wizard.choose("bomb.xlsx", bomb)
    assert answer.status_code == 422
    with cheaply():
        answer = wizard.choose("wide.csv", ",".join(f"c{n}" for n in range(50_000)) + "\n")
    assert "columns; at most" in text_of(answer)
    with cheaply():
        answer = wizard.choose("long.csv", "Name\n\"" + "x" * (3 << 20))
    assert answer.status_code == 422
    assert not [path for path in (site.app.settings.files / "imports").glob("*") if path.stat().st_size > 0]


def test_a_form_of_a_hundred_thousand_parts_is_refused(wizard: Wizard) -> None:
    wizard.choose("a.csv", GOOD)
    form = {f"column_{n}": "name" for n in range(100_000)}
    with cheaply(seconds=8):
        begun = time.monotonic()
        answer = wizard.client.flask.post(wizard.at, data=form, content_type="multipart/form-data",
                                          headers={"X-CSRFToken": wizard.client.csrf})
    assert answer.status_code == 413
    assert time.monotonic() - begun < 60


def test_more_than_a_request_may_hold_is_refused(wizard: Wizard) -> None:
    answer = wizard.client.flask.post(
        f"{PATH}/import", input_stream=io.BytesIO(b"x" * 1000), content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": wizard.client.csrf}, environ_overrides={"CONTENT_LENGTH": str(200 << 20)})
    assert answer.status_code == 413


def test_without_the_token_nothing_happens(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", GOOD)
    plain = wizard.client.flask
    for path in ("", "/preview", "/run", "/cancel", "/undo"):
        assert plain.post(f"{wizard.at}{path}").status_code == 400, path
    data = {"file": (io.BytesIO(GOOD.encode()), "b.csv")}
    assert plain.post(f"{PATH}/import", data=data).status_code == 400
    assert rows(site) == []


NONSENSE = (
    {"match": "id"}, {"match": "password_hash"}, {"on_match": "drop table"}, {"calendar": "mayan"},
    {"encoding": "rot13"}, {"delimiter": "\x00"}, {"sheet": "../x"}, {"show": "<x>"}, {"act": "no"},
    {"column_0": "id; drop table core_user"}, {"column_0": "__class__"}, {"column_99999": "name"},
)  # fmt: skip


def test_nonsense_in_the_form_is_ignored(site: Site, wizard: Wizard, subtests: pytest.Subtests) -> None:
    wizard.choose("a.csv", GOOD)
    good = wizard.form({0: "name", 1: "email"})
    for values in NONSENSE:
        with subtests.test(str(values)):
            assert wizard.client.post(f"{wizard.at}/preview", {**good, **values}).status_code == 200
    wizard.go_on({0: "name", 1: "email"})
    assert wizard.run()["state"] == "done"
    assert [(record["name"], record["email"]) for record in rows(site)] == [("Sara", "sara@example.com")]


def test_what_does_not_exist_is_not_found(wizard: Wizard, subtests: pytest.Subtests) -> None:
    ids = ("999", "0", "-1", "abc", "1.csv", "99999999999999999999", "1/../2")
    entities = ("/contacts/nothing/import", "/nothing/contact/import", "/contacts/..%2fcontact/import")
    for path in (*(f"{PATH}/import/{one}" for one in ids), *entities):
        with subtests.test(path):
            assert wizard.client.get(path).status_code == 404


def test_a_workbook_counts_as_what_it_is_whatever_it_is_called(wizard: Wizard) -> None:
    assert wizard.choose("photo.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100).status_code == 422
    assert wizard.choose("list.xlsx", tiny_workbook()).status_code == 303
