"""The table in which a choice list is edited: filled by the page of a list or of a custom field, printed by
``components/choices.html``, moved by ``js/choices.js``.

What it posts: ``choice`` once a row, in the order of the rows (the row's name), and for each of them
``choice.{row}.label.{language}``, ``.hue``, ``.kind`` and, where it is in use, ``.active`` = 1; where new records may
begin with it and do, ``.default`` = 1. `read` takes it. Where
the list may follow another choice, ``follows`` names that, and ``.when`` each value under which the row is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.choicelists.changing import GivenChoice
from core.entity.value_list import HUE_LABELS
from core.language.i18n import LANGUAGE_NAMES, LANGUAGES, _
from core.language.i18n import current as preferences
from core.ui.shell_model import Choice

NEW = "new-"
NO_HUE = _("No colour")


@dataclass(frozen=True, slots=True)
class LanguageColumn:
    """A language of the labels: its code, its own name, and the direction in which it is written."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True, slots=True)
class Followed:
    """Another choice of the record that the list can follow, with its values; a country, whose values are too many to
    tick, is `written` by name."""

    name: str
    label: str
    values: tuple[Choice, ...]
    selected: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One value. ``labels`` are the texts written by hand, ``declared`` what stands for an empty one.

    - ``row``: names the row in what is posted: the value itself, or ``new-1`` for one that has none yet.
    - ``kinds``: the kinds to choose from; empty where it is given or there are none. ``kind_label``: the given one.
    - ``when``: the values of the followed choice under which this one is offered; empty: under all.
    - ``removable``: may be taken out of the list; ``usage``: on how many records it is, in words.
    """

    row: str
    labels: Mapping[str, str]
    declared: Mapping[str, str]
    title: str = ""
    hue: str = ""
    kind: str = ""
    kind_label: str = ""
    kinds: tuple[Choice, ...] = ()
    active: bool = True
    removable: bool = True
    usage: str = ""
    usage_href: str = ""
    errors: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    when_text: str = ""
    is_default: bool = False

    @property
    def preview(self) -> str:
        """The label as the reader will see it."""
        language = preferences().language
        return self.labels.get(language) or self.declared.get(language) or next(iter(self.labels.values()), "")


@dataclass(frozen=True, slots=True)
class ChoiceTable:
    """The whole table; `blank` is the row that "another value" adds, its name ending in a number of its own."""

    rows: tuple[ChoiceRow, ...]
    blank: ChoiceRow
    with_kinds: bool = False
    with_usage: bool = False
    longest: int = 60
    may_add: bool = True
    followable: tuple[Followed, ...] = ()
    with_default: bool = False

    @property
    def followed(self) -> Followed | None:
        """The choice that the list follows."""
        return next((one for one in self.followable if one.selected), None)

    @property
    def languages(self) -> tuple[LanguageColumn, ...]:
        """The reader's own language first."""
        own = preferences().language
        ordered = (own, *(language for language in LANGUAGES if language != own))
        return tuple(LanguageColumn(one, LANGUAGE_NAMES[one], "ltr" if one == "en" else "rtl") for one in ordered)

    @property
    def hues(self) -> tuple[Choice, ...]:
        return tuple(Choice(hue, str(label), hue=hue) for hue, label in {"": NO_HUE, **HUE_LABELS}.items())


def read(form: Any) -> tuple[GivenChoice, ...]:
    """The rows of a posted table, in their order; a new row in which nothing was written is none."""
    rows = (_row(form, name) for name in form.getlist("choice"))
    return tuple(row for row in rows if row.value or any(row.labels.values()))


def _row(form: Any, name: str) -> GivenChoice:
    at = f"choice.{name}."
    return GivenChoice(
        row=name,
        value="" if name.startswith(NEW) else name,
        labels={language: form.get(f"{at}label.{language}", "").strip() for language in LANGUAGES},
        hue=form.get(f"{at}hue", ""),
        kind=form.get(f"{at}kind", ""),
        active=bool(form.get(f"{at}active")),
    )
