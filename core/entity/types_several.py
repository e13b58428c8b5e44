"""Several values of one kind on a record, such as its phones: each with a label, the main one first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from core.db import Json
from core.entity.spec import Choice, FieldSpec
from core.entity.types import CleanContext, FieldError, FieldType
from core.entity.types_list import read_json
from core.entity.types_place import GeoType
from core.language.direction import isolate_ltr
from core.language.i18n import Preferences, _
from core.language.text import search_key

MOST = 20
#: What stands against using a value; nothing speaks against most of them.
STATES = (
    Choice("invalid", _("Does not work"), "red"),
    Choice("opted_out", _("Does not want messages"), "amber"),
)
#: In a text, the label and the state of a value stand in brackets behind it, and the pin of an address as "geo:…".
_IN_BRACKETS = re.compile(r"\s*[(（]([^()（）]{1,120})[)）]\s*\Z")
_BETWEEN_WORDS = re.compile(r"[,،]")
_PIN = re.compile(r"geo:\s*([+-]?[\d.]{1,12}\s*,\s*[+-]?[\d.]{1,12})", re.IGNORECASE)
_GEO = GeoType()


class Entry(NamedTuple):
    """One value with the key of its label and of its state; both may be empty.

    `point` is where an address is on the map, as a text of the type "geo". Given, None leaves the pin that this address
    has and an empty text takes it away; stored, an address without a pin has None.
    """

    value: Any
    label: str = ""
    state: str = ""
    point: str | None = None


#: The place of the point in an entry; entries without one are stored without it.
POINT = Entry._fields.index("point")


class SeveralType(FieldType):
    """Any number of values of another type, kept as one JSON array; `f.choices` are the labels.

    Declared by `fields.several`. In Python a tuple of entries whose first is the main one. With `primary` in the
    options the main one is what stands in the entity's own fields, and both follow each other (`records.several`);
    the list is then empty while there is no more to say than those fields do.
    """

    name = "several"
    usable_as_custom = False  # the main value stands in fields of the entity's own
    kind = "rows"
    widget = "several"
    ops = ("eq", "in", "contains", "empty")
    is_personal = True
    is_sortable = False

    def column(self, f: FieldSpec) -> Any:
        return _Entries()

    def ops_of(self, f: FieldSpec) -> tuple[str, ...]:
        """Addresses have no table of single values to look into: their parts are found by the search."""
        return ("empty",) if is_address(f) else self.ops

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> tuple[Entry, ...]:
        """Values between line breaks or semicolons, each with its label in brackets behind it."""
        if text.startswith("["):
            return self.from_json(f, read_json(text)) or ()
        parts = text.splitlines() if is_address(f) else re.split(r"[;؛\n]", text)
        return tuple(self._entry(f, part.strip(), preferences) for part in parts if part.strip())

    def _entry(self, f: FieldSpec, text: str, preferences: Preferences) -> Entry:
        label = state = ""
        point = None
        match = _IN_BRACKETS.search(text)
        if match:
            inside = match[1]
            if place_of(f) and (pin := _PIN.search(inside)):
                point, inside = pin[1], inside.replace(pin[0], "")
            texts = [word.strip() for word in _BETWEEN_WORDS.split(inside)]
            words = [self._word(f, text) for text in texts if text or point is None]
            if all(words):
                text = text[: match.start()]
                label = next((key for kind, key in filter(None, words) if kind == "label"), "")
                state = next((key for kind, key in filter(None, words) if kind == "state"), "")
        item = item_of(f)
        return Entry(item.type.from_text(item, text.strip(), preferences), label, state, point)

    @staticmethod
    def _word(f: FieldSpec, word: str) -> tuple[str, str] | None:
        """("label" or "state", key) of a word in brackets, in any language; other words belong to the value."""
        key = search_key(word)
        for kind, choices in (("label", f.choices), ("state", STATES)):
            for choice in choices:
                in_every = getattr(choice.label, "in_every_language", None)
                labels = in_every() if in_every else (str(choice.label),)
                if key in {search_key(choice.value), *(search_key(label) for label in labels)}:
                    return kind, choice.value
        return None

    def from_json(self, f: FieldSpec, raw: Any) -> tuple[Entry, ...] | None:
        """A list of values, or of objects with `value`, `label`, `state` and, for the main one, `primary`.

        Addresses that may have pins have a `point` as well.
        """
        if raw is None or raw == "" or raw == []:
            return None
        if not isinstance(raw, list | tuple):
            raise FieldError(_("This must be a list of values, each alone or with its label."))
        item, found = item_of(f), []
        allowed = {"value", "label", "state", "primary", *(("point",) if place_of(f) else ())}
        for one in raw:
            held = one if isinstance(one, Mapping) and "value" in one else {"value": one}
            words = [held.get(name) or "" for name in ("label", "state")]
            point = (held["point"] or "") if "point" in held else None
            if not set(held) <= allowed or not all(isinstance(word, str) for word in (*words, point or "")):
                parts = ", ".join(sorted(allowed))
                raise FieldError(_("Each value is an object with these parts: {parts}.", parts=parts))
            value = item.type.from_json(item, held["value"])
            if value is not None:
                found.append((not held.get("primary"), Entry(value, words[0], words[1], point)))
        return tuple(entry for _later, entry in sorted(found, key=lambda pair: pair[0])) or None

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> tuple[Entry, ...] | None:
        item = item_of(f)
        found: dict[Any, Entry] = {}
        for raw in value:
            entry = Entry(*raw)
            if entry.value is None or entry.value == "":
                continue
            held = item.type.clean(item, entry.value, context)
            if held is None:
                continue
            for key, choices in ((entry.label, f.choices), (entry.state, STATES)):
                if key and not any(choice.value == key for choice in choices):
                    raise FieldError(_("“{value}” is not in the list. Choose one of: {choices}", value=key[:80],
                                       choices=" · ".join(choice.value for choice in choices)))  # fmt: skip
            point = _GEO.clean(item, entry.point, context) if entry.point else entry.point
            found.setdefault(held, Entry(held, entry.label, entry.state, point))
        if len(found) > MOST:
            raise FieldError(_("At most {limit} values at once.", limit=MOST))
        return tuple(found.values()) or None

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        if value is None:
            return None
        item = item_of(f)
        return [
            {
                "value": item.type.to_json(item, entry.value),
                **({"label": entry.label} if entry.label else {}),
                **({"state": entry.state} if entry.state else {}),
                **({"point": entry.point} if entry.point else {}),
                "primary": not place,
            }
            for place, entry in enumerate(entries(value))
        ]

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        # A line that ended between the coordinates would turn them around in a text from right to left.
        texts = self._texts(f, value, preferences, lambda point: isolate_ltr(
            _GEO.show(f, point, preferences).replace(" ", "\u00a0")))
        return ("؛ " if preferences.direction == "rtl" else "; ").join(texts)

    def to_text(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "\n".join(self._texts(f, value, preferences, "geo:{}".format))

    @staticmethod
    def _texts(
        f: FieldSpec, value: Any, preferences: Preferences, pinned: Callable[[str], str]
    ) -> Iterator[str]:
        item = item_of(f)
        for entry in entries(value):
            words = preferences.comma.join([*words_of(f, entry), *([pinned(entry.point)] if entry.point else ())])
            text = " ".join(item.type.to_text(item, entry.value, preferences).split())
            yield f"{text} ({words})" if words else text

    def search_text(self, f: FieldSpec, value: Any) -> str:
        """The main value is found by the entity's own field."""
        item, held = item_of(f), entries(value)
        return " ".join(item.type.search_text(item, entry.value) for entry in held[1 if primary_of(f) else 0 :])

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return None

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        item = item_of(f)
        return {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "value": item.type.schema(item),
                    "label": {"type": "string", "enum": [choice.value for choice in f.choices]},
                    "state": {"type": "string", "enum": [choice.value for choice in STATES]},
                    **({"point": {**_GEO.schema(item), "type": ["string", "null"]}} if place_of(f) else {}),
                    "primary": {"type": "boolean"},
                },
                "required": ["value"],
            },
        }


