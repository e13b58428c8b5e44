"""Notices as their reader may see them now: one about a record that is gone, or closed to him, names nothing of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import query
from core.actor import actor
from core.auth.models import User
from core.db import unit
from core.declarations import NoticeKind
from core.language.calendars import format_date, format_datetime
from core.language.i18n import LazyString, _
from core.language.i18n import current as preferences
from core.language.nouns import noun
from core.mail import value
from core.notify import several
from core.notify.models import notices, unread_of
from core.permissions import readable, scoped
from core.plugin.containment import PluginFailed
from core.registry import current

GONE = _("{kind}: what it is about is gone, or you may not see it.")
OFF = _("This notification came from a module that is turned off.")


@dataclass(frozen=True, slots=True)
class Detail:
    """A field of what a notice is about, such as when or where it is."""

    label: Any
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of the reader. `text` is a message to be written into HTML or plain text; `href` leads to what it is
    about, and is empty where there is nothing to see any more; `record` is then what it is about, with its `title` and
    `page`, and `about` the title of what that is about in turn: of a call the customer; `details` are what its kind
    tells of it. Of several records title and page are those of their list."""

    id: int
    kind: str
    icon: str
    text: LazyString
    href: str
    actor_name: str
    count: int
    told_at: dt.datetime
    is_unread: bool
    record: tuple[str, int] | None = None
    about: str = ""
    title: str = ""
    page: str = ""
    details: tuple[Detail, ...] = ()


def latest(limit: int, before: int | None = None) -> list[Notice]:
    """The reader's notices at the bell, the newest first, in two queries; those older than notice `before`."""
    older = () if before is None else (notices.c.id < before,)
    return find(notices.c.in_bell, *older, limit=limit)


def find(*conditions: Any, limit: int) -> list[Notice]:
    """The reader's notices under these conditions, the newest first."""
    statement = (
        sa.select(notices, User.name.label("actor_name")).outerjoin(User, User.id == notices.c.actor_id)
        .where(notices.c.user_id == actor().id, notices.c.count > 0, *conditions)
        .order_by(notices.c.id.desc()).limit(limit)
    )  # fmt: skip
    rows = unit().execute(statement).all()
    titles, about, details = _titles(rows), _about(rows), _details(rows)
    return [_notice(row, titles, about, details) for row in rows]


def unread() -> int:
    """How many notices at the bell the reader has not seen."""
    return int(unit().execute(unread_of(actor().id)).scalar_one())


def _titles(rows: Sequence[Any]) -> dict[str, dict[int, str]]:
    return query.titles(_records(rows))


def _records(rows: Sequence[Any]) -> dict[str, list[int]]:
    wanted: dict[str, list[int]] = {}
    for row in rows:
        if row.entity in current().entities and row.record_id is not None:
            wanted.setdefault(row.entity, []).append(row.record_id)
    return wanted


def _about(rows: Sequence[Any]) -> dict[tuple[str, int], str]:
    """Of records that are themselves about a record of any kind, its title; nothing that the reader may not see."""
    pointing: dict[tuple[str, int], tuple[str, int]] = {}
    for name, ids in _records(rows).items():
        spec = current().entities[name]
        shown = readable(spec)
        f = next((f for f in shown.values() if f.type.name == "any_record"), None)
        if f is None or f.options["entity_field"] not in shown:
            continue
        columns = [spec.table.c[one] for one in ("id", f.options["entity_field"], f.name)]
        try:
            found = unit().execute(scoped(sa.select(*columns).where(columns[0].in_(ids)), spec)).all()
        except PluginFailed:
            continue  # who may see them cannot be said now; the notices are read without
        pointing |= {(name, key): (entity, number) for key, entity, number in found if entity and number}
    titles = query.titles({entity: [number for other, number in pointing.values() if other == entity]
                           for entity, _number in pointing.values()})  # fmt: skip
    return {record: titles.get(entity, {}).get(number, "") for record, (entity, number) in pointing.items()}


