"""A plugin whose jobs and mails follow from new contacts: an effect inside and one outside for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.api import Change, Job, Manifest, hookimpl, jobs, mail, on, records

MADE, EFFECT = "Made ", "Effect of "

manifest = Manifest("crash", "Crash test", "1.0.0", requires=("contacts",))


@on("core.records_saved")
def follow(entity: Any, changes: Sequence[Change], **_payload: Any) -> None:
    """Ask for a job and a mail in the transaction of the contact."""
    for change in changes if entity.name == "contacts.contact" else ():
        name = change.after["name"]
        if change.is_new and name.startswith(MADE):
            jobs.enqueue("crash.effect", {"name": name})
            mail.send(change.after["email"], name, f"Welcome, {name}")


def effect(context: Any) -> None:
    """A record that must be there once, however often the job was begun."""
    records.create("contacts.company", name=f"{EFFECT}{context.arguments['name']}")


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("crash.effect", effect, label="Effect", as_system=True)]
