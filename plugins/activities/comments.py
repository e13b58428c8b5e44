"""Rules of comments and internal notes: whose they are, and what stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.api import _, current_user

from . import services

NAME = "activities.comment"
#: A note that became a comment would be told to people it was not written for.
LASTING = ("entity", "record_id", "kind")


def fill_in(changes: Iterable[Any]) -> None:
    """Whoever reads a comment sees that it was another one before."""
    for change in changes:
        if not change.is_new and change.changed("body"):
            change.set("edited_at", services.now())


def check(changes: Iterable[Any]) -> None:
    """Nobody puts words into a colleague's mouth, however wide his rights are."""
    who = current_user()
    for change in changes:
        if change.is_new or who.is_system:
            continue
        if change.before.get("created_by_id") != who.id:
            change.error("body", _("Only whoever wrote this may change it."))
        for name in LASTING:
            if change.changed(name):
                change.error(name, _("This stays as it is. Delete the comment and write another one."))
