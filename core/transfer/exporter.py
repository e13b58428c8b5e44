"""Exporting a list: the rows the actor may export, streamed page by page in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from core import query
from core.actor import actor
from core.audit import listener
from core.auth.actors import load_actor
from core.auth.rights import RIGHTS
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.whole_day import is_day
from core.errors import Forbidden, Invalid
from core.language.i18n import Preferences, _
from core.language.timezones import local
from core.permissions import readable, require, scope_conditions
from core.plugin.stamps import read_stamp
from core.transfer.headings import headings
from core.transfer.synonyms import NUMBERED, main_field
from core.transfer.writer import write_csv, write_json
from core.transfer.xlsx_writer import XlsxWriter

FORMATS = ("xlsx", "csv", "json")
PAGE = 1000


def export(asked: query.ListQuery, file_format: str, out: BinaryIO, reader: Preferences, *,
           for_machines: bool = False) -> int:
    """Write what `asked` finds to `out`; answers the number of rows. Leaves a line in the audit log (P15).

    Excel gets labels, and times on the reader's clocks; JSON and machine CSV get names, keys and times in UTC.
    """
    spec = asked.spec
    require(f"{spec.name}.export")
    # Who may see all records may perhaps take only his own with him.
    asked = replace(asked, where=(*asked.where, *scope_conditions(spec, "export")), cacheable=False)
    if file_format not in FORMATS:
        raise Invalid(_("Choose one of these formats: {formats}.", formats=", ".join(FORMATS)))
    count = _Counted(asked)
    if file_format == "json":
        write_json(out, (_machine(spec, asked.fields, row, found) for row, found in count))
    elif file_format == "csv":
        header = [*asked.fields] if for_machines else file_headings(spec, asked.fields)
        write_csv(out, header, _lines(spec, asked.fields, count, reader, for_machines), for_excel=not for_machines)
    else:
        book = XlsxWriter(out, file_headings(spec, asked.fields), rtl=reader.direction == "rtl",
                          sheet_name=str(spec.meta.plural))
        book.write_all(_lines(spec, asked.fields, count, reader, False))
        book.close()
    listener.record(spec.name, None, str(spec.meta.plural), "export", {
        "rows": [None, count.rows], "format": [None, file_format], "fields": [None, list(asked.fields)],
        "filters": [None, [[f"any{one.any}.{one.path}" if one.any else one.path, one.op, one.value]
                                     for one in asked.given]]})
    return count.rows


class _Counted:
    """All rows of a query with their titles, by key from page to page; `rows` counts them.

    What is taken from the actor meanwhile counts before the next page (SEC-29).
    """

    def __init__(self, asked: query.ListQuery) -> None:
        self.asked = replace(asked, limit=PAGE, page=1, cursor="")
        self.rows = 0
        self._stamp = _rights_stamp()

    def __iter__(self) -> Iterator[tuple[Any, query.Companions]]:
        cursor: str | None = ""
        while cursor is not None:
            page = query.fetch(replace(self.asked, cursor=cursor), with_total=False)
            found = query.companions(self.asked.spec, self.asked.fields, page.rows)
            for row in page.rows:
                self.rows += 1
                yield row, found
            cursor = page.next
            if cursor is not None and _rights_stamp() != self._stamp:
                _refuse_if_changed()
                self._stamp = _rights_stamp()


def _rights_stamp() -> int:
    """As it stands now: the unit's own connection may still see the state it began with."""
    with unit().engine.connect() as connection:
        return read_stamp(connection, RIGHTS)


def _refuse_if_changed() -> None:
    """Somebody's rights have changed: Forbidden when they are the actor's, as his file would hold too much."""
    who = actor()
    if who.id is None:
        return
    with unit().engine.connect() as connection:
        now = load_actor(connection, who.id, who.chosen_organisation_id)
    if now is None or replace(now, name=who.name, email=who.email, read_only=who.read_only, only=who.only) != who:
        raise Forbidden(_("Your rights have changed while the file was being written. Export again."))



def exportable(spec: EntitySpec) -> tuple[str, ...]:
    """All stored fields the actor may read, in declaration order."""
    return tuple(name for name, f in readable(spec).items() if name != "version" and not f.secret and not f.is_computed)


def _machine(spec: EntitySpec, names: Sequence[str], row: Any, found: query.Companions) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": row["id"]}
    for name in names:
        f = spec.fields[name]
        if f.type.is_many:
            answer[name] = [title for _id, title in found.links[name].get(row["id"], ())]
        else:
            held = answer.setdefault("custom", {}) if f.key else answer
            held[f.key or name] = None if row[name] is None else f.type.to_json(f, row[name])
    return answer


def _lines(spec: EntitySpec, names: Sequence[str], rows: _Counted, reader: Preferences,
           for_machines: bool) -> Iterator[list[Any]]:
    for row, found in rows:
        line: list[Any] = []
        for name in names:
            if spec.fields[name].type.name == "several" and not for_machines:
                line += _numbered(spec.fields[name], row[name], reader)
            else:
                line.append(_cell(spec, name, row, found, reader, for_machines))
        yield line


def file_headings(spec: EntitySpec, names: Sequence[str]) -> list[str]:
    """As `headings`; a field with several values has numbered columns: "Phone 2", "Phone 3"."""
    found: list[str] = []
    for name, heading in zip(names, headings(spec, names), strict=True):
        f = spec.fields[name]
        main = spec.fields.get(main_field(f)) if f.type.name == "several" else None
        found += [f"{main.label} {n}" for n in NUMBERED] if main else [heading]
    return found


def _numbered(f: FieldSpec, value: Any, reader: Preferences) -> list[Any]:
    """The values behind the main one, which has its own column; the last column takes all that are left."""
    texts = f.type.to_text(f, value, reader).split("\n")[1:] if value else []
    held = [*texts[: len(NUMBERED) - 1], "\n".join(texts[len(NUMBERED) - 1 :])]
    return [text or None for text in held] + [None] * (len(NUMBERED) - len(held))


def _cell(spec: EntitySpec, name: str, row: Any, found: query.Companions, reader: Preferences,
          for_machines: bool) -> Any:
    f = spec.fields[name]
    if f.type.is_many:
        return ", ".join(title for _id, title in found.links[name].get(row["id"], ()))
    value = row[name]
    if value is None:
        return None
    if f.target:
        return found.titles.get(f.target, {}).get(value, "") if not for_machines else value
    if for_machines:
        written = f.type.to_json(f, value)
        return json.dumps(written, ensure_ascii=False) if isinstance(written, list | dict) else written
    if f.type.name in ("number", "money", "percent", "date"):
        return value
    if f.type.name == "datetime":
        return value if is_day(value) else local(value, reader.timezone).replace(tzinfo=None, microsecond=0)
    return f.type.to_text(f, value, reader)
