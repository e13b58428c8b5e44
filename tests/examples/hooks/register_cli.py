"""A command of the plugin's own: `diwan example add-tag NAME`."""

import click

from core.api import Manifest, _, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_cli(cli):
    @cli.command("add-tag")
    @click.argument("name")
    def add_tag(name):
        records.create("contacts.tag", name=name)
        click.echo(f"Tag added: {name}")
