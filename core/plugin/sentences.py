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
#: Of what a watchdog ends: raised inside the plugin, so they are kept behind the name of a class.
SILENT = _("It gave no sign of life for too long and was ended.")
AT_WORK = _("It was at work for longer than a request may take; long work belongs in a job.")
#: Of jobs. Whoever looks at them is seldom the one who asked for them.
JOB_LOST = _("The worker ended while it worked on this job, every time.")
JOB_SILENT = _("The module “{module}” gave no sign of life in this job for too long, so it was ended.")
JOB_MEMORY = _("The module “{module}” wanted more memory for this job than one process may have.")
#: Of fields that it adds to records of others.
KEY_OF_ADMIN = _("It adds the field {field} to {entity}, where an administrator has added one of that name. Delete "
                 "that one with its values first, or keep the module off.")
KEY_OF_MODULE = _("It adds the field {field} to {entity}, where the module {module} has one of that name.")
OTHER_TYPE = _("Its field {field} of {entity} has another type than the values that are stored under this name.")
ALL = (NO_END, PROCESSOR, MEMORY, SIGNAL, STATUS, NOT_INSTALLED, NEEDS, ENDED, SILENT, AT_WORK, JOB_LOST, JOB_SILENT,
       JOB_MEMORY, KEY_OF_ADMIN, KEY_OF_MODULE, OTHER_TYPE)

_OF_A_WATCHDOG = re.compile(r"([\w.]+\.)?Overdue: ")


def written(sentence: LazyString, **values: object) -> str:
    """The sentence as it is kept."""
    return sentence.source.format(**values)


def end(status: int) -> str:
    """How a process ended that said nothing, as it is kept; a negative status is a signal's."""
    return written(STATUS, number=status) if status >= 0 else written(SIGNAL, number=-status)


def told(text: str) -> str:
    """A kept sentence in the reader's language; any other text as it is."""
    bare = _OF_A_WATCHDOG.sub("", text)
    for sentence in ALL:
        found = _pattern(sentence.source).fullmatch(bare)
        if found:
            return str(sentence.filled(**{
                name: int(value) if value.isdecimal() else value for name, value in found.groupdict().items()}))
    return text


def is_ours(text: str) -> bool:
    """Whether this is a kept sentence, and no message of a program."""
    return any(_pattern(sentence.source).fullmatch(text) for sentence in ALL)


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(source)))
