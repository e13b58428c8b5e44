"""Reads one workbook from standard input and prints its rows; run as a process of its own.

Whatever is wrong with a workbook, the parser can only exhaust this process, whose memory and time are
limited, and never the server (REL-17). Imports nothing of the project, to start fast.

Arguments: memory limit in bytes, seconds, sheet name or "". Output: one line of JSON with the sheets, then
lines of JSON that each hold a batch of rows. A cell is a text, a number, true, false or an object with
`date`, `time` or `span` (seconds).
Exit status: 0 done, 3 protected by a password, 4 no such sheet; anything else means a damaged file.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from typing import Any

import orjson
import python_calamine as calamine

_BATCH = 200


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource  # not on Windows, where only the parent's time limit holds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, dt.timedelta):
        return {"span": value.total_seconds()}
    return {"time" if isinstance(value, dt.time) else "date": value.isoformat()}


def _put(value: Any) -> None:
    line = orjson.dumps(value, default=_tagged, option=orjson.OPT_PASSTHROUGH_DATETIME)
    sys.stdout.buffer.write(line + b"\n")


def _visible_sheets(workbook: calamine.CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]


def _pick(workbook: calamine.CalamineWorkbook, names: list[str], wanted: str) -> calamine.CalamineSheet:
    """The sheet asked for, else the first visible one that is not empty."""
    if wanted:
        return workbook.get_sheet_by_name(wanted if wanted in names else "")
    sheets = (workbook.get_sheet_by_name(name) for name in names)
    filled = next((sheet for sheet in sheets if sheet.height), None)
    return filled or workbook.get_sheet_by_name(names[0])


def _put_rows(sheet: calamine.CalamineSheet) -> None:
    """The used area in batches; calamine gives the empty rows before it as well."""
    first_row, _column = sheet.start or (0, 0)
    batch: list[list[Any]] = []
    for number, row in enumerate(sheet.iter_rows()):
        if number < first_row:
            continue
        batch.append([] if row.count("") == len(row) else row)
        if len(batch) == _BATCH:
            _put(batch)
            batch = []
    if batch:
        _put(batch)


def main(memory: int, seconds: int, wanted: str) -> int:
    _limit(memory, seconds)
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        names = _visible_sheets(workbook)
        sheet = _pick(workbook, names, wanted)
    except calamine.PasswordError:
        return 3
    except (calamine.WorksheetNotFound, IndexError):
        return 4
    _put({"sheets": names, "sheet": sheet.name})
    _put_rows(sheet)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
