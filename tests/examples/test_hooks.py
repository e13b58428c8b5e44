"""Every hook and every signal, each used by a plugin of a few lines that is installed, switched on and looked at."""

import datetime as dt
import re
import time

import pytest
import sqlalchemy as sa

from core import jobs, records
from core.actor import SYSTEM, Origin, acting
from core.auth.accounts import change_user
from core.db import make_engine
from core.jobs.worker import Worker
from core.ops import instance
from core.plugin import lifecycle, loader, removal
from core.records import erase
from core.registry import current
from core.signals import declared
from core.testing import make_site, open_site
from core.vault import Vault
from core.webhooks import setup, signing
from core.webhooks.models import sources
from tests.support.installation import Installation

CONTACT, PATH = "contacts.contact", "/contacts/contact"


@pytest.fixture
def database_kind():
    """What hooks are asked does not depend on the database; the kernel's own tests run on both."""
    return "sqlite"


def _person(site, **values):
    return site.api().create(CONTACT, **{"name": "Sara", "email": "sara@example.com", **values})


def test_hook_register_entities(install, site):
    install("register_entities")
    with site.unit():
        registry = lifecycle.registries.build(lifecycle.KERNEL_ENTITIES, [loader.installed().plugins["example"]])
    assert registry.entity("example.shelf").path == "/example/shelf"
    assert {"example.shelf.view", "example.shelf.export"} <= set(registry.permissions)


def test_hook_register_field_types(switched_on, site):
    switched_on("register_field_types")
    site.add_field(CONTACT, "rating", "example_stars")
    assert _person(site, custom={"rating": "***"})["custom"]["rating"] == "***"
    refused = site.api().call("POST", PATH, {"name": "Ali", "email": "a@example.com", "custom": {"rating": "7"}})
    assert "One to five stars, please." in refused.text


def test_hook_register_permissions(switched_on, site):
    switched_on("register_permissions")
    assert "Greet people" in site.client().get("/settings/roles/new").text


def test_hook_register_settings(switched_on, site):
    switched_on("register_settings")
    assert "Greet loudly" in site.client().get("/settings/general").text
    with site.unit():
        assert lifecycle.registries.settings("example.loud") is True


def test_hook_register_screens(switched_on, site):
    switched_on("register_screens")
    _person(site, city="Rome")
    (row,) = site.api().get(PATH)["data"]
    assert set(row) == {"id", "version", "name", "city"}


def test_hook_register_panels(switched_on, site):
    switched_on("register_panels")
    company = site.api().create("contacts.company", name="Acme")
    assert "Whole staff" in site.client().get(f"/contacts/company/{company['id']}").text


def test_hook_register_menu(switched_on, site):
    switched_on("register_menu")
    assert "Newest people" in site.client().get("/").text


def test_hook_register_first_steps(switched_on, site):
    switched_on("register_first_steps")
    assert 'href="/contacts/tag"><span class="dw-start-mark">' in site.client().get("/").text
    site.api().create("contacts.tag", name="birthday")
    page = site.client().get("/").text
    assert "Think of tags" in page
    assert 'href="/contacts/tag"><span class="dw-start-mark">' not in page


def test_hook_register_tour(switched_on, site):
    switched_on("register_tour")
    assert "Who buys from you" in site.client().get("/?tour=1").text


def test_hook_register_actions(switched_on, site):
    switched_on("register_actions")
    answer = site.api().call("POST", f"{PATH}/{_person(site)['id']}/greet", {})
    assert answer.status_code == 200, answer.text
    assert "Hello, Sara." in answer.text


def test_hook_register_reports(switched_on, site):
    switched_on("register_reports")
    _person(site, city="Rome")
    page = site.client().get(f"{PATH}/report?report=example.by_city")
    assert page.status_code == 200
    assert "Rome" in page.text


def test_hook_register_filters(switched_on, site):
    switched_on("register_filters")
    _person(site, city="Rome")
    lost = _person(site, name="Ali", email="ali@example.com")
    assert [row["id"] for row in site.api().get(f"{PATH}?without_city=1")["data"]] == [lost["id"]]


