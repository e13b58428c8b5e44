"""REL-20: whatever a plugin does wrong, the site stays up, and the plugin is named with its cause."""

from __future__ import annotations

import json

import pytest

from core.jobs import overdue
from core.language.i18n import Preferences, use
from core.ops import watchdog
from core.plugin import trial
from core.plugin.containment import cause_of, summary_of
from tests.modules import faults, outside
from tests.support.databases import Databases
from tests.support.installation import Installation, prepare

DOOR, WORK = sorted(faults.AT_THE_DOOR), sorted(faults.AT_WORK)

#: Turns each on in turn, then works with the site; what came of it by plugin.
STORY = """
from core.actor import SYSTEM, Origin, acting
from core.errors import DiwanError
from core.plugin import lifecycle, loader
site = open_site(url, folder)
door, work = json.loads(sys.stdin.read())
refused = {}
with acting(SYSTEM, Origin("cli")):
    broken = loader.installed().broken
    refused.update({name: broken[name] for name in broken if name != "bad_import"})
    for name in ["bad_import", *(name for name in [*door, *work] if name not in broken)]:
        try:
            lifecycle.enable(site.app.engine, [name], on_record=True)
        except DiwanError as error:
            refused[name] = str(error)
api, client = site.api(), site.client()
made = api.create("contacts.company", name="Good")
page = f"/contacts/company/{made['id']}"
tried = {}
for name in work:
    tried[name] = api.call("POST", "/contacts/company", {"name": name})
doomed = api.create("contacts.company", name="bad_delete")
tried["bad_delete"] = api.call("DELETE", f"/contacts/company/{doomed['id']}")
tried["bad_scope"] = api.call("GET", "/contacts/category")
tried["bad_deny"] = api.call("GET", "/contacts/tag")
tried["bad_action"] = api.call("POST", f"/contacts/company/{made['id']}/explode")
tried["bad_filter"] = api.call("GET", "/contacts/company?exploding=1")
tried["bad_view"] = client.get("/bad_view/page")
tried["bad_duplicates"] = client.get("/contacts/company/duplicates?name=bad_duplicates")
panels = [client.get(f"{page}/panel/{index}") for index in range(12)]
alive = {path: client.get(path).status_code
         for path in ("/", "/contacts/contact", page, "/search?q=good", "/settings/users", "/healthz", "/readyz")}
home = client.get("/").get_data(as_text=True)
shown = {"panels": [(one.status_code, one.get_data(as_text=True)) for one in panels if one.status_code != 404]}
from core.plugin import state
with site.app.engine.connect() as connection:
    stored = {name: [row.state, row.phase, row.error] for name, row in state.rows(connection).items()}
    companies = [row[0] for row in connection.exec_driver_sql("SELECT name FROM contacts_company")]
from core import registry
print(json.dumps({
    "refused": refused, "alive": alive, "stored": stored, "companies": companies, "panels": shown["panels"],
    "home": home, "open": client.get("/bad_open_route/secrets").status_code,
    "running": sorted(registry.current().plugins),
    "tried": {name: [answer.status_code, answer.get_json(silent=True)] for name, answer in tried.items()},
}))
"""


@pytest.fixture(scope="module")
def site_with_all(tmp_path_factory, request):
    """The installation, the folder of the plugins, and what the story told."""
    folder = tmp_path_factory.mktemp("containment")
    databases = Databases(folder)
    url = databases.copy("sqlite", "installed", prepare)
    installation = Installation(folder / "instance", url)
    target = outside.installed(folder / "site", [(name, {
        "plugin.py": faults.source(name), "migrations/README": ""}) for name in [*DOOR, *WORK]])
    story = outside.told(STORY, installation, target, json.dumps([DOOR, WORK]))
    yield installation, target, story
    databases.drop(url)


@pytest.mark.parametrize("name", DOOR)
def test_what_fails_at_the_door_stays_outside_and_is_named(site_with_all, name):
    _installation, _target, told = site_with_all
    assert name in told["refused"]
    assert name not in told["running"]
    assert told["stored"].get(name, ["never in"])[0] in ("failed", "never in")


@pytest.mark.parametrize("name", WORK)
def test_what_fails_at_work_is_named_with_its_cause_and_goes_on(site_with_all, name):
    _installation, _target, told = site_with_all
    state, phase, cause = told["stored"][name]
    assert (state, bool(phase)) == ("enabled", True), told["stored"][name]
    assert "bad " + name.removeprefix("bad_") in cause or "TemplateNotFound" in cause
    assert name in told["running"]


@pytest.mark.parametrize("name", ["bad_prepare", "bad_validate", "bad_before_save", "bad_receiver"])
def test_what_may_refuse_a_save_aborts_it_under_the_plugins_name(site_with_all, name):
    _installation, _target, told = site_with_all
    status, problem = told["tried"][name]
    assert (status, problem["code"]) == (500, "plugin_failed")
    assert f"Module {name}" in problem["detail"]
    assert "bad " not in problem["detail"], "the cause is for administrators"
    assert name not in told["companies"]


