"""Step 2 of the wizard: what the user changed, applied to the plan of his draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.entity.spec import EntitySpec
from core.language.i18n import CALENDARS, Preferences, current
from core.transfer import drafts
from core.transfer.encodings import ENCODINGS
from core.transfer.plan import ON_MATCH, ImportPlan, importable, make_plan, match_of, matchable
from core.transfer.table import Table

#: Delimiters by the names that forms use, since a tab gets lost in markup.
DELIMITERS: dict[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DELIMITER_NAMES: dict[str, str] = {mark: name for name, mark in DELIMITERS.items()}


def first_plan(spec: EntitySpec, table: Table, reader: Preferences | None = None) -> ImportPlan:
    """The plan the wizard begins with: columns by heading, and as the user mapped such headings before."""
    return make_plan(spec, table, reader or current(), remembered=drafts.remembered(spec))


def reread(spec: EntitySpec, job: Mapping[str, Any], form: Mapping[str, str]) -> tuple[ImportPlan, Table]:
    """The plan with another encoding, delimiter or sheet, where the form asks for one, and the table it reads.

    Headings are different then, so the columns are mapped anew. TransferRefused when it cannot be read that way.
    """
    plan = ImportPlan.from_json(job["plan"])
    asked = replace(plan, **_settings(plan, form))
    table = asked.open(Path(job["file_path"]), job["file_name"])
    if asked == plan and plan.columns:
        return plan, table
    made = first_plan(spec, table)
    return replace(made, calendar=plan.calendar if plan.columns else made.calendar, chosen=asked.chosen), table


def _settings(plan: ImportPlan, form: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    encoding, sheet = form.get("encoding", ""), form.get("sheet", "")
    delimiter = DELIMITERS.get(form.get("delimiter", ""), "")
    if encoding in ENCODINGS and encoding != plan.encoding:
        # What stands between the cells may be another sign in another encoding.
        changed |= {"encoding": encoding, "delimiter": ""}
    if delimiter and delimiter != plan.delimiter and plan.kind != "xlsx":
        changed["delimiter"] = delimiter
    if sheet and sheet != plan.sheet:
        changed["sheet"] = sheet
    if changed:
        changed["chosen"] = tuple(sorted({*plan.chosen, *(name for name, value in changed.items() if value)}))
    return changed


def revised(spec: EntitySpec, plan: ImportPlan, form: Mapping[str, str]) -> ImportPlan:
    """The plan with the columns, the key and the calendar of the form. Only fields the user may write are taken."""
    if not form:
        return plan
    columns = _columns(spec, plan, form) if "column_0" in form else plan.columns
    calendar, on_match = form.get("calendar", ""), form.get("on_match", "")
    made = replace(
        plan, columns=columns, calendar=calendar if calendar in CALENDARS else plan.calendar,
        on_match=on_match if on_match in ON_MATCH else plan.on_match)  # fmt: skip
    asked = form.get("match")
    return replace(made, match=asked if asked == "" or asked in matchable(spec, made) else match_of(spec, made, None))


def _columns(spec: EntitySpec, plan: ImportPlan, form: Mapping[str, str]) -> tuple[str | None, ...]:
    """One field a column and one column a field: the column that has it only now takes it from the other."""
    allowed = {f.name for f in importable(spec)}
    asked = [form.get(f"column_{place}", "") for place in range(len(plan.columns))]
    wanted = [name if name in allowed else None for name in asked]
    for place, name in enumerate(wanted):
        if name and wanted.index(name) != place:
            first = wanted.index(name)
            wanted[first if plan.columns[first] == name else place] = None
    return tuple(wanted)
