"""The list as a file: names, formats, rights, formulas, the way back without loss (P15, C10 to C12, SEC-09, 32)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa

from core import records
from core.db import unit
from core.entity import fields
from core.language.i18n import use
from core.language.region_defaults import preferences_for
from core.registry import current as registry
from core.testing import Site
from core.transfer import commands
from core.transfer.formula import restore
from core.transfer.mapping import auto_map
from core.transfer.plan import importable
from core.transfer.synonyms import targets
from tests.core.transfer.files import VECTORS
from tests.core.transfer.steps import CONTACT, PATH, company, rows

FORMULAS = json.loads((VECTORS / "csv_formula_injection.json").read_text("utf-8"))["cells"]
#: A value of every type of field, with what is easily lost: zeros, signs, breaks, marks, long numbers.
FULL: dict[str, Any] = {
    "name": "شركة \"النور\"; فرع, ٢", "first_name": "-5", "last_name": "0012", "email": "ali@example.com",
    "phone": "+966501234567", "country": "SA", "region": "=1+1", "city": "می‌خواهم", "postal_code": "00123",
    "address": "'quoted", "status": "in_progress", "source": "phone_call", "kind": "business", "tags": ("vip", "تولد"),
    "website": "https://example.com/a?b=1&c=%20", "currency": "SAR", "birth_date": dt.date(2025, 3, 20),
    "national_id": "1000000008", "purchase_status": "no_need", "payment_order": "prepaid", "shipping_same": False,
    "shipping_address": "+1 (2)", "latitude": Decimal("-24.123456"), "longitude": Decimal("46.7"),
    "acquaintance": "internet", "preferred_channel": "whatsapp", "opening_purchases": Decimal("1250.5000"),
    "follow_up_status": "waiting_reply", "note": "سطر أول\nline two, with \"quotes\"\n=SUM(A1)",
}  # fmt: skip
EMPTY: dict[str, Any] = {"name": "Only a name", "email": "only@example.com", "shipping_same": True}
NOT_KEPT = {"id", "version", "created_at", "updated_at", "created_by_id", "number", "deleted_at", "organisation_id"}


def facts(site: Site) -> list[dict[str, Any]]:
    return [{name: value for name, value in record.items() if name not in NOT_KEPT} for record in rows(site)]


def make(site: Site, *values: dict[str, Any]) -> None:
    with site.unit():
        acme = records.create("contacts.company", name="Acme, Ltd.").id
        vip = records.create("contacts.category", name="Pays well").id
        owner = sa.text("SELECT min(id) FROM core_user")
        full = {"company_id": acme, "category_id": vip, "owner_id": unit().execute(owner).scalar_one()}
        for one in values:
            records.create(CONTACT, **({**one, **full} if "status" in one else one))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_loss(
    site: Site, tmp_path: Path, kind: str, subtests: pytest.Subtests
) -> None:
    company(site, "SA")
    make(site, FULL, EMPTY)
    before, client = facts(site), site.client()
    for language in ("ar", "fa", "en"):
        with subtests.test(language):
            company(site, {"ar": "SA", "fa": "IR", "en": "SA"}[language], language=language)
            answer = client.get(f"{PATH}/export?format={kind}&fields=*&sort=id&lang={language}")
            assert answer.status_code == 200
            file = tmp_path / f"{language}.{kind}"
            file.write_bytes(answer.data)
            with site.unit():
                records.delete(CONTACT, [record["id"] for record in rows(site)])
            done = commands.import_file(site.app.engine, CONTACT, file, match="")
            assert (done["created"], done["failed"], done["errors"]) == (2, 0, [])
            assert facts(site) == before


@pytest.mark.parametrize(("field", "value"), [
    (fields.percent("P"), Decimal("12.5000")), (fields.percent("P"), Decimal("-0.2500")),
    (fields.datetime("D"), dt.datetime(2025, 3, 20, 21, 30, tzinfo=dt.UTC)),
    (fields.number("N"), -1234567), (fields.number("N", scale=3), Decimal("1234567.125")),
    (fields.date("D"), dt.date(1999, 12, 31)), (fields.bool("B"), True), (fields.bool("B"), False),
])
def test_what_is_shown_of_a_value_is_read_as_the_same_value(field: Any, value: Any, subtests: pytest.Subtests) -> None:
    """C11 for the types that contacts have none of, as text in every language, calendar and kind of digits."""
    f = field.column.info["field"].named("x")
    for language, region in (("ar", "SA"), ("ar", "EG"), ("fa", "IR"), ("en", "GB"), ("ar", "MA")):
        for calendar in ("gregorian", "jalali", "hijri"):
            reader = replace(preferences_for(region, language), calendar=calendar)
            with subtests.test(f"{language}-{region}-{calendar}"), use(reader):
                shown = f.type.show(f, value, reader)
                assert f.type.parse(f, shown, reader) == value, shown


def test_the_file_is_named_in_the_readers_language_and_calendar(site: Site) -> None:
    company(site, "IR", language="fa")
    make(site, EMPTY)
    header = site.client().get(f"{PATH}/export?format=csv").headers["Content-Disposition"]
    assert header.isascii()
    plain, _star, encoded = header.partition("; filename*=UTF-8''")
    name = unquote(encoded)
    assert name.startswith("مخاطبان 14")
    assert name.endswith(".csv")
    assert plain.startswith('attachment; filename="contact-14')


def test_the_export_is_the_list(site: Site) -> None:
    """Conditions, search, order and columns of the address; the user's own columns without any."""
    make(site, FULL, EMPTY, {**EMPTY, "name": "Zahra", "email": "z@example.com"})
    client = site.client()

    def table(query: str) -> list[list[str]]:
        text = client.get(f"{PATH}/export?format=csv&{query}").data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    assert table("fields=name&sort=-name&email__contains=example&q=z") == [["Name"], ["Zahra"]]
    assert table("fields=email,name&status=in_progress") == [["Email", "Name"], [FULL["email"], FULL["name"]]]
    assert table("")[0] == ["Name", "Email", "Phone", "Country", "Status", "Source", "Person in charge"]
    client.post(f"{PATH}/columns", {"columns": ["name", "city"]})
    assert table("")[0] == ["Name", "City"]
    assert len(table("fields=*")[0]) > 30
    found = json.loads(client.get(f"{PATH}/export?format=json&fields=name,tags,birth_date,country&sort=id").data)
    assert found[0] == {
        "id": 1, "name": FULL["name"], "tags": ["vip", "تولد"], "birth_date": "2025-03-20", "country": "SA"}
    for query, status in (("format=pdf", 400), ("fields=nothing", 400), ("nothing=1", 400), ("sort=;drop", 400)):
        assert client.get(f"{PATH}/export?{query}").status_code == status, query


