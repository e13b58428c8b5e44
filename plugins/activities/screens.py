"""What is shown of activities beside their list: the tab on records of every kind, one's own tasks and the team's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, request

from core.api import (
    SIGNED_IN,
    CardLine,
    FigureValue,
    GoTo,
    NotFound,
    TemplatePage,
    TemplatePart,
    _,
    calendars,
    can,
    current_user,
    entity_spec,
    format_phone,
    ngettext,
    readable,
    reader,
    records,
    route,
    scoped,
    titles,
    unit,
)

from . import followers, mentions, participants, plans, reminders, services
from .models import REMIND, Activity

NAME = "activities.activity"
PATH = "/activities/activity"
#: The small forms of a task: of one's own at first, and of a colleague's.
TASK, GIVEN = "task", "give"
#: The plugin's own entities, about which there are no activities.
OWN = (NAME, "activities.comment", "activities.plan", "activities.plan_step")
blueprint = Blueprint("activities", __name__)
OPEN, DONE, AGENDA = 50, 20, 200
DONE_NOW = "done"
STATES = {"": _("All open"), "overdue": _("Overdue"), "today": _("Today"), "later": _("Later"),
          DONE_NOW: _("Done in the last seven days")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One activity as lists show it; `about` is empty where the reader may not see the record.

    `at` is a day where it has no time of day. It is written only where a page shows it: timelines are long.
    """

    href: str
    subject: str
    kind: str
    hue: str
    icon: str
    at: dt.date | None
    is_late: bool
    is_done: bool
    who: str
    result: str
    about: str = ""
    about_href: str = ""
    may_change: bool = False

    @property
    def when(self) -> str:
        """As seen from today: “Tomorrow 10:00”."""
        return calendars.near_time(self.at) if self.at else ""

    @property
    def moment(self) -> str:
        """The whole date."""
        return calendars.exact_time(self.at) if self.at else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading; `is_late` draws it red."""

    label: str
    lines: tuple[Line, ...]
    is_late: bool = False


def panel(record: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """The activities of one record: the next one, the other open ones, and the last that were done."""
    table = Activity.__table__
    about = participants.about(entity, record["id"])
    waiting = services.read(about, table.c.done_at.is_(None), limit=OPEN)
    done = services.read(
        about, table.c.done_at.is_not(None), limit=DONE, order=(table.c.done_at.desc(), table.c.id.desc())
    )
    found = lines([*waiting, *done])
    upcoming, finished = found[: len(waiting)], found[len(waiting) :]
    given = {"entity": entity, "record_id": record["id"]}
    return {
        "next": upcoming[:1],
        "others": upcoming[1:],
        "done": finished,
        "back": f"/{entity.replace('.', '/')}/{record['id']}",
        "may_finish": can(f"{NAME}.change"),
        "task_href": task_href(**given) if can(f"{NAME}.add") else "",
        "call_href": call_href(record, entity) if can(f"{NAME}.add") else "",
        "plans": plans.progress(entity, record["id"]),
        "plan_href": plan_href(entity, record["id"]),
    }


def plan_href(entity: str, record_id: int) -> str:
    """Where a plan is chosen for a record; empty for whoever may not start one."""
    if not (can(f"{NAME}.add") and can("activities.plan.view")):
        return ""
    return f"/activities/pages/plan?{urlencode({'entity': entity, 'record_id': record_id})}"


def upcoming(record: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """What comes next about a record, with the button that says it is done."""
    table = Activity.__table__
    about = (table.c.entity == entity, table.c.record_id == record["id"])
    waiting = services.read(*about, table.c.done_at.is_(None), limit=1)
    return {
        "next": lines(waiting),
        "back": f"/{entity.replace('.', '/')}/{record['id']}",
        "may_finish": can(f"{NAME}.change"),
        "task_href": task_href(entity=entity, record_id=record["id"]) if can(f"{NAME}.add") else "",
        "call_href": call_href(record, entity) if can(f"{NAME}.add") else "",
    }


def open_activities(record: Mapping[str, Any], entity: str) -> FigureValue:
    """How many activities about a record wait, and how many of these are overdue."""
    waiting, late = services.count_open(entity, record["id"])
    asked = urlencode({"entity": entity, "record_id": record["id"], "done_at__empty": 1})
    note = ngettext("{n} overdue", "{n} overdue", late) if late else ""
    return FigureValue(ngettext("{n}", "{n}", waiting), note, "red" if late else "",
                       f"{PATH}?{asked}" if waiting else "")  # fmt: skip


def head(context: Any) -> list[TemplatePart]:
    """The place in the head of every record where what comes next is told, once the page stands."""
    record, entity = context.record, context.entity
    if _has_none(entity):
        return []
    asked = urlencode({"entity": entity.name, "record_id": record["id"]})
    return [TemplatePart("activities/head.html", {"href": f"/activities/pages/next?{asked}"})]


def card_lines(entity: Any, ids: Sequence[int]) -> dict[int, CardLine]:
    """What comes next about each record on a board: red when late, amber today, green later, dashed for none."""
    if _has_none(entity):
        return {}
    waiting = services.next_of_each(entity.name, ids)
    now, tomorrow = services.now(), services.end_of_today()
    types = entity_spec(Activity).fields["type"]
    may_add = can(f"{NAME}.add")

    def line(record_id: int) -> CardLine:
        row = waiting.get(record_id)
        if row is None:
            href = task_href(entity=entity.name, record_id=record_id) if may_add else ""
            return CardLine(str(_("No next activity")), href=href, panel=True)
        at, told, kind = row["moment"], row["told"], types.choice(row["type"])
        hue = "green" if at is None or at >= tomorrow else "red" if at < now else "amber"
        icon = kind.icon if kind and kind.icon else "calendar-event"
        when, whole = (_in_short(told), calendars.exact_time(told)) if told else ("", "")
        return CardLine(row["subject"], when, hue, icon, f"{PATH}/{row['id']}", moment=whole)

    return {record_id: line(record_id) for record_id in ids}


def _in_short(at: dt.date) -> str:
    """When it is due in so few words that they leave room for what it is: “2 d late”, “Today 14:00”, or its day."""
    day = services.day_of(at)
    late = (services.day_of(services.now()) - day).days
    if late > 0:
        return ngettext("{n} d late", "{n} d late", late)
    return calendars.near_time(at if late >= -1 else day)


def _has_none(entity: Any) -> bool:
    """Whether there are no activities about records of this entity, or none for this reader."""
    return entity.plugin == "core" or entity.name in OWN or not can(f"{NAME}.view")


@route(blueprint, "/activities/pages/next", access=f"{NAME}.view")
def coming() -> TemplatePart:
    """What comes next about a record, in one line."""
    entity, record_id = _asked_about()
    return TemplatePart("activities/head_next.html", upcoming(records.get(entity, record_id), entity))


@route(blueprint, "/activities/pages/mine", access=f"{NAME}.view")
def mine() -> TemplatePage:
    """What the reader has to do: overdue, today, later."""
    table = Activity.__table__
    rows = services.read(participants.is_mine(), table.c.done_at.is_(None), limit=AGENDA + 1)
    values = {**_agenda(rows, mine=1), **_frame("mine")}
    return TemplatePage("activities/agenda.html", _("My tasks"), values, current="activities.mine")


@route(blueprint, "/activities/pages/team", access=f"{NAME}.view")
def team() -> TemplatePage:
    """What colleagues have to do, as far as the reader may see it: how much of it is late, and one person's lines."""
    table = Activity.__table__
    chosen = request.args.get("person", "")
    person = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
    wanted = table.c.assignee_id == person if person else table.c.assignee_id.is_not(None)
    state = _state()
    people = _people(state)
    is_done = state == DONE_NOW
    rows = services.read(wanted, *services.in_state(state), limit=AGENDA + 1,
                         order=services.newest() if is_done else ())  # fmt: skip
    whose = {"assignee_id": person} if person else {"assignee_id__empty": 0}
    values = {**_agenda(rows, is_done, **whose), "people": people, "person": person,
              "states": _states(state, person), "everybody_href": _team_href(state, None), **_frame("team"),
              "is_narrowed": bool(state and people)}
    if can(services.ASSIGN):
        whom = {"assignee_id": person} if person else {}
        values["give_href"] = new_href(form=GIVEN, type="task", **whom)
    return TemplatePage("activities/agenda.html", _("Team tasks"), values, current="activities.mine")


