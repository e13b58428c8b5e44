"""What templates and style sheets must not hold, found by pattern: the same for ours and for partners'."""

from __future__ import annotations

import re
from collections.abc import Iterator

PHYSICAL = re.compile(
    r"""(?:^|[;{\s])(?:
        (?:(?:scroll-)?(?:margin|padding)|border)-(?:left|right)\b
        | border-(?:top|bottom)-(?:left|right)-radius\b
        | (?:left|right)\s*:
        | (?:text-align|float|clear)\s*:\s*(?:left|right)\b
    )""",
    re.VERBOSE | re.MULTILINE,
)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
INLINE_STYLE = re.compile(r"<[^>]*\sstyle\s*=|<style\b(?![^>]*nonce)", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*(?:\bnonce=|application/json))", re.IGNORECASE)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def physical_sides(text: str) -> Iterator[int]:
    """Pages run from right to left as well, so style sheets know start and end, not left and right."""
    return lines_of(PHYSICAL, CSS_COMMENT.sub(_blank, text))


def unescaped(text: str) -> Iterator[int]:
    """Templates escape everything (SEC-13)."""
    return lines_of(UNESCAPED, text)


def inline_code(text: str) -> Iterator[int]:
    """The content security policy refuses styles, handlers and scripts without a nonce in a page."""
    for pattern in (INLINE_STYLE, INLINE_HANDLER, INLINE_SCRIPT):
        yield from lines_of(pattern, text)


def lines_of(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The numbers of the lines on which `pattern` is found."""
    return (text.count("\n", 0, match.start()) + 1 for match in pattern.finditer(text))


def _blank(comment: re.Match[str]) -> str:
    """The comment's line breaks alone, so that line numbers stay right."""
    return "\n" * comment.group().count("\n")
