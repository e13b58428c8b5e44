"""Rows of a table through the one write path: checked in a dry run, or written with their failures set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

from core import records
from core.entity.spec import EntitySpec
from core.errors import Forbidden
from core.home import home_country
from core.language.i18n import _
from core.permissions import may_write
from core.transfer.plan import ImportPlan
from core.transfer.row_parser import ParsedRow, RowError, RowParser
from core.transfer.row_reader import RowReader
from core.transfer.table import Row, Table

MOST_WARNINGS = 50
#: Rows whose records are remembered: some 40 MB. Of a file with more, rows far down are told of these only.
MOST_LINES = 200_000
EXISTS = _("This record is there already.")


@dataclass(slots=True)
class Outcome:
    """What became of the rows so far; `unchanged` ones say what their records hold already. `notes` counts what was
    repaired, by code. `warned` rows came in with a warning; the first of these are told in `warnings`. `lines` are the
    first rows that came in, by what recognises their records: a later one of the same record is told of it."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    unchanged: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[int, Sequence[str], list[str]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    warned: int = 0
    lines: dict[Any, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return self.created + self.updated + self.skipped + self.failed + self.unchanged

    def first_line(self, row: ParsedRow) -> int:
        """The first row that came in for the record of this one; it may be this one itself."""
        first = self.lines.get(row.key)
        if first is None:
            first = row.line
            if row.key is not None and len(self.lines) < MOST_LINES:
                self.lines[row.key] = first
        return first


@dataclass(slots=True)
class _Chunk:
    """The rows of one chunk on their way: each with its change, or none when it failed or is skipped."""

    rows: list[ParsedRow]
    changes: list[records.Change | None]


@dataclass(slots=True)
class Checked:
    """A row of a dry run: what would become of it (create, update, same, skip, error), its values, what keeps it out,
    and what is remarked about it though it comes in."""

    row: ParsedRow
    act: str
    values: dict[str, Any]
    errors: list[RowError]
    warnings: list[RowError]

    @property
    def messages(self) -> list[str]:
        return [told(self.row, error) for error in self.errors]


def told(row: ParsedRow, error: RowError) -> str:
    """A message with its place in the file."""
    if not error.column:
        return str(_("Row {row}: {message}", row=row.line, message=error.message))
    return str(_("Row {row}, column “{column}”: {message}", row=row.line, column=error.column, message=error.message))


def _exists(row: ParsedRow, lines: Mapping[Any, int]) -> Any:
    """Why a row must not change its record: there is one, or an earlier row of the file makes it."""
    first = lines.get(row.key)
    return EXISTS if first is None else _("Row {row} of this file has made this record already.", row=first)


class Importer:
    """Applies a plan to a table. `check` writes nothing and tells what would happen."""

    def __init__(self, spec: EntitySpec, plan: ImportPlan, table: Table) -> None:
        if plan.match and not may_write(spec.fields[plan.match]):
            # Rights may have changed since the mapping: matching would tell who has which value (SEC-24).
            raise Forbidden(_("You may not recognise records by “{field}” any more. Choose the columns again.",
                              field=plan.match))  # fmt: skip
        self.spec, self.plan, self.table = spec, plan, table
        self.parser = RowParser(spec, plan, table, home_country())
        self.reader = RowReader(self.parser)
        self.mapped = frozenset(name for name in plan.columns if name)

    def chunks(self, size: int, after_line: int = 1) -> Iterator[list[Row]]:
        rows: Iterable[Row] = (row for row in self.table.rows() if row.line > after_line)
        iterator = iter(rows)
        while chunk := list(islice(iterator, size)):
            yield chunk

    def read(self, after_line: int = 1) -> Iterator[ParsedRow]:
        """The rows behind a line, made ready for `write`."""
        return (self.reader.read(row) for row in self.table.rows() if row.line > after_line)

    def recall(self, last_line: int, failed: Collection[int], outcome: Outcome) -> None:
        """Find out which records the rows up to a line went to, where another process wrote them."""
        if self.plan.match:
            for row in map(self.reader.read, takewhile(lambda row: row.line <= last_line, self.table.rows())):
                if row.line not in failed:
                    outcome.first_line(row)

    def add_notes(self, notes: Mapping[str, int]) -> None:
        """Count repairs of rows that were read elsewhere."""
        for code, count in notes.items():
            self.parser.notes[code] = self.parser.notes.get(code, 0) + count

    def check(self, rows: Sequence[Row], outcome: Outcome) -> list[Checked]:
        """A dry run of some rows, in the order of the file; counts go to `outcome`."""
        answer: list[Checked] = []
        for part in self._parts([self.reader.read(row) for row in rows]):
            chunk = self._prepare(part, outcome.lines, make_named=False)
            records.check(self.spec, [change for change in chunk.changes if change is not None])
            for row, change in zip(chunk.rows, chunk.changes, strict=True):
                change, is_repeated = self._repeated(row, change, outcome.lines)
                act, errors = self._count(row, change, outcome, is_repeated)
                values = change.after if change is not None else row.values
                answer.append(Checked(row, act, values, errors, [] if errors else self._warnings(change)))
        outcome.notes = dict(self.parser.notes)
        return answer

    def _repeated(
        self, row: ParsedRow, change: records.Change | None, lines: Mapping[Any, int]
    ) -> tuple[records.Change | None, bool]:
        """Whether an earlier row of the dry run would make this row's record, and what then becomes of the row."""
        if change is None or not change.is_new or row.key is None or row.key not in lines:
            return change, False
        if self.plan.on_match == "error":
            row.errors.append(self._error(self.plan.match, _exists(row, lines)))
        return (change if self.plan.on_match == "update" else None), True

    def write(self, rows: Sequence[Row | ParsedRow], outcome: Outcome, hold: bool = False) -> list[records.Change]:
        """Write some rows; the faultless ones are saved, the others land among the failures.

        With `hold` the records that will be changed are locked before they are read, so that no edit of somebody else
        can come between: slower for the others, and sure to succeed.
        """
        saved: list[records.Change] = []
        for part in self._parts([row if isinstance(row, ParsedRow) else self.reader.read(row) for row in rows]):
            chunk = self._prepare(part, outcome.lines, hold=hold)
            changes = [change for change in chunk.changes if change is not None]
            if changes:
                records.save_many(self.spec, changes, partial=True)
            for row, change in zip(chunk.rows, chunk.changes, strict=True):
                act, errors = self._count(row, change, outcome)
                if act == "error":
                    messages = [told(row, error) for error in errors]
                    outcome.failures.append((row.line, row.cells, messages))
                elif change is not None and act in ("create", "update"):
                    saved.append(change)
        outcome.notes = dict(self.parser.notes)
        return saved

    def _count(
        self, row: ParsedRow, change: records.Change | None, outcome: Outcome, is_repeated: bool = False
    ) -> tuple[str, list[RowError]]:
        errors = list(row.errors)
        if change is not None:
            # Of each field the first: "enter an email" after "this is no email" would only confuse.
            errors += [self._error(name, found[0]) for name, found in change.errors.items()]
        elif errors and row.cleaned is not None:
            # A row with a cell that could not be read makes no change; what is wrong with its other cells is known.
            errors += [self._error(name, message) for name, message in row.cleaned.errors.items()]
        if errors:
            outcome.failed += 1
            return "error", errors
        if change is None:
            outcome.skipped += 1
            return "skip", []
        if (first := outcome.first_line(row)) < row.line:
            change.warn(self.plan.match, _("The same as in row {row} of this file. Both rows go to one record, and the "
                                           "later one counts.", row=first))
        if change.warnings:
            outcome.warned += 1
            room = MOST_WARNINGS - len(outcome.warnings)
            outcome.warnings += [told(row, warning) for warning in self._warnings(change)[:room]]
        if change.is_new and not is_repeated:
            outcome.created += 1
            return "create", []
        if change.is_unchanged:
            outcome.unchanged += 1
            return "same", []
        outcome.updated += 1
        return "update", []

    def _warnings(self, change: records.Change | None) -> list[RowError]:
        return [self._error(name, message) for name, message in change.warnings] if change is not None else []

    def _error(self, name: str, message: Any) -> RowError:
        """What is wrong with a field, placed in its column when it has one."""
        if name not in self.plan.columns:
            return RowError(None, "", message)
        place = self.plan.columns.index(name)
        return RowError(place, self.table.header[place], message)

    def _parts(self, rows: list[ParsedRow]) -> Iterator[list[ParsedRow]]:
        """Cut where a key repeats, so that the second row finds what the first one made."""
        if not self.plan.match:
            yield rows
            return
        part: list[ParsedRow] = []
        seen: set[Any] = set()
        for row in rows:
            if row.key is not None and row.key in seen:
                yield part
                part, seen = [], set()
            if row.key is not None:
                seen.add(row.key)
            part.append(row)
        if part:
            yield part

    def _prepare(
        self, rows: list[ParsedRow], lines: Mapping[Any, int], make_named: bool = True, hold: bool = False
    ) -> _Chunk:
        good = [row for row in rows if not row.errors]
        # A dry run makes nothing, so that it may look up the names of rows with errors too.
        self._resolve_names(good if make_named else rows, make_named)
        known = self._matches([row for row in good if not row.errors], hold)
        changes: list[records.Change | None] = []
        for row in rows:
            changes.append(None if row.errors else self._change(row, known, lines))
        return _Chunk(rows, changes)

    def _change(
        self, row: ParsedRow, known: Mapping[Any, int], lines: Mapping[Any, int]
    ) -> records.Change | None:
        record_id = known.get(row.key)
        if record_id is not None and self.plan.on_match == "skip":
            return None
        if record_id is not None and self.plan.on_match == "error":
            row.errors.append(self._error(self.plan.match, _exists(row, lines)))
            return None
        return records.Change(values=row.values, id=record_id, offered=self.mapped, cleaned=row.cleaned)

    def _matches(self, rows: list[ParsedRow], hold: bool) -> dict[Any, int]:
        """Which records the rows mean, by the field of the plan, in one query."""
        if not self.plan.match:
            return {}
        keys = {row.key for row in rows if row.key is not None}
        return records.ids_by_key(self.spec, self.plan.match, keys, hold)

    def _resolve_names(self, rows: list[ParsedRow], make_named: bool) -> None:
        """Names of referred records become ids; look-ups that need no more than a name are made when allowed."""
        for name in {name for row in rows for name in row.names}:
            target = self.spec.fields[name].target
            wanted = {row.names[name] for row in rows if name in row.names}
            found = (records.find_or_create_named if make_named else records.find_named)(target, wanted)
            will_be_made = not make_named and records.may_be_made(target)
            for row in rows:
                if name not in row.names:
                    continue
                record_id = found.get(records.name_key(row.names[name]))
                if record_id is not None:
                    row.values[name] = record_id
                elif not will_be_made:
                    row.errors.append(self._error(name, _("“{value}” was not found.", value=row.names[name])))
