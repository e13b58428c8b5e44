"""The catalogues of a plugin that is being written: brought up to date, compiled, and what is still empty."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.language import catalogue_files, catalogue_upkeep
from core.language.catalogues import compile_stale
from core.language.preferences import LANGUAGES
from core.ops.authoring import scratch, source


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the texts of one language are translated, and the file they are in."""

    language: str
    file: Path
    done: int
    total: int


def update(name: str) -> list[Progress]:
    """Take new texts into the plugin's catalogues, drop those that are gone, compile what is there."""
    domain = source.domain(scratch.installed(name))
    catalogue_upkeep.run_update([domain])
    compile_stale([domain.i18n])
    total = len(catalogue_files.extract(domain))
    return [Progress(language, domain.catalogue(language), _translated(domain.catalogue(language), language), total)
            for language in LANGUAGES]


def _translated(path: Path, language: str) -> int:
    return len(catalogue_files.translations(catalogue_files.read_catalogue(path, language)))