def test_hook_register_added_fields(switched_on, site):
    """Everything else that such a field is follows in test_added_fields.py."""
    switched_on("register_added_fields")
    person = _person(site, city="Rome", custom={"example_warehouse": "south"})
    assert [row["id"] for row in site.api().get(f"{PATH}?custom.example_warehouse=south")["data"]] == [person["id"]]


def test_hook_register_computed_fields(switched_on, site):
    switched_on("register_computed_fields")
    _person(site)
    short = _person(site, name="Ali", email="ali@example.com")
    found = site.api().get(f"{PATH}?name_length__lt=4&sort=name_length&fields=name_length")["data"]
    assert [(row["id"], row["name_length"]) for row in found] == [(short["id"], 3)]


def test_hook_register_jobs(switched_on, site):
    switched_on("register_jobs")
    with site.unit():
        asked = jobs.enqueue("example.count_people", {"people": 41})
    assert Worker(site.app.engine, site.app.settings).work(asked)
    with site.unit():
        done = jobs.find(asked)
    assert (done["state"], done["result"]) == ("done", {"people": 42})


def test_hook_register_notice_kinds(switched_on, site):
    switched_on("register_notice_kinds")
    owner = site.user("owner@example.com", "sales_representative", name="Omid")
    person = _person(site, name="Sara", owner_id=owner)
    site.api().call("PATCH", f"{PATH}/{person['id']}", {"status": "lost", "note": "Too far away"})
    told = re.sub("<[^>]+>", "", site.client(owner).get("/notices").text)
    assert "admin gave up Sara: Too far away" in told


def test_hook_prepare(switched_on, site):
    switched_on("prepare")
    assert _person(site, country="VA")["city"] == "Vatican City"
    assert _person(site, email="b@example.com", country="IT")["city"] is None


def test_hook_validate(switched_on, site):
    switched_on("validate")
    refused = site.api().call("POST", PATH, {"name": "Nobody", "email": "n@example.com"})
    assert refused.status_code == 422
    assert refused.get_json()["errors"]["name"] == ["Nobody is called so."]


def test_hook_before_save(switched_on, site):
    switched_on("before_save")
    assert site.api().get(f"{PATH}/{_person(site)['id']}")["note"] == "Checked."


def test_hook_before_delete(switched_on, site):
    switched_on("before_delete")
    refused = site.api().call("DELETE", f"{PATH}/{_person(site, city='Rome')['id']}")
    assert refused.status_code == 422
    assert "People in Rome stay." in refused.text
    assert site.api().call("DELETE", f"{PATH}/{_person(site, email='b@example.com')['id']}").status_code == 204


def test_hook_scope_query(switched_on, site):
    hidden = _person(site, city="Hidden")
    switched_on("scope_query")
    api = site.api()
    assert api.call("GET", f"{PATH}/{hidden['id']}").status_code == 404
    assert api.get(PATH)["total"] == 0
    assert "Sara" not in site.client().get(f"{PATH}?q=sara").text.partition("<main")[2]


def test_hook_deny(switched_on, site):
    made = _person(site)
    switched_on("deny")
    assert site.api().call("DELETE", f"{PATH}/{made['id']}").status_code == 403
    assert site.api().get(f"{PATH}/{made['id']}")["name"] == "Sara"


def test_hook_find_duplicates(switched_on, site):
    switched_on("find_duplicates")
    _person(site, city="Rome")
    assert "Sara" in site.client().get(f"{PATH}/duplicates?city=Rome").text
    assert "Sara" not in site.client().get(f"{PATH}/duplicates?city=Milan").text


def test_hook_seed(switched_on, site):
    switched_on("seed")
    switched_on("seed")
    names = [row["name"] for row in site.api().get("/contacts/tag")["data"]]
    assert names == ["Example"], "enabling twice brings it once"


def test_hook_register_blueprints(switched_on, site):
    switched_on("register_blueprints")
    served = _served_anew(site)
    assert "<h1 class=\"dw-title\">Greeting</h1>" in served.client().get("/example/greeting").text
    assert served.client(site.user("nobody@example.com")).get("/example/greeting").status_code == 403
    assert served.app.test_client().get("/example/greeting").status_code == 303, "log in first"
    lifecycle.disable(site.app.engine, "example")
    assert served.client().get("/example/greeting").status_code == 404


