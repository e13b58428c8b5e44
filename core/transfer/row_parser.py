"""From the cells of a row to typed values: one function per column, bound once, with what repeats remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import CleanContext, FieldError
from core.entity.types_several import item_of
from core.language.i18n import Preferences
from core.language.regions import country_code
from core.records import Cleaned
from core.transfer.plan import ImportPlan
from core.transfer.repair import Repaired, Setting, repair, setting_of
from core.transfer.table import Row, Table, TypedCell, is_scientific

#: Columns of these kinds hold few different texts, so each is read once.
REPEATING = frozenset({"choice", "country", "currency", "bool", "date", "datetime", "tags", "users", "links",
                       "multichoice"})  # fmt: skip
NAMED = frozenset({"ref", "user", "link"})
KEPT = 20_000


class RowError(NamedTuple):
    """What is wrong with a row: in the cell at `place` under the heading `column`, or with the row as a whole."""

    place: int | None
    column: str
    message: Any


@dataclass(slots=True)
class ParsedRow:
    """A row's values by field; names of referred records wait in `names` to be looked up for many rows at once.

    `key` is what recognises its record, as it is compared between the file and the database. `cleaned` are the
    values as a new record would have them.
    """

    line: int
    cells: Sequence[str]
    values: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    key: Any = None
    cleaned: Cleaned | None = None


class RowParser:
    """Reads rows of one table by one plan. `notes` collects what was repaired, by code."""

    def __init__(self, spec: EntitySpec, plan: ImportPlan, table: Table, home_country: str) -> None:
        self.spec, self.plan, self.table, self.header = spec, plan, table, table.header
        self.home_country = home_country
        self.settings: dict[str, Setting] = {}
        self.reader: Preferences = plan.preferences
        self.notes: dict[str, int] = {}
        mapped = [(place, spec.fields[name]) for place, name in enumerate(plan.columns) if name]
        self.columns = [(place, f, self._parser(f)) for place, f in mapped]
        # A phone says in which field its country stands; an entity may have others, such as where goods are sent.
        beside = {f.options.get("country_field") for f in spec.fields.values()}
        countries = [(f.name not in beside, place) for place, f in mapped if f.type.name == "country"]
        self.country_place = min(countries)[1] if countries else None

    def parse(self, row: Row) -> ParsedRow:
        """Every cell is read, so that all errors of a row are told at once."""
        parsed = ParsedRow(row.line, row.cells)
        for issue in row.issues:
            if issue.is_error and (issue.column is None or self.plan.columns[issue.column]):
                column = "" if issue.column is None else self.header[issue.column]
                parsed.errors.append(RowError(issue.column, column, issue.message))
        if parsed.errors:
            return parsed
        setting = self._setting(row.cells)
        for place, f, read in self.columns:
            cell = row.cells[place]
            if not cell:
                continue
            try:
                value = read(cell, setting)
            except FieldError as error:
                parsed.errors.append(RowError(place, self.header[place], error.message))
                continue
            if value is None:
                continue
            if f.type.name in NAMED and isinstance(value, str):
                parsed.names[f.name] = value
            elif f.type.name == "several":
                parsed.values[f.name] = (*parsed.values.get(f.name, ()), *value)
            else:
                parsed.values[f.name] = value
        return parsed

    def _setting(self, cells: Sequence[str]) -> Setting:
        """What repairs depend on: the row's own country, else the organisation's."""
        country = self.home_country
        if self.country_place is not None and cells[self.country_place]:
            country = country_code(cells[self.country_place]) or country
        found = self.settings.get(country)
        if found is None:
            found = self.settings[country] = setting_of(self.table, country)
        return found

    def _parser(self, f: FieldSpec) -> Callable[[str, Setting], Any]:
        kind = "national_id" if f.name == "national_id" else f.type.name
        if kind == "several":
            kind = item_of(f).type.name
        plain = self._plain(f)

        def read(cell: str, setting: Setting) -> Any:
            mended = repair(cell, kind, setting)
            if mended is None:
                return plain(cell, False)
            if mended.issue is not None:
                raise FieldError(mended.issue.message)
            self._note(mended)
            return plain(mended.text, mended.is_machine_form)

        return _remembering(read) if f.type.name in REPEATING else read

    def _note(self, mended: Repaired) -> None:
        for code in mended.done:
            self.notes[code] = self.notes.get(code, 0) + 1

    def _plain(self, f: FieldSpec) -> Callable[[str, bool], Any]:
        """Reads a text in the user's habits, or a program's form as it is."""
        reader, field_type = self.reader, f.type
        if field_type.name in NAMED:
            return lambda text, _machine: text.strip() or None
        if field_type.name in ("text", "note", "email", "phone", "url", "series"):
            return lambda text, _machine: text.strip() or None

        def read(text: str, is_machine_form: bool) -> Any:
            if is_machine_form:
                if field_type.name == "bool":
                    return text == "true"
                value = self._from_machine(f, text)
            else:
                value = field_type.parse(f, text, reader)
            if value is not None and field_type.name in REPEATING and not field_type.is_many:
                return field_type.clean(f, value, CleanContext())
            return value

        return read

    def _from_machine(self, f: FieldSpec, text: str) -> Any:
        try:
            return f.type.from_json(f, text)
        except FieldError:
            # Programs are told what programs write; whoever reads this wants an example such as he would write himself.
            f.type.parse(f, text, self.reader)
            raise


def _remembering(read: Callable[[str, Setting], Any]) -> Callable[[str, Setting], Any]:
    """`read` with its answers kept by cell text, errors too; typed cells of workbooks are read each time."""
    known: dict[tuple[str, str], Any] = {}

    def remember(cell: str, setting: Setting) -> Any:
        if isinstance(cell, TypedCell) or is_scientific(cell):
            return read(cell, setting)
        key = (cell, setting.country)
        if key in known:
            found = known[key]
            if isinstance(found, FieldError):
                raise found
            return found
        if len(known) > KEPT:
            known.clear()
        try:
            known[key] = found = read(cell, setting)
        except FieldError as error:
            known[key] = error
            raise
        return found

    return remember
