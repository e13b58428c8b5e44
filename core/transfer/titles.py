"""What people put above the headings of a report: its name, the day, an empty line.

Headings are recognised only where nothing else is plausible: the first row fills a cell or two, and soon a row comes
that fills more than half of the widest, holds words alone and is followed by rows wider than the first: one row that
is too long is only that. Otherwise the first row is the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from core.language.digits import to_latin

#: Rows among which the headings are looked for.
LOOKED_AT = 20
_LEAST_HEADINGS = 3
_MOST_IN_A_TITLE = 2
# Amounts, dates, addresses and codes are data; "Phone 2" is a heading.
_DATA = re.compile(r"[@]|[0-9].*[0-9]|^[0-9]")


def title_rows(rows: Iterable[Sequence[Any]]) -> int:
    """How many rows stand above the headings; cells are texts, or values of a workbook."""
    sample = [_filled(row) for row in islice(rows, LOOKED_AT)]
    if not sample or len(sample[0]) > _MOST_IN_A_TITLE:
        return 0
    least = max(_LEAST_HEADINGS, max(map(len, sample)) // 2 + 1)
    found = next((place for place, cells in enumerate(sample) if len(cells) >= least), 0)
    below = sample[found + 1 :]
    wider = sum(len(cells) > len(sample[0]) for cells in below)
    is_table = wider > 0 and wider * 2 >= len(below)
    return found if is_table and all(_is_heading(cell) for cell in sample[found]) else 0


def _filled(row: Sequence[Any]) -> list[Any]:
    return [cell for cell in row if not isinstance(cell, str) or cell.strip()]


def _is_heading(cell: Any) -> bool:
    return isinstance(cell, str) and not _DATA.search(to_latin(cell.strip()))