def test_hook_register_cli(switched_on, site):
    switched_on("register_cli")
    installation = Installation(site.app.settings.instance, site.app.settings.database_url)
    done = installation.diwan("example", "add-tag", "Gold")
    assert (done.exit_code, done.output) == (0, "Tag added: Gold\n")
    assert [row["name"] for row in site.api().get("/contacts/tag")["data"]] == ["Gold"]
    assert "add-tag" in installation.diwan("example", "--help").output
    lifecycle.disable(site.app.engine, "example")
    refused = installation.diwan("example", "add-tag", "Silver")
    assert refused.exit_code == 1
    assert "diwan plugin enable example" in refused.stderr


def test_hook_register_timeline(switched_on, site, monkeypatch):
    module = switched_on("register_timeline")
    client, path = _served_anew(site).client(), f"{PATH}/{_person(site, birth_date='1990-05-06')['id']}/timeline"
    assert "Born" in client.get(path).text
    assert "Created by" not in client.get(f"{path}?kind=birthday").text
    assert "Born" not in client.get(f"{path}?kind=change").text
    monkeypatch.setattr(module, "TimelineItem", None)  # from now on the plugin fails
    assert "Created by" in client.get(path).text, "the other entries stay"


def test_hook_register_record_tables(switched_on, site):
    stars = switched_on("register_record_tables").stars
    kept, other = _person(site), _person(site, email="other@example.com")
    with site.unit() as opened:
        opened.begin_write()
        stars.create(opened.connection)
        opened.execute(sa.insert(stars).values(entity=CONTACT, record_id=other["id"], user_id=1))
    merge = site.client().get(f"{PATH}/merge?id={kept['id']}&id={other['id']}").text
    assert "Stars" in merge
    found = []
    for then in ("merge", "unmerge"):
        site.api().call("POST", f"{PATH}/{kept['id']}/{then}", {"ids": [other["id"]]} if then == "merge" else {})
        with site.unit() as opened:
            found += opened.execute(sa.select(stars.c.record_id)).scalars().all()
    assert found == [kept["id"], other["id"]]


def test_hook_register_belongings(switched_on, site):
    stars = switched_on("register_belongings").stars
    leaver, successor = (site.user(f"{name}@example.com", name=name) for name in ("leaver", "successor"))
    with site.unit() as opened:
        opened.begin_write()
        stars.create(opened.connection)
        opened.execute(sa.insert(stars), [{"record_id": 7, "user_id": one} for one in (leaver, leaver + 1000)])
        opened.execute(sa.insert(stars).values(record_id=8, user_id=leaver))
        opened.execute(sa.insert(stars).values(record_id=8, user_id=successor))
    place, client, found = f"/settings/users/{leaver}/hand-over", site.client(), []
    assert "Stars" in client.get(place).text
    sent = {"to": str(successor), "belonging.example.stars": str(successor)}
    act = client.post(place, sent).headers["Location"].partition("?")[0]
    for then in ("run", "undo"):
        client.post(f"{act}/{then}")
        with site.unit() as opened:
            rows = opened.execute(sa.select(stars.c.record_id).where(stars.c.user_id == leaver)).scalars().all()
            found.append(sorted(rows))
    assert found == [[8], [7, 8]], "what the successor had already stays, and only what went comes back"


def test_hook_page_slot(switched_on, site):
    switched_on("page_slot")
    client, here, there = _served_anew(site).client(), _person(site, city="Rome"), _person(site, email="b@example.com")
    assert "All roads lead here." in client.get(f"{PATH}/{here['id']}").text
    assert "All roads lead here." not in client.get(f"{PATH}/{there['id']}").text


def test_hook_card_lines(switched_on, site, monkeypatch):
    module = switched_on("card_lines")
    client = _served_anew(site).client()
    _person(site), _person(site, email="b@example.com")
    page = client.get(f"{PATH}/board").text
    assert page.count("The first of 2") == 1
    monkeypatch.setattr(module, "CardLine", None)  # from now on the plugin fails
    page = client.get(f"{PATH}/board").text
    assert "The first of" not in page
    assert page.count("data-card=") == 2, "the cards stay"
    assert "has failed" in page


