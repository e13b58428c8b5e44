"""Exporting a list: the rows the actor may export, streamed page by page in constant memory.

Which records a file holds, and in which order, is settled when it is begun; each is written as it stands when its page
is read. What is deleted meanwhile, or closed to the actor, is left out, and nothing stands in a file twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from core import query
from core.actor import Actor, actor
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
    table = Table(within_rights(asked, file_format), file_format, reader, for_machines)
    count = table.write(out, _pages(table))
    on_record(table.asked, file_format, count)
    return count


def within_rights(asked: query.ListQuery, file_format: str) -> query.ListQuery:
    """The same for what the actor may take along: who may see all records may perhaps take only his own with him."""
    require(f"{asked.spec.name}.export")
    if file_format not in FORMATS:
        raise Invalid(_("Choose one of these formats: {formats}.", formats=", ".join(FORMATS)))
    return replace(asked, where=(*asked.where, *scope_conditions(asked.spec, "export")), cacheable=False)


def on_record(asked: query.ListQuery, file_format: str, rows: int, action: str = "export") -> None:
    """Leave a line in the log: how much of what, and by which conditions."""
    listener.record(asked.spec.name, None, str(asked.spec.meta.plural), action, {
        "rows": [None, rows], "format": [None, file_format], "fields": [None, list(asked.fields)],
        "filters": [None, [[f"any{one.any}.{one.path}" if one.any else one.path, one.op, one.value]
                                     for one in asked.given]]})


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: its heading, and the lines of records as they stand now."""

    asked: query.ListQuery
    file_format: str
    reader: Preferences
    for_machines: bool = False

    def lines(self, ids: Sequence[int]) -> list[Any]:
        """The lines of those of these records that the actor may take along, in this order."""
        spec, names = self.asked.spec, self.asked.fields
        rows = query.of_ids(replace(self.asked, where=tuple(scope_conditions(spec, "export"))), ids)
        found = query.companions(spec, names, rows)
        if self.file_format == "json":
            return [_machine(spec, names, row, found) for row in rows]
        columns = [_column(spec.fields[name], self.reader, self.for_machines) for name in names]
        return [_line(columns, row, found) for row in rows]

    def write(self, out: BinaryIO, pages: Iterable[Sequence[Any]], aside: Path | None = None) -> int:
        """Write pages of lines; how many lines there were. What is put aside meanwhile stands in that folder."""
        spec, names = self.asked.spec, self.asked.fields
        counted = _Counted(pages)
        if self.file_format == "json":
            write_json(out, counted)
        elif self.file_format == "csv":
            header = [*names] if self.for_machines else file_headings(spec, names)
            write_csv(out, header, counted, for_excel=not self.for_machines)
        else:
            book = XlsxWriter(out, file_headings(spec, names), rtl=self.reader.direction == "rtl",
                              sheet_name=str(spec.meta.plural), aside=aside)
            book.write_all(counted)
            book.close()
        return counted.rows


class _Counted:
    """The lines of pages one after the other; `rows` counts them."""

    def __init__(self, pages: Iterable[Sequence[Any]]) -> None:
        self.rows = 0
        self._pages = pages

    def __iter__(self) -> Iterator[Any]:
        for page in self._pages:
            self.rows += len(page)
            yield from page


def _pages(table: Table) -> Iterator[Sequence[Any]]:
    """All lines, within this unit. What is taken from the actor meanwhile counts before the next page (SEC-29)."""
    stamp = _rights_stamp()
    for place, ids in enumerate(pages_of(query.ordered_ids(table.asked))):
        if place and _rights_stamp() != stamp:
            _refuse_if_taken()
            stamp = _rights_stamp()
        yield table.lines(ids)


def pages_of(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at a time as are read at once."""
    return (ids[place : place + PAGE] for place in range(0, len(ids), PAGE))


def _rights_stamp() -> int:
    """As it stands now: the unit's own connection may still see the state it began with."""
    with unit().engine.connect() as connection:
        return read_stamp(connection, RIGHTS)


def _refuse_if_taken() -> None:
    """Somebody's rights have changed: Forbidden when they are the actor's, as his file would hold too much."""
    who = actor()
    if who.id is None:
        return
    with unit().engine.connect() as connection:
        refuse_if_changed(who, load_actor(connection, who.id, who.chosen_organisation_id))


def refuse_if_changed(who: Actor, now: Actor | None) -> None:
    """Forbidden when `now` may something else than `who` might when the file was begun."""
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


@dataclass(frozen=True, slots=True)
class _Column:
    """How a field is written: its value by `write`, or its cells by `cells` where the value alone does not say it."""

    name: str
    write: Callable[[Any], Any] | None = None
    cells: Callable[[Any, query.Companions], Sequence[Any]] = lambda _row, _found: ()


def _column(f: FieldSpec, reader: Preferences, for_machines: bool) -> _Column:
    """Settled once for many rows, as most of the time of a file goes by with its cells."""
    name, kind = f.name, f.type.name
    if f.type.is_many:
        return _Column(name, cells=lambda row, found: (_joined(row, found, name),))
    if f.target and not for_machines:
        return _Column(name, cells=lambda row, found: (_title(row, found, f),))
    if for_machines:
        return _Column(name, _as_is if f.target else partial(_for_machines, f))
    if kind == "several":
        return _Column(name, cells=lambda row, _found: _numbered(f, row[name], reader))
    if kind in ("number", "money", "percent", "date"):
        return _Column(name, _as_is)
    if kind == "datetime":
        return _Column(name, partial(_on_clock, reader))
    write = partial(f.type.to_text, f, preferences=reader)
    return _Column(name, cache(write) if f.choices else write)


def _line(columns: Sequence[_Column], row: Any, found: query.Companions) -> list[Any]:
    line: list[Any] = []
    for column in columns:
        if column.write is None:
            line += column.cells(row, found)
        else:
            value = row[column.name]
            line.append(None if value is None else column.write(value))
    return line


def _as_is(value: Any) -> Any:
    return value


def _joined(row: Any, found: query.Companions, name: str) -> str:
    return ", ".join(title for _id, title in found.links[name].get(row["id"], ()))


def _title(row: Any, found: query.Companions, f: FieldSpec) -> str | None:
    value = row[f.name]
    return None if value is None else found.titles.get(f.target, {}).get(value, "")


def _for_machines(f: FieldSpec, value: Any) -> Any:
    written = f.type.to_json(f, value)
    return json.dumps(written, ensure_ascii=False) if isinstance(written, list | dict) else written


def _on_clock(reader: Preferences, value: Any) -> Any:
    return value if is_day(value) else local(value, reader.timezone).replace(tzinfo=None, microsecond=0)


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
