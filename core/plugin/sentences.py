"""What Diwan itself says of a plugin that could not say anything: one fixed sentence each.

Causes are kept as text, for readers of every language, and mostly are traces. These sentences are kept in English and
told in the language of whoever reads them.
"""

from __future__ import annotations

import re
from functools import cache

from core.language.i18n import LazyString, _

#: Values are in braces, so that a kept sentence can be recognised.
NO_END = _("It did not come to an end in {seconds} seconds.")
PROCESSOR = _("It needs more than {seconds} seconds of processor time.")
MEMORY = _("It needs more than {megabytes} MB of memory.")
SIGNAL = _("Its process was ended by the system with signal {number}.")
STATUS = _("It ended its process with status {number} and gave no reason.")
NOT_INSTALLED = _("Its package is not installed.")
NEEDS = _("What it needs is not running: {names}.")
ENDED = _("It did not come to an end and was ended with its process.")
ALL = (NO_END, PROCESSOR, MEMORY, SIGNAL, STATUS, NOT_INSTALLED, NEEDS, ENDED)


def written(sentence: LazyString, **values: object) -> str:
    """The sentence as it is kept."""
    return sentence.source.format(**values)


def told(text: str) -> str:
    """A kept sentence in the reader's language; any other text as it is."""
    for sentence in ALL:
        found = _pattern(sentence.source).fullmatch(text)
        if found:
            return str(sentence.filled(**{
                name: int(value) if value.isdecimal() else value for name, value in found.groupdict().items()}))
    return text


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(source)))
