"""Cells that a spreadsheet program would run as formulas (C12, SEC-09).

On the way out such a text gets one apostrophe; on the way in exactly one is taken off again, so that every
text survives the round trip. Plain negative numbers stay numbers.
"""

from __future__ import annotations

import re

# White space, byte order marks and direction marks: a program skips them before it looks for a trigger.
_LEADING = r"\s\ufeff\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_TRIGGERS = r"=+\-@＝＋－＠"
_FORMULA = re.compile(rf"[{_LEADING}]*[{_TRIGGERS}]|[\t\r\n]")
_NEGATIVE_NUMBER = re.compile(r"-\d[\d,.٫٬]*\Z")
# An apostrophe before one of these is, or would be taken for, a mark that the text is no formula or number.
_MARKED = re.compile(rf"'[{_TRIGGERS}{_LEADING}\d']")


def neutralise(value: str) -> str:
    """`value` as it is safe in a CSV cell."""
    if value[:1].isalnum():
        return value
    if _FORMULA.match(value):
        return value if _NEGATIVE_NUMBER.match(value) else "'" + value
    return "'" + value if _MARKED.match(value) else value


def restore(cell: str) -> str:
    """The text that `neutralise` was given, or that a user protected with an apostrophe himself."""
    return cell[1:] if _MARKED.match(cell) else cell


def is_formula(value: str) -> bool:
    """Whether a spreadsheet program could run `value`."""
    return not value[:1].isalnum() and bool(_FORMULA.match(value)) and not _NEGATIVE_NUMBER.match(value)
