"""`diwan user` and `diwan token`: accounts and their tokens, from the machine itself."""

from __future__ import annotations

import click
import sqlalchemy as sa

from core import records
from core.auth import accounts, defaults, networks, tokens
from core.auth.explain import ON_RECORDS, Person, Verdict
from core.auth.models import Role, User, user_role
from core.cli.installation import opened
from core.cli.output import json_option, listing, print_json
from core.db import run_unit, unit
from core.errors import DiwanError, Malformed, NotFound
from core.language.i18n import _, gettext
from core.registry import current

LIST_HEADINGS = {
    "email": _("Email"), "name": _("Name"), "roles": _("Roles"), "active": _("Active"), "last_seen_at": _("Last seen"),
}


@click.group(help=gettext("Add users, list them, give them passwords."))
def user() -> None:
    pass


@user.command("add", help=gettext(
    "Add a user. Without --password one is made up, printed once, and replaced at the first log-in."))
@click.argument("email")
@click.option("--name", default="", help=gettext("The name shown to others; by default taken from the email."))
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=gettext(
    "A role's name or key, such as sales_manager; may be repeated."))
@click.option("--password", default="", help=gettext("The password; visible to others in the list of processes."))
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    chosen = password or defaults.make_password()

    def work(_unit: object) -> None:
        role_ids = [role_id(role) for role in roles]
        accounts.create_user(
            name or email.partition("@")[0], email, chosen, role_ids=role_ids,
            organisation_ids=[defaults.ensure_organisation()], must_change=not password)

    with opened() as engine:
        run_unit(engine, work)
    click.echo(gettext("User added: {email}", email=email))
    _print_made_up(password, chosen)
    if not roles:
        click.echo(gettext(
            "This user has no role yet and can see nothing. Roles are given with --role or in settings."))


@user.command("password", help=gettext(
    "Give a user a new password and end all sessions. Without --password one is made up and printed once."))
@click.argument("email")
@click.option("--password", default="", help=gettext("The password; visible to others in the list of processes."))
def change_password(email: str, password: str) -> None:
    chosen = password or defaults.make_password()
    with opened() as engine:
        run_unit(engine, lambda _unit: accounts.set_user_password(_user_id(email), chosen, must_change=not password))
    click.echo(gettext("Password changed: {email}", email=email))
    _print_made_up(password, chosen)


@user.command("list", help=gettext("List all users with their roles."))
@json_option
def list_users(as_json: bool) -> None:
    with opened() as engine:
        rows = run_unit(engine, lambda _unit: _users())
    listing(rows, LIST_HEADINGS, as_json)


RIGHTS_HEADINGS = {"name": _("Permission"), "allowed": _("Allowed"), "reach": _("Scope"), "why": _("Reason")}


@user.command("rights", help=gettext(
    "Show what a user may do and which role or rule says so, in general or on one record and its fields."))
@click.argument("email")
@click.option("--record", "record", default="", metavar="ENTITY:ID", help=gettext(
    "A record, such as {example}.", example="contacts.contact:12"))
@click.option("--read-only", is_flag=True, help=gettext("As with a read-only token."))
@json_option
def show_rights(email: str, record: str, read_only: bool, as_json: bool) -> None:
    with opened() as engine:
        found = run_unit(engine, lambda _unit: _rights_of(email, record, read_only))
    if as_json:
        print_json([verdict.as_json() for verdict in found])
        return
    listing([{**verdict.as_json(), "why": " ".join(str(one.text) for one in verdict.reasons)} for verdict in found],
            RIGHTS_HEADINGS, False)  # fmt: skip


NETWORK_HEADINGS = {"of": _("Kept at"), "networks": _("Allowed networks")}


@user.command("networks", help=gettext(
    "Show the allowed networks of a user: the lists of the user and of the roles, each of which must hold the "
    "address."))
@click.argument("email")
@click.option("--lift", is_flag=True, help=gettext(
    "Delete these lists, also for the other users of these roles: for when they keep somebody out by mistake."))
