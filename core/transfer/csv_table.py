"""Tables in text files: one pass finds out whether the file can be read, the next ones hand out its rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from core.language.i18n import _
from core.transfer import mojibake
from core.transfer.encodings import Encoding
from core.transfer.limits import Limits, cell_too_long, check_columns, too_many_rows
from core.transfer.mapping import clean_header
from core.transfer.refusals import Issue, TransferRefused, binary_content, empty_file
from core.transfer.source import Source
from core.transfer.table import (
    SIGNS_OF_SCIENTIFIC,
    Row,
    Table,
    content_notices,
    fit,
    has_question_marks,
    header_notices,
    scientific_issues,
)
from core.transfer.text_file import TextFile

# Put after the last line; NUL is in no text file. It shows whether the last quotation mark was closed.
_END = "\0end"
_DOS_END = ["\x1a"]
_MOJIBAKE_LINES = 500


@dataclass(slots=True)
class _Survey:
    """What one pass over the whole file found. `signs` say that a closer look at the cells is needed."""

    header: list[str] = field(default_factory=list)
    rows: int = 0
    unclosed_line: int = 0
    signs: set[str] = field(default_factory=set)
    beyond_ascii: list[str] = field(default_factory=list)


def open_csv(source: Source, encoding: Encoding, delimiter: str | None, limits: Limits) -> Table:
    """The table in a text file, once all of it is known to be readable."""
    file = TextFile(source, encoding, delimiter, limits)
    survey = _survey(file)
    page = None if file.misread_as else mojibake.suspected(survey.beyond_ascii)
    # A file that is read as Western now was not saved again: its reader sees the wrong letters and chooses anew.
    if page and not (page == mojibake.ARABIC_AS_WESTERN and file.codec == "windows-1252"):
        raise _mojibake(file, page)
    if any(map(mojibake.is_damaged, survey.beyond_ascii)):
        survey.signs.add("mojibake")
    header = tuple(clean_header(cell) for cell in survey.header)
    marks = _marks(file, survey) if survey.signs else {}
    notices = (*content_notices(marks), *header_notices(header, survey.rows, file.facts.title_rows))
    look_closer = "scientific_notation" in marks

    def rows() -> Iterator[Row]:
        return _rows(file, len(header), survey.unclosed_line, look_closer)

    return Table(file.facts, header, notices, survey.rows, rows)


def _survey(file: TextFile) -> _Survey:
    """Read everything once: count, refuse what breaks a limit, see what needs a closer look."""
    survey, limits, line = _Survey(), file.limits, 0
    records = file.records(chain(_watched(file, survey), (_END,)))
    try:
        for line, cells in enumerate(records, 1):
            if line == 1:
                check_columns(len(cells), limits)
                survey.header = cells
            elif not _is_blank(cells):
                survey.rows += 1
        _check_end(survey, cells, line)
    except csv.Error:
        raise cell_too_long(line + 1, limits) from None
    if survey.rows > limits.rows:
        raise too_many_rows(limits)
    return survey


def _watched(file: TextFile, survey: _Survey) -> Iterator[str]:
    """The lines, each looked at on its way to the parser, which is cheaper than looking at its cells."""
    signs, letters, longest = survey.signs, survey.beyond_ascii, file.limits.line_chars
    most = 2 * file.limits.rows  # a cell may contain line breaks, but a file of blank lines must end too
    for number, line in enumerate(file.lines(), 1):
        if len(line) > longest:
            raise cell_too_long(number, file.limits)
        if number > most:
            raise too_many_rows(file.limits)
        if "\0" in line:
            raise binary_content()
        if not line.isascii():
            if len(letters) < _MOJIBAKE_LINES:
                letters.append(line)
            if "\ufffd" in line:
                signs.add("\ufffd")
        if "E+" in line or "e+" in line:
            signs.add("E")
        if "???" in line:
            signs.add("?")
        yield line


def _check_end(survey: _Survey, last: list[str], line: int) -> None:
    """A file cut off inside its last cell is read; a quotation mark that swallows more lines is refused."""
    if last == [_END]:
        survey.rows -= line > 1
        if _is_blank(survey.header) or survey.header == last:
            raise empty_file()
        return
    last[-1] = last[-1].removesuffix(_END).rstrip("\r\n")
    if "\n" in last[-1] or "\r" in last[-1]:
        message = _(
            "A quotation mark in row {row} is never closed, so the rows after it cannot be told apart. "
            "Close or delete it.",
            row=line,
        )
        raise TransferRefused("unclosed_quote", message)
    survey.unclosed_line = line


def _is_blank(cells: list[str]) -> bool:
    """Whether the row says nothing; programs of the DOS age end a file with a control character."""
    return not any(map(str.strip, cells)) or cells == _DOS_END


def _marks(file: TextFile, survey: _Survey) -> dict[str, int]:
    """Which of the signs are really something to warn about, and in which row they come first."""
    marks: dict[str, int] = {}
    for line, cells in enumerate(file.records(file.lines()), 1 + file.facts.title_rows):
        text = "".join(cells)
        if "\ufffd" in text:
            marks.setdefault("invalid_bytes", line)
        if "mojibake" in survey.signs and any(map(mojibake.is_damaged, cells)):
            marks.setdefault("mojibake_suspected", line)
        if "???" in text and has_question_marks(cells):
            marks.setdefault("question_marks_suspected", line)
        if any(sign in text for sign in SIGNS_OF_SCIENTIFIC) and scientific_issues(cells):
            marks.setdefault("scientific_notation", line)
        if len(marks) == len(survey.signs):
            break
    return marks


def _rows(file: TextFile, width: int, unclosed_line: int, look_closer: bool) -> Iterator[Row]:
    records = file.records(file.lines())
    next(records)
    above = file.facts.title_rows
    for line, cells in enumerate(records, 2):
        if _is_blank(cells):
            continue
        issues = fit(cells, width) if len(cells) != width else ()
        if look_closer:
            issues += scientific_issues(cells)
        if line == unclosed_line:
            cells[-1] = cells[-1].rstrip("\r\n")
            issues += (_unclosed(),)
        yield Row(line + above, cells, issues)


def _unclosed() -> Issue:
    message = _("The last cell of this row has no closing quotation mark. The file may be cut off here.")
    return Issue("unclosed_quote", message, is_error=False)


def _mojibake(file: TextFile, page: str) -> TransferRefused:
    """Refuse, and show how the first rows would read if they were repaired."""
    repaired = file.records(mojibake.undone(file.lines(), page))
    sample = tuple(tuple(clean_header(cell)[:60] for cell in row) for row in islice(repaired, 5))
    message = _(
        "The letters were damaged when the file was saved in another program. Repaired, it would read: "
        "{sample}. Accept this reading, or export the file again as UTF-8.",
        sample=" / ".join(row[0] for row in sample[:3] if row),
    )
    offer = {"encoding": f"utf-8-via-{page}"}
    return TransferRefused("mojibake_suspected", message, facts=file.facts, offer=offer, sample=sample)
