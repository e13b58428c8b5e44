"""What the pages of an export show that a job writes: what would be written, the progress, the file.

Finished values, as everywhere: numbers in the user's digits, sentences in his language.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.shell_model import Action, Crumb


@dataclass(frozen=True, slots=True)
class ExportHead:
    """Title and place; the pages have no steps."""

    title: str
    crumbs: tuple[Crumb, ...]
    back_href: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """Before it begins: `sentence` says how much, `facts` (label, value) what; posted to `action`."""

    head: ExportHead
    action: str
    sentence: str
    text: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """At work; the page asks `status_href` every second."""

    head: ExportHead
    name: str
    status_href: str
    cancel_href: str
    refresh_href: str
    exports_href: str
    done: int
    total: int
    text: str
    left_text: str


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Over: the file with its `facts`, or why there is none."""

    head: ExportHead
    name: str
    state: str
    sentence: str
    error: str
    facts: tuple[tuple[str, str], ...]
    exports_href: str
    file: Action | None = None
    again: Action | None = None
    discard: Action | None = None
