"""Trying a plugin's code in a child process first: what hangs or eats memory there does no harm here.

A plugin that came with Diwan is trusted. Any other is imported and registered in a child with limits of time and
memory before this process takes it, again after each change of its files. What came of it is remembered in the
instance folder, so that a start does not pay for it twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from multiprocessing.sharedctypes import SynchronizedString
from pathlib import Path
from typing import Any

from core import __version__
from core.plugin import sentences

#: The distribution whose plugins come along.
OWN = "diwan"
MEMORY_FILE = "tried-plugins.json"
CHILD = "core.plugin.trial_child"
#: The same child, in which nothing says so.
AS_HERE = "from core.plugin import trial_child; trial_child.as_called()"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of processor and of waiting, and megabytes of address space, for one plugin."""

    processor: int = 10
    waiting: float = 20
    memory: int = 2048


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a trial; `phase` and `cause` when the plugin cannot be used."""

    ok: bool
    phase: str = ""
    cause: str = ""


def is_own(point: EntryPoint) -> bool:
    return point.dist is not None and point.dist.name.lower() == OWN


def verdicts(points: Iterable[EntryPoint], limits: Limits | None = None) -> dict[str, Verdict]:
    """A verdict for each plugin by the name of its entry point; only what has changed since is tried."""
    known = _remembered()
    prints = {point.name: fingerprint(point) for point in points}
    changed = [name for name, text in prints.items() if known.get(name, {}).get("fingerprint") != text]
    for name, found in attempt(changed, limits or Limits()).items():
        known[name] = {"fingerprint": prints[name], "ok": found.ok, "phase": found.phase, "cause": found.cause}
    if changed:
        _remember(known)
    return {name: Verdict(known[name]["ok"], known[name]["phase"], known[name]["cause"]) for name in prints}


def forget(names: Iterable[str]) -> None:
    """Have these tried again."""
    known = _remembered()
    if set(names) & known.keys():
        _remember({name: kept for name, kept in known.items() if name not in set(names)})


def keep_out(point: EntryPoint, cause: str) -> None:
    """Have a plugin left out although it has passed, until its files change or somebody has it tried again."""
    known = _remembered()
    known[point.name] = {"fingerprint": fingerprint(point), "ok": False, "phase": "import", "cause": cause}
    _remember(known)


def note_on(note: SynchronizedString) -> None:
    """Have written here, for another process to read, which plugin this one is taking in."""
    _note.append(note)


@contextmanager
def at_the_door(name: str) -> Iterator[None]:
    """While a plugin is imported: who ends or stands still in the body is known by name."""
    for note in _note:
        note.value = name.encode()
    try:
        yield
    finally:
        for note in _note:
            note.value = b""


_note: list[SynchronizedString] = []


def last() -> None:
    """This process serves others, and must not end with a plugin that comes while it runs."""
    _lasting.append(True)


def is_lasting() -> bool:
    return bool(_lasting)


_lasting: list[bool] = []


def attempt(names: Sequence[str], limits: Limits, *, as_here: bool = False) -> dict[str, Verdict]:
    """Import and register each plugin, with what it requires, in a process of its own; `as_here` in one that takes
    itself to have been called as this one was."""
    if not names:
        return {}
    command = [sys.executable, "-m", CHILD, str(limits.processor), str(limits.waiting), str(limits.memory), *names]
    if as_here:
        command[1:3] = ["-c", AS_HERE, json.dumps(sys.argv)]
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, **path})
    told = {one["name"]: Verdict(one["ok"], one["phase"], one["cause"])
            for one in map(json.loads, done.stdout.splitlines())}
    silent = Verdict(False, "import", sentences.written(sentences.STATUS, number=done.returncode))
    return {name: told.get(name, silent) for name in names}


def fingerprint(point: EntryPoint) -> str:
    """Changes with the plugin's files, its version, and ours. Nothing of the plugin is run to find it out."""
    version = point.dist.version if point.dist is not None else ""
    return "|".join((point.value, version, __version__, sys.version.split()[0], _files(point.module.partition(".")[0])))


def _files(package: str) -> str:
    spec = None
    with suppress(ImportError, ValueError):
        spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = [path.stat() for place in places for path in sorted(Path(place).rglob("*.py"))]
    return f"{len(found)}:{max((one.st_mtime_ns for one in found), default=0)}:{sum(one.st_size for one in found)}"


def _place() -> Path | None:
    """The file in the instance folder, if there is such a folder: looking must not make one."""
    folder = Path(os.environ.get("DIWAN_INSTANCE") or "instance")
    return folder / MEMORY_FILE if folder.is_dir() else None


def _remembered() -> dict[str, Any]:
    place = _place()
    if place is not None:
        with suppress(OSError, ValueError):
            found = json.loads(place.read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else {}
    return {}


def _remember(known: Mapping[str, Any]) -> None:
    """Whole or not at all; a folder that cannot be written costs a trial at each start and nothing else."""
    place = _place()
    if place is not None:
        with suppress(OSError):
            beside = place.with_suffix(f".{os.getpid()}")
            beside.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
            beside.replace(place)
