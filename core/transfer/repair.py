"""What Excel took from a value and can be given back: lost zeros, dates turned into numbers.

The importer calls `repair` once it knows a column's kind of field; every repair is reported (C6, C8). What
cannot be given back, such as the digits of 9.66501E+11, is an error, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.language.digits import to_latin
from core.language.i18n import _
from core.language.identifiers import check
from core.language.phones import parse_phone
from core.transfer.formula import is_formula, restore
from core.transfer.refusals import Issue
from core.transfer.serial import SerialError, from_serial, is_serial
from core.transfer.table import DateCell, Table, TypedCell, is_scientific, shortened_number

# ="0501234567" is how people keep Excel from eating the zero.
_WRAPPED = re.compile(r'\s*="([^"]*)"\s*\Z')
# A year alone is no date, and six or seven digits are more likely 250320 than a day in 2585.
_LIKE_A_YEAR = re.compile(r"(?:1[345]|19|20)\d\d\Z|\d{6,}(?:[.,]|\Z)")
_IRANIAN_ID_DIGITS = 10
_MARKS = frozenset("'= \t")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text to go on with and what was done to it, as codes; `issue` when it cannot be used at all.

    `is_machine_form`: the text is a program's (`1250.5`, `2025-03-20`), whatever the user's own habits are.
    """

    text: str
    done: tuple[str, ...] = ()
    issue: Issue | None = None
    is_machine_form: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What a repair depends on: the record's country (ISO 3166 alpha-2) and what kind of file the cell is from.

    In a workbook an apostrophe is data: Excel keeps its protective mark beside the value.
    """

    country: str = ""
    is_workbook: bool = False
    date1904: bool = False


def setting_of(table: Table, country: str = "") -> Setting:
    """The setting for the rows of `table` that belong to `country`."""
    return Setting(country, table.kind == "xlsx", table.date1904)


def repair(cell: str, kind: str, setting: Setting) -> Repaired | None:
    """`cell` as it was meant in a field of `kind` (text, phone, date, …), or None when it can be taken as it is.

    A national id has the kind `national_id`; it is a kind of text whose field type does not show it.
    """
    if not cell:
        return None
    if isinstance(cell, TypedCell):
        return _repair_typed(cell, kind, setting)
    text, done = unwrap(cell) if cell[0] in _MARKS and not setting.is_workbook else (cell, ())
    if is_scientific(text):
        return Repaired(text, done, Issue("scientific_notation", shortened_number(text)))
    mend = _REPAIRS.get(kind)
    mended = mend(text, setting) if mend else None
    if mended is None:
        return None if text == cell else Repaired(text, done)
    return Repaired(mended.text, done + mended.done, mended.issue, mended.is_machine_form)


def _repair_typed(cell: TypedCell, kind: str, setting: Setting) -> Repaired:
    """A cell that Excel itself typed: nothing to unwrap, and a date may be shortened to its day."""
    if isinstance(cell, DateCell):
        return Repaired(cell[:10] if kind == "date" else str(cell), is_machine_form=True)
    mend = _REPAIRS.get(kind)
    mended = mend(str(cell), setting) if mend else None
    return replace(mended, is_machine_form=True) if mended else Repaired(str(cell), is_machine_form=True)


def unwrap(cell: str) -> tuple[str, tuple[str, ...]]:
    """`cell` without the one mark that keeps Excel from touching it: an apostrophe or ="…".

    The apostrophe before a formula is our own export's and goes without a word.
    """
    text = restore(cell)
    if text != cell:
        return text, () if is_formula(text) else ("text_mark_removed",)
    wrapped = _WRAPPED.match(cell)
    return (wrapped[1], ("text_mark_removed",)) if wrapped else (cell, ())


def _phone(text: str, setting: Setting) -> Repaired | None:
    """501234567 in Saudi Arabia is 0501234567. Countries without a trunk zero are left alone."""
    digits = to_latin(text.strip())
    if not digits.isdecimal() or digits.startswith("0"):
        return None
    try:
        number = parse_phone("0" + digits, setting.country)
    except ValueError:
        return None
    lost = number.endswith(digits) and len(number) > len(digits) + 1
    return Repaired("0" + digits, ("leading_zero_restored",)) if lost else None


def _national_id(text: str, setting: Setting) -> Repaired | None:
    """An Iranian id of 8 or 9 digits whose check digit is right once the zeros are back."""
    digits = to_latin(text.strip())
    if setting.country != "IR" or not digits.isdecimal() or len(digits) not in (8, 9):
        return None
    try:
        full = check("ir_national_id", digits.zfill(_IRANIAN_ID_DIGITS))
    except ValueError:
        return None
    return Repaired(full, ("leading_zero_restored",))


def _date(text: str, setting: Setting) -> Repaired | None:
    """The day of a serial number as ISO 8601; other texts are left to the field."""
    return _from_serial(text, setting, keep_time=False)


def _datetime(text: str, setting: Setting) -> Repaired | None:
    return _from_serial(text, setting, keep_time=True)


def _from_serial(text: str, setting: Setting, keep_time: bool) -> Repaired | None:
    if not is_serial(text.strip()) or _LIKE_A_YEAR.match(text.strip()):
        return None
    try:
        moment = from_serial(text, date1904=setting.date1904)
    except SerialError as error:
        return Repaired(text, (), Issue("invalid_serial_date", error.message))
    shown = moment.isoformat() if keep_time else moment.isoformat()[:10]
    return Repaired(shown, ("excel_serial_date",), is_machine_form=True)


_REPAIRS: dict[str, Callable[[str, Setting], Repaired | None]] = {
    "phone": _phone, "national_id": _national_id, "date": _date, "datetime": _datetime,
}  # fmt: skip


def report(code: str) -> object:
    """What to tell the user about a repair."""
    return {
        "leading_zero_restored": _("Leading zeros that Excel had removed were put back."),
        "excel_serial_date": _("Dates that Excel had written as numbers were read as dates."),
        "text_mark_removed": _("Marks that keep Excel from changing a text were removed."),
    }[code]
