"""B12: a plugin whose code cannot be run any more is left out, is closed where it guarded, and can be turned off."""

from __future__ import annotations

import json

from tests.modules import outside
from tests.support.installation import Installation

GUARD = """
from core.api import Manifest, hookimpl
manifest = Manifest("guard", "Guard", "1.0", requires=("contacts",))
@hookimpl
def scope_query(entity, actor, action):
    return []
"""

LOOK = """
site = open_site(url, folder)
client, api = site.client(), site.api()
answer = api.call("GET", "/contacts/contact")
print(json.dumps([client.get("/").status_code, answer.status_code, answer.get_json().get("detail", "")]))
"""

#: Turned on by a command of another process once its file is mended.
MENDED = """
import subprocess
from core import registry
from core.ops import plugins
def stands():
    with site.app.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT state FROM core_plugin WHERE name = 'guard'").scalar()
file, source = json.loads(sys.stdin.read())
site = open_site(url, folder)
client = site.client()
told = [stands()]
Path(file).write_text(source)
done = subprocess.run([sys.executable, "-m", "core", "plugin", "enable", "guard"], capture_output=True, text=True)
told += [done.returncode, client.get("/").status_code, stands(), "guard" in registry.current().plugins]
with site.app.engine.begin() as connection:
    connection.exec_driver_sql("UPDATE core_plugin SET state = 'failed' WHERE name = 'contacts'")
told += [one.state for one in plugins.known(site.app.engine) if one.name == "guard"]
print(json.dumps(told))
"""

#: Behaves at its trial, and nowhere else.
TWO_FACED = """
import sys
from core.api import Manifest
if not any("core.plugin.trial_child" in one for one in sys.orig_argv):
    {deed}
manifest = Manifest("{name}", "Two faces", "1.0")
"""

WHILE_SERVING = """
from core.plugin import loader, sentences, trial
trial.last()
found = loader.look_again(["late"])
print(json.dumps({"plugins": list(found.plugins), "cause": sentences.told(found.broken["late"])}))
"""

START = """
from core.ops import entering
from core.plugin import loader
status = entering.apart(loader.installed, waiting=3)
print(json.dumps([status, dict(loader.installed().broken)]))
"""


def test_one_that_ends_or_holds_up_only_the_real_start_is_named_and_left_out(installed_sqlite, tmp_path):
    deeds = {"leaves": "import os; os._exit(0)", "stands": "import time; time.sleep(60)"}
    target = outside.installed(tmp_path / "site", [
        (name, {"plugin.py": TWO_FACED.format(name=name, deed=deed)}) for name, deed in deeds.items()])
    status, broken = outside.told(START, installed_sqlite, target)
    assert status == 0
    assert broken == {"leaves": "It ended its process with status 0 and gave no reason.",
                      "stands": "It did not come to an end in 3 seconds."}


def test_one_that_would_end_those_who_serve_is_kept_out_of_them_too(installed_sqlite, tmp_path):
    """It came while they run, or somebody tries it again on the page: without this the site would end with it."""
    plain = {"plugin.py": "from core.api import Manifest\nmanifest = Manifest('plain', 'Plain', '1.0')\n"}
    faced = {"plugin.py": TWO_FACED.format(name="late", deed="import os; os._exit(7)")}
    target = outside.installed(tmp_path / "packages", [("late", faced), ("plain", plain)])
    found = outside.told(WHILE_SERVING, installed_sqlite, target)
    assert ("plain" in found["plugins"], "late" in found["plugins"]) == (True, False)
    assert "status 7" in found["cause"]


def test_a_guard_that_cannot_be_loaded_closes_its_data_until_somebody_turns_it_off(installed_sqlite, tmp_path):
    installation: Installation = installed_sqlite
    target = outside.installed(tmp_path / "site", [("guard", {"plugin.py": GUARD, "migrations/README": ""})])
    on = outside.diwan(installation, target, "plugin", "enable", "guard")
    assert on.returncode == 0, on.stderr
    assert outside.told(LOOK, installation, target)[:2] == [200, 200]
    (target / "acme_guard" / "plugin.py").write_text("raise RuntimeError('broken by an upgrade')")
    home, listed, why = outside.told(LOOK, installation, target)
    assert (home, listed) == (200, 503)
    assert "“Guard”" in why, "by its label, though its code cannot be asked"
    assert installation.value("SELECT state FROM core_plugin WHERE name = 'guard'") == "failed"
    checked = outside.diwan(installation, target, "check", "--json")
    assert any("broken by an upgrade" in one["message"] for one in json.loads(checked.stdout) if not one["ok"])
    (target / "acme_guard" / "plugin.py").write_text("import os\nos._exit(9)")
    off = outside.diwan(installation, target, "plugin", "disable", "guard")
    assert (off.returncode, off.stdout) == (0, "Turned off: Guard (guard)\n")
    assert outside.told(LOOK, installation, target)[:2] == [200, 200]


def test_one_that_was_mended_is_taken_in_by_those_who_serve(installed_sqlite, tmp_path):
    """A command turns it on in another process; whoever serves has found it broken, and looks again. Where what it
    needs does not run, it is told to be left out."""
    target = outside.installed(tmp_path / "site", [("guard", {"plugin.py": GUARD, "migrations/README": ""})])
    assert outside.diwan(installed_sqlite, target, "plugin", "enable", "guard").returncode == 0
    file = target / "acme_guard" / "plugin.py"
    file.write_text("raise RuntimeError('broken by a mistake')")
    mended = outside.told(MENDED, installed_sqlite, target, json.dumps([str(file), GUARD]))
    assert mended == ["failed", 0, 200, "enabled", True, "left_out"]
