"""A definition out of what the form posts; whatever is wrong with it is found by `checking`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from core.customfields.checking import COUNTRY, DATES, WITH_DEFAULT, usable_types
from core.customfields.definition import TRUE, ChoiceText, Definition
from core.customfields.keys import key_from
from core.entity.relative_day import relative_day
from core.entity.spec import FieldSpec
from core.entity.types import FieldError
from core.entity.types_list import SEPARATORS
from core.language.digits import to_latin
from core.language.i18n import LANGUAGES
from core.language.i18n import current as preferences
from core.language.regions import country_code
from core.registry import current
from core.ui.choices_model import read

MOST = 500


def definition_of(form: MultiDict[str, str], entity: str, stored: Definition | None,
                  taken: Iterable[str]) -> Definition:
    """The field as the form describes it. Of a new one the key is made from its name when none is given; of one that a
    plugin declares only its place is asked."""
    if stored is not None and stored.plugin:
        return replace(stored, in_list="in_list" in form, section=form.get("section", ""), after=form.get("after", ""))
    label = _texts(form, "label")
    kind = stored.type if stored else form.get("type", "text")
    choices = tuple(_choices(form, entity, stored)) if "choice" in kind else ()
    scale = to_latin(form.get("scale", "")).strip()
    return Definition(
        entity=entity, key=stored.key if stored else _key(form, label, set(taken)), type=kind, label=label,
        help=_texts(form, "help"), choices=choices, follows=form.get("follows", "") if choices else "",
        required="required" in form, unique="unique" in form,
        unique_with=tuple(form.getlist("unique_with")[:MOST]) if "unique" in form else (),
        filter="filter" in form, in_list="in_list" in form, in_reports="in_reports" in form,
        default=_default(form, kind, scale, choices),
        pattern=form.get("pattern", "").strip() if kind == "text" else "",
        minimum=_limit(form, kind, "minimum", scale), maximum=_limit(form, kind, "maximum", scale),
        scale=int(scale) if scale.isdigit() and kind == "number" else 0 if kind == "number" else None,
        not_before=form.get("not_before", "") if kind in DATES else "",
        not_after=form.get("not_after", "") if kind in DATES else "",
        target=form.get("target", "") if kind == "ref" else "",
        section=form.get("section", ""), after=form.get("after", ""),
        read=stored.read if stored else "", write=stored.write if stored else "",
    )  # fmt: skip


def _default(form: MultiDict[str, str], kind: str, scale: str, choices: Iterable[ChoiceText]) -> str:
    """What new records begin with, as the API writes it: ticked boxes of the choices, a box, or what was typed."""
    if choices:
        ticked = (form.get(f"choice.{one.row}.default") for one in read(form)[:MOST])
        return ",".join(one.value for one, is_ticked in zip(choices, ticked, strict=False) if is_ticked)
    if kind == "bool":
        return TRUE if "1" in form.getlist("default") else ""
    return _typed(form, kind, "default", scale) if kind in WITH_DEFAULT else ""


def _key(form: MultiDict[str, str], label: dict[str, str], taken: set[str]) -> str:
    given = form.get("key", "").strip()
    return given or key_from(label.get("en", ""), taken, "field")


def _texts(form: MultiDict[str, str], name: str) -> dict[str, str]:
    return {language: form.get(f"{name}_{language}", "").strip() for language in LANGUAGES}


def _choices(form: MultiDict[str, str], entity: str, stored: Definition | None) -> Iterable[ChoiceText]:
    """The rows in the order in which they stand; empty ones are left out."""
    known = {one.value for one in stored.choices} if stored else set()
    taken = set(known)
    for one in read(form)[:MOST]:
        value = one.value if one.value in known else key_from(one.labels.get("en", ""), taken, "value")
        taken.add(value)
        yield ChoiceText(value, one.labels, one.hue, one.active, _under(form, entity, one.row))


def _under(form: MultiDict[str, str], entity: str, row: str) -> tuple[str, ...]:
    """The values of the followed field under which a choice is offered: ticked, or countries written by name."""
    given = form.getlist(f"choice.{row}.when")[:MOST]
    followed = current().entity(entity).fields.get(form.get("follows", ""))
    if followed is None or followed.type.name != COUNTRY:
        return tuple(given) if followed is not None else ()
    names = (part.strip() for text in given for part in SEPARATORS.split(text))
    return tuple(country_code(name) or name for name in names if name)


def _limit(form: MultiDict[str, str], kind: str, name: str, scale: str) -> str:
    """A limit as the API writes it, of what was typed in the reader's habits; kept as typed when it cannot be read."""
    field_type = usable_types().get(kind)
    return _typed(form, kind, name, scale) if field_type is not None and "gte" in field_type.ops else ""


def _typed(form: MultiDict[str, str], kind: str, name: str, scale: str) -> str:
    text, field_type = form.get(name, "").strip(), usable_types().get(kind)
    if not text or field_type is None:
        return ""
    counted = relative_day(text) if kind == "date" else None
    if counted is not None:
        return str(counted)
    plain = FieldSpec(type=field_type, label="", scale=int(scale) if scale.isdigit() else field_type.default_scale)
    try:
        value: Any = field_type.parse(plain, text, preferences())
    except FieldError:
        return text
    return str(field_type.to_json(FieldSpec(type=field_type, label="", scale=9), value))
