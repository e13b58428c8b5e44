"""Patterns that admins give for texts: checked beforehand, so that no value can keep the server busy (SEC-45).

Python tries every way in which a pattern may fit. A repetition inside a repetition, or many of them in a row, makes
that take for ever on a long text that does not fit; such patterns are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from core.entity.types import FieldError
from core.language.i18n import _

MOST_REPEATS = 3
#: A repetition of up to so many times is no danger by itself.
FEW = 20
LONGEST = 200


def check_pattern(pattern: str) -> None:
    """FieldError when it is no regular expression, or one that could take too long."""
    if len(pattern) > LONGEST:
        raise FieldError(_("This is longer than {limit} characters. Shorten it.", limit=LONGEST))
    try:
        re.compile(pattern)
        parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]
    except (re.error, RecursionError, OverflowError) as error:
        raise FieldError(_("This is no regular expression: {reason}", reason=str(error)[:100])) from None
    repeats = list(_repeats(parsed, inside=False))
    nested = any(inside for _most, inside in repeats)
    if nested or len([most for most, _inside in repeats if most > FEW]) > MOST_REPEATS:
        raise FieldError(_("This pattern could take too long. Leave out repetitions inside repetitions."))


def _repeats(parsed: Any, inside: bool) -> Iterator[tuple[int, bool]]:
    """(most repetitions, whether it stands inside another) of each repetition in the pattern."""
    for operator, argument in parsed:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _least, most, inner = argument
            many = int(most) > 1
            if many:
                yield int(most), inside and int(most) > 1
            yield from _repeats(inner, inside or many)
        elif name == "BRANCH":
            if inside:
                yield 2, True
            for branch in argument[1]:
                yield from _repeats(branch, inside)
        elif name in ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"):
            yield from _repeats(argument if name == "ATOMIC_GROUP" else argument[-1], inside)
        elif name in ("GROUPREF", "GROUPREF_EXISTS"):
            yield 2, True  # a text found again: fits in too many ways to foresee
