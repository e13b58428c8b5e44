"""Taking plugins in apart, before a process that has to last does it: one that ends or holds up whoever imports it.

Its trial has shown nothing of that, since it behaves otherwise there, as one does that asks the network or does not
get on with another. Without this a start would end without a word, or never, and with it every page on which somebody
could turn the plugin off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.sharedctypes import SynchronizedString
from typing import Any

from core.ops import keeper
from core.plugin import loader, sentences, trial

#: Seconds between looks at how far the process is.
LOOK = 0.2
#: Seconds that a plugin may stand at the door, as at its trial.
WAITING = trial.Limits().waiting
#: Bytes of a plugin's name.
LONGEST_NAME = 200


def apart(work: Callable[[], Any], waiting: float = WAITING) -> int:
    """Do this in a process of its own; its status. What it imports, this process and those it forks have not.

    A plugin that it does not survive, or that takes longer than `waiting` seconds to come in, is kept out, with the
    cause, and the work is done again without that plugin.
    """
    context = keeper.context()
    kept_out: set[str] = set()
    while True:
        note = context.Array("c", LONGEST_NAME)
        process = context.Process(target=_noting, args=(note, work), name="diwan-look")
        process.start()
        cause = _end_of(process, note, waiting)
        name = note.value.decode()
        if not name or name in kept_out:  # Where its cause cannot be kept, it comes again.
            return int(process.exitcode or 0)
        kept_out.add(name)
        loader.keep_out(name, cause)


def before_start() -> None:
    """The same for a process that imports plugins itself. Those that came with Diwan need no such care."""
    if loader.has_foreign():
        apart(loader.installed)


def _noting(note: SynchronizedString, work: Callable[[], Any]) -> None:
    trial.note_on(note)
    work()


def _end_of(process: Any, note: SynchronizedString, waiting: float) -> str:
    """How it ended; one in which the same plugin stands at the door for too long is ended."""
    seen, since = b"", time.monotonic()
    while process.is_alive():
        process.join(LOOK)
        if note.value != seen:
            seen, since = note.value, time.monotonic()
        elif seen and time.monotonic() - since >= waiting:
            process.kill()
            process.join()
            return sentences.written(sentences.NO_END, seconds=f"{waiting:g}")
    return sentences.end(process.exitcode)
