"""`/settings/fields`: adding a field on the page, changing it, what is wrong with it, and its end in two steps."""

import datetime as dt
import re
from pathlib import Path

import pytest

from core.customfields import reading
from core.jobs.worker import Worker
from core.testing import Site, counted_queries
from core.transfer import commands

FIELDS = "/settings/fields"
KERNEL_TYPES = ("text", "note", "number", "money", "date", "datetime", "bool", "ref", "user", "phone", "url")
ENTITY = "contacts.company"
COMPANY = "/contacts/company"
SHIRT = {
    "label_en": "Shirt size", "label_ar": "مقاس القميص", "label_fa": "سایز پیراهن", "type": "choice", "key": "",
    "choice": ["new-1", "new-2", "new-3"], "choice.new-1.label.en": "Small", "choice.new-1.label.fa": "کوچک",
    "choice.new-1.hue": "blue", "choice.new-1.active": "1", "choice.new-2.label.ar": "كبير", "choice.new-2.active": "1",
    "filter": "1", "in_list": "1", "section": "Company", "after": "name",
}  # fmt: skip


def stored(site: Site, key: str):
    with site.unit():
        return reading.definition(ENTITY, key)


def work(site: Site) -> None:
    """What the worker does beside."""
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(["core.settle_field"]):
        pass


def test_a_field_is_added_and_is_at_once_everywhere(site: Site) -> None:
    client = site.client()
    assert client.get(f"{FIELDS}/{ENTITY}/new?lang=ar").status_code == 200
    answer = client.post(f"{FIELDS}/{ENTITY}/new", SHIRT)
    assert answer.status_code == 303, answer.text[-3000:]
    form = client.get(f"{COMPANY}/new?lang=ar").text
    assert "مقاس القميص" in form
    assert form.index('name="name"') < form.index('name="custom.shirt_size"') < form.index('name="email"')
    assert "سایز پیراهن" in client.get(f"{COMPANY}?lang=fa").text
    one = stored(site, "shirt_size")
    assert [(choice.value, choice.hue) for choice in one.choices] == [("small", "blue"), ("value_1", "")]
    assert "Index is being built" in client.get(f"{FIELDS}?lang=en").text
    work(site)
    page = client.get(f"{FIELDS}?lang=en").text
    assert "Indexed" in page
    assert "Shirt size" in page


def test_what_is_wrong_stands_beside_its_input_and_nothing_typed_is_lost(site: Site) -> None:
    client = site.client()
    wrong = {**SHIRT, "key": "Shirt Size", "label_en": "x" * 90, "choice.new-2.label.ar": "",
             "choice.new-2.label.en": "small"}  # fmt: skip
    answer = client.post(f"{FIELDS}/{ENTITY}/new?lang=en", wrong)
    assert answer.status_code == 422
    assert "A key has small Latin letters" in answer.text
    assert "longer than 80 characters" in answer.text
    assert "is there twice" in answer.text
    assert 'value="Shirt Size"' in answer.text
    assert "کوچک" in answer.text
    number = {"label_en": "Score", "type": "number", "minimum": "۱۰", "maximum": "abc", "scale": "2"}
    answer = client.post(f"{FIELDS}/{ENTITY}/new?lang=fa", number)
    assert answer.status_code == 422
    assert 'value="abc"' in answer.text
    assert "برخی مقدارها باید اصلاح شود." in answer.text, "above the form, since its inputs may stand far down"
    beyond = {"label_en": "Score", "type": "number", "maximum": "۱۰۰٫۵", "scale": "1", "default": "۲۰۰"}
    assert "باید حداکثر ۱۰۰٫۵ باشد" in client.post(f"{FIELDS}/{ENTITY}/new?lang=fa", beyond).text
    text = {"label_en": "Code", "type": "text", "pattern": "(a+)+"}
    assert "repetitions inside" in client.post(f"{FIELDS}/{ENTITY}/new?lang=en", text).text