@route(blueprint, "/activities/pages/reminders", access=f"{NAME}.view")
def reminding() -> TemplatePage:
    """How the reader wants to be reminded of what he has to do."""
    user_id = current_user().id
    chosen = reminders.wishes([user_id])[user_id] if user_id else reminders.Wishes()
    values = {"choices": [(one.value, one.label, one.value in chosen.remind) for one in REMIND],
              "any_hour": chosen.any_hour, "notices_href": "/settings/notices"}  # fmt: skip
    return TemplatePage("activities/reminders.html", _("Reminders"), values, current="activities.mine")


@route(blueprint, "/activities/pages/reminders", access=f"{NAME}.view", methods=("POST",))
def wish() -> GoTo:
    """Keep it, for activities from now on."""
    reminders.wish(reminders.Wishes(tuple(request.form.getlist("remind")), bool(request.form.get("any_hour"))))
    return GoTo("/activities/pages/mine", _("Reminders saved."))


@route(blueprint, "/activities/pages/plan", access=f"{NAME}.add")
def choose_plan() -> TemplatePage:
    """The plans that can be started on a record."""
    entity, record_id = _asked_about()
    record, spec = records.get(entity, record_id), entity_spec(entity)
    values = {"plans": plans.offered(entity), "entity": entity, "record_id": record_id,
              "about": spec.title_of(record), "back": f"{spec.path}/{record_id}",
              "manage_href": "/activities/plan" if can("activities.plan.add") else ""}  # fmt: skip
    return TemplatePage("activities/plan.html", _("Start a plan"), values, current=entity)


