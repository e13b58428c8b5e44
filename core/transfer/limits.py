"""How large a file may be, and which names are no file names.

The figures keep one upload from using up the machine (C9, SEC-45); they are far above real customer lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.language.i18n import _
from core.transfer.refusals import TransferRefused

MEBIBYTE = 1024 * 1024
# Separators of every system, their look-alikes and percent forms, controls, and parent folders (SEC-08).
_PATH_TRICK = re.compile(
    r"[/\\\x00-\x1f\x7f\u2044\u2215\u29f8\uff0f\uff3c\ud800-\udfff]|%(?:2e%2e|2f|5c|00)|^\.\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read. `cell_chars` is also where Python's csv module gives up, so it is not raised."""

    file_bytes: int = 256 * MEBIBYTE
    rows: int = 1_000_000
    columns: int = 1_000
    cell_chars: int = 131_072
    line_chars: int = 4_000_000
    unzipped_bytes: int = 256 * MEBIBYTE
    zip_entries: int = 1_000
    zip_ratio: int = 100
    parser_bytes: int = 1536 * MEBIBYTE
    parser_seconds: int = 60


DEFAULT = Limits()


def check_file_name(name: str) -> str:
    """`name` when it is a plain file name; it is shown and its ending looked at, never made a path of."""
    if not name or len(name) > 255 or _PATH_TRICK.search(name):
        message = _("The file’s name contains a path or a forbidden character. Rename the file and choose it again.")
        raise TransferRefused("bad_file_name", message)
    return name


def check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        message = _(
            "The file is larger than {limit} MB. Split it into several files.",
            limit=limits.file_bytes // MEBIBYTE,
        )
        raise TransferRefused("file_too_large", message)


def check_columns(count: int, limits: Limits) -> None:
    if count > limits.columns:
        message = _(
            "The file has {count} columns; at most {limit} can be imported. Delete the columns that are not needed.",
            count=count,
            limit=limits.columns,
        )
        raise TransferRefused("too_many_columns", message)


def too_many_rows(limits: Limits) -> TransferRefused:
    message = _("The file has more than {limit} rows. Split it into several files.", limit=limits.rows)
    return TransferRefused("too_many_rows", message)


def cell_too_long(row: int, limits: Limits) -> TransferRefused:
    message = _(
        "Row {row} contains a cell of more than {limit} characters. Shorten it, or check for a "
        "quotation mark that is never closed.",
        row=row,
        limit=limits.cell_chars,
    )
    return TransferRefused("cell_too_long", message)
