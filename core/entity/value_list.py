"""What the values of a list have besides their title: a name in each language, a colour, a place, and "in use".

A record is called by its name in the reader's language, else by its title; so lists that were never translated need
nothing, and typing a new value in a picker stays one word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.entity import fields
from core.entity.spec import Choice, FieldSpec, Meta
from core.language.i18n import _

HUE, POSITION, ACTIVE = "hue", "position", "active"
NAME_LABELS: Mapping[str, Any] = {"ar": _("Name in Arabic"), "fa": _("Name in Persian"), "en": _("Name in English")}
HUE_LABELS: Mapping[str, Any] = {
    "blue": _("Blue"), "amber": _("Amber"), "green": _("Green"), "red": _("Red"), "grey": _("Grey"),
    "violet": _("Violet"), "teal": _("Teal"), "brown": _("Brown"),
}  # fmt: skip


def name_fields(title: str) -> dict[str, str]:
    """{language: the field with a record's name in it}."""
    return {language: f"{title}_{language}" for language in NAME_LABELS}


def columns(title: str, longest: int) -> dict[str, Any]:
    """The fields of a value list besides its title, as declared columns by name."""
    names = {name: fields.text(NAME_LABELS[language], max_length=longest, search=9, filter=True)
             for language, name in name_fields(title).items()}  # fmt: skip
    hues = tuple(Choice(hue, label, hue) for hue, label in HUE_LABELS.items())
    return {
        **names,
        HUE: fields.choice(_("Colour"), hues, fixed=True),
        POSITION: fields.number(_("Place in the list"), minimum=0),
        ACTIVE: fields.bool(_("In use"), default=True, filter=True),
    }


def with_screens(meta: Meta, declared: Mapping[str, FieldSpec]) -> Meta:
    """The entity's columns and sections, where it has none of its own."""
    if not meta.value_list:
        return meta
    names = tuple(name_fields(meta.title).values())
    placed = {*names, meta.title, HUE, POSITION, ACTIVE, "id", "version"}
    more = tuple(name for name, f in declared.items() if not f.system and name not in placed)
    sections = ((meta.label, (meta.title, *more, HUE, ACTIVE)), (_("In other languages"), names))
    return replace(meta, list=meta.list or (meta.title, HUE, ACTIVE), sections=meta.sections or sections)
