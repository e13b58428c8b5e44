"""`diwan job`: what is done in the background, seen and stopped from the machine itself."""

from __future__ import annotations

import json

from core.db import run_unit
from core.jobs import queue
from core.language.i18n import Preferences
from tests.support.installation import Installation


def test_a_job_is_seen_cancelled_and_tried_again_on_record(installed_sqlite: Installation) -> None:
    diwan = installed_sqlite.diwan
    asked = {"name": "core.back_up", "arguments": {}, "acts_as": queue.SYSTEM, "reader": queue.as_json(Preferences())}
    with installed_sqlite.engine() as engine:
        number = str(run_unit(engine, lambda opened: queue.insert(opened, asked)))
    listed = json.loads(diwan("job", "list", "--json", "--name", "core.back_up").output)
    assert [(str(one["id"]), one["label"], one["state"]) for one in listed] == [(number, "Backup", "waiting")]
    assert "core.back_up" in diwan("job", "list").output
    assert diwan("job", "cancel", number).output == "The job is cancelled.\n"
    refused = diwan("job", "cancel", number)
    assert (refused.exit_code, "in another state" in refused.stderr) == (1, True)
    assert "cancelled" in diwan("job", "show", number).output
    assert diwan("job", "retry", number).output == "1 job is tried again.\n"
    assert json.loads(diwan("job", "show", number, "--json").output)["state"] == "waiting"
    assert [diwan("job", *rest).exit_code for rest in (("show", "999"), ("retry",), ("retry", "--all-failed"))] == [
        1, 2, 0]  # fmt: skip
    told = installed_sqlite.rows("SELECT action, channel FROM core_audit WHERE entity = 'core.job' ORDER BY id")
    assert list(map(tuple, told)) == [("cancel", "cli"), ("retry", "cli")]
