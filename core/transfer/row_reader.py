"""All that can be done with a row before the database is asked: parse it, clean it, make its keys.

It depends on the row, the plan and the registry alone, so that it can be done ahead and in another process.
"""

from __future__ import annotations

from typing import Any

from core.language.text import search_key
from core.records import Cleaned, clean_new, countries_first
from core.search import KeyWriter
from core.transfer.row_parser import ParsedRow, RowParser
from core.transfer.table import Row


class RowReader:
    """Reads the rows of one table by one plan."""

    def __init__(self, parser: RowParser) -> None:
        self.parser, self.spec, self.plan = parser, parser.spec, parser.plan
        self._keys = KeyWriter(parser.spec)
        self._orders: dict[tuple[str, ...], list[str]] = {}

    def read(self, row: Row) -> ParsedRow:
        """The row with its values as a new record would have them; `values` stay as they were parsed."""
        parsed = self.parser.parse(row)
        names = tuple(parsed.values)
        order = self._orders.get(names)
        if order is None:
            order = self._orders[names] = countries_first(self.spec, names)
        cleaned = clean_new(self.spec, parsed.values, order, self.parser.home_country)
        if not parsed.errors and not cleaned.errors:
            cleaned.keys = self._keys.keys(cleaned.values)
        parsed.cleaned = cleaned
        parsed.key = self._key(cleaned)
        return parsed

    def _key(self, cleaned: Cleaned) -> Any:
        """What recognises the row's record, as `records.ids_by_key` compares it; None when there is nothing."""
        value = cleaned.values.get(self.plan.match) if self.plan.match else None
        if value is None or value == "":
            return None
        return search_key(value) if self.spec.folded(self.plan.match) is not None else value
