"""The commands by name, where each one lives, and how errors leave them.

Modules of commands translate their help texts while they are imported, which is after the language is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from core.cli.refusals import Refused, sentence
from core.language.i18n import LANGUAGES, LazyString, _, gettext

COMMANDS: Mapping[str, tuple[str, LazyString]] = MappingProxyType({
    "init": ("core.cli.setup:init", _("Create or upgrade the database; safe to repeat.")),
    "run": ("core.cli.start:run", _("Start Diwan on this machine, making what is missing first.")),
    "serve": ("core.cli.start:serve", _("Start the web server for production.")),
    "worker": ("core.cli.worker:worker", _("Work on background jobs: imports, mails, schedules.")),
    "migrate": ("core.cli.setup:migrate", _("Bring the tables up to date.")),
    "plugin": ("core.cli.plugins:plugin", _("List plugins, turn them on and off; help for their authors.")),
    "field": ("core.cli.fields:field", _("Add fields to records, list and retire them.")),
    "user": ("core.cli.users:user", _("Add users, list them, give them passwords.")),
    "sign-in": ("core.cli.sign_in:sign_in", _("Set up log-in with accounts of another program.")),
    "token": ("core.cli.users:token", _("Create tokens for programs that use the API.")),
    "import": ("core.cli.transfer:import_command", _("Import a file, or take an import back.")),
    "export": ("core.cli.transfer:export_command", _("Write records into a file.")),
    "audit": ("core.cli.audit:audit", _("Verify the audit log, or note how far it has come.")),
    "job": ("core.cli.jobs:job", _("List background jobs, cancel them, try them again.")),
    "erase": ("core.cli.erase:erase", _("Forget one person: take the personal data out of records and the log.")),
    "check": ("core.cli.check:check", _("Say what is wrong and how to mend it.")),
    "backup": ("core.cli.copies:backup", _("Copy database, files and key into one file.")),
    "backup-key": ("core.cli.copies:backup_key", _("Make a key, so that backups are encrypted.")),
    "restore": ("core.cli.copies:restore", _("Restore a backup into an empty installation.")),
    "demo": ("core.cli.demo:demo", _("Load or reset the sample company.")),
})


class Tree(click.Group):
    """Loads a command when it is called, and turns errors that are meant for people into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            added: click.Group | None = import_module("core.cli.extensions").group(cmd_name)
            return added
        module, _colon, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, str(text)) for name, (_place, text) in COMMANDS.items()])
        formatter.write_paragraph()
        formatter.write_text(gettext("Plugins may add commands under their own name: “{command}” lists them.",
                                     command="diwan NAME --help"))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            text = sentence(error)
            if text is None:
                raise
            raise Refused(text) from error


def build() -> click.Group:
    """The whole command, with its help in the current language."""
    group = Tree(
        name="diwan", help=gettext("Diwan, a business system for Arabic, Persian and English."),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
    group.params.append(click.Option(
        ["--language"], type=click.Choice(list(LANGUAGES)), expose_value=False,
        help=gettext("The language of messages; by default that of the terminal.")))
    return group
