"""What the pages of an act on many records show: the field, its value, what would happen, the progress, the result.

Finished values: numbers in the user's digits, sentences in his language.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.form_model import FieldView
from core.ui.shell_model import Action, Choice, Crumb


@dataclass(frozen=True, slots=True)
class MassHead:
    """Title and place among the steps; `step` is 1 to 3, or 0 where the act was chosen in the list."""

    title: str
    crumbs: tuple[Crumb, ...]
    step: int
    back_href: str


@dataclass(frozen=True, slots=True)
class FieldStep:
    """Step 1: `field` among `choices`, sent by GET to `action`; `selected` says how many records are."""

    head: MassHead
    action: str
    selected: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ValueStep:
    """Step 2: the field's own control, posted to `action`; `ways` where values may be added or taken away."""

    head: MassHead
    action: str
    selected: str
    field: FieldView
    ways: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why records are left as they are, and how many; or one record with its name."""

    text: str
    count: str = ""
    name: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class OutlookStep:
    """Step 3: what will happen. `sentence` says it in one line; `act` carries it out."""

    head: MassHead
    sentence: str
    what: str
    changed: str
    same: str
    refused: str
    refusals: tuple[Refusal, ...]
    note: str
    act: Action | None


@dataclass(frozen=True, slots=True)
class RecentAct:
    """An act that was carried out: what it was, when, how it stands, and the way to take it back."""

    title: str
    href: str
    icon: str
    state: str
    time: str
    moment: str
    undo: Action | None


@dataclass(frozen=True, slots=True)
class MassProgress:
    """The act at work; the page asks `status_href` every second."""

    head: MassHead
    what: str
    status_href: str
    cancel_href: str
    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class MassResult:
    """The end of an act, or of taking it back."""

    head: MassHead
    what: str
    state: str
    sentence: str
    tiles: tuple[tuple[str, str, str], ...]
    refusals: tuple[Refusal, ...]
    more_text: str
    error: str
    undo: Action | None
