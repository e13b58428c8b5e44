"""Which column of a file belongs to which field: by its heading, in any of the languages (C4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from core.language.i18n import LANGUAGES, current, use
from core.language.text import search_key

_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u00ad\x00-\x08\x0e-\x1f\x7f]")


def clean_header(cell: str) -> str:
    """A heading without byte order mark, direction marks and double or non-breaking spaces; joiners stay."""
    return " ".join(_INVISIBLE.sub("", cell).split())


#: Where a heading goes on to a second word for the column, or to a remark: "Company / Client", "Phone (mobile)".
_PARTS = re.compile(r"[/\\|()\[\]{}:;،؛,+]|\s[-–—]\s|\s(?:or|أو|یا)\s", re.IGNORECASE)
#: `PhoneNo` and `تلفن۲` are two words each.
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)")
_ARTICLE = "ال"
_NUMBER = frozenset({"no", "nr", "num", "nos", "#"})
Fold = Callable[[str], str]


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """A heading as it is compared: folded like searched text, Arabic words without their article, and "no." beside
    other words is "number"."""
    words = search_key(_JOINED.sub(" ", text)).split()
    if len(words) > 1:
        words = ["number" if word in _NUMBER else word for word in words]
    return " ".join(word[2:] if word.startswith(_ARTICLE) and len(word) > 4 else word for word in words)


def _without_spaces(text: str) -> str:
    return heading_key(text).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can be mapped to, with what people write above such a column.

    `shared` headings mean this field only in files that have a column for the field `beside` too: "Name" next
    to "Surname" is a first name, and alone the whole name. `weak` ones mean it where no column has another of its
    headings. Several columns can go to a target that `repeats`; where one holds the further values of the field
    `main`, it takes the columns that this one cannot. A field that `is_required` comes first where a heading names two.
    `labels` are what the field itself is called, which no other field's further headings compete with.
    """

    name: str
    headings: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    beside: str = ""
    repeats: bool = False
    main: str = ""
    weak: tuple[str, ...] = ()
    is_required: bool = False
    labels: tuple[str, ...] = ()


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
    but neither takes the place of a better match; then come weak headings, and last those of which a part matches.
    A heading that fits two fields is left to the user.
    """
    made = _Made(header, list(targets))
    for fold in (heading_key, _without_spaces):
        made.take_whole(fold)
    weak = {heading_key(heading): target.name for target in made.targets for heading in target.weak}
    made.take(lambda heading: weak.get(heading_key(heading)))
    made.take_parts(weak)
    return Mapping(tuple(made.columns), made.doubles)


class _Made:
    """A mapping on its way: each step gives columns that have no field yet to fields that are free."""

    def __init__(self, header: Sequence[str], targets: Sequence[Target]) -> None:
        self.header, self.targets = header, targets
        self.columns: list[str | None] = [None] * len(header)
        self.doubles: dict[int, str] = {}
        self.known: dict[Fold, dict[str, str]] = {one: _known(targets, one) for one in (heading_key, _without_spaces)}
        self.present = {known[key] for fold, known in self.known.items() for heading in header
                        if (key := fold(heading)) in known}  # fmt: skip
        self.further = {target.main: target.name for target in targets if target.main}
        self.repeating = {target.name for target in targets if target.repeats}
        self.required = {target.name for target in targets if target.is_required}

    def take_whole(self, fold: Fold) -> None:
        known = self.known[fold]
        known.update(_shared(self.targets, self.present, fold))
        self.take(lambda heading: known.get(fold(heading)))

    def take(self, asked: Callable[[str], str | None]) -> None:
        for position, heading in enumerate(self.header):
            name = asked(heading) if self.columns[position] is None else None
            if name and (free := self._free(name)):
                self.columns[position] = free
                self.doubles.pop(position, None)
            elif name:
                self.doubles[position] = name

    def take_parts(self, weak: dict[str, str]) -> None:
        """Of the fields that the parts of a heading name, the first that is free; a required one before others."""
        known = weak | self.known[heading_key]

        def asked(heading: str) -> str | None:
            parts = [part for part in _PARTS.split(heading) if part]
            named = [known[key] for part in parts if (key := heading_key(part)) in known] if len(parts) > 1 else []
            free = [name for name in named if name not in self.columns]
            return next((name for name in (*(one for one in free if one in self.required), *free, *named)), None)

        self.take(asked)

    def _free(self, name: str) -> str:
        if name not in self.columns or name in self.repeating:
            return name
        return self.further.get(name, "")


def _known(targets: Sequence[Target], fold: Fold) -> dict[str, str]:
    """Folded heading → field. What a field is called beats what others may be called as well, headings of two fields
    cancel out, and a field's own name beats all of them."""
    claims = _claims(targets, fold)
    found = {key: names[0] for key, names in claims.items() if len(names) == 1}
    return found | {fold(target.name): target.name for target in targets}


def _claims(targets: Sequence[Target], fold: Fold) -> dict[str, list[str]]:
    """Folded heading → the fields it may mean."""
    return _by_key(fold, ((one.name, one.headings) for one in targets)) | _by_key(
        fold, ((one.name, one.labels) for one in targets))


def _by_key(fold: Fold, listed: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, headings in listed:
        for key in filter(None, dict.fromkeys(map(fold, headings))):
            found.setdefault(key, []).append(name)
    return found


def claimants(heading: str, targets: Sequence[Target]) -> tuple[str, ...]:
    """The fields that a heading may mean, where they are several."""
    for fold in (heading_key, _without_spaces):
        names = _claims(targets, fold).get(fold(heading), ())
        if names:
            return tuple(names) if len(names) > 1 else ()
    return ()


def called_so(heading: str, targets: Sequence[Target], but: str) -> tuple[str, ...]:
    """The other fields whose label a heading is, where it was taken for the field `but`."""
    return tuple(one.name for one in targets if one.name != but
                 and heading_key(heading) in {heading_key(label) for label in one.labels})  # fmt: skip


def _shared(targets: Sequence[Target], present: set[str], fold: Fold) -> dict[str, str]:
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
