"""`diwan plugin`: the list, on and off on record, and what it tells the author of a plugin."""

import json

import pytest

from core.plugin import trial
from tests.cli.plugin_package import Package
from tests.support import wheels

PLUGIN = '''
"""A plugin in the making."""

from core.api import Entity, Manifest, Mapped, Meta, fields, hookimpl

manifest = Manifest("visits", "Visits", "0.1.0", requires=("contacts",))


class Visit(Entity):
    """A visit."""

    __entity__ = "visits.visit"
    __meta__ = Meta("Visit", "Visits", list=("name",), sort="name", sections=(("Visit", "name"),))

    name: Mapped[str] = fields.text("Name", required=True, search=10)


@hookimpl
def register_entities():
    return [Visit]
'''

LISTENER = '''

@on("sales.wonn")
def celebrate():
    """The name is misspelt, so nobody will ever call this."""
'''


@pytest.fixture
def package(tmp_path):
    return Package(tmp_path / "packages", "visits", PLUGIN)


def test_plugins_are_listed_turned_off_and_on_again_on_record(installed):
    found = json.loads(installed.diwan("plugin", "list", "--json").output)
    (listed,) = [one for one in found if one["name"] == "contacts"]
    assert (listed["name"], listed["state"], listed["label"]) == ("contacts", "enabled", "Contacts")
    off = installed.diwan("plugin", "disable", "contacts")
    assert (off.exit_code, off.output) == (0, "Turned off: Contacts (contacts)\n")
    assert "disabled" in installed.diwan("plugin", "list").output
    assert installed.diwan("plugin", "enable", "contacts").output == "Turned on: contacts\n"
    assert installed.diwan("plugin", "enable", "contacts").output == "These plugins are on already.\n"
    noted = installed.rows(
        "SELECT record_title, action, channel FROM core_audit WHERE entity = 'core.plugin' ORDER BY id")
    assert noted == [("contacts", "disable", "cli"), ("contacts", "enable", "cli")]


@pytest.mark.parametrize("arguments", [
    ("show", "teleport"), ("enable", "teleport"), ("disable", "teleport"), ("check", "teleport"),
    ("makemigration", "teleport"),
], ids=" ".join)  # fmt: skip
def test_a_plugin_that_is_not_there_is_named(installed_sqlite, arguments):
    refused = installed_sqlite.diwan("plugin", *arguments)
    assert refused.exit_code == 1
    assert "teleport" in refused.stderr


def test_one_plugin_is_shown_with_what_its_versions_changed(installed_sqlite):
    shown = installed_sqlite.diwan("plugin", "show", "contacts").output
    assert "Version: 0.1.0" in shown
    assert "\n0.1.0\n- People and companies in one list" in shown
    (told,) = [one for one in json.loads(installed_sqlite.diwan("plugin", "list", "--json").output)
               if one["name"] == "contacts"]
    assert told["changes"][0]["version"] == "0.1.0"


@pytest.mark.parametrize("owners", [("core", "contacts"), ("contacts",)])
def test_plugins_are_told_while_migrations_wait(installed, owners):
    with installed.engine() as engine, engine.begin() as connection:
        for owner in owners:
            connection.exec_driver_sql(f"UPDATE alembic_version_{owner} SET version_num = '{owner}_0001'")
    told = f"To be upgraded with “diwan migrate”: {', '.join(owners)}\n"
    assert installed.diwan("user", "list").exit_code == 1
    assert installed.diwan("migrate", "--check").stderr == told
    listed = installed.diwan("plugin", "list", "--json")
    assert ("contacts", "enabled") in [(one["name"], one["state"]) for one in json.loads(listed.stdout)]
    assert listed.stderr == told
    shown = installed.diwan("plugin", "show", "contacts", language="fa")
    assert (shown.exit_code, "مخاطبان" in shown.output) == (0, True)
    assert "diwan migrate" in shown.stderr


def test_the_plugins_that_come_along_are_in_order(blank):
    assert blank.diwan("plugin", "check", "contacts").output == "contacts: no problem found.\n"


