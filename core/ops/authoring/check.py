"""What is wrong with a plugin that is being written. `core.testing.PluginContract` asserts the same, one by one.

Every check takes the plugin and yields a sentence for each thing that is wrong, with what to do about it.
"""

from __future__ import annotations

import inspect
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import signals
from core.errors import DeclarationError
from core.help import topics
from core.language import catalogue_files
from core.language.i18n import LANGUAGES, LazyString, _
from core.ops.authoring import scratch, source, text_rules
from core.plugin import changes, loader, migrate
from core.registry import Plugin

#: The parts of declarations that people read.
READ_BY_PEOPLE = frozenset({"label", "plural", "help", "description"})


def problems(name: str) -> list[Any]:
    """Everything that is wrong; the checks that need tables are left out when what it declares cannot work."""
    plugin = scratch.installed(name)
    found = [problem for check in CHECKS for problem in check(plugin)]
    if not any(declarations(plugin)):
        found += [problem for check in ON_TABLES for problem in check(plugin)]
    return found


def imports(plugin: Plugin) -> Iterator[Any]:
    """A plugin imports core.api, itself, other libraries, and the api module of the plugins it requires."""
    owners = {other.package: name for name, other in loader.installed().plugins.items()}
    for module, path, tree in source.modules(plugin):
        allowed = {source.PUBLIC, *source.ALSO.get(path.relative_to(source.package(plugin)).parts[0], ())}
        for line, name in source.imported(tree, module, path.name == "__init__.py"):
            if not _may_import(name, plugin, owners, allowed):
                yield _("{file}, line {line}: imports {module}. Import core.api, your own modules, and the api "
                        "module of plugins named in requires.",
                        file=source.shown(path, plugin), line=str(line), module=name)


def _may_import(name: str, plugin: Plugin, owners: dict[str, str], allowed: set[str]) -> bool:
    if name.split(".")[0] == "core":
        return name in allowed
    owner = next((package for package in owners if name == package or name.startswith(f"{package}.")), None)
    if owner is None:
        return name.split(".")[0] != "plugins" or name.startswith(plugin.package)
    return owner == plugin.package or owners[owner] in plugin.manifest.requires and name == f"{owner}.api"


def declarations(plugin: Plugin) -> Iterator[Any]:
    """Every hook exists, every reference leads somewhere, nothing is declared twice."""
    try:
        scratch.alone(plugin)
    except DeclarationError as error:
        yield str(error)


def listeners(plugin: Plugin) -> Iterator[Any]:
    """Every signal listened to is one of a plugin that is named in the manifest, and exists where that is installed."""
    manifest = plugin.manifest
    known = {"core", manifest.name, *manifest.requires, *manifest.optional}
    installed = {"core", *loader.installed().plugins}
    for name, receiver in signals.receivers():
        if not receiver.startswith(f"{plugin.package}."):
            continue
        owner = name.partition(".")[0]
        if owner not in known:
            yield _("{receiver} listens to {signal}: name its plugin in requires or optional.",
                    receiver=receiver, signal=name)
        elif owner in installed and name not in signals.declared():
            yield _("{receiver} listens to {signal}, which nobody tells.", receiver=receiver, signal=name)


def texts(plugin: Plugin) -> Iterator[Any]:
    """Whatever people read goes through `_()`."""
    for place, value in _read_by_people(plugin):
        if isinstance(value, str) and any(letter.isalpha() for letter in value):
            yield _("“{text}” in {place} cannot be translated: write it as _(“…”).", text=value, place=place)


def _read_by_people(plugin: Plugin) -> Iterator[tuple[str, Any]]:
    yield from _parts("Manifest", plugin.manifest)
    for name, hook in vars(plugin.module).items():
        if not name.startswith("register_") or inspect.signature(hook).parameters:
            continue
        for answer in hook() or ():
            if hasattr(answer, "__meta__"):
                yield from _entity(answer)
            else:
                yield from _parts(name, answer)


def _entity(model: Any) -> Iterator[tuple[str, Any]]:
    yield from _parts(model.__entity__, model.__meta__)
    yield from ((model.__entity__, heading) for heading, _names in model.__meta__.sections)
    for name, spec in model.__fields__.items():
        yield from _parts(f"{model.__entity__}.{name}", spec)


