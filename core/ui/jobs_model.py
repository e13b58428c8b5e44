"""What the pages of background jobs and of outgoing mail show."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.list_model import EmptyState
from core.ui.shell_model import Action, Choice


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of details; `kind` "code" is written from left to right, "trace" in lines of its own."""

    label: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A job or a mail: its state, what it is, what is to say about it, when. `percent` is -1 without progress."""

    key: str
    state: str
    hue: str
    title: str
    note: str = ""
    detail: str = ""
    time: str = ""
    moment: str = ""
    percent: int = -1
    href: str = ""
    facts: tuple[Fact, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A scheduled job: when it runs next, and when it ran last."""

    title: str
    name: str
    next: str
    moment: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class LinesScreen:
    """A page of lines with its filters; `live_href` answers the lines anew while the page is looked at."""

    lines: tuple[Line, ...]
    states: tuple[Choice, ...]
    address: str
    live_href: str
    names: tuple[Choice, ...] = ()
    turns: tuple[Turn, ...] = ()
    note: str = ""
    note_hue: str = "grey"
    clear_href: str = ""
    older_href: str = ""
    act: Action | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class MailScreen:
    """One mail. `hidden` says why its text is not shown; `html_href` opens its other body, shut in."""

    subject: str
    state: str
    hue: str
    facts: tuple[Fact, ...]
    recipients: tuple[Line, ...]
    text: str = ""
    language: str = ""
    direction: str = "auto"
    hidden: str = ""
    html_href: str = ""
    warning: str = ""
    actions: tuple[Action, ...] = ()
