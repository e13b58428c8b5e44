"""Several phones, emails and addresses on one record: declared once, and found, shown, sent and kept everywhere."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from core import query, records, registry
from core.actor import ALL, HIDDEN
from core.auth import rights
from core.language.i18n import Preferences, use
from core.records import erase as erasing
from core.testing import Site
from core.transfer import commands, exporter

CONTACT = "contacts.contact"
PATH = "/contacts/contact"
FIRST, SECOND, THIRD = "+989121234567", "+989351112233", "+982188776655"


def numbers(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["value"], entry.get("label", "")) for entry in record["phones"] or ()]


def test_the_main_one_and_the_others_keep_step(site: Site) -> None:
    api = site.api()
    given = [{"value": "02188776655", "label": "work"}, {"value": "0912 123 4567", "label": "mobile", "primary": True}]
    made = api.create(CONTACT, name="Sara", country="IR", phones=given)
    assert made["phone"] == FIRST
    assert numbers(made) == [(FIRST, "mobile"), (THIRD, "work")]
    path = f"{PATH}/{made['id']}"

    changed = api.call("PATCH", path, {"phone": SECOND}).json
    assert numbers(changed) == [(SECOND, "mobile"), (THIRD, "work")]
    changed = api.call("PATCH", path, {"phone": THIRD}).json
    assert numbers(changed) == [(THIRD, "work"), (SECOND, "mobile")]
    changed = api.call("PATCH", path, {"phone": None, "email": "sara@peyk.example"}).json
    assert (changed["phone"], numbers(changed)) == (SECOND, [(SECOND, "mobile")])
    changed = api.call("PATCH", path, {"phones": [{"value": SECOND}]}).json
    assert (changed["phone"], changed["phones"]) == (SECOND, None)

    wrong = api.call("PATCH", path, {"emails": ["nobody"], "phones": [{"value": FIRST, "label": "moon"}]})
    assert wrong.status_code == 422
    assert wrong.json["errors"].keys() == {"emails", "phones"}


def test_every_value_is_found_and_known_again(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create(
        CONTACT,
        name="Sara",
        phones=[FIRST, {"value": SECOND, "label": "assistant"}],
        emails=["sara@peyk.example", "s.office@peyk.example"],
        addresses=[
            {"value": {"street": "Valiasr 12", "city": "Tehran", "country": "IR"}},
            {"value": {"street": "Anbar 7", "city": "Karaj"}, "label": "warehouse"},
        ],
    )
    assert (made["city"], made["address"]) == ("Tehran", "Valiasr 12")
    for asked in ("q=0935", "q=s.office", "q=Karaj", f"phones=%2B{SECOND[1:]}", "phones__contains=935111",
                  "emails=s.office@peyk.example", "phones__empty=0"):  # fmt: skip
        assert [row["id"] for row in api.get(f"{PATH}?{asked}")["data"]] == [made["id"]], asked
    page = client.get(f"{PATH}/{made['id']}?lang=en").text
    assert 'href="tel:+989351112233"' in page
    assert 'href="https://wa.me/989351112233"' in page
    assert "Assistant" in page
    assert "Anbar 7" in page
    same = client.get(f"{PATH}/duplicates?phone=%2B98+935+111+2233&lang=en").text
    assert "Sara" in same
    assert "with the same phone number" in same

    api.call("PATCH", f"{PATH}/{made['id']}", {"phones": [FIRST]})
    assert "Assistant" in client.get(f"{PATH}/{made['id']}/history?lang=en").text
    assert api.get(f"{PATH}?q=0935")["data"] == []
    assert client.get(f"{PATH}/duplicates?phone=%2B98+935+111+2233").text == ""
    api.call("PATCH", f"{PATH}/{made['id']}", {"phones": [FIRST, THIRD]})
    with site.unit():
        erased = erasing.erase(CONTACT, made["id"])
        assert erased["phones"] is None
        assert erased["addresses"] is None
        assert records.ids_by_key(registry.current().entity(CONTACT), "phone", [THIRD]) == {}


def test_whoever_may_not_see_the_main_one_sees_none(site: Site) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@peyk.example", phones=[FIRST, SECOND])
    role = site.role("Narrow", contacts__contact__view=ALL, contacts__contact__change=ALL)
    user_id = site.user("narrow@example.com")
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"phone": HIDDEN})
        rights.set_user_roles(user_id, [role])
    api = site.api(user_id)
    assert "phones" not in api.get(f"{PATH}/{made['id']}")
    assert api.call("GET", f"{PATH}?phones__contains=935").status_code == 400
    assert api.call("PATCH", f"{PATH}/{made['id']}", {"phones": [THIRD]}).status_code == 422
    assert SECOND not in site.client(user_id).get(f"{PATH}/{made['id']}").text


def test_the_form_has_a_row_for_each(site: Site) -> None:
    client = site.client()
    form = {
        "name": "Sara", "phone": "0912 123 4567", "country": "IR", "phones": "", "form_id": "a" * 20,
        "phones__label": ["mobile", "work", ""], "phones__state": ["", "opted_out", ""],
        "phones__value": ["021 8877 6655", ""], "address": "Valiasr 12", "addresses": "",
        "addresses__label": ["", "branch"], "addresses__street": ["Anbar 7"], "addresses__city": ["Karaj"],
        "addresses__region": [""], "addresses__postal_code": [""], "addresses__country": ["IR"],
        "emails": "", "emails__label": [""],
    }  # fmt: skip
    saved = client.post(f"{PATH}/new?lang=en", form)
    assert saved.status_code == 303, saved.text
    place = saved.headers["Location"]
    held = site.api().get(place)
    assert numbers(held) == [(FIRST, "mobile"), (THIRD, "work")]
    assert held["phones"][1]["state"] == "opted_out"
    assert [entry["value"].get("street") for entry in held["addresses"]] == ["Valiasr 12", "Anbar 7"]
    again = client.get(f"{place}/edit?lang=en").text
    assert again.count('name="phones__value"') == 2
    assert "Anbar 7" in again

    turned = {"phones": "", "phones__label": ["work", "mobile"], "phones__value": [THIRD, FIRST], "version": "1"}
    answer = client.post(f"{place}/field/phones?lang=en", turned)
    assert answer.status_code == 200, answer.text
    assert site.api().get(place)["phone"] == THIRD
    rows = {"emails__label": ["", "work"], "emails__value": ["nobody"]}
    wrong = client.post(f"{place}/edit?lang=en", {**form, **rows, "form_id": "b" * 20})
    assert wrong.status_code == 422
    assert 'value="nobody"' in wrong.text
    field = wrong.text[wrong.text.index('data-field="email"'):wrong.text.index('data-field="phone"')]
    # Said once on the form, below the rows it is about, and once in the list of errors at its foot.
    assert wrong.text.count("An email address needs an @") == 2
    assert field.index("data-several-add") < field.index("An email address needs an @")
    assert re.search(r'name="email" [^>]*aria-invalid', field) is None

    form = {"name": "Sara", "email": "nobody", "emails": "", "emails__label": [""]}
    wrong = client.post(f"{PATH}/new?lang=en", form)
    field = wrong.text[wrong.text.index('data-field="email"'):wrong.text.index('data-field="phone"')]
    assert field.index("An email address needs an @") < field.index("data-several-add")
    assert re.search(r'name="email" [^>]*aria-invalid', field)


def test_what_is_odd_about_the_main_one_is_told_once(site: Site) -> None:
    said = site.client().post(f"{PATH}/new?lang=en", {"name": "Sara", "email": "sara@peyk.example", "phone": "0501"},
                              headers={"X-Diwan-Panel": "1"}).json["message"]  # fmt: skip
    assert said.count("0501") == 1


def test_a_form_that_comes_back_stands_as_it_did(site: Site) -> None:
    client = site.client()
    page = client.get(f"{PATH}/new?lang=en").text
    assert f'<a class="dw-crumb" href="{PATH}">' in page
    for header, is_panel in (("page", False), ("1", True)):
        form = {"name": "", "form_id": header * 5}
        answer = client.post(f"{PATH}/new?lang=en", form, headers={"X-Diwan-Panel": header})
        assert answer.status_code == 422
        assert ("data-close" in answer.text) is is_panel
        assert ("Back to list" in answer.text) is not is_panel


def test_who_has_a_first_name_has_a_face_as_a_business_too(site: Site) -> None:
    api = site.api()
    person = api.create(CONTACT, first_name="Ali", last_name="Karimi", email="ali@acme.ir")
    firm = api.create(CONTACT, name="Acme Steel", email="sales@acme.ir")
    assert person["kind"] == firm["kind"] == "business"
    rows = site.client().get(f"{PATH}?lang=en&fields=name").text
    for made, is_square in ((person, False), (firm, True)):
        row = rows[rows.index(f'data-id="{made["id"]}"'):].partition("</tr>")[0]
        assert ("dw-avatar-square" in row) is is_square
        page = site.client().get(f"{PATH}/{made['id']}?lang=en").text
        assert ("dw-avatar-square" in page) is is_square


def test_a_file_with_further_values_alone_leaves_the_main_one(site: Site) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@peyk.example", phone=FIRST)
    file = site.folder / "second.csv"
    file.write_text(f"Name,E-mail,Phone 2\nSara,sara@peyk.example,{SECOND} (Work)\nOmid,omid@peyk.example,{THIRD}\n")
    done = commands.import_file(site.app.engine, CONTACT, file, match="email")
    assert (done["created"], done["updated"], done["failed"]) == (1, 1, 0), done
    assert [row["phone"] for row in site.api().get(f"{PATH}?name=Omid&fields=phone")["data"]] == [THIRD]
    held = site.api().get(f"{PATH}/{made['id']}")
    assert held["phone"] == FIRST
    assert numbers(held) == [(FIRST, ""), (SECOND, "work")]


def test_ones_own_export_changes_nothing_when_it_is_imported(site: Site) -> None:
    main, other = {"value": FIRST, "label": "mobile", "state": "opted_out"}, {"value": SECOND, "label": "work"}
    office = {"value": {"street": "Anbar 7", "country": "IR"}, "label": "office"}
    branch = {"value": {"city": "Karaj", "country": "IR"}, "label": "branch"}
    made = site.api().create(
        CONTACT, name="Sara", email="sara@peyk.example", phones=[main, other], addresses=[office, branch]
    )
    before = site.api().get(f"{PATH}/{made['id']}")
    for language in ("en", "ar", "fa"):
        file = site.folder / f"own-{language}.xlsx"
        with site.unit(), use(Preferences(language=language)), file.open("wb") as out:
            fields = "name,email,phone,phones,address,country,addresses"
            asked = query.parse_args(registry.current().entity(CONTACT), (("fields", fields),), Preferences())
            exporter.export(asked, "xlsx", out, Preferences(language=language))
        done = commands.import_file(site.app.engine, CONTACT, file, match="email")
        assert (done["created"], done["updated"], done["failed"]) == (0, 1, 0), done
        assert site.api().get(f"{PATH}/{made['id']}") == before


def test_files_have_numbered_columns(site: Site) -> None:
    made = site.api().create(CONTACT, name="Sara", phones=[FIRST, {"value": SECOND, "label": "work"}, THIRD])
    with site.unit(), use(Preferences(language="en")):
        asked = query.parse_args(
            registry.current().entity(CONTACT), (("fields", "name,phone,phones"),), Preferences(language="en")
        )
        out = io.BytesIO()
        exporter.export(asked, "csv", out, Preferences(language="en"))
    header, row = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert header == ["Name", "Phone", "Phone 2", "Phone 3", "Phone 4", "Phone 5"]
    assert [cell.lstrip("'") for cell in row[2:]] == [f"{SECOND} (Work)", THIRD, "", ""]  # a mark against formulas

    file = site.folder / "people.csv"
    file.write_text(f"Name,Mobile,Mobile 2,Phone 3,E-mail,E-mail 2\nSara,{SECOND},+98 912 123 4567 (Fax),{THIRD},"
                    "s@peyk.example,s2@peyk.example\n")  # fmt: skip
    done = commands.import_file(site.app.engine, CONTACT, file, match="phone")
    assert (done["created"], done["updated"], done["failed"]) == (0, 1, 0), done
    with site.unit():
        held = records.get(CONTACT, made["id"])
    assert [(entry.value, entry.label) for entry in held["phones"]] == [(SECOND, "work"), (FIRST, "fax"), (THIRD, "")]
    assert [entry.value for entry in held["emails"]] == ["s@peyk.example", "s2@peyk.example"]