def _parts(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The labels in a declaration and in the declarations it is made of."""
    if isinstance(value, LazyString) or not is_dataclass(value):
        return
    for part in fields(value):
        inner = getattr(value, part.name)
        if part.name in READ_BY_PEOPLE:
            yield place, inner
        for one in inner if isinstance(inner, tuple) else (inner,):
            yield from _parts(place, one)


def translations(plugin: Plugin) -> Iterator[Any]:
    """Every text is there in every language, with the same placeholders."""
    domain = source.domain(plugin)
    if not catalogue_files.extract(domain):
        return
    found = catalogue_files.problems(domain)
    yield from found
    if found:
        yield _("Run “diwan plugin translate {plugin}”, then fill what is empty in {folder}.",
                plugin=plugin.manifest.name, folder=source.shown(domain.i18n, plugin)
                if domain.i18n.is_relative_to(source.package(plugin)) else domain.i18n.name)


def help_topics(plugin: Plugin) -> Iterator[Any]:
    """Every topic of the help is there in every language, and its links lead to topics or pages."""
    name = plugin.manifest.name
    found = topics.of_folder(name, source.package(plugin) / topics.FOLDER)
    known = {*found, *topics.of_folder(topics.KERNEL, topics.KERNEL_FOLDER)}
    for topic in found.values():
        for language in LANGUAGES:
            if language not in topic.by_language:
                yield _("{file} is missing.", file=f"{topics.FOLDER}/{language}/{topic.key}.md")
        for language, text in topic.by_language.items():
            # What another plugin explains is there when that plugin runs.
            unknown = [link for link in text.links if link not in known and link.startswith((f"{name}.", "core."))]
            for fault in (*text.faults, *(f"no topic {link}" for link in unknown)):
                yield _("{file}: {remark}", file=f"{topics.FOLDER}/{language}/{topic.key}.md", remark=fault)


def change_notes(plugin: Plugin) -> Iterator[Any]:
    """Where it tells what its versions changed, it does so of this version, and in every language."""
    told = changes.by_language(plugin.package)
    if not told:
        return
    version = plugin.manifest.version
    for language in LANGUAGES:
        file = f"{changes.FOLDER}/{language}.md"
        if language not in told:
            yield _("{file} is missing.", file=file)
            continue
        for heading in told[language].faults:
            yield _("{file}: “{heading}” names no version. Write it as “{example}”.", file=file, heading=heading,
                    example="## 1.2.0 (2026-01-31)")
        if version not in [one.version for one in told[language].releases]:
            yield _("{file} does not tell what version {version} changed.", file=file, version=version)


def pages(plugin: Plugin) -> Iterator[Any]:
    """Style sheets know no left and right; templates escape everything and hold no script of their own."""
    rules: tuple[tuple[str, Callable[[str], Iterator[int]], Any], ...] = (
        ("*.css", text_rules.physical_sides, _("left or right. Use inline-start and inline-end: pages run both ways.")),
        ("*.html", text_rules.inline_code, _("code or style in the page, which browsers are told to refuse.")),
        ("*.html", text_rules.unescaped, _("text that is not escaped.")),
    )
    for pattern, rule, remark in rules:
        for path in sorted(source.package(plugin).rglob(pattern)):
            for line in rule(path.read_text(encoding="utf-8")):
                yield _("{file}, line {line}: {remark}", file=source.shown(path, plugin), line=str(line), remark=remark)


def package(plugin: Plugin) -> Iterator[Any]:
    """Version and licence are told, and where the source is, tests are."""
    found = source.distribution(plugin)
    if found is None:
        yield _("It is not installed: no package has an entry point for it.")
        return
    if not source.comes_along(plugin):
        yield from _facts(plugin, found)
    project = source.project(plugin)
    if project is not None and not any(_has_contract(path, plugin) for path in project.glob("tests/**/test_*.py")):
        yield _("No test of the contract: write a class with PluginContract of core.testing in tests.")


def _facts(plugin: Plugin, found: Distribution) -> Iterator[Any]:
    if found.version != plugin.manifest.version:
        yield _("The manifest says version {manifest}, the package {package}. Make them the same.",
                manifest=plugin.manifest.version, package=found.version)
    facts = found.metadata
    named = "License-Expression" in facts or "License" in facts
    if not named and not any(line.startswith("License ::") for line in facts.get_all("Classifier") or ()):
        yield _("No licence: name one in pyproject.toml, such as license = “MIT”.")


def _has_contract(path: Path, plugin: Plugin) -> bool:
    text = path.read_text(encoding="utf-8")
    return "PluginContract" in text and f'"{plugin.manifest.name}"' in text


def migrations(plugin: Plugin) -> Iterator[Any]:
    """The migrations make what the models say."""
    name = plugin.manifest.name
    if not migrate.versions_folder(plugin).is_dir():
        yield _("It has no migrations. Run “diwan plugin makemigration {plugin}”.", plugin=name)
        return
    with scratch.database(plugin) as engine, tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "migrations"
        shutil.copytree(migrate.versions_folder(plugin), copy, ignore=shutil.ignore_patterns("__pycache__"))
        if scratch.compared(engine, name, plugin, "missing", copy) is not None:
            yield _("Its models have changed since the last migration. Run “diwan plugin makemigration {plugin}”.",
                    plugin=name)


def downgrade(plugin: Plugin) -> Iterator[Any]:
    """Its tables can be removed, and made again."""
    name = plugin.manifest.name
    if not migrate.versions_folder(plugin).is_dir():
        return
    with scratch.database(plugin) as engine:
        try:
            migrate.downgrade(engine, name, plugin)
            left = [table for table in sa.inspect(engine).get_table_names() if table.startswith(f"{name}_")]
            migrate.upgrade(engine, name, plugin)
        except (sa.exc.SQLAlchemyError, NotImplementedError) as error:
            yield _("Its migrations cannot be taken back: {reason}", reason=str(error).splitlines()[0])
            return
    if left:
        yield _("Taking its migrations back leaves tables: {tables}", tables=", ".join(left))


Check = Callable[[Plugin], Iterable[Any]]
CHECKS: tuple[Check, ...] = (
    imports, declarations, listeners, texts, translations, help_topics, change_notes, pages, package)  # fmt: skip
ON_TABLES: tuple[Check, ...] = (migrations, downgrade)
ALL = (*CHECKS, *ON_TABLES)
