"""The catalogue files: where they are, compiling them at start, and the translators' command.

    python -m core.language.catalogues extract|update|compile|check [--plugin FOLDER …]

The kernel is one domain ("core") and every plugin one of its own name. A domain's files are
`i18n/<domain>.pot` and `i18n/<language>/LC_MESSAGES/<domain>.po`; a plugin that lives outside this repository
keeps its own `i18n` folder beside its code and is named with `--plugin`. Reading the compiled files while the
program runs is the work of `core.language.message_tables`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.language.message_tables import compile_po

ROOT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Domain:
    """The texts of one owner: its sources, its i18n folder, and the base of the file names in it."""

    name: str
    sources: Path
    i18n: Path
    base: Path

    @property
    def template(self) -> Path:
        return self.i18n / f"{self.name}.pot"

    def catalogue(self, language: str) -> Path:
        return self.i18n / language / "LC_MESSAGES" / f"{self.name}.po"


def repository_domains(root: Path = ROOT) -> list[Domain]:
    """The kernel and the plugins beside it."""
    plugins = sorted(path.parent for path in (root / "plugins").glob("*/__init__.py"))
    return [Domain(folder.name, folder, root / "i18n", root) for folder in (root / "core", *plugins)]


def plugin_domain(folder: Path) -> Domain:
    """A plugin outside the repository: `folder` is its package, with an `i18n` folder of its own."""
    folder = folder.resolve()
    return Domain(folder.name, folder, folder / "i18n", folder.parent)


def stale(i18n: Path) -> list[tuple[Path, Path]]:
    """(.po, .mo) pairs whose .mo is missing or older than its .po."""
    pairs = [(path, path.with_suffix(".mo")) for path in sorted(i18n.glob("*/LC_MESSAGES/*.po"))]
    return [(source, target) for source, target in pairs if not _is_fresh(source, target)]


def _is_fresh(source: Path, target: Path) -> bool:
    try:
        return target.stat().st_mtime_ns >= source.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def compile_stale(folders: Iterable[Path]) -> list[Path]:
    """Bring the .mo files of these i18n folders up to date; returns those written.

    Runs at every start and loads babel's message tools only when there is something to compile. An
    installation that may not be written to keeps what it was shipped with.
    """
    written = []
    for source, target in (pair for folder in folders for pair in stale(folder)):
        try:
            replace_file(target, compile_po(source))
        except PermissionError:
            log.warning("cannot write %s: its translations may be missing or old", target)
        else:
            written.append(target)
    return written


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that no reader, not even another process starting now, sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """The translators' command; exit status 1 when `check` finds something or a source cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m core.language.catalogues")
    parser.add_argument("command", choices=("extract", "update", "compile", "check"))
    parser.add_argument(
        "--plugin",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="the package folder of a plugin with its own i18n folder; may be repeated",
    )
    options = parser.parse_args(arguments)
    domains = [plugin_domain(folder) for folder in options.plugin] or repository_domains()
    if options.command == "compile":
        for path in compile_stale(sorted({domain.i18n for domain in domains})):
            print(f"compiled {path}")
        return 0
    # Deferred: extraction needs babel's and Jinja's parsers, which `compile` and a start do not.
    from core.language import catalogue_upkeep

    work = {
        "extract": catalogue_upkeep.run_extract,
        "update": catalogue_upkeep.run_update,
        "check": catalogue_upkeep.run_check,
    }
    try:
        lines, status = work[options.command](domains)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
