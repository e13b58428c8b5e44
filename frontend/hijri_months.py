"""Writes the table of Hijri month lengths that the date picker uses, from the hijridate library.

Browsers have a Hijri calendar of their own, but its months start on other days outside 1420 to 1450 AH, which
would show most birth dates wrongly. So browser and server read one table. Run after hijridate changes::

    python frontend/hijri_months.py

``tests/ui_components/test_calendar_arithmetic.py`` fails while the committed table is another one.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

from hijridate import Hijri, ummalqura

TARGET = Path(__file__).resolve().parents[1] / "core" / "ui" / "static" / "js" / "hijri-months.js"
EPOCH = dt.date(1970, 1, 1)
YEARS_A_LINE = 10


def years_of_lengths() -> list[int]:
    """For each year 24 bits, two for each month and the lowest for Muharram: its days beyond 28.

    Two bits, because the historic table holds a few months of 28 and of 31 days.
    """
    lengths = [end - start for start, end in pairwise(ummalqura.MONTH_STARTS)]
    if not set(lengths) <= {28, 29, 30, 31}:
        raise ValueError("A Hijri month must have 28 to 31 days.")
    years = [lengths[start : start + 12] for start in range(0, len(lengths), 12)]
    return [sum((days - 28) << (2 * month) for month, days in enumerate(year)) for year in years]


def render() -> str:
    """The JavaScript file, byte by byte as it is committed."""
    first_year = ummalqura.HIJRI_RANGE[0][0]
    first_day = (Hijri(first_year, 1, 1).to_gregorian() - EPOCH).days
    numbers = [f"0x{bits:06x}" for bits in years_of_lengths()]
    lines = [", ".join(numbers[at : at + YEARS_A_LINE]) for at in range(0, len(numbers), YEARS_A_LINE)]
    return (
        "// Umm al-Qura month lengths, written by frontend/hijri_months.py from the hijridate library; do not edit.\n"
        f"export const FIRST_YEAR = {first_year};\n"
        "// Days from 1970-01-01 to 1 Muharram of the first year.\n"
        f"export const FIRST_DAY = {first_day};\n"
        "// One number a year, two bits a month with Muharram in the lowest: the days of the month beyond 28.\n"
        "export const MONTH_LENGTHS = [\n" + "".join(f"  {line},\n" for line in lines) + "];\n"
    )


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