@route(blueprint, "/activities/pages/plan", access=f"{NAME}.add", methods=("POST",))
def start_plan() -> GoTo:
    """Start the chosen one, and go back to the record."""
    entity, record_id = _asked_about()
    chosen = request.form.get("plan", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 18):
        raise NotFound(_("There is no such page."))
    name = plans.start(int(chosen), entity, record_id)
    return GoTo(f"{entity_spec(entity).path}/{record_id}", _("Plan started: {plan}.", plan=name))


@route(blueprint, "/activities/pages/mentions", access="activities.comment.add")
def mentionable() -> dict[str, Any]:
    """Whom a comment about a record may mention, by the first letters of a name, with what is stored for each."""
    entity, record_id = _asked_about()
    records.get(entity, record_id)
    found = mentions.offered(entity, record_id, request.args.get("q", "")[:60])
    return {"data": [{"kind": one.kind, "name": one.name, "token": f"@[{one.name}]({one.kind}:{one.id})"}
                     for one in found]}  # fmt: skip


@route(blueprint, "/activities/pages/follow", access=SIGNED_IN, methods=("POST",))
def follow() -> dict[str, Any]:
    """The reader follows a record from now on, or does not."""
    entity, record_id = _asked_about()
    records.get(entity, record_id)
    user_id = current_user().id
    assert user_id is not None
    followers.follow(entity, record_id, user_id, request.values.get("follows") == "1")
    return {}


def _state() -> str:
    asked = request.args.get("state", "")
    return asked if asked in STATES else ""


def _states(chosen: str, person: int | None) -> list[dict[str, Any]]:
    """The states by which the team's activities are told apart, each with its address."""
    return [{"label": str(label), "current": name == chosen, "href": _team_href(name, person)}
            for name, label in STATES.items()]  # fmt: skip


def _team_href(state: str, person: int | None) -> str:
    """The team's activities in a state, of one person or of all."""
    asked = {**({"person": person} if person else {}), **({"state": state} if state else {})}
    return f"/activities/pages/team?{urlencode(asked)}" if asked else "/activities/pages/team"


def _asked_about() -> tuple[str, int]:
    entity, record_id = request.values.get("entity", ""), request.values.get("record_id", "")
    if not (record_id.isascii() and record_id.isdigit() and len(record_id) < 18):
        raise NotFound(_("There is no such page."))
    return entity, int(record_id)


def _frame(view: str) -> dict[str, Any]:
    return {
        "view": view,
        "back": f"/activities/pages/{view}",
        "may_finish": can(f"{NAME}.change"),
        "task_href": task_href() if can(f"{NAME}.add") else "",
        "give_href": "",
        "is_narrowed": False,
    }


def task_href(**values: Any) -> str:
    """The small form of a task of the reader's own, about what the values say."""
    return new_href(form=TASK, type="task", **values, assignee_id=current_user().id)


def call_href(record: Mapping[str, Any], entity: str) -> str:
    """The small form that logs a call about a record, with its number."""
    given = {"form": "call", "type": "call", "entity": entity, "record_id": record["id"]}
    number = record.get("phone")
    return new_href(**given, **({"phone": format_phone(number, reader().phone_digits)} if number else {}))