@json_option
def networks_of(email: str, lift: bool, as_json: bool) -> None:
    def work(_unit: object) -> list[dict[str, object]]:
        found = networks.kept_for(_user_id(email))
        for entity, record_id, _name, _text in found if lift else ():
            records.update(entity, record_id, {"networks": None})
        return [{"of": name, "networks": text} for _entity, _id, name, text in found]

    with opened() as engine:
        rows = run_unit(engine, work)
    listing(rows, NETWORK_HEADINGS, as_json)
    if lift and not as_json:
        click.echo(gettext("Deleted. {email} can log in from everywhere.", email=email))


def _rights_of(email: str, record: str, read_only: bool) -> list[Verdict]:
    person, registry = Person(_user_id(email), read_only), current()
    if not record:
        return [person.permission(name) for name in registry.permissions]
    entity, _colon, number = record.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Malformed(_("Name a record as entity and number, such as {example}.", example="contacts.contact:12"))
    spec, record_id = registry.entity(entity), int(number)
    records.get(spec, record_id)
    names = [name for name in registry.permissions if name.rpartition(".")[0] == spec.name]
    actions = {name: name.rpartition(".")[2] for name in names}
    return [*(person.on_record(spec, record_id, action) if action in ON_RECORDS else person.permission(name)
              for name, action in actions.items()),
            *(person.field(f) for f in spec.fields.values())]  # fmt: skip


@click.group(help=gettext("Create tokens for programs that use the API."))
def token() -> None:
    pass


@token.command("create", help=gettext("Create a token for a user and print it, this one time, alone on its line."))
@click.argument("email")
@click.option("--scope", type=click.Choice(tokens.SCOPES), default="read", show_default=True,
              help=gettext("Whether the token may change records or only read them."))
@click.option("--days", type=click.IntRange(1, tokens.LONGEST_DAYS), help=gettext(
    "After how many days the token ends; by default it does not."))
@click.option("--label", default="", help=gettext("What the token is for."))
def create_token(email: str, scope: str, days: int | None, label: str) -> None:
    with opened() as engine:
        text = run_unit(engine, lambda _unit: tokens.create(_user_id(email), scope, days, label))
    click.echo(text)


def _print_made_up(given: str, chosen: str) -> None:
    if not given:
        click.echo(gettext("Password: {password}", password=chosen))


def _user_id(email: str) -> int:
    wanted = sa.select(User.id).where(sa.func.lower(User.email) == email.strip().lower(), User.deleted_at.is_(None))
    found = unit().execute(wanted).scalar()
    if found is None:
        raise NotFound(_("There is no user with the email {email}.", email=email))
    return int(found)


def role_id(wanted: str) -> int:
    """The role with this key, or with this name in any language it came in."""
    rows = unit().execute(sa.select(Role.id, Role.key, Role.name).where(Role.deleted_at.is_(None)).order_by(Role.id))
    known = []
    for row in rows:
        if wanted.casefold() in (str(row.key or "").casefold(), row.name.casefold()):
            return int(row.id)
        known.append(row.key or row.name)
    raise DiwanError(_("There is no role “{role}”. Known are: {known}.", role=wanted, known=", ".join(known)))


def _users() -> list[dict[str, object]]:
    held = sa.select(user_role.c.user_id, Role.key, Role.name).join(Role, Role.id == user_role.c.role_id)
    roles: dict[int, list[str]] = {}
    for user_id, key, name in unit().execute(held.where(Role.deleted_at.is_(None)).order_by(Role.id)):
        roles.setdefault(user_id, []).append(key or name)
    columns = (User.id, User.email, User.name, User.active, User.last_seen_at)
    rows = unit().execute(sa.select(*columns).where(User.deleted_at.is_(None)).order_by(User.id))
    return [{**row._mapping, "roles": roles.get(row.id, [])} for row in rows]
