"""A change: one record of a batch on its way through the write path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.language.i18n import _
from core.search import Keys

NOT_YOURS = _("You may not change this field.")


@dataclass(slots=True)
class Cleaned:
    """The clean values of a new record with what was found while cleaning, and the keys that follow from them.

    Worked out ahead of the write, in another process perhaps: it depends on the values alone.
    """

    values: Mapping[str, Any]
    errors: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[tuple[str, Any]] = ()
    keys: Keys | None = None


@dataclass(slots=True)
class Change:
    """`id` None creates. `values` are typed values by field; `before` and `after` the stored ones around it.

    `cleaned` saves cleaning the values of a new record again. `offered` names the fields that the source of the
    change can give values to at all (the mapped columns of a file); None where it can give any. One that `is_former`
    gives back what the record had before, or what one had whose place it takes: a colleague it names may no longer log
    in. Hooks read `after`, add errors with `error`, and set values with `set`.
    """

    values: dict[str, Any] = field(default_factory=dict)
    id: int | None = None
    version: int | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[Any]] = field(default_factory=dict)
    warnings: list[tuple[str, Any]] = field(default_factory=list)
    is_new: bool = True
    offered: frozenset[str] | None = None
    cleaned: Cleaned | None = None
    #: The line that a new record leaves in the log, where it is known before the log is written.
    told: str | None = None
    is_former: bool = False

    def error(self, name: str, message: Any) -> Change:
        """Refuse this record: `message` is shown beside the field `name` ("" = the record as a whole)."""
        self.errors.setdefault(name, []).append(message)
        return self

    def warn(self, name: str, message: Any) -> None:
        self.warnings.append((name, message))

    def set(self, name: str, value: Any) -> None:
        """Give a field another value; `value` must be typed and clean."""
        self.after[name] = value

    def changed(self, name: str) -> bool:
        return self.before.get(name) != self.after.get(name)

    @property
    def is_unchanged(self) -> bool:
        """Whether a record that was there already is what it was; known once the change was checked or written."""
        return not self.is_new and self.after == self.before
