"""What the pages of duplicates and of merging show: suspects in groups, records side by side, and what became of them.

Finished values: names and labels in the reader's language, figures in his digits, markup that is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.ui.list_model import EmptyState, ViewLink
from core.ui.shell_model import NO_MARKUP, Action, Crumb, Person


@dataclass(frozen=True, slots=True)
class Member:
    """A record that may be another one: its name and (label, value) of what it is known by."""

    id: int
    name: str
    href: str
    avatar: Person
    facts: tuple[tuple[str, Markup], ...]
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class SuspectGroup:
    """Records that are alike, the newest first; `more` says that there are others. They can be told apart by those
    who are shown all of them."""

    title: str
    members: tuple[Member, ...]
    more: str = ""
    may_be_apart: bool = True


@dataclass(frozen=True, slots=True)
class PastMerge:
    """Records that became one lately: who did it and when."""

    name: str
    href: str
    text: str
    moment: str
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class SuspectsScreen:
    """`rules` lead to the groups by each rule, with their number; what is chosen goes to `merge_href`, or as no
    duplicates to `apart_href`."""

    crumbs: tuple[Crumb, ...]
    title: str
    rules: tuple[ViewLink, ...]
    groups: tuple[SuspectGroup, ...]
    merge_href: str
    apart_href: str
    hint: str
    past: tuple[PastMerge, ...] = ()
    previous_href: str = ""
    next_href: str = ""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class PickScreen:
    """With which records one is to be merged: those that are like it, or found by `query`."""

    crumbs: tuple[Crumb, ...]
    title: str
    action: str
    record: Member
    query: str
    members: tuple[Member, ...]
    heading: str
    cancel_href: str
    empty: str = ""


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """One of the records, in its column; `number` tells which it is where columns have no room."""

    id: int
    version: int
    number: str
    name: str
    href: str
    avatar: Person
    facts: tuple[tuple[str, Markup], ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class MergeOption:
    """A value to choose: that of a record, or of all (`number` is empty then)."""

    value: int
    number: str
    label: Markup
    chosen: bool
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A field: its options, or what is kept of all records together; `errors` say what is wrong with the choice."""

    name: str
    label: str
    options: tuple[MergeOption, ...] = ()
    joined: MergeOption | None = None
    united: Markup = NO_MARKUP
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeScreen:
    """Records side by side. `same` are the rows in which nothing is to be chosen; `moving` is what goes along."""

    crumbs: tuple[Crumb, ...]
    title: str
    action: str
    records: tuple[MergeRecord, ...]
    rows: tuple[MergeRow, ...]
    same: tuple[MergeRow, ...]
    moving: tuple[tuple[str, str], ...]
    cancel_href: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class MergedScreen:
    """A merge that was carried out, or undone. `parts` are the records that became part of the one that was kept."""

    crumbs: tuple[Crumb, ...]
    title: str
    state: str
    sentence: str
    who: str
    time: str
    moment: str
    name: str
    href: str
    parts: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    back_href: str
    undo: Action | None = None
