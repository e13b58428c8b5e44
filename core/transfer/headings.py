"""Headings of exported files: the fields' labels, or other words where a label would not lead back to its field (C11).

In Persian a name and a first name are both `نام`, and in every language `Name` beside `Last name` reads as the first
name. What such a column is called instead is one of the headings that the import knows the field by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import current
from core.transfer.mapping import auto_map
from core.transfer.synonyms import other_headings, targets

_ARABIC_ONLY, _PERSIAN_ONLY = frozenset("ةكيىأإؤ"), frozenset("پچژگکی")
#: Whether a heading may be one of the language: what the other language does not share tells.
_FITS: Mapping[str, Callable[[str], bool]] = {
    "en": str.isascii,
    "fa": lambda text: not text.isascii() and not text.startswith("ال") and not _ARABIC_ONLY & set(text),
    "ar": lambda text: not text.isascii() and not _PERSIAN_ONLY & set(text),
}


def headings(spec: EntitySpec, names: Sequence[str]) -> list[str]:
    """A heading for each field, in the current language; read by the import, each leads to its own field."""
    chosen = [str(spec.fields[name].label) for name in names]
    # A label that another field may be called as well is no good here: who reads the file may not have this field.
    known = [replace(one, labels=()) for one in targets(f for f in spec.fields.values() if _is_importable(f))]
    columns = auto_map(chosen, known).columns
    for place, name in enumerate(names):
        if columns[place] == name or not _is_importable(spec.fields[name]):
            continue
        for other in _others(spec.fields[name]):
            tried = [*chosen[:place], other, *chosen[place + 1:]]
            found = auto_map(tried, known).columns
            if found[place] == name:
                chosen, columns = tried, found
                break
    return chosen


def _is_importable(f: FieldSpec) -> bool:
    return not f.system and not f.secret and f.type.is_importable


def _others(f: FieldSpec) -> Iterator[str]:
    """Other headings of the field in the reader's language, and at last its own name, which always leads there."""
    fits = _FITS[current().language]
    for text in other_headings(f):
        if fits(text):
            yield text[:1].upper() + text[1:]
    yield f.name