def test_rules_hold_on_every_way_in(site: Site) -> None:
    client, api = site.client(), site.api()
    for given in (
        {"label_en": "Code", "type": "text", "pattern": r"[A-Z]{2}-\d{3}", "unique": "1", "required": "1"},
        {"label_en": "Score", "type": "number", "minimum": "10", "maximum": "99.5", "scale": "1"},
        {"label_en": "Since", "type": "date", "minimum": "2020-01-01"},
    ):
        assert client.post(f"{FIELDS}/{ENTITY}/new", given).status_code == 303
    work(site)
    assert stored(site, "code").index_state == "ready"
    refused = api.call("POST", COMPANY, {"name": "One", "custom": {"code": "x", "score": "9", "since": "2019-12-31"}})
    assert set(refused.get_json()["errors"]) == {"custom.code", "custom.score", "custom.since"}
    assert set(api.call("POST", COMPANY, {"name": "One"}).get_json()["errors"]) == {"custom.code"}
    first = api.create(ENTITY, name="One", custom={"code": "AB-123", "score": "99.5", "since": "2020-01-01"})
    taken = api.call("POST", COMPANY, {"name": "Two", "custom": {"code": "AB-123"}})
    assert taken.get_json()["errors"] == {"custom.code": ["Code “AB-123” is already in use."]}
    api.call("DELETE", f"{COMPANY}/{first['id']}")
    api.create(ENTITY, name="Two", custom={"code": "AB-123"})
    assert api.call("POST", f"{COMPANY}/{first['id']}/restore").status_code == 422, "unique among the living"


def test_a_required_field_asks_new_records_and_leaves_old_ones_be(site: Site) -> None:
    api = site.api()
    old = api.create(ENTITY, name="Old")
    site.add_field(ENTITY, "code", required=True)
    assert api.call("PATCH", f"{COMPANY}/{old['id']}", {"name": "Older"}).status_code == 200
    assert api.call("PATCH", f"{COMPANY}/{old['id']}", {"custom": {"code": ""}}).status_code == 422
    posted = site.client().post(f"{COMPANY}/{old['id']}/edit", {"name": "Older", "custom.code": ""})
    assert posted.status_code == 422


def test_a_name_is_changed_everywhere_at_once_and_nobody_saves_over_another(site: Site) -> None:
    site.add_field(ENTITY, "code", filter=True)
    client = site.client()
    page = client.get(f"{FIELDS}/{ENTITY}/code").text
    seen = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert seen is not None
    given = {"label_en": "Reference", "label_ar": "الرمز", "filter": "1", "fingerprint": seen[1]}
    assert client.post(f"{FIELDS}/{ENTITY}/code", given).status_code == 303
    assert "الرمز" in client.get(f"{COMPANY}/new?lang=ar").text
    again = client.post(f"{FIELDS}/{ENTITY}/code?lang=en", {**given, "label_en": "Lost"})
    assert again.status_code == 409
    assert "Someone else changed this field" in again.text
    assert stored(site, "code").label["en"] == "Reference"
    log = client.get("/settings/log?entity=core.custom_field&lang=en").text
    assert "contacts.company custom.code" in log
    assert "Custom field" in log
    assert "Reference" in log


def test_the_end_comes_in_two_steps(site: Site) -> None:
    site.add_field(ENTITY, "code", filter=True)
    site.api().create(ENTITY, name="One", custom={"code": "x"})
    client = site.client()
    assert client.post(f"{FIELDS}/{ENTITY}/code/retire").status_code == 303
    assert "custom.code" not in client.get(f"{COMPANY}/new").text
    page = client.get(f"{FIELDS}/{ENTITY}/code?lang=en").text
    assert "1 record holds a value." in page
    refused = client.post(f"{FIELDS}/{ENTITY}/code/purge", {"count": "7"})
    assert refused.status_code == 422
    assert client.post(f"{FIELDS}/{ENTITY}/code/purge", {"count": "۱"}).status_code == 303
    work(site)
    assert client.get(f"{FIELDS}/{ENTITY}/code").status_code == 404
    assert client.get(FIELDS).status_code == 200


def test_the_preview_shows_what_is_typed_in_the_language_asked_for(site: Site) -> None:
    client = site.client()
    for language, seen in (("ar", "كبير"), ("fa", "سایز پیراهن"), ("en", "Shirt size")):
        answer = client.post(f"{FIELDS}/{ENTITY}/preview", {**SHIRT, "preview_language": language})
        assert seen in answer.text
        assert f'lang="{language}" dir="{"ltr" if language == "en" else "rtl"}"' in answer.text
    for kind in (*KERNEL_TYPES, "nothing"):
        given = {"label_en": "X", "type": kind, "scale": "x", "minimum": "?", "target": ""}
        assert client.post(f"{FIELDS}/{ENTITY}/preview", given).status_code == 200, kind


