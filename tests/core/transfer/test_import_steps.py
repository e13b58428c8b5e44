"""The three steps of the wizard over HTTP: detection, mapping, preview, confirmation, result (S44, P16)."""

from __future__ import annotations

import html
import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from core.testing import Site, counted_queries
from tests.core.transfer.steps import PATH, Wizard, company, csv_of, identified_by, rows, text_of, work

PERSIAN = csv_of(
    "نام مشتری;پست الکترونیک;موبایل;ت. تولد;کد قدیم",
    [
        "سامان قادری;saman@ghaderi;09121234567;1365/02/17;K-1",
        "زهرا موسوی;z.mousavi@daruban.example;09351112233;1372/11/03;K-2",
        "کیوان رحمانی;k.rahmani@abadgaran.example;;1404/12/30;K-3",
        ";info@pouladsazeh.example;;;K-4",
        "نسترن کیانی;n.kiani@rayanpars.example;۰۹۱۲۷۰۸۵۵۲۱;۱۳۷۰/۵/۱۲;K-5",
    ],
)
#: What the wizard finds by itself.
AUTOMATIC = dict(enumerate(("name", "email", "phone", "birth_date", "")))


def on_windows(text: str) -> bytes:
    """As an older program saves it, whose code page has neither the Persian yeh nor Persian digits."""
    return text.translate(str.maketrans("ی۰۱۲۳۴۵۶۷۸۹", "ي0123456789")).encode("cp1256")


@pytest.fixture
def wizard(site: Site) -> Wizard:
    company(site, "IR", language="en")
    return Wizard(site)


def test_nothing_is_written_before_the_last_step(site: Site, wizard: Wizard) -> None:
    wizard.choose("customers.csv", on_windows(PERSIAN))
    wizard.preview(AUTOMATIC, act="dry_run")
    wizard.go_on(AUTOMATIC, remember="1")
    wizard.client.get(f"{wizard.at}/confirm")
    assert rows(site) == []
    with site.unit() as opened:
        told = sa.text("SELECT count(*) FROM core_audit WHERE entity = 'contacts.contact'")
        assert opened.execute(told).scalar_one() == 0


def test_step_two_shows_what_was_detected_and_what_is_wrong(wizard: Wizard) -> None:
    wizard.choose("customers.csv", on_windows(PERSIAN))
    page = wizard.page()
    assert "customers.csv" in page
    assert "Encoding Windows-1256 Detected" in page
    assert "Delimiter Semicolon ;" in page
    assert "Dates Solar Hijri" in page
    assert "4 of 5 columns mapped" in page
    assert "2 will be created 0 will be updated 3 have errors and are left out" in page
    assert "The domain ending is missing" in page
    assert "Name is required" in page
    assert "is not a leap year" in page
    assert "Continue with 2 correct rows" in page
    markup = wizard.client.get(wizard.at).text
    assert markup.count('class="is-wrong"') == 3
    assert '<th scope="row">2</th>' in markup  # the heading is row 1


def test_all_that_is_wrong_with_a_row_is_told_at_once(site: Site, wizard: Wizard) -> None:
    """Whether a cell cannot be read, or what it says is no e-mail address."""
    wizard.choose("customers.csv", csv_of(
        "نام مشتری;پست الکترونیک;ت. تولد", ["کیوان رحمانی;not-an-email;1404/12/30", "زهرا موسوی;z@mousavi.example;"]))
    page = wizard.preview({0: "name", 1: "email", 2: "birth_date"}, act="dry_run")
    assert "is not a leap year" in page
    assert "An email address needs an @" in page
    assert wizard.client.get(wizard.at).text.count('class="is-wrong"') == 2


def test_changes_of_the_mapping_show_their_effect_at_once_and_are_kept(site: Site, wizard: Wizard) -> None:
    wizard.choose("customers.csv", PERSIAN)
    without_dates = {**AUTOMATIC, 3: "", 4: "number"}
    page = wizard.preview(without_dates, match="email", on_match="update", show="all")
    assert "3 will be created 0 will be updated 2 have errors" in page
    assert "is not a leap year" not in page
    assert "Unique key" in page
    again = wizard.page()
    assert "3 will be created" in again
    assert 'value="number" data-icon="hash" selected' in wizard.client.get(wizard.at).text
    wizard.go_on(without_dates, match="email")
    wizard.run()
    assert [record["number"] for record in rows(site)] == ["K-2", "K-3", "K-5"]


