"""What reading a file for an import costs, beside the parser that it stands on.

    python benchmarks/reading_files.py

Processor time of this process and of those it has waited for, the best of several rounds, as a ratio to the parser
alone in the same run; exit status 1 when one is above its limit.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core.transfer.reader import open_table  # noqa: E402  the path has to be set first

ROWS, ROUNDS = 30_000, 5
HEADER = ["نام", "نام خانوادگی", "ایمیل", "موبایل", "کشور", "شهر", "نشانی", "وضعیت", "یادداشت", "شماره"]
Read = Callable[[Path], int]


def lines() -> Iterator[list[str]]:
    """The heading and the rows."""
    yield HEADER
    for number in range(ROWS):
        yield [
            f"محمد {number}", "احمدي", f"user{number}@example.com", f"+98912{number:07}", "IR", "تهران",
            "خيابان وليعصر پلاک 12", "new", "يادداشت کوتاه", str(number),
        ]  # fmt: skip


def with_csv(encoding: str) -> Read:
    """The csv module alone."""

    def read(path: Path) -> int:
        with path.open(encoding=encoding, newline="") as file:
            return sum(1 for _cells in csv.reader(file))

    return read


def with_calamine(path: Path) -> int:
    """The workbook's parser alone."""
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def with_diwan(path: Path) -> int:
    """As an import reads it."""
    return sum(1 for _row in open_table(path).rows())


def seconds(read: Read, path: Path) -> float:
    """The least processor time of a few readings."""
    spent = []
    for _round in range(ROUNDS):
        start = processor_seconds()
        if read(path) < ROWS:
            sys.exit(f"{path.name} was not read to its end")
        spent.append(processor_seconds() - start)
    return min(spent)


def processor_seconds() -> float:
    """Of this process and of those it has waited for."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def make_text(path: Path, encoding: str) -> Path:
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file).writerows(lines())
    return path


def make_workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate(lines()):
        sheet.write_row(number, 0, cells)
    book.close()
    return path


def main() -> int:
    """Print the table; 1 when a limit is passed."""
    too_slow = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases: list[tuple[str, Path, Read, float]] = [
            (f"CSV in {encoding}", make_text(folder / f"{encoding}.csv", encoding), with_csv(encoding), 6)
            for encoding in ("utf-8-sig", "cp1256")
        ]
        cases.append(("Excel workbook", make_workbook(folder / "book.xlsx"), with_calamine, 4))
        for what, path, parser, limit in cases:
            floor, spent = seconds(parser, path), seconds(with_diwan, path)
            too_slow |= spent > limit * floor
            print(f"{what:18} {ROWS / spent:9,.0f} rows/s   {spent / floor:4.1f} × the parser   limit {limit}"
                  f"{'   TOO SLOW' if spent > limit * floor else ''}")  # fmt: skip
    return int(too_slow)


if __name__ == "__main__":
    sys.exit(main())
