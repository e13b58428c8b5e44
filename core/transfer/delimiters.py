"""What separates the cells of a text table, and what stands before its header (C2)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from core.transfer.titles import title_rows

CANDIDATES = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=([^"\w\r\n])"?[,;|\t ]*[\r\n]*\Z', re.IGNORECASE)
_SAMPLE_RECORDS = 60


@dataclass(frozen=True, slots=True)
class Layout:
    delimiter: str
    preamble_lines: int
    title_rows: int = 0


def layout(sample: str, is_whole: bool, delimiter: str | None = None) -> Layout:
    """How the table that starts with `sample` is laid out.

    Blank lines, a title and Excel's `sep=;` before the header are the preamble; `sep=` is obeyed unless the user chose
    a `delimiter` himself.
    """
    lines = list(io.StringIO(sample, newline=""))
    if not is_whole and len(lines) > 1:
        lines.pop()
    skipped = _blank_lines(lines)
    instruction = _SEP_LINE.match(lines[skipped]) if skipped < len(lines) else None
    if instruction:
        skipped += 1
        skipped += _blank_lines(lines[skipped:])
        return Layout(delimiter or instruction[1], skipped)
    return _without_titles(lines[skipped:], delimiter or guess(lines[skipped:], is_whole), skipped)


def _without_titles(lines: Sequence[str], delimiter: str, skipped: int) -> Layout:
    """The lines of a report's title count as preamble, too; a quoted one may take several."""
    try:
        above = title_rows(csv.reader(lines, delimiter=delimiter))
        reader = csv.reader(lines, delimiter=delimiter)
        list(islice(reader, above))
    except csv.Error:
        return Layout(delimiter, skipped)
    return Layout(delimiter, skipped + reader.line_num, above)


def _blank_lines(lines: Sequence[str]) -> int:
    return next((position for position, line in enumerate(lines) if line.strip("\ufeff \t\r\n")), len(lines))


def guess(lines: Sequence[str], is_whole: bool = True) -> str:
    """The candidate that splits most rows into as many cells as the header; the wider table wins a draw."""
    best, best_score = CANDIDATES[0], (0.0, 1)
    for delimiter in CANDIDATES:
        score = _consistency(lines, delimiter, is_whole)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _consistency(lines: Sequence[str], delimiter: str, is_whole: bool) -> tuple[float, int]:
    """(share of rows as wide as the header, in tenths; width of the header); zeros when it splits nothing."""
    try:
        records = list(filter(None, islice(csv.reader(lines, delimiter=delimiter), _SAMPLE_RECORDS)))
    except csv.Error:
        return 0.0, 0
    if not is_whole and 1 < len(records) < _SAMPLE_RECORDS:
        records.pop()  # cut off where the sample ends
    width = len(records[0]) if records else 0
    if width < 2:
        return 0.0, 0
    same = sum(len(record) == width for record in records)
    return round(same / len(records), 1), width
