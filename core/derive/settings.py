"""Settings a plugin declares: a name, a type and a default; the settings page and its checks follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.declarations import Setting
from core.entity.spec import Choice, FieldSpec
from core.entity.types import BoolType, ChoiceType, NoteType
from core.entity.types_list import MultiChoiceType


def setting_choice(name: str, label: Any, choices: Iterable[Choice], *, default: str, help: Any = "",
                   first_run: bool = False) -> Setting:
    """A setting that is one of a list; `settings(name)` answers the value of the Choice.

    With `first_run` the set-up of a new organisation asks for it too, as with the other functions.

        days = (Choice("day", _("Day")), Choice("week", _("Week")))
        setting_choice("visits.plan_by", _("Plan by"), days, default="day")
    """
    return Setting(name, FieldSpec(type=ChoiceType(), name=name, label=label, choices=tuple(choices), help=help,
                                   required=True), default, first_run)


def setting_choices(name: str, label: Any, choices: Iterable[Choice], *, default: Iterable[str] = (), help: Any = "",
                    first_run: bool = False) -> Setting:
    """A setting that is any number of a list; `settings(name)` answers the list of their values.

        days = (Choice("mon", _("Monday")), Choice("tue", _("Tuesday")))
        setting_choices("visits.days", _("Days of visits"), days, default=("mon",))
    """
    return Setting(name, FieldSpec(type=MultiChoiceType(), name=name, label=label, choices=tuple(choices), help=help),
                   list(default), first_run)


def setting_text(name: str, label: Any, *, default: str = "", help: Any = "", first_run: bool = False) -> Setting:
    """A setting of free text, empty when nothing was entered."""
    return Setting(name, FieldSpec(type=NoteType(), name=name, label=label, help=help), default, first_run)


def setting_flag(name: str, label: Any, *, default: bool = False, help: Any = "", first_run: bool = False
                 ) -> Setting:
    """A setting that is on or off."""
    return Setting(name, FieldSpec(type=BoolType(), name=name, label=label, help=help), default, first_run)
