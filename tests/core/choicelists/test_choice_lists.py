"""Choice lists edited in the settings: what an admin may do to them, and that everything follows."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from core import registry as registries
from core.choicelists import changing
from core.choicelists.changing import GivenChoice
from core.derive.choices import ChoiceLabel
from core.errors import Conflict, Forbidden, Invalid
from core.language.i18n import Preferences, _, use
from core.testing import Client, Site

CONTACT, STATUS = "/contacts/contact", "/settings/lists/contacts.contact/status"
VISIT = {"ar": "بانتظار الزيارة", "fa": "منتظر بازدید", "en": "Waiting for a visit"}


def rows_of(*values: str, new: dict[str, Any] | None = None, off: tuple[str, ...] = (), **labels: Any) -> Any:
    """A posted table: these values in this order, with labels by value, and one new row."""
    form: list[tuple[str, str]] = []
    for value in values:
        form.append(("choice", value))
        form += [(f"choice.{value}.label.{language}", text) for language, text in labels.get(value, {}).items()]
        form.append((f"choice.{value}.hue", "blue"))
        if value not in off:
            form.append((f"choice.{value}.active", "1"))
    if new is not None:
        form += [("choice", "new-1"), ("choice.new-1.active", "1")]
        form += [(f"choice.new-1.{name}", text) for name, text in new.items()]
    return form


def post(client: Client, form: list[tuple[str, str]], path: str = STATUS, preset: str = "new") -> Any:
    seen = client.get(path).get_data(as_text=True).split('name="seen" value="')[1].split('"')[0]
    data: dict[str, Any] = {"seen": seen, "preset": preset}
    for name, value in form:
        data.setdefault(name, []).append(value)
    return client.post(path, data)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def visit_row() -> dict[str, str]:
    return {"hue": "violet", "kind": "in_progress", **{f"label.{code}": text for code, text in VISIT.items()}}


DECLARED = ("new", "in_progress", "converted", "lost")


def test_a_fifth_status_is_there_on_every_surface_at_once(site: Site) -> None:
    client, api = site.client(), site.api()
    answer = post(client, rows_of("new", "in_progress", "converted", "lost", new=visit_row()))
    assert answer.status_code == 303
    made = api.create("contacts.contact", name="Visited", email="v@example.com", status="waiting_for_a_visit")
    described = {f["name"]: f for f in api.get("/core/entity/contacts.contact")["fields"]}["status"]["choices"]
    assert described[-1] == {"value": "waiting_for_a_visit", "label": "Waiting for a visit", "hue": "violet",
                             "active": True, "kind": "in_progress"}  # fmt: skip
    listed = page(client, f"{CONTACT}?status=waiting_for_a_visit&lang=fa")
    assert "منتظر بازدید" in listed
    assert "dw-hue-violet" in listed
    assert "Visited" in listed
    assert "بانتظار الزيارة" in page(client, f"{CONTACT}/{made['id']}?lang=ar")
    assert "منتظر بازدید" in page(client, f"{CONTACT}/new?lang=fa")
    schema = api.get("/openapi.json")["components"]["schemas"]
    assert any("waiting_for_a_visit" in str(shape) for shape in schema.values())
    f = registries.current().entity("contacts.contact").fields["status"]
    assert f.choice("waiting_for_a_visit").kind == "in_progress"
    for text in VISIT.values():  # an import knows it by its label in any language
        assert f.type.parse(f, text, Preferences(language="en")) == "waiting_for_a_visit"


def test_a_renamed_value_keeps_its_key_and_is_known_by_both_names(site: Site) -> None:
    client = site.client()
    site.api().create("contacts.contact", name="Kept", email="k@example.com", status="lost")
    answer = post(client, rows_of(*DECLARED, lost={"en": "Gone elsewhere"}))
    assert answer.status_code == 303
    listed = page(client, f"{CONTACT}?status=lost&lang=en")
    assert "Gone elsewhere" in listed
    assert "Kept" in listed
    assert "مفقود" in page(client, f"{CONTACT}?status=lost&lang=ar"), "not written in Arabic: as declared"
    f = registries.current().entity("contacts.contact").fields["status"]
    for text in ("Gone elsewhere", "Lost", "مفقود", "lost"):
        assert f.type.parse(f, text, Preferences(language="fa")) == "lost"


def test_a_value_out_of_use_stays_on_old_records_and_is_given_to_no_other(site: Site) -> None:
    client, api = site.client(), site.api()
    made = api.create("contacts.contact", name="Old", email="o@example.com", status="converted")
    assert post(client, rows_of(*DECLARED, off=("converted",))).status_code == 303
    refused = api.call("POST", CONTACT, {"name": "N", "email": "n@example.com", "status": "converted"})
    assert refused.status_code == 422
    assert "not used any more" in refused.get_json()["errors"]["status"][0]
    path = f"{CONTACT}/{made['id']}"
    assert api.call("PATCH", path, {"name": "Older", "status": "converted"}).status_code == 200
    assert api.get(f"{CONTACT}?status=converted")["total"] == 1
    assert 'value="converted"' not in page(client, f"{CONTACT}/new?lang=en")
    assert 'value="converted"' in page(client, f"{path}/edit?lang=en")
    assert "Converted (out of use)" in page(client, f"{CONTACT}?lang=en")
    body = api.get("/openapi.json")["components"]["schemas"]
    enums = [shape["properties"]["status"]["enum"] for shape in body.values() if "email" in shape.get("properties", {})
             and "status" in shape["properties"]]  # fmt: skip
    assert {"converted" in enum for enum in enums} == {True, False}, "read, but not written"


def test_the_order_is_the_order_of_the_form_and_of_the_list(site: Site) -> None:
    client = site.client()
    assert post(client, rows_of("lost", "converted", "in_progress", "new")).status_code == 303
    form = page(client, f"{CONTACT}/new?lang=en")
    values = [choice.value for choice in registries.current().entity("contacts.contact").fields["status"].choices]
    assert values == ["lost", "converted", "in_progress", "new"]
    assert form.index('value="lost"') < form.index('value="new"')


def test_each_change_is_on_record(site: Site) -> None:
    client = site.client()
    post(client, rows_of(*DECLARED, new=visit_row(), lost={"fa": "رفته"}))
    with site.unit() as unit:
        row = unit.execute(sa.text("SELECT record_title, action, changes FROM core_audit WHERE entity = 'core.choice'"))
        title, action, changes = row.one()
    assert (title, action) == ("contacts.contact.status", "setting")
    assert "رفته" in changes
    assert "waiting_for_a_visit.kind" in changes
    assert "contacts.contact.status" in page(client, "/settings/log?lang=en")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (rows_of("new", "in_progress", "lost"), "comes with the module and cannot be removed"),
        (rows_of(*DECLARED, new={"hue": "teal", "kind": "new"}, lost={"en": "New"}), "is there twice"),
        (rows_of(*DECLARED, new={**visit_row(), "kind": "won"}), "Choose what kind of value this is."),
        (rows_of(*DECLARED, new={**visit_row(), "hue": "pink"}), "is not a colour"),
        (rows_of(*DECLARED, new={**visit_row(), "label.en": "x" * 61}), "longer than 60 characters"),
        (rows_of(*DECLARED, "invented"), "This value is not in the list."),
        (rows_of(*DECLARED, "new"), "This value is not in the list."),
        (rows_of(*DECLARED, off=DECLARED), "Leave at least one value in use."),
        (rows_of(*DECLARED, off=("new",)), "cannot begin with a value that is not in use"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(site: Site, form: Any, message: str) -> None:
    client = site.client()
    before = registries.current().entity("contacts.contact").fields["status"].choices
    answer = post(client, [*form, ("choice.new.label.fa", "تازهٔ من")])
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in shown.replace("&#39;", "'")
    assert "تازهٔ من" in shown
    client.get("/")
    assert registries.current().entity("contacts.contact").fields["status"].choices == before


def test_an_added_value_goes_only_while_no_record_has_it(site: Site) -> None:
    client, api = site.client(), site.api()
    post(client, rows_of(*DECLARED, new=visit_row()))
    made = api.create("contacts.contact", name="V", email="v@example.com", status="waiting_for_a_visit")
    refused = post(client, rows_of(*DECLARED))
    assert refused.status_code == 422
    assert "is on 1 record" in refused.get_data(as_text=True)
    api.call("PATCH", f"{CONTACT}/{made['id']}", {"status": "new"})
    assert post(client, rows_of(*DECLARED)).status_code == 303
    client.get("/")
    assert registries.current().entity("contacts.contact").fields["status"].choice("waiting_for_a_visit") is None


def test_two_admins_do_not_overwrite_each_other(site: Site) -> None:
    given = [GivenChoice(value, value, {}, "red") for value in DECLARED]
    with site.unit():
        spec, f = changing.editable("contacts.contact", "status")
        seen = changing.fingerprint(f)
        changing.save(spec.name, f.name, given, "new", seen)
        with pytest.raises(Conflict):
            changing.save(spec.name, f.name, given, "new", seen)


def test_only_who_may_change_settings_gets_there(site: Site) -> None:
    rep = site.client(site.user("rep@example.com", "sales_manager"))
    for path in ("/settings/lists", STATUS):
        assert rep.get(path).status_code == 403
    assert rep.post(STATUS, {"choice": list(DECLARED)}).status_code == 403
    admin = site.client()
    for fixed in ("contacts.contact/kind", "contacts.category/hue", "core.user/language", "contacts.contact/name"):
        assert admin.get(f"/settings/lists/{fixed}").status_code == 404


def test_markup_in_a_label_is_never_markup(site: Site) -> None:
    client = site.client()
    evil = '<img src=x onerror=alert(1)>"'
    assert post(client, rows_of(*DECLARED, lost={"en": evil, "ar": evil, "fa": evil})).status_code == 303
    site.api().create("contacts.contact", name="V", email="v@example.com", status="lost")
    for path in (CONTACT, f"{CONTACT}/new", STATUS, "/settings/lists", "/", "/settings/log"):
        assert "<img src=x" not in page(client, f"{path}?lang=en")


def test_labels_fall_back_from_the_reader_to_the_declaration_to_any_to_the_key() -> None:
    declared = _("Lost", context="contact")
    own, added, none = (ChoiceLabel({"fa": "رفته"}, declared, "lost"), ChoiceLabel({"ar": "مرحبا"}, None, "x"),
                        ChoiceLabel({}, None, "x"))  # fmt: skip
    with use(Preferences(language="fa")):
        assert [str(one) for one in (own, added, none)] == ["رفته", "مرحبا", "x"]
    with use(Preferences(language="en")):
        assert [str(one) for one in (own, added, none)] == ["Lost", "مرحبا", "x"]


def test_keys_of_new_values_are_plain_and_unique() -> None:
    assert changing.new_value({"en": "Waiting für visit!"}, ()) == "waiting_fur_visit"
    assert changing.new_value({"ar": "زيارة"}, ()) == "value_2"
    assert changing.new_value({"en": "Lost"}, {"lost"}) == "lost_2"
    assert changing.new_value({"en": "24 hours"}, ()) == "value_24_hours"


def test_a_service_call_without_the_right_is_refused(site: Site) -> None:
    reader = site.user("reader@example.com", "read_only")
    with site.unit(reader), pytest.raises(Forbidden):
        changing.save("contacts.contact", "status", [], "", "")
    with site.unit():
        seen = changing.fingerprint(changing.editable("contacts.contact", "status")[1])
        with pytest.raises(Invalid):
            changing.save("contacts.contact", "status", [], "", seen)
