"""What changed in each version of a plugin: `changes/LANGUAGE.md` in its package, for those who use it.

    ## 1.1.0 (2026-11-28)

    - Visits can be planned from a contact's page.

Plain text: it comes from whoever wrote the plugin, so nothing in it is markup, and what a terminal or a browser would
take for a command is left out. Changes are newest first. They are files, as the topics of the help are, since they
only grow: catalogues hold what the code of today says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from core.language.preferences import LANGUAGES
from core.registry import Plugin

FOLDER = "changes"
#: Read instead of a language that is lacking.
FALLBACK = ("en", *LANGUAGES)
#: Characters of a file that are read, and of one line that are kept.
LONGEST_FILE, LONGEST_LINE = 200_000, 500
_HEAD = re.compile(
    r"##\s+\[?(?P<version>[0-9][\w.+!-]{0,39})\]?(?:\s+(?:[-–—]\s*)?\(?(?P<date>\d{4}-\d{2}-\d{2})\)?)?\s*\Z")
#: Joiners that Persian words and emoji need; other invisible signs can turn a line around.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Release:
    """One version: when it came out, if that is told, and what it changed."""

    version: str
    date: dt.date | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All versions in one language, the newest first; `faults` are headings that say no version."""

    language: str
    releases: tuple[Release, ...] = ()
    faults: tuple[str, ...] = ()


def of(plugin: Plugin, language: str) -> Changes:
    """In this language, else in one that there is; without releases when there are none or none can be read."""
    found = by_language(plugin.package)
    wanted = next((one for one in (language, *FALLBACK) if one in found), None)
    if wanted is not None:
        return found[wanted]
    manifest = plugin.manifest
    lines = tuple(_clean(str(line)) for line in manifest.news)
    return Changes(language, (Release(manifest.version, None, lines),) if lines else ())


@lru_cache(maxsize=64)
def by_language(package: str) -> Mapping[str, Changes]:
    """What the package tells, by language. Files change with the code only, so a process reads them once."""
    found: dict[str, Changes] = {}
    for language in LANGUAGES:
        place = files(package) / FOLDER / f"{language}.md"
        with suppress(OSError), place.open(encoding="utf-8", errors="replace") as source:
            found[language] = parse(source.read(LONGEST_FILE), language)
    return MappingProxyType(found)


def parse(text: str, language: str) -> Changes:
    """The releases in a file; a line that is indented goes on with the one before, other headings are left out."""
    releases: list[Release] = []
    faults: list[str] = []
    for heading, body in _sections(text):
        told = _HEAD.match(heading)
        if told is None:
            faults.append(_clean(heading))
            continue
        date = None
        with suppress(ValueError):
            date = dt.date.fromisoformat(told["date"]) if told["date"] else None
        releases.append(Release(told["version"], date, tuple(_lines(body))))
    return Changes(language, tuple(releases), tuple(faults))


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    heading, body = "", list[str]()
    for line in text.splitlines():
        if line.startswith("## "):
            if heading:
                yield heading, body
            heading, body = line, []
        else:
            body.append(line)
    if heading:
        yield heading, body


def _lines(body: list[str]) -> Iterator[str]:
    gathered = ""
    for line in [*body, ""]:
        stripped = line.strip()
        goes_on = bool(gathered) and bool(stripped) and line[:1].isspace()
        if goes_on:
            gathered += f" {stripped}"
            continue
        if gathered:
            yield _clean(gathered)
        gathered = stripped[2:] if stripped.startswith(("- ", "* ")) else ""


def _clean(text: str) -> str:
    kept = "".join(sign for sign in text if sign.isprintable() or sign in _JOINERS).strip()
    return kept if len(kept) <= LONGEST_LINE else f"{kept[:LONGEST_LINE - 1]}…"
