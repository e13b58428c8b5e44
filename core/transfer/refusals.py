"""What a file is refused for, and what is remarked about a table, a row or a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from core.errors import DiwanError
from core.language.i18n import _


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about a file: shown to the user, who may correct it (C1)."""

    kind: str = "csv"
    encoding: str | None = None
    bom: bool = False
    delimiter: str | None = None
    preamble_lines: int = 0
    title_rows: int = 0


class TransferRefused(DiwanError):
    """The file as a whole cannot be imported. Nothing was read past the point that is named.

    `code` is stable, `message` says what to do. `offer` is what `open_table` can be called with instead
    (`{"kind": "xlsx"}`), once the user agrees; `sample` is how the first rows would read then.
    """

    status = 422

    def __init__(
        self,
        code: str,
        message: Any,
        *,
        facts: Facts | None = None,
        offer: dict[str, str] | None = None,
        sample: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts
        self.offer = offer or {}
        self.sample = sample


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know about the table before importing it; it stops nothing."""

    code: str
    message: Any


class Issue(NamedTuple):
    """A remark on one row, or on one cell when `column` (its position from 0) is given.

    An error on a row means the row is not imported. An error on a cell counts only when its column is mapped.
    """

    code: str
    message: Any
    column: int | None = None
    is_error: bool = True


def empty_file() -> TransferRefused:
    message = _("The file is empty. Choose a file with a header row and at least one row.")
    return TransferRefused("empty_file", message)


def not_a_workbook() -> TransferRefused:
    message = _(
        "The file is not an Excel workbook or is damaged. Open it in Excel, save it again as .xlsx and "
        "choose the new file."
    )
    return TransferRefused("not_a_workbook", message)


def binary_content() -> TransferRefused:
    message = _("The file is not text: it contains bytes that no table has. Export it again as .xlsx or as CSV.")
    return TransferRefused("binary_content", message)
