"""Which column of a file belongs to which field: by its heading, in any of the languages (C4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.language.i18n import LANGUAGES, current, use
from core.language.text import compact_key, search_key

_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u00ad\x00-\x08\x0e-\x1f\x7f]")


def clean_header(cell: str) -> str:
    """A heading without byte order mark, direction marks and double or non-breaking spaces; joiners stay."""
    return " ".join(_INVISIBLE.sub("", cell).split())


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can be mapped to, with what people write above such a column.

    `shared` headings mean this field only in files that have a column for the field `beside` too: "Name" next
    to "Surname" is a first name, and alone the whole name. Several columns can go to a target that `repeats`.
    """

    name: str
    headings: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    beside: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns[i]` is the field of column i, or None. `doubles` are columns whose field was already taken."""

    columns: tuple[str | None, ...]
    doubles: dict[int, str] = field(default_factory=dict)

    @property
    def unmapped(self) -> tuple[int, ...]:
        return tuple(position for position, name in enumerate(self.columns) if name is None)


def auto_map(header: Sequence[str], targets: Iterable[Target]) -> Mapping:
    """Map each column whose heading, folded, is that of one field; the first of two equal columns gets it.

    A match by words beats one without spaces, so that `نام خانوادگی` and `نامخانوادگی` both find their field
    but neither takes the place of a better match. A heading that fits two fields is left to the user.
    """
    listed = list(targets)
    columns: list[str | None] = [None] * len(header)
    doubles: dict[int, str] = {}
    tables = [(fold, _known(listed, fold)) for fold in (search_key, compact_key)]
    present = {known[key] for fold, known in tables for heading in header if (key := fold(heading)) in known}
    repeating = {target.name for target in listed if target.repeats}
    for fold, known in tables:
        known.update(_shared(listed, present, fold))
        for position, heading in enumerate(header):
            name = known.get(fold(heading)) if columns[position] is None else None
            if name and (name not in columns or name in repeating):
                columns[position] = name
                doubles.pop(position, None)
            elif name:
                doubles[position] = name
    return Mapping(tuple(columns), doubles)


def _known(targets: Sequence[Target], fold: Callable[[str], str]) -> dict[str, str]:
    """Folded heading → field. Headings of two fields cancel out, and a field's own name beats all of them."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for target in targets:
        for key in map(fold, target.headings):
            if found.setdefault(key, target.name) != target.name:
                ambiguous.add(key)
    found = {key: name for key, name in found.items() if key and key not in ambiguous}
    return found | {fold(target.name): target.name for target in targets}


def _shared(targets: Sequence[Target], present: set[str], fold: Callable[[str], str]) -> dict[str, str]:
    """Shared headings, where the column beside is there and no column has a heading of the field's own."""
    return {
        fold(heading): target.name
        for target in targets
        if target.beside in present and target.name not in present
        for heading in target.shared
    }


def in_every_language(label: Any) -> tuple[str, ...]:
    """A translatable label as all readers see it; a file may come from a colleague with another language."""
    labels = []
    for language in LANGUAGES:
        with use(replace(current(), language=language)):
            labels.append(str(label))
    return tuple(dict.fromkeys(labels))
