"""The child process of `core.plugin.trial`: imports plugins, registers them, says in a line each what came of it.

The kernel is imported once; each plugin is then tried in a copy of this process with limits of its own, so that it
can neither hang nor feed the others.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from core.plugin import lifecycle, loader, sentences
from core.plugin.containment import FAULTS, cause_of
from core.plugin.sentences import written

MEGABYTE = 1024 * 1024


def main(names: list[str], processor: int, waiting: float, memory: int) -> None:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    say = sys.stdout.write
    for name in names:
        say(json.dumps(_in_a_copy(context, name, processor, waiting, memory)) + "\n")
        sys.stdout.flush()


def as_called() -> None:
    """The same with the arguments of the process that this one stands for, which come first, as JSON."""
    called, processor, waiting, memory, *names = sys.argv[1:]
    sys.argv = json.loads(called)
    main(names, int(processor), float(waiting), int(memory))


def _in_a_copy(context: Any, name: str, processor: int, waiting: float, memory: int) -> dict[str, Any]:
    ours, theirs = context.Pipe(duplex=False)
    copy = context.Process(target=_try, args=(name, processor, memory, theirs.send), daemon=True)
    copy.start()
    theirs.close()
    told: dict[str, Any] = {"name": name, "ok": False, "phase": "import"}
    if not ours.poll(waiting):
        copy.kill()
        return told | {"cause": written(sentences.NO_END, seconds=f"{waiting:g}")}
    with suppress(EOFError):
        told |= ours.recv()
        return told
    copy.join()
    return told | {"cause": _end(copy.exitcode or 0, processor)}


def _end(status: int, processor: int) -> str:
    """Why a copy came to its end without a word."""
    if -status == getattr(signal, "SIGXCPU", None):
        return written(sentences.PROCESSOR, seconds=processor)
    return sentences.end(status)


def _try(name: str, processor: int, memory: int, tell: Callable[[dict[str, Any]], None]) -> None:
    _limit(processor, memory)
    sys.stdout = sys.stderr  # What a plugin prints is no part of the answer.
    phase = "import"
    try:
        plugins = loader.import_with_required(name)
        phase = "registration"
        lifecycle.checked(plugins)
        tell({"ok": True, "phase": "", "cause": ""})
    except MemoryError:
        tell({"ok": False, "phase": phase, "cause": written(sentences.MEMORY, megabytes=memory)})
    except FAULTS as error:
        tell({"ok": False, "phase": phase, "cause": cause_of(error)})


def _limit(processor: int, memory: int) -> None:
    """Where the system knows limits; elsewhere the clock alone ends a copy."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory * MEGABYTE, memory * MEGABYTE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[4:], int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
