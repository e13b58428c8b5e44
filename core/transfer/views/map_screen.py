"""The screen of step 2: the file as it was understood, the mapping, and its effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.language.calendars import CALENDAR_LABELS
from core.language.direction import isolate_ltr
from core.language.enumeration import listed
from core.language.i18n import LazyString, _, ngettext
from core.transfer.dry_run import DryRun
from core.transfer.encodings import ENCODINGS
from core.transfer.mapping import Target, called_so, claimants
from core.transfer.plan import ImportPlan, importable, matchable
from core.transfer.repair import report
from core.transfer.revise import DELIMITER_NAMES
from core.transfer.synonyms import targets
from core.transfer.table import Table
from core.transfer.views.blueprint import address, figure, head
from core.transfer.views.preview_screen import kind_of, preview
from core.ui.import_model import ColumnView, MapView, Setting, SourceView
from core.ui.shell_model import Choice

ENCODING_NAMES: dict[str, LazyString | str] = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "windows-1256": "Windows-1256",
    "windows-1252": "Windows-1252",
    "utf-8-via-windows-1252": _("UTF-8 misread as {page}", page="Windows-1252"),
    "utf-8-via-windows-1256": _("UTF-8 misread as {page}", page="Windows-1256"),
    "utf-8-via-arabic-as-western": _("{encoding} misread as {page}", encoding="Windows-1256", page="Windows-1252"),
}  # fmt: skip
DELIMITER_LABELS: dict[str, LazyString] = {
    "comma": _("Comma {sign}", sign=","), "semicolon": _("Semicolon {sign}", sign=";"),
    "tab": _("Tab", context="delimiter"), "bar": _("Vertical bar {sign}", sign="|"),
}  # fmt: skip
ICONS_BY_TYPE = {
    "email": "mail", "phone": "phone", "url": "world", "note": "note", "date": "calendar", "datetime": "clock",
    "country": "flag", "money": "coins", "currency": "coins", "number": "hash", "percent": "percentage",
    "bool": "toggle-left", "choice": "circle-dot", "ref": "link", "user": "user-check", "tags": "tags",
    "users": "users", "links": "link", "series": "hash", "multichoice": "checkbox", "duration": "hourglass",
    "geo": "map-pin", "address": "home", "link": "link", "barcode": "tag",
}  # fmt: skip
ICONS_BY_NAME = {
    "name": "user", "first_name": "user", "last_name": "user", "city": "map-pin", "region": "map-pin",
    "address": "map-pin", "postal_code": "map-pin", "national_id": "id", "company_id": "building",
    "category_id": "category",
}  # fmt: skip
#: So many rows are looked through for a value of each column.
LOOKED_THROUGH = 30


@dataclass(frozen=True, slots=True)
class Work:
    """All that step 2 shows: the plan, its table and dry run, labels of missing columns, why a reading was refused."""

    plan: ImportPlan
    table: Table
    found: DryRun
    missing: tuple[str, ...]
    refused: str
    show: str
    remember: bool
    is_test: bool

    @property
    def can_continue(self) -> bool:
        """Whether there is anything to import; of a large file that may only turn out later."""
        good = self.found.outcome.done - self.found.outcome.failed
        return (any(self.plan.columns) and not self.missing and not self.refused and self.table.row_count > 0
                and (good > 0 or not self.found.is_complete))


def map_screen(spec: EntitySpec, job: Mapping[str, Any], work: Work) -> MapView:
    plan, matches = work.plan, matchable(spec, work.plan)
    mapped = sum(1 for name in plan.columns if name)
    return MapView(
        head(spec, 2), address(spec, job["id"]), address(spec, job["id"], "preview"), address(spec),
        _source(job, work), _columns(spec, work), choices(importable(spec)),
        ngettext("{mapped} of {n} column mapped", "{mapped} of {n} columns mapped", len(plan.columns),
                 mapped=figure(mapped)),
        preview(spec, job, work.plan, work.found, work.show, _refused(work)),
        choices([spec.fields[name] for name in matches]), plan.match,
        str(spec.fields[plan.match].label) if plan.match else "", plan.on_match,  # type: ignore[arg-type]
        work.remember, _continue_text(work), work.can_continue, _missing(work))


def choices(fields: Sequence[FieldSpec]) -> tuple[Choice, ...]:
    """Fields to choose from. Those that are called alike have the names by which programs know them as well."""
    called = Counter(str(f.label) for f in fields)
    return tuple(Choice(f.name, _unmistakable(f) if called[str(f.label)] > 1 else str(f.label),
                        icon=ICONS_BY_NAME.get(f.name) or ICONS_BY_TYPE.get(f.type.name, "forms")) for f in fields)


def _unmistakable(f: FieldSpec) -> str:
    return f"{f.label} ({isolate_ltr(f.name)})"


def _refused(work: Work) -> str:
    if work.refused:
        return work.refused
    return "" if any(work.plan.columns) else str(_("No column is mapped yet. Choose the field of at least one column."))


def _missing(work: Work) -> tuple[str, ...]:
    if not work.missing or not any(work.plan.columns):
        return ()
    return tuple(str(_("No column is mapped to {fields}, which every new record needs.", fields=fields))
                 for fields in work.missing)


def _continue_text(work: Work) -> str:
    """With the number of good rows, as far as it is known."""
    if not work.can_continue:
        return ""
    good = work.table.row_count - work.found.outcome.failed
    if work.found.is_complete:
        return ngettext("Continue with {n} correct row", "Continue with {n} correct rows", good)
    return ngettext("Continue with {n} row", "Continue with {n} rows", work.table.row_count)


def _source(job: Mapping[str, Any], work: Work) -> SourceView:
    table, notes = work.table, [report(code) for code in work.found.outcome.notes]
    facts = (size_text(Path(job["file_path"]).stat().st_size), ngettext("{n} row", "{n} rows", table.row_count),
             ngettext("{n} column", "{n} columns", len(table.header)))
    told = tuple(str(one) for one in (*(notice.message for notice in table.warnings), *notes))
    return SourceView(job["file_name"], "xlsx" if table.kind == "xlsx" else "csv", facts, _settings(work), told)


def size_text(count: int) -> str:
    """A file's size as people say it."""
    if count < 1024:
        return ngettext("{n} byte", "{n} bytes", count)
    if count < 1024 * 1024:
        return str(_("{size} KB", size=figure(round(count / 1024))))
    return str(_("{size} MB", size=figure(round(count / 1024 / 1024))))


