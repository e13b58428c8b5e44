"""Write a customer list to import.

    python benchmarks/make_contacts.py --rows 50000 -o contacts.csv

The same seed gives the same file. The columns are named as the fields of a contact. Firms are left out unless
`--companies FILE` asks for them: their list has to be imported first, as contacts.company.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.people import (  # noqa: E402  the path has to be set first
    CALENDARS,
    COLUMNS,
    POPULATIONS,
    firms,
    people,
)

_COMPANY = COLUMNS.index("company_name")


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = True) -> None:
    """A CSV file as Excel writes it: UTF-8, with a byte order mark unless told otherwise, CRLF."""
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def without_company(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    return (row[:_COMPANY] + row[_COMPANY + 1 :] for row in rows)


def write_contacts(
    path: Path, count: int, *, seed: int = 1, calendar: str = "gregorian", bom: bool = True, companies: bool = False
) -> None:
    """`count` contacts; with `companies` the column that names their firms."""
    rows = people(count, seed, calendar)
    if companies:
        write(path, ["company_id" if name == "company_name" else name for name in COLUMNS], rows, bom=bom)
    else:
        header = [name for name in COLUMNS if name != "company_name"]
        write(path, header, without_company(rows), bom=bom)


def write_companies(path: Path, *, bom: bool = True) -> None:
    """All firms that any contact may work for."""
    rows = [(firm.name, firm.domain) for population in POPULATIONS for firm in firms(population)]
    write(path, ("name", "domain"), rows, bom=bom)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make_contacts", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("-o", "--output", type=Path, default=Path("contacts.csv"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calendar", choices=CALENDARS, default="gregorian", help="how birthdays are written")
    parser.add_argument("--no-bom", action="store_true", help="UTF-8 without a byte order mark")
    parser.add_argument("--companies", type=Path, metavar="FILE", help="write the firms too, and a column naming them")
    chosen = parser.parse_args(arguments)
    start = time.perf_counter()
    bom = not chosen.no_bom
    if chosen.companies:
        write_companies(chosen.companies, bom=bom)
    write_contacts(
        chosen.output,
        chosen.rows,
        seed=chosen.seed,
        calendar=chosen.calendar,
        bom=bom,
        companies=bool(chosen.companies),
    )
    print(f"{chosen.rows} rows in {time.perf_counter() - start:.1f} s: {chosen.output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