def new_href(**values: Any) -> str:
    """The form of a new activity with these values in it."""
    return f"{PATH}/new?{urlencode(values)}"


def _people(state: str) -> list[dict[str, Any]]:
    """Who has open activities, with how many and how many of them are late."""
    table, due = Activity.__table__, services.moment()
    late = sa.func.count(sa.case((due < services.now(), 1)))
    statement = scoped(
        sa.select(table.c.assignee_id, sa.func.count().label("open"), late.label("late")).where(
            table.c.done_at.is_(None), table.c.assignee_id.is_not(None)
        ),
        Activity,
    )
    rows = unit().execute(statement.group_by(table.c.assignee_id)).all()
    names = titles({"core.user": [row.assignee_id for row in rows]})["core.user"]
    return [
        {
            "id": row.assignee_id,
            "name": names.get(row.assignee_id, ""),
            "href": _team_href(state, row.assignee_id),
            "open": ngettext("{n} open", "{n} open", row.open),
            "late": ngettext("{n} overdue", "{n} overdue", row.late) if row.late else "",
        }
        for row in sorted(rows, key=lambda row: (-row.late, -row.open))
    ]


def _agenda(rows: Sequence[Any], is_done: bool = False, **whose: Any) -> dict[str, Any]:
    """The first of these rows by time; where there are more, the list that has all of them in the same order."""
    groups = _by_time(rows[:AGENDA])
    if len(rows) <= AGENDA:
        return {"groups": groups, "cut": "", "all_href": ""}
    state = {"done_at__empty": 0, "sort": "-done_at"} if is_done else {"done_at__empty": 1, "sort": "due_at"}
    told = ngettext("Only the first {n} is shown here.", "Only the first {n} are shown here.", AGENDA)
    return {"groups": groups, "cut": told, "all_href": f"{PATH}?{urlencode({**whose, **state})}"}


def _by_time(rows: Sequence[Any]) -> tuple[Group, ...]:
    now, tomorrow = services.now(), services.end_of_today()
    parts: dict[str, list[Line]] = {"late": [], "today": [], "later": []}
    for row, line in zip(rows, lines(rows), strict=True):
        at = row["moment"]
        if row["done_at"]:
            parts.setdefault(DONE_NOW, []).append(line)
            continue
        parts["late" if at and at < now else "today" if at and at < tomorrow else "later"].append(line)
    labels = {"late": _("Overdue"), "today": _("Today"), "later": _("Later"), DONE_NOW: STATES[DONE_NOW]}
    return tuple(Group(str(labels[name]), tuple(lines), name == "late") for name, lines in parts.items() if lines)


def lines(rows: Iterable[Any]) -> tuple[Line, ...]:
    """All of them with the titles of colleagues and records in one query; what may not be seen has none."""
    given = list(rows)
    wanted: dict[str, list[int]] = {"core.user": [row["assignee_id"] for row in given if row["assignee_id"]]}
    for row in given:
        if row["entity"] and row["record_id"]:
            wanted.setdefault(row["entity"], []).append(row["record_id"])
    known = titles(wanted)
    types = entity_spec(Activity).fields["type"]
    now, with_result = services.now(), "result" in readable(entity_spec(Activity))
    return tuple(_line(row, types.choice(row["type"]), known, now, with_result) for row in given)


def _line(row: Any, kind: Any, known: Mapping[str, Mapping[int, str]], now: dt.datetime, with_result: bool) -> Line:
    at, about = row["moment"], known.get(row["entity"] or "", {}).get(row["record_id"] or 0, "")
    return Line(
        href=f"{PATH}/{row['id']}",
        subject=row["subject"],
        kind=str(kind.label) if kind else row["type"],
        hue=kind.hue if kind else "",
        icon=kind.icon if kind and kind.icon else "calendar-event",
        at=row["done_at"] or row["told"],
        is_late=row["done_at"] is None and bool(at) and at < now,
        is_done=row["done_at"] is not None,
        who=known["core.user"].get(row["assignee_id"] or 0, ""),
        result=row["result"] or "" if with_result else "",
        about=about,
        may_change=bool(row["may_change"]),
        about_href=f"/{row['entity'].replace('.', '/')}/{row['record_id']}" if about else "",
    )