def test_a_column_takes_its_field_from_the_column_that_had_it(wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Other,Email", ["Sara,Omar,s@example.com"]))
    wizard.preview({0: "name", 1: "name", 2: "email"})
    markup = wizard.client.get(wizard.at).text
    chosen = [part.partition("</select>")[0] for part in markup.split('name="column_')[1:]]
    assert ['value="name" data-icon="user" selected' in select for select in chosen] == [False, True, False]


def test_another_calendar_reads_the_dates_anew(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Email,Birth date", ["Sara,s@example.com,12/05/1370"]))
    assert "1 will be created" in wizard.preview({0: "name", 1: "email", 2: "birth_date"}, calendar="jalali")
    page = wizard.preview({0: "name", 1: "email", 2: "birth_date"}, calendar="gregorian", show="all")
    assert "Dates Gregorian" in page
    wizard.preview({0: "name", 1: "email", 2: "birth_date"}, calendar="jalali")
    wizard.go_on()
    wizard.run()
    assert rows(site)[0]["birth_date"].isoformat() == "1991-08-03"


@pytest.mark.parametrize(("country", "calendar", "example"), [
    ("IR", "jalali", "۱۴۰۳/۱۲/۳۰"), ("SA", "hijri", "٢٠/٠٩/١٤٤٦"), ("US", "gregorian", "2025-03-20")])
def test_a_date_that_is_none_is_told_with_one_as_its_reader_writes_it(
    site: Site, country: str, calendar: str, example: str
) -> None:
    """Also where a program wrote the cell; only who asks the API is told what programs write."""
    company(site, country, calendar=calendar)
    wizard = Wizard(site)
    book = openpyxl.Workbook()
    for line in (["Name", "Email", "Birth date"], ["A", "a@example.com", True], ["B", "b@example.com", "2026-13-45"],
                 ["C", "c@example.com", "2026-02-30T10:00:00Z"], ["D", "d@example.com", "soon"]):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    wizard.choose("a.xlsx", out.getvalue())
    columns = {0: "name", 1: "email", 2: "birth_date"}
    page = wizard.preview(columns, show="errors")
    assert page.count(example) == 3
    assert "2026-11-21" not in page
    answer = site.api().call("POST", PATH, {"name": "A", "email": "a@example.com", "birth_date": "2026-02-30"})
    assert answer.status_code == 422
    assert "2026-11-21" in answer.text


def test_another_encoding_is_read_and_mapped_anew(wizard: Wizard) -> None:
    wizard.choose("a.csv", on_windows(csv_of("نام,شهر", ["علی,یزد"])))
    page = wizard.preview({0: "name", 1: "city"}, encoding="windows-1252")
    assert "Windows-1252" in page
    assert "Detected" not in page
    assert "0 of 2 columns mapped" in page
    page = wizard.preview({0: "", 1: ""}, encoding="windows-1256")
    assert "2 of 2 columns mapped" in page


def test_each_of_several_phones_keeps_its_order_in_the_preview(wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Mobile,More phones", ["Sara,+989121112233,+982188000000"]))
    page = wizard.preview({0: "name", 1: "phone", 2: "phones"}, show="all")
    assert "\u2066+98 912 111 2233\u2069; \u2066+98 21 8800 0000\u2069" in page


def test_a_reading_that_is_refused_is_told_and_changes_nothing(wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of(f"Name,Email,{'|' * 1_100}", ["Sara,s@example.com,"]))
    page = wizard.preview({0: "name", 1: "email", 2: ""}, delimiter="bar")
    assert "The file has 1101 columns" in page
    assert "Delimiter Comma ," in page
    assert wizard.go_on({0: "name", 1: "email", 2: ""}).status_code == 303


def test_another_sheet_is_chosen(site: Site, wizard: Wizard) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Product"])
    book.active.append(["Chair"])
    book.create_sheet("People").append(["Name", "Email"])
    book["People"].append(["Sara", "s@example.com"])
    out = io.BytesIO()
    book.save(out)
    wizard.choose("list.xlsx", out.getvalue())
    assert "People" in wizard.client.get(wizard.at).text
    assert "2 of 2 columns mapped" in wizard.preview({0: ""}, sheet="People")
    wizard.go_on()
    wizard.run()
    assert [record["name"] for record in rows(site)] == ["Sara"]


def test_records_that_are_there_are_updated_skipped_or_refused(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Email", ["Sara,s@example.com", "Omar,o@example.com"]))
    wizard.run()
    changed = csv_of("Name,Email,City", ["Sara,S@EXAMPLE.com,Qom", "Lina,l@example.com,Yazd", "Lina,l@example.com,Bam"])
    wizard.choose("b.csv", changed)
    columns = {0: "name", 1: "email", 2: "city"}
    assert "0 will be created 0 will be updated 2 will be skipped 1 have" not in wizard.page()
    assert "1 will be created 0 will be updated 2 will be skipped 0 have" in wizard.preview(columns, on_match="skip")
    assert "1 will be created 0 will be updated 2 have errors" in wizard.preview(columns, on_match="error")
    assert "3 will be created 0 will be updated 0 have errors" in wizard.preview(columns, match="")
    assert "1 will be created 2 will be updated 0 have errors" in wizard.preview(
        columns, match="email", on_match="update"
    )
    wizard.go_on()
    wizard.run()
    assert "1 created 2 updated 0 skipped 0 failed" in wizard.page()
    assert {record["name"]: record["city"] for record in rows(site)} == {"Sara": "Qom", "Omar": None, "Lina": "Bam"}


def test_a_test_run_checks_all_rows_of_a_long_file(wizard: Wizard) -> None:
    lines = [f"P{n},p{n}@example.com" for n in range(700)] + ["Bad,bad"] * 60
    wizard.choose("long.csv", csv_of("Name,Email", lines))
    columns = {0: "name", 1: "email"}
    page = wizard.page()
    assert "500 will be created 0 will be updated 0 have errors" in page
    assert "The first 500 rows were checked." in page
    assert "Continue with 760 rows" in page
    page = wizard.preview(columns, act="dry_run")
    assert "700 will be created 0 will be updated 60 have errors" in page
    assert "Continue with 700 correct rows" in page
    assert "10 more errors" in page
    assert wizard.preview(columns, show="errors").count("An email address needs an @") == 50
    assert wizard.client.get(f"{wizard.at}/errors.csv").text.count("Bad,bad") == 60
    assert wizard.go_on(columns).status_code == 303
    confirm = text_of(wizard.client.get(f"{wizard.at}/confirm"))
    assert "700 will be created" in confirm
    assert "Import 700 rows" in confirm


def test_a_file_that_lacks_what_every_record_needs_goes_no_further(site: Site, wizard: Wizard) -> None:
    """S45: the e-mail column is required when the company's rule says so."""
    wizard.choose("a.csv", csv_of("Name,City", ["Sara,Qom"]))
    answer = wizard.go_on({0: "", 1: "city"})
    assert answer.status_code == 422
    assert "No column is mapped to Name, First name, or Last name, which every" in text_of(answer)
    assert "Choose the field of at least one column" in text_of(wizard.go_on({0: "", 1: ""}))
    warned = wizard.go_on({0: "name", 1: "city"})
    assert warned.status_code == 303, "a list of names alone comes in with warnings, unless the company says otherwise"
    identified_by(site, "email")
    answer = wizard.go_on({0: "name", 1: "city"})
    assert answer.status_code == 422
    assert "No column is mapped to Email, which every new record needs." in text_of(answer)
    # The same where rows might change records that are there, and none does.
    wizard.choose("b.csv", csv_of("Name,Phone", ["Sara,+989121234567"]))
    answer = wizard.go_on({0: "name", 1: "phone"}, match="phone", on_match="update")
    assert "No column is mapped to Email, which every new record needs." in text_of(answer)


def test_what_comes_in_with_a_warning_is_told_with_its_row(site: Site, wizard: Wizard) -> None:
    """A phone that is none is kept as it was typed; whoever imports it is told, before and after."""
    names = [f"N{place},s{place}@example.com,09123456789" for place in range(600)]
    wizard.choose("a.csv", csv_of("Name,Email,Phone", ["Sara,s@example.com,12", *names, "Omar,o@example.com,7x"]))
    columns = {0: "name", 1: "email", 2: "phone"}
    sara, omar = (f"column “Phone”: “\u2068{phone}\u2069” is not a valid phone number" for phone in ("12", "7x"))
    page = wizard.preview(columns)
    assert "With warnings 1" in page
    assert f"C{sara[1:]}" in page
    assert "With warnings 2" in wizard.preview(columns, act="dry_run")
    seen = wizard.preview(columns, show="warnings")
    assert "12" in seen
    assert "7x" in seen
    assert "N5" not in seen
    assert wizard.go_on(columns).status_code == 303
    wizard.run()
    page = wizard.page()
    assert "602 created 0 updated 0 skipped 0 failed" in page
    assert f"Imported with warnings Row 2, {sara}" in page
    assert f"Row 603, {omar}" in page
    assert rows(site)[-1]["phone"] == "7x"
    wizard.undo()
    assert "warnings" not in wizard.page()


def test_rows_of_one_record_are_told_of_each_other(site: Site, wizard: Wizard) -> None:
    """Whether the record was there or the earlier row makes it; a row that failed has brought nothing."""
    wizard.choose("a.csv", csv_of("Name,Email", ["Sara,s@example.com"]))
    wizard.run()
    lines = ["Omar,o@example.com,Qom", "Sara,s@example.com,Qom", "Bad,b@example.com,Qom", "Bad,b@example.com,Bam",
             *(f"N{n},n{n}@example.com,Rey" for n in range(600)),
             "Omar,O@example.com,Bam", "Sara,s@example.com,Bam"]  # fmt: skip
    content = csv_of("Name,Email,City", lines).replace("Bad,b@example.com,Qom", "Bad,b@example,Qom")
    wizard.choose("b.csv", content)
    columns = {0: "name", 1: "email", 2: "city"}
    page = wizard.preview(columns, act="dry_run", match="email", on_match="update")
    assert "602 will be created 3 will be updated 1 have errors" in page
    assert "With warnings 2" in page
    seen = wizard.preview(columns, match="email", on_match="update", show="warnings", act="dry_run")
    omar, sara = ("The same as in row 2 of this file.", "The same as in row 3 of this file.")
    assert (seen.count(omar), seen.count(sara), seen.count("of this file")) == (1, 1, 2)
    refused = wizard.preview(columns, match="email", on_match="error", show="errors", act="dry_run")
    assert "Row 2 of this file has made this record already." in refused
    assert "of this file" not in wizard.preview(columns, match="email", on_match="skip", show="warnings", act="dry_run")
    wizard.preview(columns, match="email", on_match="update")
    assert wizard.go_on(columns, match="email", on_match="update").status_code == 303
    wizard.run()
    page = wizard.page()
    assert "602 created 3 updated 0 skipped 1 failed" in page
    assert f"Row 606, column “Email”: {omar}" in page
    assert f"Row 607, column “Email”: {sara}" in page
    assert {record["city"] for record in rows(site) if record["name"] in ("Sara", "Omar")} == {"Bam"}


def test_a_mapping_is_remembered_for_the_next_file(site: Site, wizard: Wizard) -> None:
    first = csv_of("Wer,Wo,Mail", ["Sara,Qom,s@example.com"])
    wizard.choose("a.csv", first)
    assert "1 of 3 columns mapped" in wizard.page()
    wizard.go_on({0: "name", 1: "city", 2: "email"}, remember="1")
    wizard.choose("b.csv", csv_of("Wo,Neu,Wer", ["Yazd,x,Omar"]))
    assert "2 of 3 columns mapped" in wizard.page()
    other = Wizard(site, site.user("other@example.com", "sales_manager"))
    other.choose("c.csv", first)
    assert "1 of 3 columns mapped" in other.page()


def test_the_result_leads_to_the_rows_and_back(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Email,Old", ["Sara,s@example.com,1", "Bad,bad,2"]))
    status = wizard.status()
    assert (status["state"], status["location"]) == ("draft", "")
    wizard.client.post(f"{wizard.at}/run")
    assert wizard.status()["text"] == "Waiting to begin"
    assert "Cancel the import" in wizard.page()
    work(site)
    status = wizard.status()
    assert (status["state"], status["done"], status["total"], status["location"]) == ("done", 2, 2, wizard.at)
    page = wizard.page()
    assert "1 created 0 updated 0 skipped 1 failed" in page
    assert "Columns that were not imported: Old" in page
    before = html.unescape(wizard.client.get(wizard.at).text).split("Show the imported records")[0]
    listing = before.rpartition('href="')[2].partition('"')[0]
    assert text_of(wizard.client.get(listing)).count("Sara") >= 1
    assert "a.csv" in text_of(wizard.client.get(f"{PATH}/import"))
    wizard.undo()
    assert "The import was undone: 1 record moved to the trash" in wizard.page()
    assert wizard.client.post(f"{wizard.at}/undo").status_code == 422


def test_pressing_import_twice_imports_once(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Email", ["Sara,s@example.com"]))
    for _time in range(3):
        assert wizard.client.post(f"{wizard.at}/run").location == wizard.at
    work(site)
    assert wizard.client.post(f"{wizard.at}/run").status_code == 303
    work(site)
    assert len(rows(site)) == 1
    assert wizard.go_on({0: "name", 1: "email"}).status_code == 409


def test_the_rows_that_failed_are_corrected_and_imported_again(site: Site, wizard: Wizard) -> None:
    """P16: the error file, corrected, changes only the failed rows."""
    wizard.choose("customers.csv", PERSIAN.encode("utf-16"))
    wizard.run()
    before = {record["email"]: record for record in rows(site)}
    errors = wizard.client.get(f"{wizard.at}/errors.csv").data.decode("utf-8-sig")
    assert errors.splitlines()[0].endswith(";Error") or errors.splitlines()[0].endswith(",Error")
    corrected = errors.replace("saman@ghaderi", "saman@ghaderi.example").replace("1404/12/30", "1404/12/29")
    corrected = "\r\n".join(line for line in corrected.splitlines() if "pouladsazeh" not in line)
    wizard.choose("errors.csv", corrected.encode("utf-8-sig"))
    assert "2 will be created 0 will be updated 0 have errors" in wizard.page()
    wizard.run()
    after = {record["email"]: record for record in rows(site)}
    assert set(after) - set(before) == {"saman@ghaderi.example", "k.rahmani@abadgaran.example"}
    assert {email: after[email] for email in before} == before
    assert after["k.rahmani@abadgaran.example"]["birth_date"].isoformat() == "2026-03-20"


def test_templates_hold_every_field_and_map_themselves(site: Site, wizard: Wizard) -> None:
    for language in ("fa", "ar", "en"):
        for kind in ("csv", "xlsx"):
            answer = wizard.client.get(f"{PATH}/import/template.{kind}?lang={language}")
            assert answer.status_code == 200
            wizard.choose(f"template.{kind}", answer.data)
            page = wizard.client.get(wizard.at).text
            assert page.count(" selected>") >= 30, (language, kind)
            assert 'value="" data-icon="ban" selected' not in page
    assert wizard.client.get(f"{PATH}/import/template.exe").status_code == 404


def test_only_the_newest_drafts_are_kept(site: Site, wizard: Wizard) -> None:
    for n in range(8):
        wizard.choose(f"{n}.csv", csv_of("Name,Email", [f"P{n},p{n}@example.com"]))
    folder = site.app.settings.files / "imports"
    kept = list(folder.iterdir())
    assert len(kept) == 5
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert wizard.client.get(f"{PATH}/import/1").status_code == 404


def test_the_pages_cost_few_queries(site: Site, wizard: Wizard) -> None:
    wizard.choose("a.csv", csv_of("Name,Email,Tags", [f"P{n},p{n}@example.com,a|b" for n in range(400)]))
    with counted_queries(site.app) as seen:
        wizard.page()
    assert len(seen) <= 14, seen


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_heading_of_two_fields_is_told_with_both(site: Site, wizard: Wizard) -> None:
    site.add_field("contacts.contact", "second", label={"en": "Job title", "fa": "سمت"})
    wizard.choose("a.csv", csv_of("Name,سمت", ["Ali,Driver"]))
    page = re.sub("[\u2066-\u2069]", "", wizard.page())
    assert "Job title (job_title) and Job title (custom.second) are called so. Choose the one that is meant." in page
    options = re.sub("[\u2066-\u2069]", "", html.unescape(wizard.client.get(wizard.at).text))
    assert ">Job title (job_title)</option>" in options
    assert ">Job title (custom.second)</option>" in options
    # One that programs call so is taken, and said.
    site.add_field("contacts.contact", "area", label={"en": "Region"})
    wizard.choose("b.csv", csv_of("Name,Region", ["Ali,Fars"]))
    page = re.sub("[\u2066-\u2069]", "", wizard.page())
    assert "This column goes to State or province (region). Region (custom.area) is called so as well" in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_empty_cell_leaves_a_new_record_its_default(site: Site, wizard: Wizard) -> None:
    site.add_field("contacts.contact", "news", "bool", default="true")
    wizard.choose("a.csv", csv_of("Name,Email,News", ["A,a@example.com,", "B,b@example.com, ", "C,c@example.com,no"]))
    wizard.run()
    found = site.api().get("/contacts/contact?fields=custom.news&sort=name")["data"]
    assert [one["custom"]["news"] for one in found] == [True, True, False]
