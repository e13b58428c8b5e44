"""Entries of the audit log as readers see them: labels in their language, values rendered, hidden marks shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from core import query
from core.actor import SYSTEM, actor
from core.audit import openings, reading
from core.audit.actions import ABOUT_ACCOUNTS, action_label
from core.audit.models import audit
from core.audit.reading import LogRow
from core.entity.spec import EntitySpec, FieldSpec, read_aloud
from core.language.calendars import exact_time, format_date, format_datetime, format_time, relative_time
from core.language.direction import show_hidden
from core.language.i18n import LazyString, _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.permissions import can, readable
from core.registry import current as registry
from core.ui import cells, merging_build
from core.ui.cell_plan import Extras, drawer
from core.ui.views_model import Change, HistoryDay, HistoryItem

SENTENCES: dict[str, tuple[str, str, LazyString]] = {
    "create": ("plus", "create", _("Created by {user}")),
    "update": ("pencil", "change", _("Changed by {user}")),
    "delete": ("trash", "delete", _("Moved to the trash by {user}")),
    "restore": ("arrow-back-up", "create", _("Restored by {user}")),
    "purge": ("trash", "delete", _("Deleted permanently by {user}")),
    "open_record": ("eye", "system", _("Opened by {user}")),
    "import": ("upload", "import", _("Imported by {user}")),
    "merge": ("git-merge", "change", _("Merged with other records by {user}")),
    "undo_merge": ("arrow-back-up", "change", _("Merge undone by {user}")),
}
OTHER = ("history", "system", _("{user}: {action}"))


def visible(spec: EntitySpec, record_id: int) -> Any:
    """Which entries of a record's history its reader may see.

    When and from where somebody signed in, and what he was granted, is for himself and for those with the right to
    the log, and so is who has looked at a record; everybody else sees what was done to it.
    """
    is_own = spec.name == "core.user" and record_id == actor().id
    if is_own or can("core.audit.view"):
        return reading.EVERYTHING
    return audit.c.action.not_in((*ABOUT_ACCOUNTS, openings.ACTION))


def titles_for(rows: Iterable[LogRow]) -> dict[str, dict[int, str]]:
    """Titles of all records that old and new values refer to, in one query."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        spec = registry().entities.get(row.entity)
        for name, pair in row.changes.items():
            f = spec.fields.get(name) if spec else None
            if f is not None and f.target:
                for value in pair:
                    ids = value if isinstance(value, list) else [value]
                    wanted.setdefault(f.target, set()).update(one for one in ids if isinstance(one, int))
    return query.titles({name: ids for name, ids in wanted.items() if ids})


def changes(row: LogRow, titles: dict[str, dict[int, str]]) -> tuple[Change, ...]:
    """The fields of one entry that the reader may see, rendered (AUD-09, AUD-10)."""
    spec = registry().entities.get(row.entity)
    if spec is None:
        return ()
    allowed = readable(spec)
    return _about_others(spec, row) + tuple(
        Change(
            str(allowed[name].label), _value(spec, allowed[name], old, titles), _value(spec, allowed[name], new, titles)
        )
        for name, (old, new) in row.changes.items()
        if name in allowed
    )


#: What an entry says of other records of the same entity, whose numbers it has.
OF_OTHERS = {"merged": _("Merged records"), "apart": _("No duplicate of")}


def _about_others(spec: EntitySpec, row: LogRow) -> tuple[Change, ...]:
    """The other records that an entry is about, by name, and how much of them came along."""
    found = []
    for name, label in OF_OTHERS.items():
        if name in row.changes:
            sides = row.changes[name]
            names = merging_build.names_of(spec, [one for side in sides for one in side or ()])
            drawn = [cells.text(preferences().comma.join(names.get(one, f"#{one}") for one in side)) if side
                     else cells.EMPTY for side in sides]  # fmt: skip
            found.append(Change(str(label), *map(cells.finished, drawn)))
    if row.action == "merge" and row.changes.get("moved", [None, 0])[1]:
        count = ngettext("{n} linked item", "{n} linked items", row.changes["moved"][1])
        found.append(Change(str(_("Moved along")), cells.finished(cells.EMPTY), cells.finished(cells.text(count))))
    return tuple(found)


def _value(spec: EntitySpec, f: FieldSpec, raw: Any, titles: dict[str, dict[int, str]]) -> Markup:
    if raw is None or raw == []:
        return cells.finished(cells.EMPTY)
    if f.type.is_many:
        known = titles.get(f.target, {})
        return cells.finished(cells.tags((known.get(one, f"#{one}"), "") for one in raw))
    if f.target:
        return cells.finished(cells.text(titles.get(f.target, {}).get(raw, f"#{raw}")))
    try:
        value = f.type.from_json(f, raw)
    except ValueError:
        return cells.finished(cells.text(show_hidden(str(raw))))
    if isinstance(value, str) and f.type.name in ("text", "note"):
        return cells.finished(cells.text(show_hidden(value)))
    return cells.finished(drawer(f, preferences(), Extras(titles))(value))


def item(row: LogRow, titles: dict[str, dict[int, str]], with_record: bool = False) -> HistoryItem:
    """One entry of a timeline."""
    icon, kind, sentence = SENTENCES.get(row.action, OTHER)
    who = Markup("<bdi data-user>{}</bdi>").format(actor_name(row))
    text = cells.finished(_sentence(sentence, who, str(action_label(row.action, row.entity))))
    spec = registry().entities.get(row.entity)
    if with_record and spec is not None:
        href = f"{spec.path}/{row.record_id}"
        name = Markup("<bdi data-user>{}</bdi>").format(read_aloud(row.record_title))
        if row.record_id:
            name = Markup('<a class="dw-link" href="{}">{}</a>').format(href, name)
        text += Markup(": ") + name
    return HistoryItem(
        icon=icon,
        text=text,
        time=_short_time(row.at),
        moment=exact_time(row.at),
        kind=kind,  # type: ignore[arg-type]
        # A new record's values stand on its page; the log has them all.
        changes=() if row.action == "create" else changes(row, titles),
        # From where colleagues work is for those who may read the log.
        address=row.address if can("core.audit.view") else "",
    )


def actor_name(row: LogRow) -> str:
    """Who acted; the system under its name in the reader's language."""
    return row.actor_name if row.actor_id is not None or row.actor_name not in ("", SYSTEM.name) else str(_("Diwan"))


def short_moment(at: dt.datetime) -> str:
    """Day and time, for tables."""
    return format_datetime(at, preferences())


def _sentence(sentence: LazyString, who: Markup, action: str) -> str:
    text = str(escape(str(sentence)))
    return text.replace("{user}", str(who)).replace("{action}", str(escape(action)))


def _short_time(at: dt.datetime) -> str:
    reader = preferences()
    there = local(at, reader.timezone)
    if dt.datetime.now(dt.UTC) - at < dt.timedelta(days=1):
        return relative_time(at)
    return format_time(there, reader.formatting_locale)


def days(rows: Sequence[LogRow]) -> tuple[HistoryDay, ...]:
    """Entries under the day they happened on, newest first."""
    reader, titles = preferences(), titles_for(rows)
    found: dict[dt.date, list[HistoryItem]] = {}
    for row in rows:
        found.setdefault(local(row.at, reader.timezone).date(), []).append(item(row, titles))
    return tuple(
        HistoryDay(format_date(day, reader.formatting_locale, reader.calendar, "full"), tuple(items))
        for day, items in found.items()
    )
