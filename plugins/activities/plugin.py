"""Activities: tasks, calls, meetings and visits about records of every kind, who has to do them and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from core.api import (
    Action,
    Belonging,
    ComputedField,
    Figure,
    Filter,
    FormScreen,
    Job,
    Manifest,
    MenuItem,
    NoticeKind,
    RecordTable,
    RelatedList,
    Setting,
    TabForm,
    TemplatePanel,
    TemplatePart,
    TimelineSource,
    TourStep,
    Widget,
    _,
    fields,
    hookimpl,
    setting_flag,
)

from . import (
    comments,
    follow_up,
    followers,
    listeners,
    participants,
    plans,
    reminders,
    screens,
    services,
    timeline,
    today,
    upcoming,
)
from .demo.load import load as load_sample
from .models import COMMENT_KINDS, Activity, Comment, Plan, PlanStep
from .models import followers as follower_table

manifest = Manifest("activities", _("Activities"), "0.1.0", description=_("Tasks, calls and meetings on every record."),
                    optional=("contacts",), icon="calendar-event", hue="violet")


@hookimpl
def seed(unit: Any) -> None:
    """Nothing to bring; but hours may have moved while it was off."""
    reminders.catch_up()


@hookimpl
def register_entities() -> list[type]:
    return [Activity, Comment, Plan, PlanStep]


@hookimpl
def register_record_tables() -> list[RecordTable]:
    return [RecordTable(follower_table, "user_id")]


@hookimpl
def register_belongings() -> list[Belonging]:
    return [
        Belonging("activities.following", _("Followed records"), followers.kept, followers.hand_over, "bell"),
        Belonging("activities.meetings", _("Meetings to take part in"), participants.to_come, participants.hand_over,
                  "calendar-plus", f"{screens.NAME}.change"),
    ]  # fmt: skip


@hookimpl
def register_actions() -> list[Action]:
    return [
        Action(screens.NAME, "finish", _("Mark as done"), services.finish, icon="check", undo="reopen",
               when=services.is_open),
        Action(screens.NAME, "reopen", _("Mark as not done"), services.reopen, icon="rotate", undo="finish",
               when=services.is_done),
        Action(screens.NAME, "accept", _("Take part"), participants.accept, f"{screens.NAME}.view", "check",
               when=participants.may_accept, said=_("You take part.")),
        Action(screens.NAME, "decline", _("Do not take part"), participants.decline, f"{screens.NAME}.view", "x",
               when=participants.may_decline, said=_("You do not take part.")),
        *(Action(screens.NAME, name, label, run, f"{screens.NAME}.view", "clock", when=reminders.may_snooze)
          for name, label, run in (
            ("snooze_10", _("Remind again in ten minutes"), reminders.in_ten_minutes),
            ("snooze_60", _("Remind again in an hour"), reminders.in_an_hour),
            ("snooze_day", _("Remind again on the next working day"), reminders.tomorrow),
        )),
    ]


@hookimpl
def register_screens() -> list[FormScreen]:
    call = "direction phone done_at duration result note follow_up_at"
    return [
        FormScreen(PlanStep.__entity__, values=plans.next_place),
        FormScreen(screens.NAME, values=reminders.usual),
        FormScreen(screens.NAME, (("", "subject record_id due_at assignee_id remind note"),), screens.TASK,
                   _("Add task"), reminders.usual),
        # Without the reminders: whoever is given it is reminded as he wishes.
        FormScreen(screens.NAME, (("", "assignee_id subject record_id due_at note"),), screens.GIVEN,
                   _("Give task to colleague"), required=("assignee_id",)),
        FormScreen(screens.NAME, (("", call),), "call", _("Log call"), lambda _record: {"direction": "outgoing"},
                   services.plan_next, warnings=services.led_by_another,
                   helps={"done_at": _("Empty: now. Example: yesterday")}),
        FormScreen(screens.NAME,
                   (("", "type starts_at"), (_("More details"), "duration assignee_id participants note")),
                   follow_up.FORM, _("Follow-up"), required=("starts_at",), warnings=services.led_by_another,
                   labels={"type": _("Action", context="follow-up"), "starts_at": _("Appointment")}),
        FormScreen(screens.NAME, (("", "result note done_at follow_up_at"),), "done", _("Done, with result"),
                   lambda _record: {"done_at": services.now()}, services.plan_next),
    ]


@hookimpl
def register_settings() -> list[Setting]:
    return [
        setting_flag(followers.CREATOR, _("Whoever made a record follows it"), default=True),
        setting_flag(followers.OWNER, _("Whoever is in charge of a record follows it"), default=True),
        setting_flag(followers.COMMENTER, _("Whoever comments on a record follows it"), default=True),
        setting_flag(followers.MENTIONED, _("Whoever is mentioned on a record follows it"), default=True),
    ]


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [
        NoticeKind(listeners.MENTION, _("You are mentioned"), _("{actor} mentioned you on {record}"), "at", mail=True,
                   mention=True),
        NoticeKind(listeners.COMMENT, _("Comments on what you follow"), _("{actor} commented on {record}"), "message"),
        NoticeKind(listeners.ASSIGNED, _("You are given an activity"), _("{actor} gave you “{record}”"), "checkbox",
                   _("{actor} gave you {count} {entity}")),
        *reminders.KINDS.values(),
        *participants.KINDS,
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return reminders.register_jobs()


@hookimpl
def register_panels() -> list[Any]:
    return [
        TemplatePanel("*", "activities", _("Activities"), "activities/panel.html", screens.panel,
                      f"{screens.NAME}.view", order=10, but=screens.OWN),
        TemplatePanel("*", "follow_up", _("Follow-up"), "activities/follow_up.html", follow_up.panel,
                      f"{screens.NAME}.view", order=5, extra=follow_up.EXTRA,
                      form=TabForm(screens.NAME, follow_up.FORM, follow_up.given)),
        TemplatePanel(screens.NAME, "people", _("Participants"), "activities/people.html", participants.panel,
                      f"{screens.NAME}.view", order=4),
        RelatedList(on="activities.plan", entity="activities.plan_step", via="plan_id", label=_("Steps"),
                    columns=("subject", "type", "days", "who"), order=5),
    ]


@hookimpl
def register_computed_fields() -> list[ComputedField]:
    given: dict[str, Any] = {"permission": f"{screens.NAME}.view", "but": screens.OWN}
    return [
        ComputedField("*", "next_activity", fields.text(_("Next activity"), sort=False), upcoming.subject, **given),
        ComputedField("*", "next_activity_at", fields.datetime(
            _("Next activity is due"), filter=True, options={"past_is_late": True}), upcoming.moment,
            shown=upcoming.told, **given),
    ]


@hookimpl
def register_figures() -> list[Figure]:
    return [Figure("*", "activities", _("Open activities"), screens.open_activities, f"{screens.NAME}.view", order=20,
                   but=screens.OWN)]


@hookimpl
def register_filters() -> list[Filter]:
    given: dict[str, Any] = {"permission": f"{screens.NAME}.view", "but": screens.OWN}
    return [
        Filter("*", "no_next_activity", _("No next activity"),
               lambda table, entity: ~services.is_waiting(table, entity), **given),
        Filter("*", "activity_today", _("Activity today"),
               lambda table, entity: services.is_waiting(table, entity, services.moment() >= services.start_of_today(),
                                                         services.moment() < services.end_of_today()), **given),
        Filter("*", "overdue_activity", _("Overdue activity"),
               lambda table, entity: services.is_waiting(table, entity, services.moment() < services.now()), **given),
        Filter(screens.NAME, "mine", _("What I do or take part in"), lambda _table: participants.is_mine()),
        Filter(screens.NAME, "open", _("Open activities"), lambda _table: sa.and_(*services.in_state("open"))),
        Filter(screens.NAME, "overdue", _("Overdue"), lambda _table: sa.and_(*services.in_state("overdue"))),
    ]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    kinds = {kind.value: kind.label for kind in COMMENT_KINDS}
    return [
        TimelineSource(comments.NAME, kinds, timeline.comments, f"{comments.NAME}.view", order=10),
        TimelineSource(screens.NAME, {"activity": _("Activities")}, timeline.activities, f"{screens.NAME}.view",
                       but=screens.OWN, order=20),
    ]


@hookimpl
def page_slot(slot: str, context: Any) -> list[TemplatePart]:
    if slot == "timeline.top":
        return timeline.head(context)
    if slot == "record.head":
        return screens.head(context)
    if slot == "record.acts":
        return timeline.acts(context)
    return timeline.menu(context) if slot == "record.menu" else []


@hookimpl
def card_lines(entity: Any, ids: Any) -> dict[int, Any]:
    return screens.card_lines(entity, ids)


@hookimpl
def register_blueprints() -> list[Any]:
    return [screens.blueprint]


@hookimpl
def register_tour() -> list[TourStep]:
    return [
        TourStep("activities.mine", "[data-key='activities.mine']", _("What you have to do"),
                 _("Tasks, calls and meetings of yours: overdue, today and later."), f"{screens.NAME}.view", order=20),
    ]  # fmt: skip


@hookimpl
def register_widgets() -> list[Widget]:
    return [Widget("activities.today", _("Today's tasks"), f"{screens.NAME}.view", today.block, order=10)]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem("activities.mine", _("My tasks"), "/activities/pages/mine", "checkbox", f"{screens.NAME}.view",
                 order=10, daily=True),
        MenuItem("activities.calendar", _("Calendar"), f"{screens.PATH}/calendar?mine=1", "calendar",
                 f"{screens.NAME}.view", order=15),
    ]


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    if entity.name == screens.NAME:
        services.fill_in(changes)
        reminders.fill_in(changes)
    elif entity.name == comments.NAME:
        comments.fill_in(changes)


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    if entity.name == screens.NAME:
        services.check_assignee(changes)
        services.check_calls(changes)
    elif entity.name == comments.NAME:
        comments.check(changes)
    elif entity.name == PlanStep.__entity__:
        plans.check(changes)


@hookimpl
def demo(today: dt.date) -> None:
    load_sample(today)
