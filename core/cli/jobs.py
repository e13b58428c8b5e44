"""`diwan job`: what is done in the background, and stopping it or having it done again."""

from __future__ import annotations

import click

from core.cli.installation import opened
from core.cli.output import json_option, listing, print_json
from core.db import run_unit
from core.jobs import by_hand, reading
from core.language.i18n import _, gettext, ngettext

LIST_HEADINGS = {
    "id": _("Number"), "state": _("State"), "name": _("Job"), "tries": _("Tries", context="job"),
    "run_after": _("Due", context="job"), "error": _("Error"),
}
USUAL = 50


@click.group(help=gettext("List background jobs, cancel them, try them again."))
def job() -> None:
    pass


@job.command("list", help=gettext(
    "List jobs, the newest first; turns of schedules that went well only with --state done."))
@click.option("--state", type=click.Choice(reading.STATES), help=gettext("Only those in this state."))
@click.option("--name", default="", help=gettext("Only those of this name."))
@click.option("--limit", type=click.IntRange(1), default=USUAL, show_default=True, help=gettext("How many at most."))
@json_option
def list_jobs(state: str | None, name: str, limit: int, as_json: bool) -> None:
    with opened() as engine:
        rows = run_unit(engine, lambda _unit: [
            reading.facts(row._mapping) for row in reading.page(state or "", name, None, limit)])
    if not as_json:
        rows = [{**row, "error": row["error"].partition("\n")[0]} for row in rows]
    listing(rows, LIST_HEADINGS, as_json)


@job.command("show", help=gettext("Show one job: how far it is, what went wrong, and where."))
@click.argument("number", type=click.IntRange(1))
@json_option
def show(number: int, as_json: bool) -> None:
    with opened() as engine:
        found = run_unit(engine, lambda _unit: reading.facts(by_hand.find(number), whole=True))
    if as_json:
        print_json(found)
        return
    width = max(map(len, found))
    click.echo("\n".join(f"{name:{width}}  {value}" for name, value in found.items() if value not in (None, "")))


@job.command("cancel", help=gettext("Cancel a job: at once while it waits, else at its next step."))
@click.argument("number", type=click.IntRange(1))
def cancel(number: int) -> None:
    with opened() as engine:
        state = run_unit(engine, lambda _unit: by_hand.cancel(number))
    click.echo(gettext("The job is cancelled.") if state == "cancelled"
               else gettext("The job ends at its next step."))


@job.command("retry", help=gettext("Try jobs again that have failed or were cancelled."))
@click.argument("numbers", type=click.IntRange(1), nargs=-1, metavar="NUMBER...")
@click.option("--all-failed", is_flag=True, help=gettext("All that have failed for good."))
def retry(numbers: tuple[int, ...], all_failed: bool) -> None:
    if all_failed == bool(numbers):
        raise click.UsageError(gettext("Give numbers of jobs, or --all-failed."))

    def work(_unit: object) -> int:
        chosen = reading.dead() if all_failed else list(dict.fromkeys(numbers))
        for number in chosen:
            by_hand.retry(number)
        return len(chosen)

    with opened() as engine:
        count = run_unit(engine, work)
    click.echo(ngettext("{n} job is tried again.", "{n} jobs are tried again.", count))
