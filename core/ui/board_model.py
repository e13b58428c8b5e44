"""What a board shows: the records of a list as cards, in a column for each value of one of their fields."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.declarations import CardLine
from core.ui.list_model import ListScreen
from core.ui.shell_model import NO_MARKUP, Choice, Person


@dataclass(frozen=True, slots=True)
class CardValue:
    """A field on a card; its label is told to those who do not see where it stands."""

    label: str
    value: Markup


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A record. `amount` is what the column's sum adds up; `notes` are the plugins' lines."""

    id: int
    version: int
    href: str
    title: str
    values: tuple[CardValue, ...] = ()
    amount: Markup = NO_MARKUP
    notes: tuple[CardLine, ...] = ()
    who: Person | None = None
    may_move: bool = False


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A value with its records: `key` is what a card dropped here is given, and `may_take` whether it is. `more_href`
    gives the next cards."""

    key: str
    label: str
    hue: str = ""
    count: str = ""
    sum: Markup = NO_MARKUP
    new_href: str = ""
    may_take: bool = False
    cards: tuple[BoardCard, ...] = ()
    more_href: str = ""


@dataclass(frozen=True, slots=True)
class BoardScreen:
    """A list as a board. `query` are the parameters that a move needs to tell the new figures."""

    list: ListScreen
    columns: tuple[BoardColumn, ...]
    by_label: str
    fields: tuple[Choice, ...]
    sums: tuple[Choice, ...]
    keep: tuple[tuple[str, str], ...]
    query: str
    sum_label: str = ""
    sum_total: Markup = NO_MARKUP
    may_move: bool = False
    notice: str = ""
    failures: Markup = NO_MARKUP
