"""`diwan NAME …`: the commands that a plugin adds under its own name."""

from __future__ import annotations

from typing import Any

import click

from core.cli.installation import opened
from core.cli.refusals import Refused
from core.db import unit_of_work
from core.language.i18n import gettext
from core.plugin import lifecycle, loader
from core.plugin.containment import blamed, failed, passes
from core.registry import Plugin, current

#: How a command ends that has said what it had to say.
ENDS = (click.ClickException, click.exceptions.Exit, click.Abort)


class Commands(click.Group):
    """The commands of one plugin. What they write is one unit of work, kept when the command ends well."""

    def __init__(self, plugin: Plugin) -> None:
        label = plugin.manifest.label
        super().__init__(plugin.manifest.name, help=gettext("Commands of the module “{module}”.", module=label))
        self.plugin = plugin

    def invoke(self, ctx: click.Context) -> Any:
        name, label = self.plugin.manifest.name, self.plugin.manifest.label
        with opened() as engine:
            if name not in current().plugins:
                raise Refused(gettext("The module “{module}” is off. Turn it on with “{command}”.", module=label,
                                      command=f"diwan plugin enable {name}"))
            with unit_of_work(engine):
                try:
                    return super().invoke(ctx)
                except ENDS:
                    raise
                except Exception as error:
                    if passes(error):
                        raise
                    raise failed(name, label, f"command {name}", error) from error


def group(name: str) -> click.Group | None:
    """The commands of an installed plugin of this name; None when there is none or it has no commands."""
    plugin = loader.installed().plugins.get(name)
    register = getattr(plugin.module, "register_cli", None) if plugin else None
    if plugin is None or register is None:
        return None
    lifecycle.install_translations(loader.installed().plugins.values())
    made = Commands(plugin)
    with blamed(name, plugin.manifest.label, "register_cli"):
        register(made)
    return made