@pytest.mark.parametrize(("name", "status"), [
    ("bad_delete", 500), ("bad_scope", 500), ("bad_deny", 403), ("bad_action", 500), ("bad_filter", 500),
    ("bad_duplicates", 500), ("bad_view", 500)])
def test_what_narrows_or_answers_fails_closed(site_with_all, name, status):
    _installation, _target, told = site_with_all
    assert told["tried"][name][0] == status


def test_everything_else_of_the_site_lives(site_with_all):
    _installation, _target, told = site_with_all
    assert set(told["alive"].values()) == {200}


def test_a_panel_that_fails_leaves_a_note_in_its_place(site_with_all):
    _installation, _target, told = site_with_all
    failed = [text for status, text in told["panels"] if "has failed" in text]
    assert {status for status, _text in told["panels"]} == {200}
    assert [name for name in ("bad_panel", "bad_template") if any(f"Module {name}" in text for text in failed)] == [
        "bad_panel", "bad_template"]


def test_a_place_of_a_page_that_fails_leaves_a_note_and_the_page_lives(site_with_all):
    _installation, _target, told = site_with_all
    assert "The module “Module bad_widget” has failed" in told["home"]
    assert "The module “Module bad_slot” has failed" in told["home"]
    assert "Recent changes" in told["home"]


def test_a_route_that_does_not_say_who_may_call_it_is_not_there(site_with_all):
    _installation, _target, told = site_with_all
    assert told["open"] == 404
    assert "does not say who may call it" in told["refused"]["bad_open_route"]
    assert "/login is not below /bad_foreign_route/" in told["refused"]["bad_foreign_route"]
    assert "does more than declare routes" in told["refused"]["bad_listener_to_requests"]


def test_the_command_line_tells_the_same(site_with_all):
    installation, target, _told = site_with_all
    listed = outside.diwan(installation, target, "plugin", "list", "--json")
    rows = {one["name"]: one for one in json.loads(listed.stdout)}
    assert {rows[name]["state"] for name in DOOR} <= {"failed", "broken"}
    assert "bad import" in rows["bad_import"]["error"]
    assert rows["bad_validate"]["phase"] == "validate"
    refused = outside.diwan(installation, target, "plugin", "enable", "bad_seed")
    assert refused.returncode == 1
    assert "RuntimeError: bad seed" in refused.stderr.splitlines()[-1], "who types commands has to mend it"
    checked = outside.diwan(installation, target, "check")
    assert checked.returncode == 1
    assert all(name in checked.stdout for name in [*DOOR, *WORK])


def test_what_never_ends_is_ended(tmp_path, monkeypatch):
    """By processor time when it works, by the clock when it waits."""
    target = outside.installed(tmp_path / "site", [
        ("endless", {"plugin.py": "while True:\n    pass"}),
        ("waiting", {"plugin.py": "import time\ntime.sleep(100)"})])
    monkeypatch.syspath_prepend(str(target))
    for name, verdict in trial.attempt(["endless", "waiting"], trial.Limits(processor=1, waiting=3)).items():
        assert (verdict.ok, verdict.phase) == (False, "import"), name
        assert "seconds" in verdict.cause


#: How a plugin's process can end without a word, and what is said of it in Arabic and in Persian.
ENDS = {
    "slow": ("import os, signal\nos.kill(os.getpid(), signal.SIGXCPU)", "بالثواني: 10", "10 ثانیه زمان پردازنده"),
    "shot": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "بالإشارة 11", "سیگنال 11"),
    "left": ("import os\nos._exit(3)", "برمز الخروج 3", "کد خروج 3"),
    "vast": ("hoard = bytearray(1 << 40)", "2048 ميغابايت", "2048 مگابایت"),
}


def test_what_a_watchdog_says_is_told_in_the_readers_language(site):
    with use(Preferences(language="fa")):
        told = [summary_of(cause_of(ended)) for ended in (watchdog.Overdue(), overdue.Overdue())]
    assert "یک درخواست" in told[0]
    assert "نشانی از فعالیت" in told[1]


def test_how_a_process_ended_is_said_in_the_readers_language(installed_sqlite, tmp_path):
    target = outside.installed(tmp_path / "site", [
        (name, {"plugin.py": source, "migrations/README": ""}) for name, (source, _ar, _fa) in ENDS.items()])
    told = {}
    for language in ("ar", "fa"):
        listed = outside.diwan(installed_sqlite, target, "--language", language, "plugin", "list", "--json")
        told[language] = {one["name"]: one["error"] for one in json.loads(listed.stdout)}
    for name, (_source, arabic, persian) in ENDS.items():
        assert arabic in told["ar"][name]
        assert persian in told["fa"][name]
