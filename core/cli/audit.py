"""`diwan audit`: whether the log is as it was written, and what becomes of its old part."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from core.audit import archiving, shortening
from core.audit.anchor import read_anchor, take_anchor
from core.audit.archives import joined
from core.audit.checked import verify_on_record
from core.audit.verdict import Verdict
from core.cli.installation import opened
from core.cli.output import json_option, print_json
from core.cli.refusals import Refused
from core.config import load
from core.db import make_engine
from core.errors import Invalid
from core.jobs import keeping_log
from core.language.i18n import _, gettext, ngettext
from core.ops.archive import replace_text
from core.vault import Vault


@click.group(help=gettext("Verify the audit log, or note how far it has come."))
def audit() -> None:
    pass


@audit.command("verify", help=gettext(
    "Check every entry and link of the audit log; exit with 1 at the first that is broken."))
@click.option("--anchor", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=gettext(
    "An anchor kept elsewhere: it also shows whether the end of the log was cut off."))
@click.option("--archive", "archives", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help=gettext("An archive of the log's beginning, or all that there are: they are checked as well, and "
                           "that they join."))  # fmt: skip
@json_option
def verify(anchor: Path | None, archives: tuple[Path, ...], as_json: bool) -> None:
    known = read_anchor(anchor.read_text(encoding="utf-8", errors="replace")) if anchor else None
    with opened() as engine:
        before = joined(engine, archives, known)
        if known is not None and before.covers(known):
            known = None
        verdict = before.followed_by(verify_on_record(engine, known, Vault(load().secret_key)))
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


@audit.command("archive", help=gettext(
    "Move entries that are older than the setting says, or from before a day, into an archive that can be verified."))
@click.option("--before", metavar="YYYY-MM-DD", help=gettext("Archive what is older than this day, in UTC."))
@click.option("--dry-run", is_flag=True, help=gettext("Only count the entries."))
def archive(before: str | None, dry_run: bool) -> None:
    config = load()
    with opened():
        limit = _day(before) if before else keeping_log.limit()
        if limit is None:
            raise Invalid(_("By the setting the whole log is kept. Name a day with --before."))
        owner = make_engine(config.migration_url)
        try:
            shortened = keeping_log.shorten(owner, shortening.count if dry_run else shortening.carry_out)
            if dry_run:
                count, made = archiving.count(owner, limit), []
            else:
                made = archiving.carry_out(owner, Vault(config.secret_key), config.log_archive, limit)
                count = sum(one.entries for one in made)
        finally:
            owner.dispose()
    click.echo(ngettext("{n} entry", "{n} entries", count))
    if shortened:
        click.echo(ngettext("{n} entry loses its text: its kind is kept for a shorter time.",
                            "{n} entries lose their text: their kind is kept for a shorter time.", shortened))
    for one in made:
        click.echo(str(one.path))


def _day(text: str) -> dt.datetime:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError:
        raise Invalid(_("This is no day: {text}", text=text)) from None
    if day > dt.datetime.now(dt.UTC):
        raise Invalid(_("This day is still to come: {text}", text=text))
    return day


def _facts(verdict: Verdict) -> dict[str, object]:
    broken = verdict.first_broken
    return {"ok": verdict.ok, "rows": verdict.rows, "links": verdict.links, "erased": verdict.erased,
            "first_broken": {**asdict(broken), "message": str(broken.message)} if broken else None}
