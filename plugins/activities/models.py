"""An activity: something to be done or that was done; a comment: what was said. Each about a record of any plugin."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.api import CalendarDates, Choice, Entity, Mapped, Meta, _, fields

TYPES = (
    Choice("task", _("Task"), "blue", "checkbox", kind="task"),
    Choice("call", _("Call"), "teal", "phone", kind="call"),
    Choice("meeting", _("Meeting"), "violet", "users", kind="meeting"),
    Choice("visit", _("Visit"), "brown", "map-pin", kind="visit"),
)
DIRECTIONS = (
    Choice("outgoing", _("Outgoing", context="call"), icon="arrow-up"),
    Choice("incoming", _("Incoming", context="call"), icon="arrow-down"),
)
#: How long before it is due somebody is reminded, in minutes.
REMIND = (
    Choice("0", _("When it is due")),
    Choice("5", _("Five minutes before")),
    Choice("15", _("A quarter of an hour before")),
    Choice("30", _("Half an hour before")),
    Choice("60", _("An hour before")),
    Choice("120", _("Two hours before")),
    Choice("1440", _("A day before")),
    Choice("10080", _("A week before")),
)
#: What the days until a step are counted in, and whose it is.
DAYS = (Choice("working", _("Working days")), Choice("calendar", _("Calendar days")))
WHO = (
    Choice("owner", _("Person in charge of the record"), icon="user-check"),
    Choice("starter", _("Whoever starts the plan"), icon="user"),
    Choice("user", _("A certain colleague"), icon="user-share"),
)
#: What a length without a unit is counted in.
MINUTE = 60
#: A comment goes to those who follow the record, a note stays where it is; neither ever leaves the house.
COMMENT, NOTE = "comment", "note"
COMMENT_KINDS = (
    Choice(COMMENT, _("Comment"), icon="message"),
    Choice(NOTE, _("Internal note"), "amber", "lock"),
)


class Activity(Entity):
    """A task, call, meeting or visit: whose it is, when it is due, what came of it and which record it is about."""

    __entity__ = "activities.activity"
    __meta__ = Meta(
        _("Activity"),
        _("Activities"),
        title="subject",
        icon="calendar-event",
        group="tools",
        order=20,
        list=("subject", "type", "record_id", "assignee_id", "due_at", "starts_at", "done_at", "result"),
        sort="-created_at",
        match=("subject", "due_at"),
        owned=True,
        organised=True,
        shared_with=("assignee_id",),
        seen_by=("participants",),
        erased_with=("record_id",),
        calendar=CalendarDates(at=("starts_at", "due_at"), until="duration", done="done_at",
                               people=("assignee_id", "participants"), place="location"),
        sections=(
            (
                _("Activity"),
                ("type subject due_at starts_at duration location entity record_id assignee_id participants contacts "
                 "owner_id"),
            ),
            (_("Reminder"), "remind remind_at"),
            (_("Outcome"), "done_at direction phone result note"),
        ),
    )
    __table_args__ = (
        sa.Index(
            "ix_activities_activity_about",
            "entity",
            "record_id",
            "id",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
        sa.Index(
            "ix_activities_activity_waiting",
            "entity",
            "record_id",
            "due_at",
            sqlite_where=sa.text("deleted_at IS NULL AND done_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL AND done_at IS NULL"),
        ),
        sa.Index(
            "ix_activities_activity_open",
            "assignee_id",
            "due_at",
            sqlite_where=sa.text("deleted_at IS NULL AND done_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL AND done_at IS NULL"),
        ),
    )

    type: Mapped[str] = fields.choice(_("Type", context="activity"), TYPES, default="task", required=True, filter=True)
    subject: Mapped[str] = fields.text(_("Subject"), required=True, search=10, filter=True)
    entity: Mapped[str | None] = fields.any_entity(_("Kind of record"), filter=True)
    record_id: Mapped[int | None] = fields.any_record(_("About"), filter=True)
    assignee_id: Mapped[int | None] = fields.user(_("Assigned to"), filter=True)
    participants = fields.users(_("Participants"), filter=True)
    contacts = fields.links("contacts.contact", _("Contacts"), filter=True)
    due_at: Mapped[dt.date | None] = fields.datetime(
        _("Due"), filter=True, index=True, day_ends_for="assignee_id")
    starts_at: Mapped[dt.datetime | None] = fields.datetime(
        _("Starts"), filter=True, options={"needs_clock": True})
    duration: Mapped[int | None] = fields.duration(_("Duration"), options={"bare": MINUTE})
    location: Mapped[str | None] = fields.text(_("Location", context="activity"), max_length=200)
    done_at: Mapped[dt.datetime | None] = fields.datetime(_("Done on"), filter=True)
    remind: Mapped[tuple[str, ...] | None] = fields.multichoice(
        _("Reminder"), REMIND, fixed=True, help=_("For whoever it is assigned to."))
    remind_at: Mapped[dt.datetime | None] = fields.datetime(
        _("Remind at"), options={"needs_clock": True}, help=_("A reminder at a time of its own, whatever the hours."))
    direction: Mapped[str | None] = fields.choice(_("Direction", context="call"), DIRECTIONS, filter=True, fixed=True)
    phone: Mapped[str | None] = fields.phone(_("Number", context="call"))
    result: Mapped[str | None] = fields.text(_("Result"), max_length=500, search=4, filter=True)
    note: Mapped[str | None] = fields.note(_("Note"))
    follow_up_at: Mapped[dt.date | None] = fields.datetime(
        _("Follow up on"), day_ends_for="assignee_id", help=_("An activity of the same kind is planned for then."))


class Comment(Entity):
    """What colleagues say to each other about a record, or note on it for themselves; customers see neither."""

    __entity__ = "activities.comment"
    __meta__ = Meta(
        _("Comment"),
        _("Comments"),
        title="body",
        icon="message",
        list=("body", "kind", "created_by_id", "created_at"),
        sort="-created_at",
        customizable=False,
        seen_with=("entity", "record_id"),
        erased_with=("record_id",),
        sections=((_("Comment"), "kind body entity record_id edited_at"),),
    )
    __table_args__ = (sa.Index("ix_activities_comment_about", "entity", "record_id", "created_at", "id"),)

    entity: Mapped[str | None] = fields.any_entity(_("Kind of record"), filter=True)
    record_id: Mapped[int | None] = fields.any_record(_("About"), filter=True)
    kind: Mapped[str] = fields.choice(
        _("Kind", context="comment"), COMMENT_KINDS, default=COMMENT, required=True, filter=True, fixed=True
    )
    body: Mapped[str] = fields.note(_("Text"), required=True, max_length=10_000, search=10)
    edited_at: Mapped[dt.datetime | None] = fields.datetime(_("Edited on"), readonly=True)


class Plan(Entity):
    """What is done one after another, such as for each new customer: finishing one step plans the next."""

    __entity__ = "activities.plan"
    __meta__ = Meta(
        _("Activity plan"),
        _("Activity plans"),
        title="name",
        icon="list-details",
        list=("name", "entity", "active"),
        sort="name",
        match=("name",),
        customizable=False,
        sections=((_("Activity plan"), "name entity active"),),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, filter=True, max_length=120)
    entity: Mapped[str | None] = fields.any_entity(
        _("For"), filter=True, help=_("The kind of record it can be started on; empty: any."))
    active: Mapped[bool] = fields.bool(_("In use"), default=True, filter=True)


class PlanStep(Entity):
    """One step of a plan: what is done, how long after the step before it, and by whom."""

    __entity__ = "activities.plan_step"
    __meta__ = Meta(
        _("Step of a plan"),
        _("Steps of a plan"),
        title="subject",
        icon="list-details",
        list=("plan_id", "position", "type", "subject", "days", "counted_in", "who", "user_id"),
        sort="position",
        match=("plan_id", "position"),
        customizable=False,
        sections=((_("Step of a plan"), "plan_id position type subject days counted_in who user_id"),),
    )

    plan_id: Mapped[int] = fields.ref("activities.plan", _("Activity plan"), required=True, filter=True)
    position: Mapped[int] = fields.number(_("Place in the order"), required=True, minimum=1, maximum=99)
    type: Mapped[str] = fields.choice(
        _("Type", context="activity"), TYPES, default="task", required=True, like="activities.activity.type")
    subject: Mapped[str] = fields.text(_("Subject"), required=True, max_length=200)
    days: Mapped[int] = fields.number(
        _("Days after the step before"), required=True, default=0, minimum=0, maximum=365,
        help=_("For the first step: after the start of the plan."))
    counted_in: Mapped[str] = fields.choice(_("Counted in"), DAYS, default="working", required=True, fixed=True)
    who: Mapped[str] = fields.choice(_("Done by"), WHO, default="owner", required=True, fixed=True)
    user_id: Mapped[int | None] = fields.user(_("Colleague"))


#: Who said, or showed by what he did, that he follows a record or not; see `followers`.
followers = sa.Table(
    "activities_follower",
    Activity.__table__.metadata,
    sa.Column("entity", sa.String(80), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column(
        "user_id", sa.BigInteger, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column("follows", sa.Boolean, nullable=False),
    sa.Index("ix_activities_follower_user", "user_id"),
)  # fmt: skip

#: Who is told what of an activity, and when: a reminder, that it is due, that it is overdue. See `reminders`.
alarms = sa.Table(
    "activities_alarm",
    Activity.__table__.metadata,
    sa.Column(
        "activity_id", sa.BigInteger, sa.ForeignKey("activities_activity.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "user_id", sa.BigInteger, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("at", Activity.__table__.c.due_at.type, primary_key=True),
    sa.Index("ix_activities_alarm_at", "at"),
    sa.Index("ix_activities_alarm_user", "user_id"),
)  # fmt: skip

#: What those said who were asked to take part; see `participants`.
answers = sa.Table(
    "activities_answer",
    Activity.__table__.metadata,
    sa.Column(
        "activity_id", sa.BigInteger, sa.ForeignKey("activities_activity.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "user_id", sa.BigInteger, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Index("ix_activities_answer_user", "user_id"),
)  # fmt: skip

#: How users want to be reminded who have said so.
reminding = sa.Table(
    "activities_reminding",
    Activity.__table__.metadata,
    sa.Column(
        "user_id", sa.BigInteger, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column("remind", sa.JSON, nullable=False),
    sa.Column("any_hour", sa.Boolean, nullable=False),
)  # fmt: skip

#: Which activity is which step of a plan that was started; see `plans`.
planned = sa.Table(
    "activities_planned",
    Activity.__table__.metadata,
    sa.Column(
        "activity_id", sa.BigInteger, sa.ForeignKey("activities_activity.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "step_id", sa.BigInteger, sa.ForeignKey("activities_plan_step.id", ondelete="CASCADE"), nullable=False,
    ),
    # The first activity of the same start, by which the others are known.
    sa.Column("started_by", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("started_by", "step_id"),
)  # fmt: skip
