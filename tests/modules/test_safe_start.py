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
