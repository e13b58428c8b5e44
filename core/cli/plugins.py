"""`diwan plugin`: which plugins there are, turning them on and off, and help for their authors."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from core.cli.installation import as_system, looked_into, opened, require_current, require_kernel
from core.cli.output import json_option, listing, print_json
from core.cli.refusals import Refused
from core.config import load
from core.language.i18n import _, gettext
from core.ops import plugins
from core.ops.authoring import check as checking
from core.ops.authoring import given, scratch
from core.ops.authoring import new as writing
from core.ops.authoring import translate as translating
from core.plugin.removal import Leaving

HEADINGS = {
    "name": _("Plugin"), "state": _("State"), "version": _("Version"), "label": _("Name"), "requires": _("Requires"),
    "phase": _("Failed in"), "error": _("Error"),
}  # fmt: skip


@click.group(help=gettext("List plugins, turn them on and off; help for their authors."))
def plugin() -> None:
    pass


@plugin.command("list", help=gettext("List all plugins with their state."))
@json_option
def list_plugins(as_json: bool) -> None:
    with looked_into() as engine:
        rows = [asdict(one) for one in plugins.known(engine)]
    listing(rows, HEADINGS, as_json)


@plugin.command("show", help=gettext("Show one plugin: what it is, what it needs, and what its versions changed."))
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    with looked_into() as engine:
        found = plugins.one(engine, name)
    if as_json:
        print_json(asdict(found))
        return
    told = asdict(found) | {"requires": ", ".join(found.requires)}
    click.echo("\n".join([*(f"{heading}: {told[key]}" for key, heading in HEADINGS.items() if told[key]),
                          *([found.description] if found.description else [])]))
    for one in found.changes:
        click.echo(f"\n{one.version} ({one.date})" if one.date else f"\n{one.version}")
        for line in one.lines:
            click.echo(f"- {line}")


@plugin.command("enable", help=gettext("Turn plugins on, with those they require. All processes follow at once."))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def enable(names: tuple[str, ...]) -> None:
    config = load()
    require_current(config)
    with as_system():
        turned_on = plugins.enable(config, names)
    click.echo(gettext("Turned on: {names}", names=", ".join(turned_on)) if turned_on
               else gettext("These plugins are on already."))


@plugin.command("disable", help=gettext("Turn plugins off; their data stay."))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def disable(names: tuple[str, ...]) -> None:
    config = load()
    require_kernel(config)
    with as_system():
        for name in names:
            click.echo(gettext("Turned off: {names}", names=plugins.disable(config, name)))


@plugin.command("remove", help=gettext(
    "Delete the data of a plugin that is off for good: its tables, its custom fields, the rights given on it. The "
    "audit log stays."))
@click.argument("name")
@click.option("--export", "folder", type=click.Path(path_type=Path, file_okay=False), help=gettext(
    "Write all its records into CSV files in this folder first."))
@click.option("--yes", is_flag=True, help=gettext("Do not ask."))
def remove(name: str, folder: Path | None, yes: bool) -> None:
    config = load()
    require_current(config)
    with opened() as engine:
        leaving = plugins.leaving(engine, name)
        _tell(leaving)
        if folder is not None:
            for written in plugins.export(engine, leaving, folder):
                click.echo(gettext("Written: {file}", file=str(written)))
    if not yes:
        click.confirm(gettext("Delete these data for good?"), abort=True)
    with as_system():
        plugins.remove(config, leaving)
    click.echo(gettext("Removed: {names}", names=str(leaving.plugin.manifest.label)))


def _tell(leaving: Leaving) -> None:
    """What goes, one line a kind."""
    click.echo(gettext("The module “{module}” leaves, and with it:", module=leaving.plugin.manifest.label))
    lines = [(spec.meta.plural, count) for spec, (_name, count) in zip(leaving.entities, leaving.records, strict=True)]
    for label, count in (*lines, (_("Custom fields"), leaving.custom_fields), (_("Rights in roles"), leaving.grants)):
        click.echo(f"  {label}: {count}")


@plugin.command("new", help=gettext("Write a new plugin into a folder of its name, with tests that pass."))
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(),
              help=gettext("Where to write it; by default here."))
@click.option("--label-en", default="", help=gettext("What people call it, in English."))
@click.option("--label-ar", default="", help=gettext("The same in Arabic."))
@click.option("--label-fa", default="", help=gettext("The same in Persian."))
def new(name: str, folder: Path, label_en: str, label_ar: str, label_fa: str) -> None:
    written = writing.write(name, folder, {"en": label_en, "ar": label_ar, "fa": label_fa})
    click.echo(gettext("Plugin written: {folder}. Its README.md says how to install and test it.", folder=str(written)))


@plugin.command("translate", help=gettext("Bring the translations of a plugin up to date with its texts."))
@click.argument("name")
@json_option
def translate(name: str, as_json: bool) -> None:
    rows = [{"language": one.language, "translated": one.done, "texts": one.total, "file": str(one.file)}
            for one in translating.update(name)]
    listing(rows, {"language": _("Language"), "translated": _("Translated"), "texts": _("Texts"), "file": _("File")},
            as_json)


@plugin.command("makemigration", help=gettext("Write a migration with what changed in the models of a plugin."))
@click.argument("name")
@click.option("-m", "--message", default="change", show_default=True, help=gettext("What the migration does."))
def makemigration(name: str, message: str) -> None:
    path = scratch.make_migration(name, message)
    click.echo(gettext("Migration written: {file}", file=str(path)) if path
               else gettext("The models have not changed since the last migration."))


@plugin.command("check", help=gettext(
    "Check a plugin that is being written, or one in a wheel that is not installed yet: imports, hooks, references, "
    "texts, migrations, tests. Its code runs, by itself and with no data."))
@click.argument("name", metavar="NAME|WHEEL|FOLDER")
def check(name: str) -> None:
    with given.named(name) as plugin_name:
        found = checking.problems(plugin_name)
    if found:
        raise Refused("\n".join(str(problem) for problem in found))
    click.echo(gettext("{plugin}: no problem found.", plugin=plugin_name))
