"""Birthdays in the timeline of contacts."""

import datetime as dt

from core.api import Manifest, TemplatePart, TimelineItem, TimelineSource, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


def birthdays(asked):
    born = asked.record.get("birth_date")
    if born is None or asked.place is not None:
        return []
    at = dt.datetime.combine(born, dt.time(), dt.UTC)
    return [TimelineItem(at, 1, "birthday", TemplatePart("example/note.html", {"text": _("Born")}), icon="cake")]


@hookimpl
def register_timeline():
    return [TimelineSource("example.birthday", {"birthday": _("Birthdays")}, birthdays, "contacts.contact.view")]
