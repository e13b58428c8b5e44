"""`diwan init` and `diwan migrate`: the database, made and brought up to date."""

from __future__ import annotations

import click

from core.cli.refusals import Refused
from core.config import load
from core.language.i18n import LANGUAGES, current, gettext
from core.language.region_defaults import language_of
from core.language.regions import country_code
from core.ops import instance


@click.command(help=gettext(
    "Create or upgrade the database, turn plugins on, and make the first administrator. Safe to repeat."))
@click.option("--admin-email", default="", help=gettext("The first administrator's email."))
@click.option("--admin-password", default="", help=gettext(
    "The first administrator's password; without one it is made up and printed once."))
@click.option("--country", default="", metavar="XX", help=gettext(
    "The organisation's country, a code such as SA or a name; currency, calendar, week and time zone follow it."))
@click.option("--language", type=click.Choice(list(LANGUAGES)), help=gettext(
    "The organisation's language; by default that of its country."))
@click.option("--plugins", default="all", show_default=True, help=gettext("Plugins to turn on, separated by commas."))
def init(admin_email: str, admin_password: str, country: str, language: str | None, plugins: str) -> None:
    names = [name.strip() for name in plugins.split(",") if name.strip()]
    code = _country(country)
    chosen = language or (language_of(code) if code else current().language)
    report(instance.initialise(load(), names, admin_email, admin_password, chosen, country=code))


def _country(text: str) -> str:
    """The code of a country given by code or name; empty when none is given."""
    code = country_code(text) if text else ""
    if code is None:
        raise Refused(gettext("There is no country {country}. Give its code of two letters, such as SA.", country=text))
    return code


def report(done: instance.Initialised) -> None:
    """Say what was made; the password is shown this one time."""
    if done.migrated:
        click.echo(gettext("Upgraded: {names}", names=", ".join(done.migrated)))
    if done.enabled:
        click.echo(gettext("Turned on: {names}", names=", ".join(done.enabled)))
    if done.password:
        click.echo(gettext("Administrator: {email}", email=done.admin_email))
        click.echo(gettext("Password: {password}", password=done.password))
    if not (done.migrated or done.enabled or done.password):
        click.echo(gettext("Everything is up to date."))


@click.command(help=gettext("Bring the tables of the kernel and of every enabled plugin up to date."))
@click.option("--check", is_flag=True, help=gettext("Change nothing; exit with 1 when there is something to do."))
def migrate(check: bool) -> None:
    config = load()
    if not check:
        moved = instance.upgrade(config)
        report(instance.Initialised(tuple(moved), ()))
        return
    behind = instance.pending(config)
    if behind:
        raise Refused(gettext("To be upgraded with “diwan migrate”: {names}", names=", ".join(behind)))
    click.echo(gettext("Everything is up to date."))
