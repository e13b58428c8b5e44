"""Free-text search by what the reader may read (SEC-24).

`search_text` holds what readers of the whole record find it by. Where a role hides one of these fields, its holders'
words must also be found in a field they may read: the index still finds the few rows, and each is looked at again, so
that nobody learns from a hit what he may not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core import search
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.permissions import readable


def found_by(spec: EntitySpec, text: str, as_ids: bool = True) -> Any:
    """SQL condition: every word of `text` is found in what the actor may read of the row."""
    found = search.condition(spec, text, unit().dialect, as_ids=as_ids)
    allowed = readable(spec)
    searched = [f for f in spec.fields.values() if f.search and not f.read and not f.type.is_many]
    shown = [f for f in searched if f.name in allowed]
    if len(shown) == len(searched):
        return found
    return sa.and_(found, *(_in_one_of(spec, shown, word) for word in search.words(text)))


def _in_one_of(spec: EntitySpec, shown: Sequence[FieldSpec], word: str) -> Any:
    pattern = search.like_pattern(word)
    parts = [_text(spec, f).like(pattern, escape="\\") for f in shown]
    if spec.meta.title in spec.key_columns:
        # A name is found in one piece as well: the index holds it without its spaces.
        joined = sa.func.replace(spec.table.c[spec.key_columns[spec.meta.title]], " ", "")
        parts.append(joined.like(pattern, escape="\\"))
    return sa.or_(sa.false(), *parts)


def _text(spec: EntitySpec, f: FieldSpec) -> Any:
    """The folded key of a field, else its value in small letters: e-mail addresses and numbers are kept folded."""
    key = spec.key_columns.get(f.name)
    return spec.table.c[key] if key else sa.func.lower(sa.cast(spec.column(f.name), sa.Text))
