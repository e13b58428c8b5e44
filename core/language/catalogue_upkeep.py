"""The work of `python -m core.language.catalogues`: extract, update and check all domains together.

Each function returns the lines to print and the exit status.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.language import catalogue_files as files
from core.language.catalogues import ROOT, Domain, replace_file
from core.language.glossary import read_glossary, ready_words
from core.language.preferences import LANGUAGES

Report = tuple[list[str], int]


def run_extract(domains: Sequence[Domain]) -> Report:
    """Write the .pot files."""
    lines = []
    for domain in domains:
        messages = files.extract(domain)
        _write(domain.template, files.template_text(domain, messages))
        lines.append(f"{domain.name}: {len(messages)} texts")
    return lines, 0


def run_update(domains: Sequence[Domain]) -> Report:
    """Write the .pot and .po files: keep translations, add new texts, drop those no longer used.

    All domains are merged into one set of translations when the program runs, so a text that another domain
    has translated already gets the same translation here.
    """
    extracted = {domain.name: files.extract(domain) for domain in domains}
    for domain in domains:
        _write(domain.template, files.template_text(domain, extracted[domain.name]))
    lines = []
    for language in LANGUAGES:
        own = {domain.name: _finished(domain, language) for domain in domains}
        shared = {key: texts for known in own.values() for key, texts in known.items()}
        words = ready_words(read_glossary(ROOT / "i18n" / "glossary.csv"), language)
        for domain in domains:
            known = {**shared, **own[domain.name]}
            text = files.merged_text(domain, language, extracted[domain.name], known, words)
            _write(domain.catalogue(language), text)
            lines.append(_progress(domain, language, len(extracted[domain.name])))
    return lines, 0


def _progress(domain: Domain, language: str, total: int) -> str:
    return f"{language}/{domain.name}: {len(_finished(domain, language))} of {total} translated"


def _finished(domain: Domain, language: str) -> dict[files.Key, files.Texts]:
    return files.translations(files.read_catalogue(domain.catalogue(language), language))


def run_check(domains: Sequence[Domain]) -> Report:
    """List everything that keeps the catalogues from being released."""
    found = [line for domain in domains for line in files.problems(domain)]
    return (found, 1) if found else (["All catalogues are complete."], 0)


def _write(path: Path, text: str) -> None:
    """Write only what changed: an untouched .po keeps its time, and its .mo stays fresh."""
    if not path.exists() or path.read_text("utf-8") != text:
        replace_file(path, text.encode("utf-8"))