@pytest.mark.slow
def test_the_author_of_a_plugin_is_led_from_models_to_tables(installed_sqlite, package):
    lacking = package.diwan(installed_sqlite, "plugin", "check", "visits")
    assert lacking.returncode == 1
    assert "diwan plugin makemigration visits" in lacking.stderr
    made = package.diwan(installed_sqlite, "plugin", "makemigration", "visits", "-m", "visits")
    assert made.returncode == 0, made.stderr
    assert [path.name for path in package.migrations.glob("*.py")] == ["visits_0001_visits.py"]
    left = package.diwan(installed_sqlite, "plugin", "check", "visits").stderr
    assert "migration" not in left
    assert "“Visits” in Manifest cannot be translated" in left
    assert "No licence" in left
    assert package.diwan(installed_sqlite, "plugin", "enable", "visits").returncode == 0
    assert installed_sqlite.value("SELECT count(*) FROM visits_visit") == 0
    granted = installed_sqlite.value("SELECT count(*) FROM core_role_grant WHERE permission LIKE 'visits.visit.%'")
    assert granted > 0, "the default roles get rights to what is new"
    needed = package.diwan(installed_sqlite, "plugin", "disable", "contacts")
    assert needed.returncode == 1
    assert "visits" in needed.stderr


@pytest.mark.slow
def test_a_changed_model_and_a_broken_plugin_are_told(installed_sqlite, package):
    package.diwan(installed_sqlite, "plugin", "makemigration", "visits")
    source = package.source.read_text()
    package.source.write_text(source + "\n\n" + source[source.index("class Visit"):].replace("Visit", "Trip").replace(
        "visits.visit", "visits.trip").replace("def register_entities():\n    return [Trip]",
                                               "def register_settings():\n    return []"))
    changed = package.diwan(installed_sqlite, "plugin", "check", "visits")
    assert changed.returncode == 1
    assert "makemigration visits" in changed.stderr
    package.source.write_text(source.replace("register_entities", "register_entitties"))
    misspelt = package.diwan(installed_sqlite, "plugin", "check", "visits")
    assert misspelt.returncode == 1
    assert "register_entitties" in misspelt.stderr
    package.source.write_text(source.replace("import Entity,", "import on, Entity,") + LISTENER)
    deaf = package.diwan(installed_sqlite, "check")
    assert deaf.returncode == 1
    assert "acme_visits.plugin.celebrate listens to sales.wonn" in deaf.stdout
    package.source.write_text("raise RuntimeError('half written')")
    broken = package.diwan(installed_sqlite, "plugin", "list", "--json")
    assert broken.returncode == 0, broken.stderr
    states = {one["name"]: one["state"] for one in json.loads(broken.stdout)}
    assert (states["contacts"], states["visits"]) == ("enabled", "broken")
    checked = package.diwan(installed_sqlite, "check")
    assert checked.returncode == 1
    assert "RuntimeError: half written" in checked.stdout


def test_a_wheel_is_checked_before_it_is_installed(blank, tmp_path):
    """The installation learns nothing of it; of a folder it is said what to type first."""
    wheel = wheels.build(tmp_path, "visits", {"plugin.py": PLUGIN})
    checked = blank.start("plugin", "check", str(wheel))
    assert checked.returncode == 1
    assert "“Visits” in Manifest cannot be translated" in checked.stderr
    assert "diwan plugin makemigration visits" in checked.stderr
    assert not (blank.folder / trial.MEMORY_FILE).exists()
    (tmp_path / "visits").mkdir()
    project = tmp_path / "visits" / "pyproject.toml"
    project.write_text('[project.entry-points."diwan.plugins"]\nvisits = "acme_visits.plugin"\n')
    told = blank.diwan("plugin", "check", str(tmp_path / "visits"))
    assert told.exit_code == 1
    assert f"install --no-build-isolation --no-deps --editable {tmp_path / 'visits'}" in told.stderr
    project.write_text("[project]\nname = 'visits'\n")
    assert "diwan.plugins" in blank.diwan("plugin", "check", str(tmp_path / "visits")).stderr
    wheel.write_text("no archive")
    assert "is not a wheel" in blank.diwan("plugin", "check", str(wheel)).stderr
