"""What the pages of handing over a colleague's records show: who takes over, who gets what, and what becomes of it.

Finished values: numbers in the reader's digits, sentences in his language.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.mass_model import MassHead, Refusal
from core.ui.shell_model import Action, Choice, Person


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Records of one entity, by the field that names the leaver (said where it is not the person in charge)."""

    label: str
    count: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class WhoStep:
    """Step 1: `to` among the people, sent by GET to `action`; nothing is `held` where there is nothing to hand over.
    Those in `chosen` are ticked."""

    head: MassHead
    action: str
    held: tuple[HeldLine, ...]
    people: tuple[tuple[str, Person], ...]
    chosen: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, slots=True)
class PartLine:
    """Records that go together; `name` is the input that says to whom."""

    name: str
    label: str
    count: str
    recipients: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """The records of a field, in one part or by the values of another field; `splits` are those to choose from."""

    held: HeldLine
    parts: tuple[PartLine, ...]
    name: str
    splits: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatStep:
    """Step 2: posted to `action` with the people chosen before (`to`) and how records are split (`split`)."""

    head: MassHead
    action: str
    to: tuple[str, ...]
    split: tuple[str, ...]
    groups: tuple[HeldGroup, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ShareLine:
    """What becomes of the records of one field that go to one successor."""

    label: str
    icon: str
    count: str
    to: Person
    state: str
    hue: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class HandoverScreen:
    """Step 3 before it is carried out, the progress, or the end; `act` or `undo` is what may be done,
    and `step_href` the step before with what was chosen in it."""

    head: MassHead
    sentence: str
    state: str
    shares: tuple[ShareLine, ...]
    refusals: tuple[Refusal, ...] = ()
    note: str = ""
    act: Action | None = None
    undo: Action | None = None
    status_href: str = ""
    done: int = 0
    total: int = 0
    text: str = ""
    step_href: str = ""
