"""What a mapping would do, as a table: values as they would be stored, and what keeps a row out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_several import entries, item_of
from core.language.direction import isolate_ltr
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.phones import format_phone
from core.transfer.dry_run import DryRun
from core.transfer.importer import Checked
from core.transfer.plan import ImportPlan
from core.transfer.row_parser import RowError
from core.transfer.views.blueprint import address, figure
from core.ui.import_model import PreviewCell, PreviewRow, PreviewView

KINDS = {"email": "email", "phone": "phone", "url": "url", "series": "code", "currency": "code", "money": "money",
         "number": "number", "percent": "percent", "date": "date", "datetime": "date",
         "duration": "number", "geo": "code"}  # fmt: skip
LONGEST = 200


def kind_of(f: FieldSpec) -> str:
    """How a value of the field is isolated from its surroundings."""
    return "code" if f.type.is_code else KINDS.get(f.type.name, "")


def preview(
    spec: EntitySpec, job: Mapping[str, Any], plan: ImportPlan, found: DryRun, asked: str, refused: str
) -> PreviewView:
    """The rows asked for; at first those with errors, when there are any."""
    outcome = found.outcome
    show = asked if asked in ("all", "errors", "warnings") else "errors" if outcome.failed else "all"
    rows = found.shown(show)
    places = [(place, spec.fields[name]) for place, name in enumerate(plan.columns) if name]
    return PreviewView(
        figure(outcome.created), figure(outcome.updated), figure(outcome.failed),
        figure(outcome.unchanged) if outcome.unchanged else "", figure(outcome.skipped) if outcome.skipped else "",
        tuple(str(f.label) for _place, f in places),
        tuple(_row(places, row) for row in rows), figure(found.total), show,  # type: ignore[arg-type]
        _more(found, show, len(rows)), address(spec, job["id"], "errors.csv") if outcome.failed else "",
        _checked_text(found), refused, figure(outcome.warned) if outcome.warned else "")


def _more(found: DryRun, show: str, shown: int) -> str:
    """What the table leaves out."""
    if show == "errors" and found.outcome.failed > shown:
        return ngettext("{n} more error", "{n} more errors", found.outcome.failed - shown)
    if show == "warnings" and found.outcome.warned > shown:
        return ngettext("{n} more row with warnings", "{n} more rows with warnings", found.outcome.warned - shown)
    return ""


def _checked_text(found: DryRun) -> str:
    if found.is_complete:
        return ngettext("{n} row was checked.", "All {n} rows were checked.", found.total)
    return ngettext(
        "The first {n} row was checked. A test run checks all.",
        "The first {n} rows were checked. A test run checks all.", found.checked)


def _row(places: Sequence[tuple[int, FieldSpec]], checked: Checked) -> PreviewRow:
    wrong = {error.place for error in checked.errors}
    cells = tuple(
        PreviewCell(_text(f, checked.row.cells[place], checked, place in wrong)[:LONGEST], kind_of(f), place in wrong)
        for place, f in places
    )
    errors = tuple(_told(error, wrong) for error in checked.errors)
    warnings = tuple(_told(warning, set()) for warning in checked.warnings)
    return PreviewRow(figure(checked.row.line), cells, errors, checked.act, warnings)  # type: ignore[arg-type]


def _told(error: RowError, wrong: set[int | None]) -> str:
    """The cause alone where one marked cell says which value is meant."""
    if not error.column or len(wrong) == 1:
        return str(error.message)
    return str(_("Column “{column}”: {message}", column=error.column, message=error.message))


def _text(f: FieldSpec, raw: str, checked: Checked, is_wrong: bool) -> str:
    """A value as it would be stored; a wrong one and a name to be looked up as it stands in the file."""
    value = checked.values.get(f.name)
    if is_wrong or value is None or f.type.is_reference:
        return str(raw)
    if f.type.name == "phone":
        return _phone(value)
    if f.type.name == "several" and item_of(f).type.name == "phone":
        separator = "؛ " if preferences().direction == "rtl" else "; "
        return separator.join(isolate_ltr(_phone(entry.value)) for entry in entries(value))
    return f.type.show(f, value, preferences())


def _phone(value: str) -> str:
    return format_phone(value, "arabext" if preferences().digits == "arabext" else "latn")
