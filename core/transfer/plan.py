"""What an import is to do: which column goes to which field, how records are recognised, in whose habits it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.actor import actor
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid
from core.language.i18n import Preferences, _
from core.language.text import search_key
from core.permissions import can, may_write
from core.transfer.mapping import auto_map
from core.transfer.reader import open_table
from core.transfer.synonyms import targets
from core.transfer.table import Table

ON_MATCH = ("update", "skip", "error")


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """`columns[i]` is the field of column i or None. The reader's language, calendar and zone travel with the plan,
    so that a run in the background reads dates as the user does (T9), and so does the organisation he works in.

    `chosen` names what the user set himself where something else had been detected.
    """

    entity: str
    columns: tuple[str | None, ...]
    match: str = ""
    on_match: str = "update"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    kind: str = ""
    language: str = "en"
    region: str = ""
    calendar: str = "gregorian"
    digits: str = "latn"
    timezone: str = "UTC"
    organisation_id: int | None = None
    chosen: tuple[str, ...] = ()

    @property
    def preferences(self) -> Preferences:
        return Preferences(
            language=self.language,
            region=self.region,
            calendar=self.calendar,
            digits=self.digits,
            timezone=self.timezone,
        )

    def open(self, path: Path, file_name: str) -> Table:
        """The plan's file as a table, read the way the plan says; TransferRefused when it cannot be any more."""
        is_text = self.kind != "xlsx"
        return open_table(
            path,
            file_name,
            encoding=self.encoding or None if is_text else None,
            delimiter=self.delimiter or None if is_text else None,
            kind=self.kind or None,
            sheet=self.sheet,
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns), "chosen": list(self.chosen)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ImportPlan:
        return cls(**{**stored, "columns": tuple(stored["columns"]), "chosen": tuple(stored["chosen"])})


def importable(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """Fields that a column may go to: those the user may write."""
    return tuple(
        f
        for f in spec.fields.values()
        if not f.system
        and not f.readonly
        and not f.secret
        and f.type.is_importable
        and may_write(f)
        and not (f.name == "owner_id" and not can(f"{spec.name}.assign"))
        and f.name != "organisation_id"
    )


def make_plan(
    spec: EntitySpec,
    table: Table,
    reader: Preferences,
    *,
    columns: Mapping[str, str] | None = None,
    match: str | None = None,
    on_match: str = "update",
    remembered: Mapping[str, str] | None = None,
) -> ImportPlan:
    """The plan for a table: columns by heading, then as given (heading → field, "" = not imported)."""
    fields = {f.name: f for f in importable(spec)}
    found: list[str | None] = list(auto_map(table.header, targets(fields.values())).columns)
    for given in (remembered or {}, columns or {}):
        for heading, name in given.items():
            position = _position(table.header, heading)
            if position is None and given is columns:
                raise Invalid(_("The file has no column “{column}”.", column=heading))
            if name and name not in fields:
                if given is columns:
                    raise Invalid(_("There is no field “{name}” to import into.", name=name))
                continue
            if position is not None:
                if name and fields[name].type.name != "several":
                    found = [None if one == name else one for one in found]
                found[position] = name or None
    if on_match not in ON_MATCH:
        raise Invalid(_("Choose update, skip or error for records that are there already."))
    plan = ImportPlan(
        entity=spec.name,
        columns=tuple(found),
        on_match=on_match,
        encoding=table.encoding or "",
        delimiter=table.delimiter or "",
        sheet=table.sheet,
        kind=table.kind,
        language=reader.language,
        region=reader.region,
        calendar=reader.calendar,
        digits=reader.digits,
        timezone=reader.timezone,
        organisation_id=actor().chosen_organisation_id,
    )
    return replace(plan, match=match_of(spec, plan, match))


def _position(header: Sequence[str], heading: str) -> int | None:
    key = search_key(heading)
    return next((place for place, one in enumerate(header) if search_key(one) == key), None)


def match_of(spec: EntitySpec, plan: ImportPlan, asked: str | None) -> str:
    """The field that recognises records: as asked, else the first of the entity's own that the file has."""
    if asked is None:
        return next((name for name in spec.meta.match if name in plan.columns), "")
    if asked and asked not in plan.columns:
        raise Invalid(_("The file has no column for “{name}”, so it cannot recognise records.", name=asked))
    return asked


def matchable(spec: EntitySpec, plan: ImportPlan) -> tuple[str, ...]:
    """Fields of the file by which records can be recognised."""
    return tuple(
        name
        for name in plan.columns
        if name
        and spec.fields[name].type.name in ("text", "email", "phone", "series", "url")
        and spec.fields[name].stores_column
    )
