"""The watchdog of a serving process: what a plugin does without end in a request is ended, under its name (REL-20).

It looks at the threads now and then. One in which the same plugin is at work for too long is interrupted; one that does
not notice, since it waits or catches everything, costs the process: a new one takes its place.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from core.plugin import containment, loader, sentences
from core.plugin.health import write_down
from core.web import Application

#: Between two looks.
LOOK = 0.5
#: For the last words of a process that is given up: its thread may hold the lock that they need.
LAST_WORDS = 5.0
GIVEN_UP = 70


class Overdue(SystemExit):
    """Raised inside the plugin. A SystemExit, so that an `except Exception` of its own does not swallow it."""

    def __init__(self) -> None:
        super().__init__(sentences.AT_WORK.source)


@dataclass(slots=True)
class Seen:
    """Which plugin is at work in a thread, since when without a break, and when it was interrupted."""

    plugin: str
    since: float
    interrupted: float | None = None


class Watchdog:
    """`limit` seconds until a plugin is interrupted, and as many again until the process is given up."""

    def __init__(self, limit: float, give_up: Callable[[str, FrameType], None]) -> None:
        self._limit = limit
        self._give_up = give_up
        self._seen: dict[int, Seen] = {}

    def look(self) -> None:
        now, frames = time.monotonic(), sys._current_frames()
        owners = {thread: owner for thread, frame in frames.items() if (owner := _owner(frame))}
        self._seen = {thread: known if (known := self._seen.get(thread)) and known.plugin == owner else Seen(owner, now)
                      for thread, owner in owners.items()}
        for thread, seen in self._seen.items():
            if seen.interrupted is None and now - seen.since >= self._limit:
                seen.interrupted = now
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Overdue))
            elif seen.interrupted is not None and now - seen.interrupted >= self._limit:
                self._give_up(seen.plugin, frames[thread])


def start(application: Application, limit: float) -> None:
    """Watch this process from now on."""
    dog = Watchdog(limit, lambda plugin, frame: _give_up(application, plugin, frame))

    def watch() -> None:
        while True:
            time.sleep(LOOK)
            dog.look()

    threading.Thread(target=watch, name="watchdog", daemon=True).start()


def _owner(frame: FrameType | None) -> str:
    """The plugin nearest to where a thread stands; also one that has been turned off since it began."""
    packages = {plugin.package: name for name, plugin in loader.installed().plugins.items()}
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        for package, name in packages.items():
            if module == package or module.startswith(f"{package}."):
                return name
        frame = frame.f_back
    return ""


def _give_up(application: Application, plugin: str, frame: FrameType) -> None:
    """End this process, saying why as far as the database listens; whoever keeps the processes starts another."""
    cause = "".join(traceback.format_stack(frame, limit=6))[-containment.LONGEST_CAUSE:]
    cause += sentences.written(sentences.ENDED)
    containment.log.error("plugin %s did not come to an end, process %s is given up:\n%s", plugin, os.getpid(), cause)
    containment.note(plugin, "request", cause)
    words = threading.Thread(target=write_down, args=(application.engine,), daemon=True)
    words.start()
    words.join(LAST_WORDS)
    os._exit(GIVEN_UP)