def test_times_are_those_of_the_readers_clocks_to_the_second(site: Site) -> None:
    company(site, "IR", language="en", timezone="Asia/Tehran")
    make(site, EMPTY)
    (record,) = rows(site)
    wanted = record["created_at"].astimezone(ZoneInfo("Asia/Tehran")).replace(tzinfo=None, microsecond=0)
    client = site.client()
    text = client.get(f"{PATH}/export?format=csv&fields=created_at").data.decode("utf-8-sig")
    assert dt.datetime.fromisoformat(text.split()[-1]) == wanted
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PATH}/export?format=xlsx&fields=created_at").data))
    assert book.active.cell(2, 1).value == wanted
    f = registry().entity(CONTACT).fields["created_at"]
    with use(preferences_for("IR", "fa")) as reader:
        assert f.type.parse(f, text.split()[-1], reader) == record["created_at"].replace(microsecond=0)


def test_an_export_holds_only_what_its_role_may_take_along(site: Site) -> None:
    """Seeing all is one right, taking it along another; secrets are no columns at all."""
    seller = site.user("seller@example.com", "sales_representative")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE core_role_grant SET scope = 4 WHERE permission = 'contacts.contact.view'"))
        opened.execute(sa.text(
            "INSERT INTO core_role_grant (role_id, permission, scope) SELECT role_id, 'contacts.contact.export', 1 "
            "FROM core_user_role WHERE user_id = :user"), {"user": seller})
    make(site, EMPTY)
    with site.unit(seller):
        records.create(CONTACT, name="Mine", email="mine@example.com")
    client = site.client(seller)
    assert "Only a name" in client.get(PATH).text
    found = json.loads(client.get(f"{PATH}/export?format=json").data)
    assert [row["name"] for row in found] == ["Mine"]
    users = site.client().get("/core/user/export?format=csv&fields=*").data.decode("utf-8-sig")
    assert "argon2" not in users
    assert "admin@example.com" in users


