"""Open a file as a table: what it is, what its columns are called, and its rows one by one.

    table = open_table(path, "customers.csv")
    for line, cells, issues in table.rows(): ...

Everything that can make a file unfit for import is found here, before the first row is handed out.
"""

from __future__ import annotations

import os

from core.transfer.csv_table import open_csv
from core.transfer.detect import kind_of
from core.transfer.encodings import choose, given
from core.transfer.limits import DEFAULT, Limits, check_file_name, check_size
from core.transfer.source import Source
from core.transfer.table import Table
from core.transfer.xlsx_table import open_xlsx


def open_table(
    content: bytes | str | os.PathLike[str],
    file_name: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    kind: str | None = None,
    sheet: str = "",
    limits: Limits = DEFAULT,
) -> Table:
    """The table in `content` (a path, or the bytes themselves); `TransferRefused` when it is none.

    `file_name` is what the user calls the file, by default the path's name. `encoding`, `delimiter` and
    `kind` overrule what is detected. Each pass over the rows reads the file again, so it must stay in place.
    """
    source = Source(content)
    name = check_file_name(file_name or source.name) if file_name or source.name else ""
    check_size(source.size, limits)
    if kind_of(source, name, kind) == "xlsx":
        return open_xlsx(source, limits, sheet)
    found = given(source, encoding) if encoding else choose(source)
    return open_csv(source, found, delimiter, limits)
