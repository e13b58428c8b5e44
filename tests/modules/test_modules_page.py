"""P40: the page of modules shows each with what it brings, and turns it on and off on record."""

from __future__ import annotations

import sqlalchemy as sa

from core.plugin import lifecycle
from core.testing import counted_queries
from tests.modules import outside

PAGE = "/settings/modules"
#: Another module that stands on contacts, with a tab of its own on companies.
GUEST = """
from core.api import Manifest, RelatedList, hookimpl
manifest = Manifest("guest", "Guest book", "2.5", requires=("contacts",), icon="award", hue="teal")
@hookimpl
def register_panels():
    return [RelatedList(on="contacts.company", entity="contacts.contact", via="company_id", label="Guests")]
"""
#: What it says of its versions, in English alone; nothing of it may become a part of the page.
CHANGES = """## 2.5 (2026-03-20)
- Guests <script>alert(1)</script> may {{ 7 * 7 }} stay.
## 2.4
- The <b>old</b> book.
"""
STORY = """
site = open_site(url, folder)
client = site.client()
told = {"off": client.get("/settings/modules/guest").get_data(as_text=True)}
told["persian"] = client.get("/settings/modules/guest?lang=fa").get_data(as_text=True)
answer = client.post("/settings/modules/guest/enable")
told["enabled"] = [answer.status_code, answer.headers["Location"]]
told["on"] = client.get("/settings/modules/guest").get_data(as_text=True)
refused = client.post("/settings/modules/contacts/disable")
told["refused"] = [refused.status_code, refused.get_data(as_text=True)]
told["contacts"] = client.get("/settings/modules/contacts").get_data(as_text=True)
told["disabled"] = client.post("/settings/modules/guest/disable").status_code
told["then"] = client.post("/settings/modules/contacts/disable").status_code
told["gone"] = client.get("/contacts/contact").status_code
told["both"] = client.post("/settings/modules/guest/enable").status_code
told["back"] = client.get("/contacts/contact").status_code
print(json.dumps(told))
"""
BROKEN = """
site = open_site(url, folder)
client = site.client()
answer = client.post("/settings/modules/bad/enable")
told = {"status": answer.status_code, "answer": answer.get_data(as_text=True)}
told["page"] = client.get("/settings/modules/bad").get_data(as_text=True)
told["home"] = client.get("/").get_data(as_text=True)
told["others"] = client.get("/contacts/contact").status_code
reader = site.client(site.user("reader@example.com", "read_only"))
told["home of another"] = reader.get("/").get_data(as_text=True)
print(json.dumps(told))
"""
LEFT_OUT = """
import re
site = open_site(url, folder)
client = site.client()
def text(name):
    return re.sub(r"<[^>]+>", "", client.get(f"/settings/modules/{name}").get_data(as_text=True))
print(json.dumps({name: text(name) for name in ("routes", "trips")}))
"""
BAD = """
from core.api import Manifest, hookimpl
manifest = Manifest("bad", "Bad module", "1.0", requires=("contacts",))
@hookimpl
def seed(unit):
    raise RuntimeError("the seed is rotten")
"""


WORDS = {"en": ("Modules", "Contacts"), "ar": ("الوحدات", "جهات الاتصال"), "fa": ("ماژول‌ها", "مخاطبان")}


def test_the_page_speaks_the_readers_language(site):
    client = site.client()
    client.get(PAGE)  # rights are loaded once and kept
    for language, (title, named) in WORDS.items():
        with counted_queries(site.app) as queries:
            answer = client.get(f"{PAGE}?lang={language}")
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert f'<h1 class="dw-title dw-in-bar">{title}</h1>' in text
        assert f"<bdi>{named}</bdi>" in text
        # The gate, the states, and a count for each of the four kinds of records of contacts.
        assert len(queries) <= 6, queries


def test_modules_are_searched_by_what_people_call_them_and_by_what_they_bring(site):
    client = site.client()
    for language, words in (("fa", "مخاطبان"), ("ar", "الشركات"), ("en", "PEOPLE companies"), ("fa", "contacts")):
        text = client.get(f"{PAGE}?lang={language}&q={words}").get_data(as_text=True)
        assert text.count('class="dw-module-line"') == 1
        assert f'action="{PAGE}/contacts/disable"' in text
    nothing = client.get(f"{PAGE}?lang=en&q=<b>loyalty").get_data(as_text=True)
    assert "No module matches “&lt;b&gt;loyalty”." in nothing
    assert f'<a class="dw-btn" href="{PAGE}">' in nothing
    # A module that was opened from what was found keeps what was searched for.
    kept = client.get(f"{PAGE}/activities?lang=en&q=contacts").get_data(as_text=True)
    assert f'href="{PAGE}/contacts?q=contacts#module"' in kept
    assert f'action="{PAGE}/activities/disable"' in kept


def test_a_module_that_is_off_keeps_its_name_in_the_readers_language(site):
    client = site.client()
    assert client.post(f"{PAGE}/contacts/disable").status_code == 303
    text = client.get(f"{PAGE}/contacts?lang=ar").get_data(as_text=True)
    assert "جهات الاتصال" in text
    assert f'action="{PAGE}/contacts/enable"' in text