def _details(rows: Sequence[Any]) -> dict[int, tuple[Detail, ...]]:
    """{notice: what its kind tells of the record}, as far as the reader may see it and it is filled in."""
    kinds = current().derived.notice_kinds
    telling = [row for row in rows if row.kind in kinds and kinds[row.kind].details]
    found: dict[int, tuple[Detail, ...]] = {}
    for name, ids in _records(telling).items():
        spec = current().entities[name]
        shown = readable(spec)
        own = [row for row in telling if row.entity == name]
        names = sorted({one for row in own for one in kinds[row.kind].details} & shown.keys())
        wanted = sa.select(*map(spec.shown, ("id", *names))).where(spec.table.c.id.in_(ids))
        try:
            records: dict[int, Any] = {row.id: row._mapping for row in unit().execute(scoped(wanted, spec))}
        except PluginFailed:
            continue  # who may see them cannot be said now; the notices are read without
        for row in own:
            values = records.get(row.record_id, {})
            filled = [shown[one] for one in kinds[row.kind].details if values.get(one) is not None]
            found[row.id] = tuple(Detail(f.label, f.type.show(f, values[f.name], preferences())) for f in filled)
    return found


def _notice(
    row: Any, titles: dict[str, dict[int, str]], about: dict[tuple[str, int], str],
    details: dict[int, tuple[Detail, ...]],
) -> Notice:  # fmt: skip
    kind = current().derived.notice_kinds.get(row.kind)
    text, href = (OFF, "") if kind is None else _wording(kind, row, titles)
    title, page = _place(row, titles) if href and row.entity else ("", "")
    return Notice(
        id=row.id, kind=row.kind, icon=kind.icon if kind else "bell", text=text, href=href,
        actor_name=row.actor_name or "", count=row.count if row.record_id is not None else 1, told_at=row.told_at,
        is_unread=row.read_at is None,
        record=(row.entity, row.record_id) if href and row.entity and row.record_id is not None else None,
        about=about.get((row.entity, row.record_id), "") if href else "", title=title, page=page,
        details=details.get(row.id, ()) if href else (),
    )  # fmt: skip


def _place(row: Any, titles: dict[str, dict[int, str]]) -> tuple[str, str]:
    """What a notice is about that the reader may see, by its name, and its page."""
    spec = current().entities[row.entity]
    if row.record_id is None:
        return str(spec.meta.plural), several.href_of(spec, row)
    title = titles[row.entity][row.record_id] if spec.meta.title in readable(spec) else ""
    return title or f"{spec.meta.label} #{row.record_id}", f"{spec.path}/{row.record_id}"


def _wording(kind: NoticeKind, row: Any, titles: dict[str, dict[int, str]]) -> tuple[LazyString, str]:
    given = {name: shown(one) for name, one in row.values.items() if name != several.OF}
    given["actor"] = value(row.actor_name or str(_("Diwan")))
    if not row.entity:
        return kind.text.filled(**given), row.href
    spec = current().entities.get(row.entity)
    if spec is None:
        return OFF, ""
    given |= {"entity": noun(spec.meta.plural), "count": row.count}
    if row.record_id is None:
        return (kind.several or kind.text).filled(**given), several.href_of(spec, row)
    if titles.get(row.entity, {}).get(row.record_id) is None:
        return GONE.filled(kind=kind.label), ""
    given["record"] = value(_place(row, titles)[0])
    return kind.text.filled(**given), row.href or f"{spec.path}/{row.record_id}"


def shown(stored: Any) -> Any:
    """A stored value in the reader's calendar, zone and digits."""
    if isinstance(stored, dict) and "date" in stored:
        reader = preferences()
        return value(format_date(dt.date.fromisoformat(stored["date"]), reader.formatting_locale, reader.calendar))
    if isinstance(stored, dict) and "time" in stored:
        return value(format_datetime(dt.datetime.fromisoformat(stored["time"]), preferences()))
    return stored if isinstance(stored, int) else value(stored)
