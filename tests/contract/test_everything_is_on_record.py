"""AUD-05: every route, command and job that changes something leaves an entry in the log, with who did it and from
where, or stands in a reviewed list with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import sqlalchemy as sa

from core import registry as registries
from core.audit.models import audit
from core.cli import tree
from core.testing import Site
from core.web import SAFE_METHODS
from tests.contract.acts import ACTS, FILE, SILENT, World
from tests.support.installation import ADMIN, Installation

#: Carried out by a job that the request asks for, under the number of the import.
BY_JOB = ("import/<int:import_id>/run", "import/<int:import_id>/undo")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_route_that_changes_something_is_on_record(site: Site, subtests: pytest.Subtests) -> None:
    world = World(site)
    for act, ask in ACTS.items():
        with subtests.test(act):
            answer = ask(world)
            assert answer.status_code < 400, act
            told = entries(site, answer.headers["X-Request-Id"])
            if act.endswith(BY_JOB):
                told = entries(site, f"import-{world.one('SELECT max(id) FROM core_import')}")
            assert told, "it left nothing in the log"
            assert {row.channel for row in told} <= {"web", "api", "import"}
            assert all(row.at and row.actor_name is not None and row.entity and row.action for row in told)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_route_is_tried_or_reviewed(site: Site) -> None:
    changing = {f"{method} {rule.rule}" for rule in site.app.url_map.iter_rules()
                for method in (rule.methods or set()) - SAFE_METHODS}  # fmt: skip
    known = {act.partition("#")[0] for act in (*ACTS, *SILENT)}
    assert changing - known == set(), "give these a request in acts.py, or a reason"
    assert known - changing == {"GET /<plugin>/<noun>/export"}
    assert ACTS.keys() & SILENT.keys() == set()


#: Arguments of each command that changes something; {folder} is one that a command may write into.
COMMANDS = {
    "user add": ("second@example.com", "--password", "harbour-lantern-43"),
    "user password": ("second@example.com", "--password", "harbour-lantern-44"),
    "token create": (ADMIN,),
    "sign-in set": ("https://accounts.example", "--client-id", "diwan", "--label-en", "Accounts"),
    "sign-in remove": ("https://accounts.example",),
    "field add": ("contacts.contact", "size", "--type", "text", "--label-en", "Size", "--label-ar", "الحجم",
                  "--label-fa", "اندازه"),
    "field change": ("contacts.contact", "size", "--label-en", "Large size"),
    "field retire": ("contacts.contact", "size"),
    "field restore": ("contacts.contact", "size"),
    "field convert": ("contacts.contact", "size", "--type", "note", "--yes"),
    "import": ("contacts.contact", "{folder}/people.csv"),
    "import undo": ("1",),
    "export": ("contacts.contact", "--format", "csv", "-o", "{folder}/out.csv"),
    "erase": ("contacts.contact", "1", "--yes"),
    "plugin disable": ("contacts",),
    "plugin enable": ("contacts",),
    "audit verify": (),
    "backup": ("{folder}/copy.diwan",),
}  # fmt: skip
#: Reviewed: what these leave, if anything.
QUIET_COMMANDS = {
    "field order": "the act of the page, which is recorded when the order is another; one field alone has none",
    "init": "makes the database: its roles and first user are recorded as records",
    "migrate": "records each owner it upgrades; there is none to upgrade here (tests/ops/test_upgrade_crash.py)",
    "run": "serves; init's acts where the database is new", "serve": "serves", "worker": "works on jobs, each below",
    "restore": "records it in the database that it brings back (tests/ops/test_backup.py)",
    "demo load": "makes the sample company in a database that nobody uses yet",
    "demo reset": "empties the database, the log included, and makes the sample company anew",
    "audit archive": "records what left the log; none of it is old here (tests/cli/test_audit.py)",
    "audit anchor": "reads", "check": "reads", "field list": "reads", "field types": "reads", "plugin list": "reads",
    "plugin show": "reads",
    "job list": "reads", "job show": "reads",
    "job cancel": "the act of the page, which is recorded; no job waits here (tests/core/jobs/test_jobs_pages.py)",
    "job retry": "the same",
    "user list": "reads", "user rights": "reads", "sign-in list": "reads",
    "user networks": "reads; --lift records each list (tests/core/auth/test_auth_networks.py)",
    "plugin remove": "records what went; it must be off before (tests/modules/test_remove.py)",
    "plugin new": "writes a folder of its author", "plugin check": "reads", "plugin translate": "writes catalogues",
    "plugin makemigration": "writes a file of its author", "backup-key": "writes a file of the operator",
}  # fmt: skip


def test_every_command_that_changes_something_is_on_record(
    installed_sqlite: Installation, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    (tmp_path / "people.csv").write_bytes(FILE)
    for name, given in COMMANDS.items():
        with subtests.test(name):
            before = installed_sqlite.value("SELECT max(id) FROM core_audit")
            done = installed_sqlite.diwan(*name.split(), *(one.format(folder=tmp_path) for one in given))
            assert done.exit_code == 0, done.output
            told = installed_sqlite.rows("SELECT channel, action FROM core_audit WHERE id > :id", id=before)
            assert told, "it left nothing in the log"
            assert {channel for channel, _action in told} <= {"cli", "import"}


def test_every_command_is_tried_or_reviewed() -> None:
    found = set()
    group: Any = tree.build()
    for name in tree.COMMANDS:
        command = group.get_command(click.Context(group), name)
        below = [f"{name} {one}" for one in getattr(command, "commands", ())]
        found |= set(below) or {name}
    known = {name.removesuffix(" undo") for name in COMMANDS} | QUIET_COMMANDS.keys()
    assert found ^ known == set(), "give it arguments here, or a reason"
    assert COMMANDS.keys() & QUIET_COMMANDS.keys() == set()


#: Reviewed: what the jobs of the kernel leave in the log.
JOBS = {
    "core.run_import": "the import's entry, tried above",
    "core.run_export": "its entry, with rows and conditions (tests/core/transfer/test_export_jobs.py)",
    "core.forget_exports": "housekeeping by age",
    "core.resume_imports": "hands imports to workers again; the import's own entry follows",
    "core.mass_change": "every record that it changes, and the act itself in the request that asks for it",
    "core.settle_field": "makes an index, or empties what start of the purge has on record",
    "core.convert_field": "copies values for a change of type, which is on record as one field retired and one made",
    "core.back_up": "the command for backups, tried above",
    "core.mail_reset_link": "mails what the request has on record",
    "core.send_mail": "sends; what became of each mail stands in the outbox",
    "core.mail_notices": "writes into the outbox what users chose to be told of by mail",
    "core.mail_digests": "the same, gathered once a day",
    "core.forget_notices": "housekeeping by age",
    "core.move_day_ends": "moves when a day ends, which follows from the zone that was chosen, on record",
    "core.empty_trash": "every record that it removes for good",
    "core.send_webhooks": "sends; what became of each event stands with its webhook, one that is given up is on record",
    "core.handle_webhook": "what plugins write because of it is recorded as theirs",
    "core.archive_log": "its own entry for each archive (tests/core/audit/test_audit_archiving.py)",
    "core.forget_jobs": "housekeeping by age", "core.tidy_imports": "housekeeping by age",
    "core.forget_messages": "housekeeping by age, as a setting says, which is on record",
    "core.remove_files": "what an export held, whose deletion by its user is on record",
    "core.sweep_files": "housekeeping: what was a record's has its change or erasure on record",
    "core.forget_webhook_events": "housekeeping by age",
}  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_job_of_the_kernel_is_reviewed(site: Site) -> None:
    """Jobs of plugins write by core.records, the one path there is for them."""
    with site.unit():
        known = {name for name in registries.current().derived.jobs if name.startswith("core.")}
    assert known == JOBS.keys()


def entries(site: Site, request_id: str) -> list[Any]:
    with site.app.engine.connect() as connection:
        return list(connection.execute(sa.select(audit).where(audit.c.request_id == request_id).order_by(audit.c.id)))