def test_it_is_closed_without_the_right(site):
    client = site.client(site.user("seller@example.com", "sales_representative"))
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}/contacts").status_code == 403
    assert client.post(f"{PAGE}/contacts/disable").status_code == 403
    assert client.get("/contacts/contact").status_code == 200


def test_a_form_without_its_token_changes_nothing(site):
    client = site.client()
    assert client.flask.post(f"{PAGE}/contacts/disable").status_code == 400
    with site.unit() as unit:
        assert lifecycle.enabled_names(unit.connection) == ["activities", "contacts"]


def test_an_unknown_module_is_not_found(site):
    client = site.client()
    assert client.get(f"{PAGE}/nobody").status_code == 404
    assert client.post(f"{PAGE}/nobody/enable").status_code == 404


def test_turning_off_tells_how_many_records_stay_and_works_at_the_next_request(site):
    client, api = site.client(), site.api()
    api.create("contacts.company", name="Harbour Supplies")
    text = client.get(f"{PAGE}/contacts").get_data(as_text=True)
    assert '<dt>Companies</dt><dd><bdi dir="ltr" data-kind="number">1</bdi></dd>' in text
    assert client.post(f"{PAGE}/contacts/disable").status_code == 303
    gone = client.get("/contacts/company?lang=en")
    assert (gone.status_code, "a module that is turned off" in gone.text) == (404, True)
    assert client.post(f"{PAGE}/contacts/enable").status_code == 303
    assert "Harbour Supplies" in client.get("/contacts/company").get_data(as_text=True)
    with site.unit() as unit:
        lines = unit.execute(sa.text(
            "SELECT action, actor_id, channel FROM core_audit WHERE entity = 'core.plugin' "
            "AND action IN ('enable', 'disable') ORDER BY id")).all()
        admin = unit.execute(sa.text("SELECT min(id) FROM core_user")).scalar_one()
    assert [tuple(line) for line in lines[-2:]] == [("disable", admin, "web"), ("enable", admin, "web")]


def test_a_module_from_outside_is_turned_on_and_off(installed, tmp_path):
    target = outside.installed(tmp_path / "site", [("guest", {"plugin.py": GUEST, "changes/en.md": CHANGES})])
    told = outside.told(STORY, installed, target)
    assert "Guests (Company)" in told["off"]
    escaped = "<li><bdi>Guests &lt;script&gt;alert(1)&lt;/script&gt; may {{ 7 * 7 }} stay.</bdi></li>"
    assert f'<ul class="dw-module-news" lang="en">{escaped}</ul>' in told["off"]
    assert escaped in told["persian"]
    assert ("2026" in told["off"], "۲۹ اسفند ۱۴۰۴" in told["persian"]) == (True, True)
    assert "The &lt;b&gt;old&lt;/b&gt; book." in told["off"]
    assert f'action="{PAGE}/guest/disable"' not in told["off"]
    assert told["enabled"] == [303, f"{PAGE}/guest"]
    assert "Turned on: Guest book" in told["on"]
    assert f'action="{PAGE}/guest/disable"' in told["on"]
    assert told["refused"][0] == 409
    assert "required by Guest book (guest)" in told["refused"][1]
    assert "It is needed by Guest book. Turn these off first." in told["contacts"]
    assert [told[key] for key in ("disabled", "then", "gone", "both", "back")] == [303, 303, 404, 303, 200]


def test_one_that_fails_is_shown_with_its_cause_to_whoever_may_try_again(installed_sqlite, tmp_path):
    target = outside.installed(tmp_path / "site", [("bad", {"plugin.py": BAD})])
    told = outside.told(BROKEN, installed_sqlite, target)
    assert told["status"] == 409
    for text in (told["answer"], told["page"]):
        assert "RuntimeError: the seed is rotten" in text
        assert "<bdi>Bringing its first records</bdi>" in text
        assert "Try again" in text
    assert f'href="{PAGE}/bad"' in told["home"]
    assert f'href="{PAGE}/bad"' not in told["home of another"]
    assert told["others"] == 200


def test_one_that_cannot_be_loaded_keeps_its_name_and_holds_back_what_needs_it(installed_sqlite, tmp_path):
    source = 'from core.api import Manifest\nmanifest = Manifest("{}", "{}", "1.0", requires=("{}",))\n'
    target = outside.installed(tmp_path / "site", [
        ("routes", {"plugin.py": source.format("routes", "Routes of visits", "contacts")}),
        ("trips", {"plugin.py": source.format("trips", "Long trips", "routes")})])
    assert outside.diwan(installed_sqlite, target, "plugin", "enable", "trips").returncode == 0
    (target / "acme_routes" / "plugin.py").write_text("raise RuntimeError('broken by an upgrade')")
    told = outside.told(LEFT_OUT, installed_sqlite, target)
    assert "Try the module “Routes of visits” again?" in told["routes"]
    assert "RuntimeError: broken by an upgrade" in told["routes"]
    assert "It needs what is not installed or cannot be loaded: Routes of visits" in told["trips"]
    assert "Turned on with it" not in told["trips"], "what cannot be loaded is not promised"
