"""`diwan import` and `diwan export`: files into records and records into files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.engine import Engine

from core.auth.display import organisation_preferences
from core.cli.installation import opened
from core.cli.output import json_option, print_json
from core.cli.refusals import Refused
from core.db import unit_of_work
from core.language.i18n import current, gettext, ngettext, use
from core.ops import collector
from core.query.parse import parse_args
from core.registry import current as registry
from core.transfer import commands, undo
from core.transfer.exporter import FORMATS, export, exportable
from core.transfer.plan import ON_MATCH

UNDO = "undo"
SHOWN_ERRORS = 5
Progress = Callable[[int, int], None]


@click.command("import", help=gettext(
    "Import a CSV or Excel file into an entity such as contacts.contact. “diwan import undo ID” takes an import back."))
@click.argument("entity")
@click.argument("file", metavar="FILE")
@click.option("--map", "columns", multiple=True, metavar="COLUMN=FIELD", help=gettext(
    "Which column goes into which field, where its heading does not say; may be repeated."))
@click.option("--match", metavar="FIELD", help=gettext("The field that recognises records which are there already."))
@click.option("--on-match", type=click.Choice(list(ON_MATCH)), default="update", show_default=True,
              help=gettext("What to do with rows whose record is there already."))
@click.option("--dry-run", is_flag=True, help=gettext("Check every row and write nothing."))
@click.option("--errors", type=click.Path(path_type=Path, dir_okay=False), help=gettext(
    "A file for the rows that failed, each with the reason, to correct and import again."))
@click.option("--encoding", default="", help=gettext("The file's encoding, where the detected one is wrong."))
@click.option("--delimiter", default="", help=gettext("The sign between columns, where the detected one is wrong."))
@json_option
def import_command(entity: str, file: str, columns: tuple[str, ...], as_json: bool, **options: Any) -> None:
    if entity == UNDO:
        _undo(file, as_json)
        return
    mapped = dict(_pair(given) for given in columns)
    with opened() as engine, _progress(as_json) as progress:
        collector.settle(collector.YOUNG_OF_MANY_ROWS)
        done = commands.import_file(engine, entity, Path(file), columns=mapped, progress=progress, **options)
    if as_json:
        print_json(done)
    else:
        _tell(done, options["dry_run"], options["errors"])


@click.command("export", help=gettext("Write the records of an entity such as contacts.contact into a file."))
@click.argument("entity")
@click.option("--format", "file_format", type=click.Choice(list(FORMATS)), help=gettext(
    "The kind of file; by default the ending of its name says it, else it is csv."))
@click.option("--filter", "filters", multiple=True, metavar="FIELD=VALUE", help=gettext(
    "A condition as in the address of a list, such as status=new or created_at__ge=2026-01-01; may be repeated."))
@click.option("--fields", default="", help=gettext("The fields to write, separated by commas; by default all."))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=gettext(
    "The file to write; without it the records are printed."))
def export_command(entity: str, file_format: str | None, filters: tuple[str, ...], fields: str, output: Path | None
                   ) -> None:  # fmt: skip
    chosen = file_format or _ending(output)
    given = [_pair(one) for one in filters]
    with opened() as engine, _target(output) as out:
        count = _export(engine, entity, chosen, given, fields, out)
    if output is not None:
        click.echo(ngettext("{n} record written: {file}", "{n} records written: {file}", count, file=str(output)))


def _undo(number: str, as_json: bool) -> None:
    if not number.isdecimal():
        raise click.UsageError(gettext("“diwan import undo” needs the number that the import printed."))
    with opened() as engine, _progress(as_json) as progress:
        done = undo.undo(engine, int(number), None, progress)
    if as_json:
        print_json(done.as_json())
        return
    counts: dict[str, Any] = done.as_json()
    click.echo(gettext("Moved to the trash: {removed}. Old values restored: {restored}. "
                       "Left as they are, because somebody has edited them since: {kept}.", **counts))


def _export(engine: Engine, entity: str, file_format: str, filters: Sequence[tuple[str, str]], fields: str,
            out: BinaryIO) -> int:  # fmt: skip
    with unit_of_work(engine):
        reader = replace(organisation_preferences(), language=current().language)
        spec = registry().entity(entity)
        asked = parse_args(spec, [*filters, ("fields", fields)], reader)
        if not fields:
            asked = asked.with_fields(exportable(spec))
        with use(reader):
            return export(asked, file_format, out, reader)


def _pair(text: str) -> tuple[str, str]:
    """COLUMN=FIELD; the last sign counts, since headings may hold one."""
    name, sign, value = text.rpartition("=") if text.count("=") > 1 and "__" not in text else text.partition("=")
    if not sign or not name:
        raise click.UsageError(gettext("“{text}” is not of the form NAME=VALUE.", text=text))
    return name.strip(), value.strip()


def _ending(output: Path | None) -> str:
    ending = output.suffix.removeprefix(".").lower() if output is not None else ""
    return ending if ending in FORMATS else "csv"


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that gets its name when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not output.parent.is_dir():
        raise Refused(gettext("There is no folder {path}.", path=str(output.parent)))
    partial = output.with_name(f".{output.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as out:
            yield out
        os.replace(partial, output)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _progress(as_json: bool) -> Iterator[Progress | None]:
    """A bar on the terminal, and none where nobody watches."""
    if as_json or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, file=sys.stderr) as bar:
        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


def _tell(done: Mapping[str, Any], dry_run: bool, errors: Path | None) -> None:
    counts = gettext(
        "Created: {created}. Updated: {updated}. Unchanged: {unchanged}. Skipped: {skipped}. Failed: {failed}.",
        updated=done["updated"] - done["unchanged"],
        **{name: done[name] for name in ("created", "unchanged", "skipped", "failed")})
    click.echo(counts)
    if done["ignored_columns"]:
        click.echo(gettext("Columns that were not imported: {names}", names=", ".join(done["ignored_columns"])))
    for message in (*done["warnings"], *done["errors"][:SHOWN_ERRORS]):
        click.echo(f"  {message}")
    if dry_run:
        click.echo(gettext("Nothing was written; this was a test run."))
    elif done["id"] is not None:
        click.echo(gettext("To take this import back: {command}", command=f"diwan import undo {done['id']}"))
    if done["failed"] and errors is not None:
        click.echo(gettext("The rows that failed: {file}", file=str(errors)))
