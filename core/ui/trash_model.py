"""What the page of deleted records shows."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.list_model import EmptyState
from core.ui.shell_model import Action


@dataclass(frozen=True, slots=True)
class TrashLine:
    """A deleted record: who deleted it and when, and the way back; of one that was merged, into which."""

    name: str
    href: str
    who: str
    time: str
    moment: str
    restore: Action
    merged_into: str = ""
    merge_href: str = ""


@dataclass(frozen=True, slots=True)
class TrashScreen:
    """One page of deleted records; `note` says when they go for good."""

    lines: tuple[TrashLine, ...]
    older_href: str = ""
    empty: EmptyState | None = None
    note: str = ""
