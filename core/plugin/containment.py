"""Holding a plugin's failure where it happened: whoever called is told which plugin it was, and it is kept for admins.

Whatever a plugin raises on purpose for users (`DiwanError`) and what a full disk or a database says that cannot
work now pass as they are. Everything else, `SystemExit` included, becomes `PluginFailed`.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from core import outages
from core.errors import DeclarationError, DiwanError
from core.language.i18n import _
from core.plugin import sentences

log = logging.getLogger("diwan.plugin")
TRACE = "DIWAN_TRACE_HOOKS"
LONGEST_CAUSE = 4000
#: The same failure of a plugin is kept once in so many seconds: a list that fails may be asked for all day.
QUIET_SECONDS = 60.0
#: What a plugin may raise; KeyboardInterrupt is the operator's.
FAULTS = (Exception, SystemExit)


class PluginFailed(DiwanError):
    """A plugin raised something it should not have. `phase` is the hook or place, `cause` the end of the trace."""

    status = 500
    code = "plugin_failed"

    def __init__(self, plugin: str, label: Any, phase: str, error: BaseException) -> None:
        super().__init__(_("The module “{module}” has failed, so this could not be done. Administrators find the "
                           "cause in the settings, under Modules.", module=label), plugin=plugin)
        self.plugin = plugin
        self.phase = phase
        self.cause = cause_of(error)

    @property
    def summary(self) -> str:
        return summary_of(self.cause)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a plugin. `is_out` when it is not running at all; else single calls of it have failed."""

    plugin: str
    phase: str
    cause: str
    at: dt.datetime
    is_out: bool = False

    @property
    def summary(self) -> str:
        return summary_of(self.cause)


def summary_of(cause: str) -> str:
    """Kind of exception and its message, without the trace; what Diwan itself says is in the reader's language."""
    return sentences.told(last_line(cause))


def last_line(cause: str) -> str:
    """The first line after the trace: what follows it are a statement and links, not what went wrong."""
    lines = cause.strip().splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith("  File ")]
    after = lines[places[-1] + 1:] if places else lines[-1:]
    return next((line.strip() for line in after if not line.startswith(" ")), "")


def cause_of(error: BaseException) -> str:
    """The end of the trace, where the plugin's own lines are; never longer than an administrator would read."""
    if isinstance(error, PluginFailed):
        return error.cause  # What it was made of; its own message is for users.
    if isinstance(error, DeclarationError) and sentences.is_ours(str(error)):
        return str(error)  # What Diwan says of it needs no trace.
    text = "".join(traceback.format_exception(error, limit=-3, chain=False))
    return text[-LONGEST_CAUSE:]


def passes(error: BaseException) -> bool:
    """Whether an error is no failure of the plugin that raised it."""
    return isinstance(error, DiwanError) or outages.told(error) is not None


@contextmanager
def blamed(plugin: str, label: Any, phase: str) -> Iterator[None]:
    """What the body raises is `plugin`'s failure, unless it was meant for users."""
    try:
        yield
    except FAULTS as error:
        if passes(error):
            raise
        raise failed(plugin, label, phase, error) from error


def failed(plugin: str, label: Any, phase: str, error: BaseException) -> PluginFailed:
    """The error to raise instead of `error`, which is logged and kept for administrators."""
    made = PluginFailed(plugin, label, phase, error)
    log.error("plugin %s failed in %s", plugin, phase, exc_info=error)
    note(plugin, phase, made.cause)
    return made


def guarded(plugin: str, label: Any, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A hook implementation whose failures carry its plugin's name."""

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except FAULTS as error:
            if passes(error):
                raise
            raise failed(plugin, label, name, error) from error

    return traced(plugin, name, call) if os.environ.get(TRACE) else call


def traced(plugin: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Print each call with its duration, for the authors of plugins (DIWAN_TRACE_HOOKS=1)."""

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            answer = function(*arguments, **named)
        except FAULTS as error:
            print(f"hook {plugin}.{name} raised {type(error).__name__}", file=sys.stderr)
            raise
        took = (time.perf_counter() - began) * 1000
        print(f"hook {plugin}.{name} {took:.2f} ms: {type(answer).__name__}", file=sys.stderr)
        return answer

    return call


@dataclass(frozen=True, slots=True)
class Noted:
    """A failure that waits to be written down: the transaction it happened in is rolled back first."""

    plugin: str
    phase: str
    cause: str
    at: dt.datetime


_waiting: deque[Noted] = deque(maxlen=100)
_lately: dict[tuple[str, str, str], float] = {}


def note(plugin: str, phase: str, cause: str) -> None:
    """Keep a failure until `taken`; the same one only once a minute."""
    key, now = (plugin, phase, last_line(cause)), time.monotonic()
    if now - _lately.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
        return
    _lately[key] = now
    _waiting.append(Noted(plugin, phase, cause, dt.datetime.now(dt.UTC)))


def forget(plugin: str) -> None:
    """Let the next failure of a plugin count as a new one: it is being tried again."""
    for key in [key for key in _lately if key[0] == plugin]:
        del _lately[key]


def is_waiting() -> bool:
    return bool(_waiting)


def taken() -> list[Noted]:
    """The failures noted since the last call."""
    found: list[Noted] = []
    while _waiting:
        found.append(_waiting.popleft())
    return found
