"""What people write to each other, drawn so that its numbers can be read."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: Groups of digits with spaces or hyphens between them, such as a phone. Arabic-Indic digits are none of them: their
#: groups stand the other way round in an isolate too.
_GROUPS = re.compile(r"(?<![\w@/+.:-])\+?[0-9۰-۹]{2,5}(?:[ -][0-9۰-۹]{2,5}){1,5}(?![\w@/:-])")


def numbers_whole(text: str) -> Markup:
    """The text with each number of several groups isolated: in a line from right to left they would change places."""
    drawn, end = Markup(), 0
    for match in _GROUPS.finditer(text):
        drawn += escape(text[end : match.start()]) + Markup('<bdi dir="ltr">{}</bdi>').format(match[0])
        end = match.end()
    return drawn + escape(text[end:])
