"""A list's calendar for phones and other programs: an address that is a secret, ends with its token, and only shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g

from core import query
from core.among import among
from core.auth import tokens
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import CalendarDates, EntitySpec
from core.errors import NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.query.dated import MOST
from core.registry import current as registry
from core.ui import calendar_drawing, list_build, rendering
from core.ui.calendar_dates import dates_of
from core.ui.calendar_days import Placed, placed
from core.ui.calendar_views import conditions
from core.ui.list_views import spec_of
from core.ui.views_model import Crumb
from core.web import entity_action, route

if TYPE_CHECKING:
    import icalendar

blueprint = Blueprint("feeds", __name__)
#: What a subscriber gets of the past and of the future.
BACK, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)
REFRESH = dt.timedelta(hours=1)


@route(blueprint, "/<plugin>/<noun>/calendar/subscribe", access=entity_action("view"), methods=("POST",))
def subscribe(plugin: str, noun: str) -> Response:
    """Make the secret address of one's own; the page that answers is the only one to show it. Revoking the token in
    one's settings ends it."""
    spec = _with_dates(spec_of(plugin, noun))
    label = _("Calendar: {entity}", entity=spec.meta.plural)
    key = tokens.create(g.identity.actor.id, "read", None, str(label)[: tokens.LABEL_LENGTH], (spec.name,))
    root = current_app.settings.base_url  # type: ignore[attr-defined]
    return rendering.page(
        "feed.html",
        _("Subscribe from another calendar"),
        current=spec.name,
        crumbs=list_build.crumbs(spec, Crumb(str(_("Calendar")), f"{spec.path}/calendar"), Crumb(str(_("Subscribe")))),
        address=f"{root}/feeds{spec.path}.ics?{urlencode((*conditions(), ('key', key)))}",
    )


@route(blueprint, "/feeds/<plugin>/<noun>.ics", access=entity_action("view"))
def feed(plugin: str, noun: str) -> Response:
    """The records of a list as iCalendar events, as far as the token's owner may see them."""
    import icalendar  # Only where a calendar is asked for: each command would otherwise start later.

    spec = _with_dates(spec_of(plugin, noun))
    dates = dates_of(spec)
    assert dates is not None
    asked = query.parse_args(spec, conditions(), preferences())
    today = utc_now().date()
    told = (*calendar_drawing.names_read(spec, dates), dates.place)
    names = ("version", *dict.fromkeys(filter(None, told)))
    rows = [row._mapping for row in query.dated(asked, dates, today - BACK, today + AHEAD, names)[:MOST]]
    found = icalendar.Calendar()
    found.add("prodid", "-//Diwan//Calendar//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", str(spec.meta.plural))
    found.add("refresh-interval", REFRESH)
    people = _people(spec, dates, rows)
    for row in rows:
        found.add_component(_event(spec, dates, row, people))
    return Response(found.to_ical(), content_type="text/calendar; charset=utf-8")


def _with_dates(spec: EntitySpec) -> EntitySpec:
    if dates_of(spec) is None:
        raise NotFound(_("There is no such page."))
    return spec


@dataclass(frozen=True, slots=True)
class _People:
    """The colleagues in these fields of all rows, with their names by field, and their emails."""

    names: tuple[str, ...]
    found: query.Companions
    emails: Mapping[int, str]

    def add_to(self, event: icalendar.Event, spec: EntitySpec, row: Mapping[str, Any]) -> None:
        """Who stands alone in his field organises it, several attend."""
        import icalendar

        for name in self.names:
            is_many = spec.fields[name].type.is_many
            ids = [one for one, _name in self.found.links[name].get(row["id"], ())] if is_many else [row[name]]
            called = dict(self.found.links[name].get(row["id"], ())) if is_many else self.found.titles["core.user"]
            for user_id in (one for one in ids if one in self.emails):
                address = icalendar.vCalAddress(f"mailto:{self.emails[user_id]}")
                address.params["CN"] = called.get(user_id, "")
                event.add("attendee" if is_many else "organizer", address)


def _people(spec: EntitySpec, dates: CalendarDates, rows: Sequence[Mapping[str, Any]]) -> _People:
    """In two questions: their names, and their emails."""
    names = tuple(name for name in dates.people if spec.fields[name].type.is_many or (rows and name in rows[0]))
    if not rows or not names:
        return _People((), query.Companions({}, {}, {}), {})
    found = query.companions(spec, names, rows)
    ids = {row[name] for row in rows for name in names if row.get(name)}
    ids |= {one for linked in found.links.values() for of_one in linked.values() for one, _name in of_one}
    users = registry().entity("core.user").table
    wanted = sa.select(users.c.id, users.c.email).where(among(users.c.id, sorted(ids)))
    return _People(names, found, dict(unit().execute(wanted).all()))


def _event(spec: EntitySpec, dates: CalendarDates, row: Mapping[str, Any], people: _People) -> icalendar.Event:
    import icalendar

    root = current_app.settings.base_url  # type: ignore[attr-defined]
    one: Placed = placed(dates, row, dt.UTC)
    event = icalendar.Event()
    event.add("uid", f"{spec.name}-{row['id']}@{root.partition('://')[2]}")
    event.add("dtstamp", utc_now())
    event.add("sequence", row["version"])
    event.add("summary", (spec.title_of(row) if spec.meta.title in row else "") or f"#{row['id']}")
    event.add("dtstart", one.begin)
    if isinstance(one.begin, dt.datetime):
        event.add("dtend", one.over)
    else:
        event.add("dtend", one.last + dt.timedelta(days=1))
    if dates.place and row[dates.place]:
        event.add("location", row[dates.place])
    event.add("url", f"{root}{spec.path}/{row['id']}")
    people.add_to(event, spec, row)
    return event
