"""`diwan plugin new`: a package that works, passes its tests and says what to do next."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.errors import Conflict, DeclarationError, Invalid
from core.language import catalogue_upkeep
from core.language.catalogues import Domain
from core.language.i18n import _
from core.ops.authoring import scratch
from core.plugin import loader
from core.plugin.manifest import Manifest

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".tmpl"
LANGUAGES = ("ar", "fa", "en")


def write(name: str, parent: Path, labels: Mapping[str, str]) -> Path:
    """Write the plugin `name` into a new folder of that name in `parent`; `labels` has its name by language.

    Names that cannot be used are Invalid, a folder that is there already is a Conflict; then nothing is written.
    """
    _refuse_name(name)
    folder = parent.absolute() / name
    if folder.exists():
        raise Conflict(_("{file} exists already. Choose another name.", file=str(folder)))
    package = f"diwan_{name}"
    shown = {language: labels.get(language) or _made_up(name) for language in LANGUAGES}
    words = {"name": name, "package": package, "dashed": name.replace("_", "-"),
             **{f"label_{language}": text for language, text in shown.items()}}
    for source, target in _files(folder, package, name):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(source.read_text(encoding="utf-8"), words, target.suffix), encoding="utf-8")
    with _importable(folder):
        _add_translations(folder / package, name)
        _add_migration(name, package)
    return folder


def _refuse_name(name: str) -> None:
    """Names must be good for tables, addresses and modules, and free."""
    try:
        Manifest(name, name, "0")
    except DeclarationError as error:
        raise Invalid(_("“{name}” cannot be the name of a plugin: use small letters, digits and _, and none of the "
                        "words that Diwan needs itself.", name=name)) from error
    if keyword.iskeyword(name) or name in loader.installed().plugins:
        raise Invalid(_("There is a plugin {name} already. Choose another name.", name=name))


def _made_up(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _files(folder: Path, package: str, name: str) -> Iterator[tuple[Path, Path]]:
    """(template, file to write)."""
    for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        parts = list(source.relative_to(TEMPLATE).with_suffix("").parts)
        if parts[0] == "package":
            parts[0] = package
        if parts[-1] == "gitignore":
            parts[-1] = ".gitignore"
        if parts[-1] == "test_plugin.py":
            parts[-1] = f"test_{name}.py"
        if "i18n" in parts:
            parts = [package, "i18n", source.with_suffix("").stem, "LC_MESSAGES", f"{name}.po"]
        yield source, folder.joinpath(*parts)


def _filled(text: str, words: Mapping[str, str], suffix: str) -> str:
    """`%%word%%` replaced; a quotation mark in a name must not end the string it stands in."""
    for word, value in words.items():
        text = text.replace(f"%%{word}%%", value.replace('"', '\\"') if suffix != ".md" else value)
    return text


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _add_translations(package: Path, name: str) -> None:
    """The catalogues as the extraction writes them; the template's translations are kept."""
    catalogue_upkeep.run_update([Domain(name, package, package / "i18n", package.parent)])


def _add_migration(name: str, package: str) -> None:
    plugin = loader.load(f"{package}.plugin")
    with scratch.database(None) as engine:
        migration = scratch.compared(engine, name, plugin, name)
    if migration is not None:
        migration.chmod(0o644)


__all__ = ["write"]
