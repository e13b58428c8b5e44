"""Activities: tasks, calls, meetings and visits about records of every kind, who has to do them and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.api import Action, Manifest, MenuItem, TemplatePanel, TemplatePart, TimelineSource, _, hookimpl

from . import comments, screens, services, timeline
from .demo.load import load as load_sample
from .models import COMMENT_KINDS, Activity, Comment

manifest = Manifest("activities", _("Activities"), "0.1.0", description=_("Tasks, calls and meetings on every record."),
                    optional=("contacts",), icon="calendar-event", hue="violet")


@hookimpl
def register_entities() -> list[type]:
    return [Activity, Comment]


@hookimpl
def register_actions() -> list[Action]:
    return [
        Action(screens.NAME, "finish", _("Mark as done"), services.finish, icon="check", undo="reopen"),
        Action(screens.NAME, "reopen", _("Mark as not done"), services.reopen, icon="rotate", undo="finish"),
    ]


@hookimpl
def register_panels() -> list[TemplatePanel]:
    return [TemplatePanel("*", "activities", _("Activities"), "activities/panel.html", screens.panel,
                          f"{screens.NAME}.view", order=10, but=(screens.NAME, comments.NAME))]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    kinds = {kind.value: kind.label for kind in COMMENT_KINDS}
    return [
        TimelineSource(comments.NAME, kinds, timeline.comments, f"{comments.NAME}.view", order=10),
        TimelineSource(screens.NAME, {"activity": _("Activities")}, timeline.activities, f"{screens.NAME}.view",
                       but=(screens.NAME,), order=20),
    ]


@hookimpl
def page_slot(slot: str, context: Any) -> list[TemplatePart]:
    return timeline.head(context) if slot == "timeline.top" else []


@hookimpl
def register_blueprints() -> list[Any]:
    return [screens.blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [MenuItem("activities.mine", _("My tasks"), "/activities/pages/mine", "checkbox", f"{screens.NAME}.view",
                     order=10)]


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    if entity.name == screens.NAME:
        services.fill_in(changes)
    elif entity.name == comments.NAME:
        comments.fill_in(changes)


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    if entity.name == screens.NAME:
        services.check_assignee(changes)
    elif entity.name == comments.NAME:
        comments.check(changes)


@hookimpl
def demo(today: dt.date) -> None:
    load_sample(today)
