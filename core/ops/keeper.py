"""Processes beside the web server, each kept at work: one that was killed, or gave itself up, is replaced.

A keeper is a process that does nothing else and has no threads, so that it can fork at any time. It ends with the
process that began it, however that ends, and so do those it keeps.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

#: How long a process may take to finish its chunk before it is ended.
KILL_TIMEOUT = 5.0
#: Seconds between looks at whether the processes are still there.
LOOK = 0.5

#: What a kept process does, as long as the function that it is given answers True.
Work = Callable[[Callable[[], bool]], None]


@contextmanager
def beside(works: Mapping[str, Work]) -> Iterator[Callable[[], None]]:
    """A process for each of these, by its name, during the body; what it is given replaces them by new ones.

    They are forked where the system can do that, so that what is imported here they have.
    """
    keeper = context().Process(target=_keep, args=(works, os.getpid()), name="diwan-keeper")
    keeper.start()
    try:
        yield partial(_renew, keeper.pid)
    finally:
        _end(keeper, KILL_TIMEOUT + 1)


def _renew(keeper: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(keeper, signal.SIGHUP)


def context() -> Any:
    """How processes are made here: forked where the system can do that."""
    return multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")


def _keep(works: Mapping[str, Work], parent: int) -> None:
    asked: list[int] = []
    renewed: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: asked.append(caught))
    signal.signal(signal.SIGHUP, lambda caught, _frame: renewed.append(caught))
    kept = {name: _started(name, work) for name, work in works.items()}
    while kept and not asked and os.getppid() == parent:
        time.sleep(LOOK)
        if renewed:
            renewed.clear()
            for name, process in list(kept.items()):
                _end(process, KILL_TIMEOUT)
                kept[name] = _started(name, works[name])
        for name, process in list(kept.items()):
            if process.exitcode == 0:
                del kept[name]
            elif process.exitcode is not None:
                kept[name] = _started(name, works[name])
    for process in kept.values():
        process.terminate()
    for process in kept.values():
        _end(process, KILL_TIMEOUT)


def _started(name: str, work: Work) -> Any:
    process = context().Process(target=_child, args=(work, os.getpid()), name=f"diwan-{name}")
    process.start()
    return process


def _child(work: Work, parent: int) -> None:
    # A killed parent cannot say so; then the child belongs to another process.
    work(lambda: os.getppid() == parent)


def _end(process: Any, within: float) -> None:
    process.terminate()
    process.join(within)
    if process.is_alive():
        process.kill()
