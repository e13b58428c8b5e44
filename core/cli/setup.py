"""`diwan init` and `diwan migrate`: the database, made and brought up to date."""

from __future__ import annotations

from collections.abc import Sequence

import click

from core.auth.models import CALENDARS, DIGITS, WEEKDAYS, WEEKENDS
from core.cli.installation import tell_left_out
from core.cli.refusals import Refused
from core.config import Config, load
from core.entity.spec import Choice
from core.language.i18n import LANGUAGES, current, gettext
from core.language.region_defaults import language_of
from core.language.regions import country_code
from core.ops import instance


def _values(listed: Sequence[Choice]) -> list[str]:
    return [choice.value for choice in listed]


@click.command(help=gettext(
    "Create or upgrade the database, turn plugins on, and make the first administrator. Safe to repeat."))
@click.option("--admin-email", default="", help=gettext("The first administrator's email."))
@click.option("--admin-password", default="", help=gettext(
    "The first administrator's password; without one it is made up and printed once."))
@click.option("--country", default="", metavar="XX", help=gettext(
    "The organisation's country, a code such as SA or a name; currency, calendar, week and time zone follow it."))
@click.option("--language", type=click.Choice(list(LANGUAGES)), help=gettext(
    "The organisation's language; by default that of its country."))
@click.option("--organisation", "name", default="", help=gettext("The organisation's name."))
@click.option("--currency", default="", metavar="XXX", help=gettext("Its currency; by default its country's."))
@click.option("--calendar", type=click.Choice(_values(CALENDARS)), help=gettext("Its calendar."))
@click.option("--digits", type=click.Choice(_values(DIGITS)), help=gettext("Its digits: Latin, Arabic or Persian."))
@click.option("--timezone", default="", metavar="ZONE", help=gettext("Its time zone, such as Asia/Riyadh."))
@click.option("--week-start", type=click.Choice(_values(WEEKDAYS)), help=gettext(
    "The first day of its week, counted from Monday: {example} is Sunday.", example="7"))
@click.option("--weekend", type=click.Choice(_values(WEEKENDS)), help=gettext(
    "Its days off, counted from Monday: {example} is Friday and Saturday, {none} no day.", example="56", none="0"))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help=gettext(
    "The value of a setting, such as contacts.identity=both; may be given many times."))
@click.option("--plugins", default="all", show_default=True, help=gettext("Plugins to turn on, separated by commas."))
def init(admin_email: str, admin_password: str, country: str, language: str | None, plugins: str,
         settings: tuple[str, ...], **organisation: str | None) -> None:
    names = [name.strip() for name in plugins.split(",") if name.strip()]
    code = _country(country)
    chosen = language or (language_of(code) if code else current().language)
    values = {**organisation, "country": code}
    report(instance.initialise(load(), names, admin_email, admin_password, chosen, organisation=values,
                               settings=dict(_setting(text) for text in settings)))


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Refused(gettext("“{text}” is no setting with its value. Example: {example}", text=text,
                              example="contacts.identity=both"))
    return name.strip(), value.strip()


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
    if done.admin_email:
        click.echo(gettext("Administrator: {email}", email=done.admin_email))
    if done.password:
        click.echo(gettext("Password: {password}", password=done.password))
    if done.passed_over:
        click.echo(gettext("There is an administrator already, so {email} was not added. To add a user: {command}",
                           email=done.passed_over, command=f"diwan user add {done.passed_over}"), err=True)
    if not (done.migrated or done.enabled or done.admin_email or done.passed_over):
        click.echo(gettext("Everything is up to date."))


@click.command(help=gettext("Bring the tables of the kernel and of every enabled plugin up to date."))
@click.option("--check", is_flag=True, help=gettext("Change nothing; exit with 1 when there is something to do."))
def migrate(check: bool) -> None:
    config = load()
    if not check:
        moved = instance.upgrade(config)
        report(instance.Initialised(tuple(moved), ()))
        _refuse_half_done(config)
        return
    behind = instance.pending(config)
    if behind:
        raise Refused(gettext("To be upgraded with “diwan migrate”: {names}", names=", ".join(behind)))
    click.echo(gettext("Everything is up to date."))


def _refuse_half_done(config: Config) -> None:
    """The others are up to date; a plugin whose migration failed stands where it stood, and is out until then."""
    failed = [one.plugin for one in tell_left_out(config) if one.phase == "migration"]
    if failed:
        raise Refused(gettext("Correct the plugin, then have it tried again: {command}",
                              command=f"diwan plugin enable {' '.join(failed)}"))
