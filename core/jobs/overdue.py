"""The watchdog of a worker: a job that gives no sign any more is ended, under its name, and with nothing else (REL-20).

It is interrupted first, by an exception in its thread. What does not notice, since it waits or catches everything,
costs the process: its try is noted as failed, the other jobs come to their next step or are handed back, and a new
process takes the place.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import traceback
from dataclasses import dataclass, field

from core.jobs.context import Context
from core.plugin import sentences

#: Seconds until what was interrupted counts as deaf.
DEAF = 15.0


class Overdue(SystemExit):
    """Raised inside the job. A SystemExit, so that an `except Exception` of its own does not swallow it.

    `cause` is where it stood, frame by frame, when it did not notice; the interpreter raises it without one.
    """

    def __init__(self, cause: str = "") -> None:
        super().__init__(sentences.SILENT.source)
        self.cause = cause


@dataclass(slots=True)
class Held:
    """A job at work in a thread, and how long it had been silent when it was interrupted."""

    context: Context
    thread: int = field(default_factory=threading.get_ident)
    interrupted: float | None = None

    def look(self) -> Overdue | None:
        """Interrupt it when it has been silent for too long; what to end it with when that was of no use."""
        silent, allowed = self.context.silence, self.context.declared.silence
        if silent < allowed:
            self.interrupted = None
        elif self.interrupted is None:
            self.interrupted = silent
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(Overdue))
        elif silent - self.interrupted >= DEAF:
            return Overdue("".join(traceback.format_stack(sys._current_frames().get(self.thread), limit=12)))
        return None
