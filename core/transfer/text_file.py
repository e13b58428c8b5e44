"""A text file with its encoding, delimiter and preamble settled, as lines and as records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice

from core.transfer import mojibake
from core.transfer.delimiters import layout
from core.transfer.encodings import Encoding, bom_length
from core.transfer.limits import Limits
from core.transfer.refusals import Facts
from core.transfer.source import HEAD, Source


class TextFile:
    """Opened anew for each pass; holds one line at a time, and of an endless line no more than the limit."""

    def __init__(self, source: Source, encoding: Encoding, delimiter: str | None, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.skipped_bytes = bom_length(encoding)
        self.codec, _joint, self.misread_as = encoding.name.partition("-via-")
        found = layout(self._sample(), source.size <= HEAD, delimiter)
        self.facts = Facts("csv", encoding.name, encoding.bom, found.delimiter, found.preamble_lines, found.title_rows)

    def _sample(self) -> str:
        text = self.source.head()[self.skipped_bytes :].decode(self.codec, "replace")
        return mojibake.undo(text, self.misread_as, "replace") if self.misread_as else text

    def lines(self) -> Iterator[str]:
        """The lines from the header on, with their ends; a carriage return alone ends a line too."""
        stream = self.source.open()
        stream.seek(self.skipped_bytes)
        text = io.TextIOWrapper(stream, self.codec, errors="replace", newline="")
        lines = iter(partial(text.readline, self.limits.line_chars + 1), "")
        if self.misread_as:
            lines = mojibake.undone(lines, self.misread_as)
        return islice(lines, self.facts.preamble_lines, None)

    def records(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.facts.delimiter or ",")