def test_hook_register_figures(switched_on, site):
    switched_on("register_figures")
    client, person = _served_anew(site).client(), _person(site)
    assert f'data-part-href="{PATH}/{person["id"]}/figures"' in client.get(f"{PATH}/{person['id']}").text
    assert "Letters" in client.get(f"{PATH}/{person['id']}/figures").text


def test_hook_register_widgets(switched_on, site):
    switched_on("register_widgets")
    served = _served_anew(site)
    assert "Who is here" in served.client().get("/").text
    assert "Who is here" not in served.client(site.user("nobody@example.com")).get("/").text


def test_hook_before_remove(switched_on, site):
    switched_on("before_remove")
    assert site.api().get("/contacts/tag")["total"] == 1
    lifecycle.disable(site.app.engine, "example")
    with acting(SYSTEM, Origin("cli")):
        removal.remove(site.app.engine, removal.look(site.app.engine, "example"))
    assert site.api().get("/contacts/tag")["total"] == 0


def _served_anew(site):
    """The same site in a process that started when the plugin was installed: with its routes and templates."""
    return open_site(site.app.settings.database_url, site.app.settings.instance)


def test_hook_demo(install, tmp_path, fresh_database):
    install("demo")
    url = fresh_database("sqlite")
    config = make_site(url, tmp_path / "first", plugins=()).app.settings
    instance.initialise(config, ("example",))
    lifecycle.refresh(engine := make_engine(url))
    engine.dispose()
    site = open_site(url, tmp_path / "first")
    with site.unit() as unit:
        current().hook.demo(unit=unit, today=dt.date(2031, 5, 1))
    assert [row["name"] for row in site.api().get("/core/team")["data"]] == ["Sample team of 2031"]
    site.app.engine.dispose()


def test_signal_of_a_message_from_outside(switched_on, site):
    heard = switched_on("webhook_received").HEARD
    heard.clear()
    vault, secret = Vault(site.app.settings.secret_key), signing.new_secret()
    with site.unit() as opened:
        setup.create_source(vault, "Shop", "standard", secret)
        key = opened.execute(sa.select(sources.c.key)).scalar_one()
    body = b'{"order": 7}'
    sent = signing.headers(secret, "evt1", int(time.time()), body)
    assert site.app.test_client().post(f"/api/hooks/{key}", data=body, headers=sent).status_code == 202
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next():
        pass
    assert heard == [("Shop", {"order": 7})]


def test_signal_of_other_working_time(switched_on, site):
    heard = switched_on("working_time_moved").HEARD
    team, user_id = site.api().create("core.team", name="Early")["id"], site.user("a@example.com")
    heard.clear()
    with site.unit():
        change_user(user_id, {"timezone": "Asia/Tehran"}, team_ids=[team])
    site.api().create("core.holiday", name="Feast", date="2099-06-02")
    assert heard == [[user_id], [user_id], None]
    site.api().call("DELETE", f"/core/team/{team}")
    assert heard[3:] == [None]


@pytest.mark.parametrize("name", sorted(name for name in declared() if name.startswith("core.records_")))
def test_signal(switched_on, site, name):
    """Each signal of the kernel has an example of its name that hears it."""
    name = name.removeprefix("core.")
    heard = switched_on(name).HEARD
    heard.clear()
    made = _person(site)
    path = f"{PATH}/{made['id']}"
    if name == "records_erased":
        with site.unit():
            erase.erase(CONTACT, made["id"])
    elif name == "records_purged":
        site.api().call("DELETE", path)
        with site.unit():
            records.purge(CONTACT, [made["id"]])
    elif name in ("records_merged", "records_parted"):
        other = _person(site, email="other@example.com")
        site.api().call("POST", f"{path}/merge", {"ids": [other["id"]]})
        site.api().call("POST", f"{path}/unmerge")
    elif name != "records_saved":
        site.api().call("DELETE", path)
        site.api().call("POST", f"{path}/restore")
    assert (CONTACT, 1) in heard
    lifecycle.disable(site.app.engine, "example")
    heard.clear()
    _person(site, name="Ali", email="b@example.com")
    assert heard == [], "a plugin that is off hears nothing"
