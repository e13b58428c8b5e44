"""Rules of comments and internal notes: whose they are, and what stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.api import _, current_user, who_may_see

from . import mentions, services
from .models import COMMENT

NAME = "activities.comment"
#: The kind that followers are told of.
TALK = COMMENT
#: A note that became a comment would be told to people it was not written for.
LASTING = ("entity", "record_id", "kind")


def fill_in(changes: Iterable[Any]) -> None:
    """Whoever reads a comment sees that it was another one before; mentions bear the names they mean."""
    written = [change for change in changes if change.changed("body") and change.after.get("body")]
    known = mentions.names(change.after["body"] for change in written)
    for change in written:
        change.set("body", mentions.renamed(change.after["body"], known))
        if not change.is_new:
            change.set("edited_at", services.now())


def check(changes: Iterable[Any]) -> None:
    """Nobody puts words into a colleague's mouth, however wide his rights are."""
    who = current_user()
    for change in changes:
        _check_mentions(change)
        if change.is_new or who.is_system:
            continue
        if change.before.get("created_by_id") != who.id:
            change.error("body", _("Only whoever wrote this may change it."))
        for name in LASTING:
            if change.changed(name):
                change.error(name, _("This stays as it is. Delete the comment and write another one."))


def newly_mentioned(change: Any) -> list[mentions.Mention]:
    """Whom the present text mentions and the one before did not."""
    before = {(one.kind, one.id) for one in mentions.found(change.before.get("body") or "")}
    return [one for one in mentions.found(change.after.get("body") or "") if (one.kind, one.id) not in before]


def _check_mentions(change: Any) -> None:
    """Who may not see the record cannot be called to it; a team means those of it who may."""
    named = [one for one in newly_mentioned(change) if one.kind == "user"]
    if not named or "record_id" in change.errors:
        return
    entity, record_id = change.after.get("entity"), change.after.get("record_id")
    allowed = who_may_see(entity, record_id, [one.id for one in named]) if entity and record_id else set()
    for one in named:
        if one.id not in allowed:
            change.error("body", _("{name} may not see this record, so a mention would not arrive.", name=one.name))
