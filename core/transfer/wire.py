"""Parsed rows as JSON, for the pipe between the process that reads a file and the one that writes its rows.

JSON, not pickle: what comes out of a pipe is data and never code (SEC-06). Messages become texts in the reader's
language, which is the same on both sides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from core.records import Cleaned
from core.search import Keys
from core.transfer.row_parser import ParsedRow, RowError
from core.transfer.table import BoolCell, DateCell, NumberCell, TimeCell, TypedCell

_CELLS: dict[str, type[TypedCell]] = {kind.__name__: kind for kind in (NumberCell, DateCell, TimeCell, BoolCell)}
_PLAIN = frozenset({str, int, bool, type(None)})

#: What JSON has no form for, as {mark: text}. Values are never objects of their own, so a mark cannot be mistaken.
_READ: dict[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "bytes": bytes.fromhex,
    "list": lambda items: tuple(_value(item) for item in items),
}


#: Ends the JSON; what follows are the cells, a line a row, read only for rows that fail.
_END = b"\n"


class PackedCells(Sequence[str]):
    """The cells of a row as they came, unpacked when somebody looks at them."""

    __slots__ = ("_packed",)

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    def _cells(self) -> list[str]:
        return [cell if isinstance(cell, str) else _CELLS[cell[0]](cell[1]) for cell in orjson.loads(self._packed)]

    def __len__(self) -> int:
        return len(self._cells())

    def __getitem__(self, place: Any) -> Any:
        return self._cells()[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells())


def pack(rows: list[ParsedRow], notes: Mapping[str, int]) -> bytes:
    """A batch of rows and what was repaired in them, by code."""
    names = _key_columns(rows)
    body = orjson.dumps([[_row(row) for row in rows], dict(notes), names])
    return _END.join([body, *(orjson.dumps(_cells(row.cells)) for row in rows)])


def unpack(body: bytes) -> tuple[list[ParsedRow], dict[str, int]]:
    """The batch again."""
    head, *cells = body.split(_END)
    rows, notes, (names, bytes_at) = orjson.loads(head)
    return [_parsed(PackedCells(packed), names, bytes_at, *row)
            for packed, row in zip(cells, rows, strict=True)], notes


def _key_columns(rows: list[ParsedRow]) -> tuple[list[str], list[int]]:
    """The names of the key columns, which are the same for all rows that have keys, and which of them hold bytes."""
    for row in rows:
        if row.cleaned is not None and row.cleaned.keys is not None:
            columns = row.cleaned.keys.columns
            return list(columns), [place for place, value in enumerate(columns.values()) if isinstance(value, bytes)]
    return [], []


def _cells(cells: Sequence[str]) -> list[Any]:
    return [[type(cell).__name__, str(cell)] if isinstance(cell, TypedCell) else cell for cell in cells]


def _row(row: ParsedRow) -> list[Any]:
    """Values are sent once as a new record would have them, and again where they stood otherwise in the file."""
    errors = [[error.place, error.column, str(error.message)] for error in row.errors]
    cleaned = row.cleaned or Cleaned({})
    values, marked = _written(cleaned.values)
    raw = {name: _out(value) for name, value in row.values.items()
           if not _is_same(value, cleaned.values.get(name, _MISSING))}
    wrong = {name: str(message) for name, message in cleaned.errors.items()}
    warnings = [[name, str(message)] for name, message in cleaned.warnings]
    return [row.line, values, marked, raw, row.names, errors, _out(row.key), row.cleaned is not None, wrong, warnings,
            *_out_keys(cleaned.keys)]


def _out_keys(keys: Keys | None) -> tuple[list[Any] | None, list[str | None] | None]:
    if keys is None:
        return None, None
    return [value.hex() if type(value) is bytes else value for value in keys.columns.values()], keys.parts


_MISSING = object()


def _is_same(given: Any, clean: Any) -> bool:
    return given is clean or (type(given) is type(clean) and type(given) in _PLAIN and bool(given == clean))


def _parsed(  # one argument each for what `_row` sends
    cells: PackedCells, key_names: list[str], bytes_at: list[int], line: int, values: dict[str, Any],
    marked: list[str], raw: dict[str, Any], names: dict[str, str], errors: list[Any], key: Any, is_cleaned: bool,
    wrong: dict[str, str], warnings: list[Any], columns: list[Any] | None, parts: list[str | None] | None,
) -> ParsedRow:  # fmt: skip
    for name in marked:
        values[name] = _value(values[name])
    given = {**values, **{name: _value(value) for name, value in raw.items()}} if raw else values.copy()
    cleaned = None
    if is_cleaned:
        cleaned = Cleaned(values, wrong, [(name, message) for name, message in warnings])
        if columns is not None and parts is not None:
            for place in bytes_at:
                columns[place] = bytes.fromhex(columns[place])
            cleaned.keys = Keys(dict(zip(key_names, columns, strict=True)), parts)
    return ParsedRow(line, cells, given, names, [RowError(*error) for error in errors],
                     key if type(key) is not dict else _value(key), cleaned)


def _written(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values as JSON has them, and the names of those that JSON has no form for."""
    marked = [name for name, value in values.items() if type(value) not in _PLAIN]
    if not marked:
        return dict(values), marked
    return {name: value if type(value) in _PLAIN else _out(value) for name, value in values.items()}, marked


def _out(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | None):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, list | tuple):
        return {"list": [_out(item) for item in value]}
    raise TypeError(f"{type(value).__name__} has no form on the pipe")


def _value(value: Any) -> Any:
    if type(value) is not dict:
        return value
    (mark, text), = value.items()
    return _READ[mark](text)
