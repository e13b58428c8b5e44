"""Python's garbage collector, set for processes that load much once and then make many short-lived values."""

from __future__ import annotations

import atexit
import gc

#: New containers after which the youngest are looked through; Python's own 700 are reached by every few rows.
YOUNG = 50_000
#: The same where thousands of rows are held at once, none of which is garbage until they are written.
YOUNG_OF_MANY_ROWS = 400_000


def begin() -> None:
    """For the start of a command: what its imports make is no garbage, and looking for it was a tenth of their time."""
    gc.set_threshold(YOUNG, 20, 50)


def settle(young: int = YOUNG) -> None:
    """What is loaded now stays, so it is not looked through again; and the rest is looked through less often.

    For the start of a process: after its imports and its registry, before its work.
    """
    gc.collect()
    gc.freeze()
    # At the end all is looked through once more, so that what belongs together goes together.
    atexit.register(gc.unfreeze)
    gc.set_threshold(young, 20, 50)
