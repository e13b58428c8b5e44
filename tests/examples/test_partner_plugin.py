"""A partner's plugin of 59 lines, installed from outside: enabled, it has screens, API, rights and history."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "acme_visits"
ROOT = Path(__file__).resolve().parents[2]

#: Runs in a process of its own that has the plugin installed; prints what it found as JSON.
STORY = """
import datetime as dt, json, sys
from pathlib import Path
from core.testing import open_site
site = open_site(sys.argv[1], Path(sys.argv[2]))
api, client = site.api(), site.client()
contact = api.create("contacts.contact", name="Sara", email="sara@example.com")
today, later = dt.date.today(), dt.date.today() + dt.timedelta(days=30)
visit = api.create("visits.visit", subject="First visit", contact_id=contact["id"], planned_on=today.isoformat())
future = api.call("POST", "/visits/visit", {"subject": "Next", "contact_id": contact["id"],
                                            "planned_on": later.isoformat(), "outcome": "met"})
rep = site.user("rep@example.com", "sales_representative")
about, place = {"entity": "visits.visit", "record_id": visit["id"]}, f"/visits/visit/{visit['id']}"
sent = api.flask.post(f"/api/v1{place}/attachments?name=plan.txt", data=b"plan", headers=api.headers)
api.create("activities.comment", body="Good people", **about)
api.create("activities.activity", subject="Call them", due_at=f"{later}T10:00:00Z", **about)
told = client.get(f"{place}/timeline?lang=en").text
print(json.dumps({
    "list": client.get("/visits/visit").status_code,
    "new": client.get("/visits/visit/new").status_code,
    "record": client.get(f"/visits/visit/{visit['id']}").status_code,
    "report": client.get("/visits/visit/report?report=visits.by_outcome").status_code,
    "tab": any("First visit" in client.get(f"/contacts/contact/{contact['id']}/panel/{n}").text for n in range(9)),
    "menu": "/visits/visit" in client.get("/").get_data(as_text=True),
    "search": api.get("/visits/visit?q=first")["total"],
    "future": [future.status_code, list(future.get_json()["errors"])],
    "described": "/visits/visit" in api.get("/openapi.json")["paths"],
    "history": "First visit" in client.get("/settings/log?entity=visits.visit").get_data(as_text=True),
    "together": [word in told for word in ("plan.txt", "Good people", "Call them", "Unfollow")],
    "reps": [site.api(rep).call(method, f"/visits/visit/{visit['id']}").status_code for method in ("GET", "DELETE")],
}))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path with the plugin and its entry point, as an installer would leave it."""
    folder = tmp_path / "site-packages"
    shutil.copytree(SOURCE, folder / "acme_visits", ignore=shutil.ignore_patterns("__pycache__"))
    facts = folder / "acme_visits-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-visits\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[diwan.plugins]\nvisits = acme_visits.plugin\n")
    return folder


def test_a_partners_plugin_needs_nothing_private(
    installed: Path, tmp_path: Path, database_kind: str, fresh_database: Callable[[str], str]
) -> None:
    url, instance = fresh_database(database_kind), tmp_path / "instance"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}",
        "DIWAN_INSTANCE": str(instance),
        "DIWAN_DATABASE_URL": url,
    }

    def diwan(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "core", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    diwan("init", "--plugins", "contacts,activities", "--admin-password", "a long enough secret")
    diwan("plugin", "makemigration", "visits")
    assert list((installed / "acme_visits" / "migrations").glob("visits_0001*.py"))
    diwan("plugin", "enable", "visits")
    told = subprocess.run(
        [sys.executable, "-c", STORY, url, str(instance)],
        env={**environment},
        capture_output=True,
        text=True,
        timeout=180,
        cwd=tmp_path,
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout.splitlines()[-1]) == {
        "list": 200,
        "new": 200,
        "record": 200,
        "report": 200,
        "tab": True,
        "menu": True,
        "search": 1,
        "future": [422, ["outcome"]],
        "described": True,
        "history": True,
        "together": [True] * 4,
        "reps": [200, 403],
    }


def test_it_is_as_short_as_promised() -> None:
    lines = [
        line
        for path in (SOURCE / "models.py", SOURCE / "plugin.py")
        for line in path.read_text().splitlines()
        if line.strip()
    ]
    assert len(lines) <= 59


def test_the_guide_shows_the_very_files_that_are_tested() -> None:
    guide = (ROOT / "docs" / "partners" / "first-plugin.md").read_text()
    for name in ("models.py", "plugin.py"):
        assert (SOURCE / name).read_text() in guide, name
    assert "diwan plugin makemigration visits\ndiwan plugin enable visits\n" in guide