@pytest.mark.parametrize("path", ["", f"/{ENTITY}/new", f"/{ENTITY}/code"])
def test_only_who_may_change_settings_gets_there(site: Site, path: str) -> None:
    site.add_field(ENTITY, "code")
    seller = site.client(site.user("seller@example.com", "sales_representative"))
    assert seller.get(FIELDS + path).status_code == 403
    assert seller.post(f"{FIELDS}/{ENTITY}/code/retire").status_code == 403
    assert site.client().get(f"{FIELDS}/core.nothing/new").status_code == 404


def test_lists_and_pages_take_no_more_queries_for_added_fields(site: Site) -> None:
    for n in range(12):
        site.add_field(ENTITY, f"f{n}", "text", in_list=n < 6)
    made = site.api().create(ENTITY, name="One", custom={"f1": "x"})
    client = site.client()
    for path in (COMPANY, f"{COMPANY}/{made['id']}"):
        client.get(path)
        with counted_queries(site.app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 6, seen


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_new_records_begin_with_the_default_and_older_ones_stay_as_they_are(site: Site) -> None:
    """By form, API and file; a value that somebody takes out stays out."""
    client, api = site.client(), site.api()
    api.create(ENTITY, name="Old")
    for given in (
        {**SHIRT, "choice.new-1.default": "1"},
        {"label_en": "Days", "type": "number", "default": "۱۲٫۵", "scale": "1"},
        {"label_en": "Since", "type": "date", "default": "امروز+۷"},
        {"label_en": "Gift", "type": "bool", "default": "1"},
        {"label_en": "Work", "type": "duration", "default": "۱:۳۰"},
    ):
        answer = client.post(f"{FIELDS}/{ENTITY}/new?lang=fa", given)
        assert answer.status_code == 303, re.findall(r"dw-error-text.*?</p>", answer.text, re.DOTALL)
    assert [stored(site, key).default for key in ("shirt_size", "days", "since", "gift", "work")] == [
        "small", "12.5", "today+7", "true", "PT1H30M"]  # fmt: skip
    assert "مقدار پیش‌فرض" in client.get("/settings/log?entity=core.custom_field&lang=fa").text
    week = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)).isoformat()
    begun = {"shirt_size": "small", "days": "12.5", "since": week, "gift": True, "work": "PT1H30M"}
    assert api.create(ENTITY, name="New")["custom"] == begun
    told = {f["name"]: f["default"] for f in api.get(f"/core/entity/{ENTITY}")["fields"]}
    assert {name: told[f"custom.{name}"] for name in begun} == begun
    other = {"shirt_size": "value_1", "days": None, "since": "2026-01-02", "gift": False, "work": None}
    assert api.create(ENTITY, name="Other", custom=other)["custom"] == other
    old = api.get(f"{COMPANY}?name=Old&fields=*")["data"][0]["custom"]
    assert {name: value for name, value in old.items() if value} == {}
    form = client.get(f"{COMPANY}/new?lang=fa").text
    assert 'value="۱۲٫۵"' in form
    assert 'placeholder="۱:۳۰"' in form, "the example is in the reader's digits"
    page = client.get(f"{FIELDS}/{ENTITY}/since?lang=fa").text
    assert 'value="امروز+۷"' in page
    with site.unit():
        done = commands.import_file(site.app.engine, ENTITY, _file(site, "name,custom.days\nFrom a file,3\n"))
    assert done["failed"] == 0, done
    filed = api.get(f"{COMPANY}?name=From+a+file&fields=*")["data"][0]["custom"]
    assert filed == {**begun, "days": "3.0"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_default_that_no_new_record_could_have_is_refused(site: Site) -> None:
    client = site.client()
    both = {**SHIRT, "choice.new-1.default": "1", "choice.new-2.default": "1"}
    off = {**SHIRT, "choice.new-1.default": "1", "choice.new-1.active": ""}
    for given, reason in (
        (both, "Only one value can be the default."), (off, "in use and always offered"),
        ({"label_en": "A", "type": "number", "default": "a few"}, "is not a number"),
        ({"label_en": "A", "type": "number", "default": "5", "maximum": "4"}, "at most"),
        ({"label_en": "A", "type": "text", "default": "x", "unique": "1"}, "cannot be the same"),
        ({"label_en": "A", "type": "text", "default": "x", "pattern": "[0-9]+"}, ""),
    ):
        answer = client.post(f"{FIELDS}/{ENTITY}/new?lang=en", given)
        assert (answer.status_code, reason in answer.text) == (422, True), given
    refused = site.api().call("POST", "/custom-fields", {
        "entity": ENTITY, "type": "file", "label": {"en": "A"}, "default": "x"})  # fmt: skip
    assert list(refused.get_json()["errors"]) == ["default"]
    site.add_field(ENTITY, "size", "choice", choices={"small": "Small"}, default="small")
    dropped = site.api().call("PATCH", f"/custom-fields/{ENTITY}/size", {
        "choices": [{"value": "small", "label": {"en": "Small"}, "active": False}]})  # fmt: skip
    assert list(dropped.get_json()["errors"]) == ["default"]


def _file(site: Site, text: str) -> Path:
    path = site.folder / "companies.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_log_says_of_a_field_what_its_page_says(site: Site) -> None:
    """Types, defaults and other fields by their names for people, in the reader's language."""
    client = site.client()
    client.post(f"{FIELDS}/{ENTITY}/new", {**SHIRT, "choice.new-1.default": "1"})
    client.post(f"{FIELDS}/{ENTITY}/new", {"label_en": "Until", "type": "date", "key": "until", "after": "email"})
    log = client.get("/settings/log?entity=core.custom_field&lang=fa").text
    for told in ("فهرست گزینه‌ها", "کوچک", "تاریخ", "ایمیل", "شرکت"):
        assert f">{told}<" in log, told


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_percentage_has_its_sign_wherever_it_is_read(site: Site) -> None:
    site.add_field(ENTITY, "share", "percent", in_list=True, in_reports=True)
    made = site.api().create(ENTITY, name="One", custom={"share": "12.5"})
    client, path = site.client(), f"{COMPANY}/{made['id']}"
    for language, shown, sign in (("en", "12.5%", "%"), ("fa", "۱۲٫۵٪", "٪")):
        for address in (COMPANY, path, f"{COMPANY}/report?group=country&measure=sum:custom.share"):
            answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
            assert f'data-kind="percent" class="dw-cut">{shown}</bdi>' in answer.text, address
        form = client.get(f"{path}/edit?lang={language}").text
        assert f'<span class="dw-affix"><bdi>{sign}</bdi></span>' in form
        assert f'value="{shown.removesuffix(sign)}"' in form
    assert b",12.5" in client.get(f"{COMPANY}/export?format=csv&fields=name,custom.share&lang=en").data
    assert client.post(f"{path}/field/custom.share", {"custom.share": "٪۱۵", "version": "1"}).status_code == 200
    assert site.api().get(f"/{ENTITY.replace('.', '/')}/{made['id']}")["custom"]["share"] == "15.0000"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_name_that_another_field_has_is_pointed_out(site: Site) -> None:
    """Of two fields of one name no column of a file could say which it means."""
    client, given = site.client(), {"label_en": "Code", "label_fa": "ايميل", "type": "text", "key": "second"}
    preview = f"{FIELDS}/{ENTITY}/preview?lang=en"
    assert "There is a field of this name: Email" in client.post(preview, {**given, "preview_language": "ar"}).text
    assert "There is a field of this name" not in client.post(preview, {**given, "label_fa": "رمز دوم"}).text
    for_programs = client.post(preview, {"label_en": "Region", "type": "text", "key": "second"}).text
    assert "Programs call a field so: State or province" in for_programs
    client.post(f"{FIELDS}/{ENTITY}/new?lang=en", given)
    assert "There is a field of this name: Email" in client.get(f"{FIELDS}?lang=en").text
    stored_again = {**given, "label_fa": "رمز دوم", "stored_key": "second"}
    assert "There is a field of this name" not in client.post(preview, stored_again).text
