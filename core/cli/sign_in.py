"""`diwan sign-in`: the providers of accounts that people may log in with, for installations set up by scripts."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import click

from core.auth import login_providers
from core.auth.login_providers import Settings
from core.cli.installation import opened
from core.cli.output import json_option, listing
from core.cli.users import role_id
from core.config import load
from core.db import run_unit, unit_of_work
from core.errors import NotFound
from core.language.i18n import LANGUAGES, _, gettext
from core.vault import Vault

HEADINGS = {"id": _("Number"), "name": _("Name"), "issuer": _("Address of the provider"),
            "active": _("On the log-in page"), "domains": _("Domains")}  # fmt: skip
NOBODY = "-"


@click.group("sign-in", help=gettext("Set up log-in with accounts of a provider that speaks OpenID Connect."))
def sign_in() -> None:
    pass


@sign_in.command("list", help=gettext("List the providers."))
@json_option
def list_providers(as_json: bool) -> None:
    with opened() as engine, unit_of_work(engine):
        rows = [{**asdict(one), "name": str(one.name), "label": dict(one.label)} for one in login_providers.every()]
    listing(rows, HEADINGS, as_json)


@sign_in.command("set", help=gettext("Add the provider at ISSUER, or change it: what is not named stays as it is."))
@click.argument("issuer")
@click.option("--client-id", help=gettext("What Diwan is called at the provider."))
@click.option("--secret-file", type=click.File(), help=gettext("A file with the client secret; - reads what is typed."))
@click.option("--label-en", help=gettext("The name in English."))
@click.option("--label-ar", help=gettext("The name in Arabic."))
@click.option("--label-fa", help=gettext("The name in Persian."))
@click.option("--domain", "domains", multiple=True, help=gettext(
    "Let in only addresses in this domain; may be given many times, - for any."))
@click.option("--link-by-email/--no-link-by-email", default=None, help=gettext(
    "Let in users here whose email address the provider has verified."))
@click.option("--role", help=gettext("The role of people who come the first time; - lets in nobody new."))
@click.option("--log-out-there/--no-log-out-there", default=None, help=gettext("Logging out here logs out there."))
@click.option("--on/--off", "active", default=None, help=gettext("Show it on the log-in page."))
def set_provider(issuer: str, secret_file: Any, domains: tuple[str, ...], role: str | None, **given: Any) -> None:
    vault, secret = Vault(load().secret_key), secret_file.read().strip() if secret_file else ""

    def work(_unit: object) -> None:
        found = login_providers.by_issuer(issuer) or Settings(issuer=issuer)
        label = {one: found.label.get(one, "") if given[f"label_{one}"] is None else given[f"label_{one}"]
                 for one in LANGUAGES}  # fmt: skip
        plain = ("client_id", "link_by_email", "log_out_there", "active")
        named = {name: given[name] for name in plain if given[name] is not None}
        if domains:
            named["domains"] = () if domains == (NOBODY,) else domains
        if role is not None:
            named["role_id"] = None if role == NOBODY else role_id(role)
        login_providers.save(vault, replace(found, label=label, **named), secret)

    with opened() as engine:
        run_unit(engine, work)
    click.echo(gettext("Provider saved."))


@sign_in.command("remove", help=gettext("Forget the provider at ISSUER. The accounts here stay."))
@click.argument("issuer")
def remove(issuer: str) -> None:
    def work(_unit: object) -> None:
        found = login_providers.by_issuer(issuer)
        if found is None or found.id is None:
            raise NotFound(_("There is no provider {issuer}.", issuer=issuer))
        login_providers.remove(found.id)

    with opened() as engine:
        run_unit(engine, work)
    click.echo(gettext("Provider deleted."))