def _settings(work: Work) -> tuple[Setting, ...]:
    plan, table = work.plan, work.table
    calendar = Setting("calendar", str(_("Dates")), plan.calendar, _choices(CALENDAR_LABELS), detected=False)
    if table.kind == "xlsx":
        sheets = tuple(Choice(name, name) for name in table.sheets)
        sheet = Setting("sheet", str(_("Sheet")), table.sheet, sheets, detected=False)
        return (sheet, calendar) if len(sheets) > 1 else (calendar,)
    encodings = _choices({name: ENCODING_NAMES[name] for name in ENCODINGS})
    sign = table.delimiter or ","
    labels: dict[str, Any] = dict(DELIMITER_LABELS)
    if sign not in DELIMITER_NAMES:
        labels[sign] = sign
    return (
        Setting("encoding", str(_("Encoding")), table.encoding or "", encodings, "encoding" not in plan.chosen),
        Setting("delimiter", str(_("Delimiter")), DELIMITER_NAMES.get(sign, sign), _choices(labels), detected=False),
        calendar,
    )


def _choices(labels: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(value, str(label)) for value, label in labels.items())


def _columns(spec: EntitySpec, work: Work) -> tuple[ColumnView, ...]:
    samples, known = _samples(work.table), targets(importable(spec))
    seen: set[str] = set()
    views = []
    for place, (heading, name) in enumerate(zip(work.table.header, work.plan.columns, strict=True)):
        shown = heading or str(_("Column {n}", n=place + 1))
        kind = kind_of(spec.fields[name]) if name else ""
        warning = _warning(spec, heading, name or "", seen, known)
        seen.update({heading} if heading else ())
        views.append(ColumnView(place, shown, samples[place], kind, name or "", automatic=bool(name),
                                is_key=bool(name) and name == work.plan.match, warning=warning))
    return tuple(views)


def _warning(spec: EntitySpec, heading: str, name: str, seen: Collection[str], known: Sequence[Target]) -> str:
    """Why no field was found for a column, where there would have been one; and that another one is called so too."""
    if name:
        others = [_unmistakable(spec.fields[one]) for one in called_so(heading, known, name)]
        return str(_("This column goes to {field}. {fields} is called so as well: check which one is meant.",
                     field=_unmistakable(spec.fields[name]), fields=listed(others))) if others else ""
    if heading in seen:
        return str(_("An earlier column has the same heading."))
    called = [_unmistakable(spec.fields[name]) for name in claimants(heading, known)]
    return str(_("{fields} are called so. Choose the one that is meant.", fields=listed(called))) if called else ""


def _samples(table: Table) -> list[str]:
    """The first value of each column."""
    found = [""] * len(table.header)
    for row in islice(table.rows(), LOOKED_THROUGH):
        if not row.is_refused:
            found = [known or cell[:80] for known, cell in zip(found, row.cells, strict=False)]
    return found


