"""`diwan audit`: whether the log is as it was written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from core.audit.anchor import read_anchor, take_anchor
from core.audit.checked import verify_on_record
from core.audit.verdict import Verdict
from core.cli.installation import opened
from core.cli.output import json_option, print_json
from core.cli.refusals import Refused
from core.language.i18n import gettext, ngettext
from core.ops.archive import replace_text


@click.group(help=gettext("Verify the audit log, or note how far it has come."))
def audit() -> None:
    pass


@audit.command("verify", help=gettext(
    "Check every entry and link of the audit log; exit with 1 at the first that is broken."))
@click.option("--anchor", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=gettext(
    "An anchor kept elsewhere: it also shows whether the end of the log was cut off."))
@json_option
def verify(anchor: Path | None, as_json: bool) -> None:
    known = read_anchor(anchor.read_text(encoding="utf-8", errors="replace")) if anchor else None
    with opened() as engine:
        verdict = verify_on_record(engine, known)
    if as_json:
        print_json(_facts(verdict))
    elif verdict.ok:
        counted = ngettext("{n} entry", "{n} entries", verdict.rows)
        click.echo(gettext("The audit log is whole: {entries}.", entries=counted))
    if verdict.first_broken is not None:
        raise Refused(str(verdict.first_broken.message))


@audit.command("anchor", help=gettext("Write how far the log has come; keep it where nobody here can change it."))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=gettext(
    "The file to write; without it the anchor is printed."))
def anchor(output: Path | None) -> None:
    with opened() as engine:
        text = take_anchor(engine).to_json()
    if output is None:
        click.echo(text, nl=False)
        return
    replace_text(output, text)
    click.echo(gettext("Anchor written: {file}", file=str(output)))


def _facts(verdict: Verdict) -> dict[str, object]:
    broken = verdict.first_broken
    return {"ok": verdict.ok, "rows": verdict.rows, "links": verdict.links, "erased": verdict.erased,
            "first_broken": {**asdict(broken), "message": str(broken.message)} if broken else None}
