"""What people write, drawn so that its numbers can be read and so that its beginning stays where it is cut off."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: Groups of digits with spaces or hyphens between them, such as a phone. Arabic-Indic digits are none of them: their
#: groups stand the other way round in an isolate too.
_GROUPS = re.compile(r"(?<![\w@/+.:-])\+?[0-9۰-۹]{2,5}(?:[ -][0-9۰-۹]{2,5}){1,5}(?![\w@/:-])")

_LEFT_TO_RIGHT = re.compile(r"[A-Za-z\u00c0-\u058f\u1e00-\u1fff]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def cut_class(text: object) -> str:
    """The classes of an element that cuts this text off at its edge (css/base.css)."""
    words = str(text)
    return "dw-cut dw-both" if _RIGHT_TO_LEFT.search(words) and _LEFT_TO_RIGHT.search(words) else "dw-cut"


def numbers_whole(text: str) -> Markup:
    """The text with each number of several groups isolated: in a line from right to left they would change places."""
    drawn, end = Markup(), 0
    for match in _GROUPS.finditer(text):
        drawn += escape(text[end : match.start()]) + Markup('<bdi dir="ltr">{}</bdi>').format(match[0])
        end = match.end()
    return drawn + escape(text[end:])