class _Entries(Json):
    """The entries as a JSON array of arrays in the database, as a tuple of entries in Python."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else [list(entry if entry.point else entry[:POINT]) for entry in entries(value)]

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        held = json.loads(value) if isinstance(value, str) else value
        return None if held is None else tuple(Entry(_hashable(one), *words) for one, *words in held)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def entries(value: Any) -> tuple[Entry, ...]:
    """The entries of a value, whatever way it came: through a pipe they are plain tuples."""
    return tuple(Entry(*entry) for entry in value or ())


def item_of(f: FieldSpec) -> FieldSpec:
    """The facts of one of the values; what is odd about it is said under the name of the whole."""
    item: FieldSpec = f.options["item"]
    return replace(item, name=f.name, label=f.label)


def primary_of(f: FieldSpec) -> Mapping[str, str]:
    """{part of the value: field of the entity that holds it for the main one}; a value without parts is "value"."""
    found: Mapping[str, str] = f.options.get("primary", {})
    return found


def place_of(f: FieldSpec) -> tuple[str, ...]:
    """The fields of the entity that say where the main address is on the map; without them none has a pin."""
    found: tuple[str, ...] = f.options.get("place", ())
    return found


def is_address(f: FieldSpec) -> bool:
    return bool(f.options["item"].type.name == "address")


def words_of(f: FieldSpec, entry: Entry) -> Sequence[str]:
    """The label and the state of an entry in the reader's language, as far as it has them."""
    found = [f.choice(entry.label), next((one for one in STATES if one.value == entry.state), None)]
    return [str(choice.label) for choice in found if choice is not None]
