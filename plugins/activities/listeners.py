"""What follows from a comment or an activity: who is mentioned, follows or is given it hears of it."""

from __future__ import annotations

from typing import Any

from core.api import current_user, entity_spec, notify, on, records, settings, tell_given, who_may_see

from . import comments, followers, mentions, participants, plans, reminders, screens

MENTION, COMMENT, ASSIGNED = "activities.mention", "activities.comment", "activities.assigned"


@on("core.records_saved")
def saved(entity: Any, changes: Any) -> None:
    """A comment goes to the followers, a note only to those it mentions; work to whoever it is given to."""
    if entity.name == comments.NAME:
        for change in changes:
            about, record_id = change.after.get("entity"), change.after.get("record_id")
            if about and record_id:
                _said(change, about, record_id)
    elif entity.name == screens.NAME:
        reminders.follow(changes)
        plans.follow(changes)
        # What Diwan itself makes is no gift of anybody's.
        if not current_user().is_system:
            tell_given(ASSIGNED, entity, "assignee_id", changes, lambda change: not change.after.get("done_at"))
        participants.follow(changes)


@on("core.records_deleted")
def deleted(entity: Any, ids: Any) -> None:
    """What is deleted does not take place."""
    if entity.name == screens.NAME:
        participants.cancel(ids)


@on("core.working_time_moved")
def hours_moved(user_ids: Any, **_more: Any) -> None:
    """By another holiday, other hours, or another team: what is to come is told in the hours as they are then."""
    reminders.ask_to_plan_again(user_ids)


def _said(change: Any, about: str, record_id: int) -> None:
    writer = current_user().id
    mentioned = mentions.people(comments.newly_mentioned(change)) - {writer}
    if mentioned:
        # A team is told as far as its members may see the record.
        mentioned = who_may_see(about, record_id, mentioned)
        notify(mentioned, MENTION, about, record_id, href=_timeline(about, record_id))
        if settings(followers.MENTIONED):
            followers.add(about, record_id, mentioned)
    if not change.is_new:
        return
    if change.after["kind"] == comments.TALK:
        told = followers.of(about, records.get(about, record_id)) - mentioned
        notify(told, COMMENT, about, record_id, href=_timeline(about, record_id))
    if writer and settings(followers.COMMENTER):
        followers.add(about, record_id, [writer])


def _timeline(about: str, record_id: int) -> str:
    """Where it is read: on a phone the timeline is a tab."""
    return f"{entity_spec(about).path}/{record_id}#history"
