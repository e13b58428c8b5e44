"""`diwan demo`: the sample company."""

from __future__ import annotations

import click

from core.cli.installation import opened
from core.config import load as load_config
from core.language.i18n import gettext
from core.ops import demo as sample


@click.group(help=gettext("Load or reset the sample company."))
def demo() -> None:
    pass


@demo.command("load", help=gettext("Load the sample company into a database that nobody uses yet."))
def load() -> None:
    with opened() as engine:
        click.echo(sample.load(load_config(), engine), nl=False)


@demo.command("reset", help=gettext("Empty a database that holds the sample company, and load it anew."))
@click.option("--yes", is_flag=True, help=gettext("Do not ask."))
def reset(yes: bool) -> None:
    question = gettext("Delete all records of this database and load the sample company anew?")
    if not yes:
        click.confirm(question, abort=True)
    click.echo(sample.reset(load_config()), nl=False)
