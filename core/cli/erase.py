"""`diwan erase`: a person asks to be forgotten."""

from __future__ import annotations

import click

from core.cli.installation import as_system, require_current
from core.cli.refusals import Refused
from core.config import load
from core.language.i18n import gettext, ngettext
from core.ops import erase as erasing


@click.command(help=gettext(
    "Forget one person, such as “contacts.contact NUMBER”: the personal values of the record are taken out of it, "
    "out of searches, imports and the audit log, whose chain stays whole. This cannot be undone. It uses the "
    "connection in DIWAN_MIGRATION_URL."))
@click.argument("entity")
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option("--reason", default="", help=gettext("Why, for the audit log; without personal data."))
@click.option("--yes", is_flag=True, help=gettext("Do not ask."))
def erase(entity: str, number: int, reason: str, yes: bool) -> None:
    config = load()
    require_current(config)
    with as_system():
        person = erasing.look(config, entity, number)
        click.echo(person.title)
        click.echo(ngettext("{n} entry of the audit log tells of this record.",
                            "{n} entries of the audit log tell of this record.", person.entries))
        if not yes and not click.confirm(gettext("Erase all of it for good?")):
            raise Refused(gettext("Nothing was erased."))
        done = erasing.forget(config, entity, number, reason)
    click.echo(ngettext("Erased, with the values of {n} entry of the audit log.",
                        "Erased, with the values of {n} entries of the audit log.", done.entries))
    click.echo(gettext(
        "Backups and exported files from before still hold the data: delete them when their time is up."))
