"""Several values of one choice list."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from core.db import Json
from core.entity.spec import FieldSpec
from core.entity.types import SET_OPS, ChoiceType, CleanContext, FieldError, FieldType
from core.language.i18n import Preferences, _

SEPARATORS = re.compile(r"[,;|؛،\n]")
MOST = 500
#: A label may itself have commas: up to so many parts are tried as one.
LONGEST_RUN = 4


class MultiChoiceType(FieldType):
    """Any number of the field's choices: a tuple of their keys in the order of the list, kept as a JSON array."""

    name = "multichoice"
    label = _("Multiple choice")
    icon = "checkbox"
    kind = "list"
    ops = SET_OPS
    widget = "choices"
    is_sortable = False
    ONE = ChoiceType()

    def column(self, f: FieldSpec) -> Any:
        return _Keys()

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> tuple[str, ...]:
        """Keys or labels of any language between commas, semicolons or bars; a JSON array too, as programs write it."""
        if text.startswith("["):
            return self.from_json(f, read_json(text)) or ()
        parts = SEPARATORS.split(text)
        if len(parts) > MOST:
            raise FieldError(_("At most {limit} values at once.", limit=MOST))
        found: list[str] = []
        place = 0
        while place < len(parts):
            key, length = self._longest(f, text, parts, place, preferences)
            found += [key] if key else []
            place += length
        return tuple(found)

    def _longest(
        self, f: FieldSpec, text: str, parts: Sequence[str], place: int, preferences: Preferences
    ) -> tuple[str, int]:
        """(key, how many parts it takes) of the value that begins here; an empty part is no value."""
        if not parts[place].strip():
            return "", 1
        begin = sum(len(part) + 1 for part in parts[:place])
        for length in range(min(LONGEST_RUN, len(parts) - place), 0, -1):
            end = begin + sum(len(part) + 1 for part in parts[place : place + length]) - 1
            try:
                return self.ONE.from_text(f, text[begin:end].strip(), preferences), length
            except FieldError:
                if length == 1:
                    raise
        raise AssertionError("the shortest run either is a value or raises")

    def from_json(self, f: FieldSpec, raw: Any) -> tuple[str, ...] | None:
        """A list of keys; one key alone stands for a list of it, as filters give it."""
        if raw is None or raw == "" or raw == []:
            return None
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise FieldError(_("This must be a list of texts."))
        if len(items) > MOST:
            raise FieldError(_("At most {limit} values at once.", limit=MOST))
        return tuple(items)

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> tuple[str, ...] | None:
        chosen = {self.ONE.clean(f, key, context) for key in value}
        return tuple(choice.value for choice in f.choices if choice.value in chosen) or None

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        return None if value is None else list(value)

    def from_stored(self, f: FieldSpec, raw: Any) -> tuple[str, ...] | None:
        return self.from_json(f, read_json(raw) if isinstance(raw, str) else raw)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return preferences.comma.join(self.ONE.show(f, key, preferences) for key in value or ())

    def search_text(self, f: FieldSpec, value: Any) -> str:
        return " ".join(self.ONE.search_text(f, key) for key in value)

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return None

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        return {"type": "array", "items": self.ONE.schema(f), "uniqueItems": True}


class _Keys(Json):
    """The keys as a JSON array in the database, as a tuple in Python."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else tuple(value)


def read_json(text: str) -> Any:
    """The value of a JSON text; FieldError when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise FieldError(_("“{value}” cannot be read.", value=text[:80])) from None
