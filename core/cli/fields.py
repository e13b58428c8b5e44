"""`diwan field`: custom fields from the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
from sqlalchemy.engine import Engine

from core import registry as registries
from core.cli.installation import opened
from core.cli.output import json_option, listing
from core.cli.refusals import Refused
from core.config import load
from core.customfields import background, changing, converting, reading
from core.customfields.checking import namesakes, usable_types
from core.customfields.definition import FAILED, ChoiceText, Definition
from core.db import unit_of_work
from core.language.i18n import LANGUAGES, _, gettext, ngettext
from core.plugin import lifecycle
from core.registry import current

HEADINGS = {
    "entity": _("Entity"), "name": _("Field"), "type": _("Type"), "label": _("Label"), "required": _("Required"),
    "unique": _("Unique"), "filter": _("In filters"), "index": _("Index"), "retired": _("Retired"),
    "module": _("Module"),
}  # fmt: skip


@click.group(help=gettext("Add fields to records, list and retire them. Every process follows at its next request."))
def field() -> None:
    pass


def _facts(command: Any) -> Any:
    """The options that say everything about a field but its type: what is not given is left as it is."""
    for name, flag_help in reversed(FLAGS.items()):
        command = click.option(f"--{name.replace('_', '-')}/--no-{name.replace('_', '-')}", name, default=None,
                               help=str(flag_help))(command)  # fmt: skip
    for name, text_help in reversed(TEXTS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, default=None, help=str(text_help))(command)
    for language, label_help in (("fa", _("The name in Persian.")), ("ar", _("The name in Arabic.")),
                                 ("en", _("The name in English."))):  # fmt: skip
        command = click.option(f"--label-{language}", default=None, help=str(label_help))(command)
    command = click.option("--unique-with", "unique_with", multiple=True, metavar="FIELD", help=gettext(
        "Unique only together with this field; may be given many times."))(command)
    return click.option("--choice", "choices", multiple=True, metavar="VALUE=EN|AR|FA|HUE|WHEN", help=gettext(
        "One value of a choice list; may be given many times. WHEN are values of the field that is followed, "
        "separated by commas."))(command)  # fmt: skip


FLAGS = {
    "required": _("New records must have a value."), "unique": _("No two records may have the same value."),
    "filter": _("Offer it in filters, with an index."), "list": _("Show it as a column of the list."),
    "reports": _("Offer it in reports."),
}  # fmt: skip
TEXTS = {
    "follows": _("The choice of the record on whose value it depends which values are offered."),
    "default": _("What new records begin with, as in the API; several choices separated by commas."),
    "minimum": _("The smallest value; for a date also such as {example}.", example="today-7"),
    "maximum": _("The largest value; for a date also such as {example}.", example="today+30"),
    "not_before": _("The date of the record that this date must not precede."),
    "not_after": _("The date of the record that this date must not follow."),
    "pattern": _("A regular expression that the whole text must fit."),
    "section": _("The heading of the form it stands under, in English."),
    "after": _("The field it stands behind in the form."),
}  # fmt: skip


@field.command("add", help=gettext("Add a field to the records of ENTITY; KEY is its name in files and in the API."))
@click.argument("entity")
@click.argument("key")
@click.option("--type", "field_type", required=True, help=gettext("The type, such as text, number, date or choice."))
@click.option("--decimals", type=click.IntRange(0, 6), default=None, help=gettext("Decimals of a number."))
@click.option("--target", default="", help=gettext("The entity that a link leads to."))
@_facts
def add(entity: str, key: str, field_type: str, decimals: int | None, target: str, **given: Any) -> None:
    start = Definition(entity, key, field_type, {}, scale=decimals, target=target)
    with opened() as engine:
        with unit_of_work(engine):
            made = changing.add(_over(start, given))
            _warn(made)
        state = _settle(engine, made.id)
    click.echo(gettext("Added: {name}", name=f"{entity} {made.name}"))
    _refuse_failed(state)


@field.command("change", help=gettext("Change a field of ENTITY: what is not named stays as it is."))
@click.argument("entity")
@click.argument("key")
@_facts
def change(entity: str, key: str, **given: Any) -> None:
    with opened() as engine:
        with unit_of_work(engine):
            made = changing.change(_over(reading.definition(entity, key), given))
            _warn(made)
        state = _settle(engine, made.id)
    click.echo(gettext("Changed: {name}", name=f"{entity} {made.name}"))
    _refuse_failed(state)


def _over(one: Definition, given: dict[str, Any]) -> Definition:
    """The definition with what was given over its own. What is unique together with others is unique, without saying
    so; a list of choices is given whole."""
    names = {"list": "in_list", "reports": "in_reports"}
    facts = {names.get(name, name): given[name] for name in (*FLAGS, *TEXTS) if given[name] is not None}
    labels = {language: given[f"label_{language}"] for language in LANGUAGES if given[f"label_{language}"] is not None}
    if given["unique_with"]:
        facts |= {"unique_with": given["unique_with"], "unique": given["unique"] is not False}
    elif given["unique"] is False:
        facts["unique_with"] = ()
    if given["choices"]:
        facts["choices"] = tuple(_choice(text) for text in given["choices"])
    return replace(one, label={**one.label, **labels}, **facts)


def _warn(one: Definition) -> None:
    """Of what is no mistake and yet may be one."""
    told = namesakes(current().entity(one.entity), one)
    if told:
        click.echo(str(told), err=True)


def _refuse_failed(state: str) -> None:
    if state == FAILED:
        raise Refused(gettext("The field is there, but its index could not be made: see “diwan field list”."))


def _choice(text: str) -> ChoiceText:
    """`small=Small|صغير|کوچک|blue|new,active`; what is left out stays empty."""
    value, _sign, rest = text.partition("=")
    parts = [part.strip() for part in rest.split("|")] + [""] * 5
    when = tuple(name.strip() for name in parts[4].split(",") if name.strip())
    return ChoiceText(value.strip(), {"en": parts[0], "ar": parts[1], "fa": parts[2]}, parts[3], when=when)


@field.command("list", help=gettext("List the added fields, of ENTITY or of all records."))
@click.argument("entity", default="")
@json_option
def list_fields(entity: str, as_json: bool) -> None:
    with opened() as engine:
        if entity:
            current().entity(entity)
        with unit_of_work(engine):
            found = reading.definitions(entity)
    listing([_row(one, as_json) for one in found], HEADINGS, as_json)


def _row(one: Definition, as_json: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "entity": one.entity, "name": one.name, "type": one.type, "label": str(one.title), "required": one.required,
        "unique": one.unique, "filter": one.filter, "index": one.index_state, "retired": one.is_retired,
        "module": one.plugin or None,
    }  # fmt: skip
    if as_json:
        shown |= {"key": one.key, "labels": {language: one.label.get(language, "") for language in LANGUAGES},
                  "choices": [choice.as_json() for choice in one.choices] or None, "index_error": one.index_error,
                  "unique_with": list(one.unique_with), **{name: getattr(one, name) or None for name in TEXTS},
                  "target": one.target or None, "decimals": one.scale}  # fmt: skip
    return shown


@field.command("types", help=gettext("List the types that a field can have."))
@json_option
def list_types(as_json: bool) -> None:
    with opened():
        rows = [{"type": name, "label": str(one.label)} for name, one in usable_types().items()]
    listing(rows, {"type": _("Type"), "label": _("Name")}, as_json)


@field.command("retire", help=gettext("Hide a field everywhere; its values stay and come back with it."))
@click.argument("entity")
@click.argument("key")
def retire(entity: str, key: str) -> None:
    with opened() as engine:
        with unit_of_work(engine):
            one = reading.definition(entity, key)
            count = changing.retire(entity, key)
        _settle(engine, one.id, search=True)
    text = ngettext("Retired: {name}. {n} record keeps its value.",
                    "Retired: {name}. {n} records keep their values.", count, name=one.name)  # fmt: skip
    click.echo(text)


@field.command("restore", help=gettext("Bring a retired field back with its values."))
@click.argument("entity")
@click.argument("key")
def restore(entity: str, key: str) -> None:
    with opened() as engine:
        with unit_of_work(engine):
            one = changing.bring_back(entity, key)
        _settle(engine, one.id, search=True)
    click.echo(gettext("Back in use: {name}", name=f"{entity} {one.name}"))


@field.command("order", help=gettext("Put the fields of ENTITY in this order in forms and lists: all KEYS in use."))
@click.argument("entity")
@click.argument("keys", nargs=-1, required=True)
def order(entity: str, keys: tuple[str, ...]) -> None:
    with opened() as engine, unit_of_work(engine):
        changing.put_in_order(entity, keys)
    click.echo(gettext("Order saved."))


@field.command("convert", help=gettext("Give a field another type: show what would become of its values, or with "
                                       "--yes let a new field take them over. The old one is retired with all of "
                                       "them."))  # fmt: skip
@click.argument("entity")
@click.argument("key")
@click.option("--type", "field_type", required=True, help=gettext("The type, such as text, number, date or choice."))
@click.option("--decimals", type=click.IntRange(0, 6), default=None, help=gettext("Decimals of a number."))
@click.option("--key", "new_key", default="", help=gettext("The new field's name in files and in the API."))
@click.option("--yes", is_flag=True, help=gettext("Do it."))
@json_option
def convert(entity: str, key: str, field_type: str, decimals: int | None, new_key: str, yes: bool,
            as_json: bool) -> None:
    with opened() as engine:
        if not yes:
            with unit_of_work(engine):
                found = converting.outlook(entity, key, field_type, decimals)
            rows = [{"id": one.record_id, "title": one.title, "value": one.value, "reason": str(one.reason)}
                    for one in found.examples]  # fmt: skip
            _tell(found.fits, found.refused, err=as_json)
            if rows or as_json:
                listing(rows, {"id": _("Number"), "title": _("Record"), "value": _("Value"), "reason": _("Reason")},
                        as_json)  # fmt: skip
            return
        with unit_of_work(engine):
            old = reading.definition(entity, key)
            made = converting.change_type(entity, key, field_type, decimals, new_key)
        lifecycle.refresh(engine)
        with registries.pinned(registries.current()):
            done = converting.copy(engine, old.id, made.id)
        _settle(engine, old.id)
        _settle(engine, made.id)
    click.echo(gettext("Added: {name}", name=f"{entity} {made.name}"))
    _tell(done["copied"], done["refused"])


def _tell(fits: int, refused: int, err: bool = False) -> None:
    click.echo(ngettext("{n} value fits.", "{n} values fit.", fits), err=err)
    click.echo(ngettext("{n} value does not fit.", "{n} values do not fit.", refused), err=err)


def _settle(engine: Engine, field_id: int, search: bool = False) -> str:
    """Make or drop the field's index before the command ends, with the connection that may change tables.

    With `search` the registry is read anew first: what records are found by follows from the fields in use.
    """
    if search:
        lifecycle.refresh(engine)
    with registries.pinned(registries.current()):
        state: str = background.work(engine, load().migration_url, field_id, search)["index"]
    return state