def test_an_export_is_on_record(site: Site) -> None:
    make(site, EMPTY)
    site.client().get(f"{PATH}/export?format=xlsx&country=SA")
    with site.unit() as opened:
        statement = sa.text("SELECT actor_id, channel, changes FROM core_audit WHERE action = 'export'")
        actor, channel, changes = opened.execute(statement).one()
    assert (actor, channel) == (1, "web")
    told = json.loads(changes) if isinstance(changes, str) else changes
    assert told["rows"] == [None, 0]
    assert told["filters"] == [None, [["country", "eq", "SA"]]]


def test_no_cell_of_any_export_is_a_formula(site: Site) -> None:
    cases = {case["value"]: case["csv_cell"] for case in FORMULAS if case["value"].strip()}
    with site.unit():
        kept = records.save_many(CONTACT, [records.Change(values={"name": cell, "email": f"f{n}@example.com"})
                                           for n, cell in enumerate(cases)])
    wanted = [change.after["name"] for change in kept]
    client = site.client()
    query = "fields=name&sort=email"
    text = client.get(f"{PATH}/export?format=csv&{query}").data.decode("utf-8-sig")
    found = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert sorted(map(restore, found)) == sorted(wanted)
    # A name is kept without tabs and breaks; every value that stayed as it was is written as the vectors say.
    assert {cases[value] for value in wanted if value in cases} <= set(found)
    assert sum(value in cases for value in wanted) > len(cases) / 2
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PATH}/export?format=xlsx&{query}").data))
    column = [cell for (cell,) in book.active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in column} <= {"s", "inlineStr"}
    assert sorted(cell.value for cell in column) == sorted(wanted)


def test_headings_lead_back_to_their_fields_in_any_selection(site: Site, subtests: pytest.Subtests) -> None:
    """A name beside a last name alone would be read as the first name."""
    make(site, EMPTY)
    client = site.client()
    for language in ("ar", "fa", "en"):
        for names in ("name,last_name", "name,first_name,last_name", "first_name,name", "last_name,name,first_name"):
            with subtests.test(f"{language} {names}"):
                answer = client.get(f"{PATH}/export?format=csv&fields={names}&lang={language}")
                header = next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
                with site.unit():
                    known = targets(importable(registry().entity(CONTACT)))
                assert auto_map(header, known).columns == tuple(names.split(",")), header
        # The own organisation is not imported; its heading is words and leads to no other field, not even the company.
        answer = client.get(f"{PATH}/export?format=csv&fields=organisation_id&lang={language}")
        (heading,) = next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert ("_" in heading, auto_map([heading], known).columns) == (False, (None,)), heading


def test_a_long_list_is_exported_whole(site: Site) -> None:
    with site.unit():
        for start in range(0, 2_500, 500):
            records.save_many(CONTACT, [records.Change(values={"name": f"P{n}", "email": f"p{n}@example.com"})
                                        for n in range(start, start + 500)])
    for sort in ("name", "-created_at", "city"):
        found = json.loads(site.client().get(f"{PATH}/export?format=json&fields=name&sort={sort}").data)
        assert len({row["id"] for row in found}) == len(found) == 2_500
