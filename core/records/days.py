"""Whole days on their way into the database: the day itself, and the last instant of it for whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.auth.display import user_preferences
from core.entity.spec import EntitySpec
from core.entity.whole_day import ENDS_FOR, is_day, last_instant
from core.language.i18n import current as preferences
from core.language.timezones import zone
from core.records.change import Change


class Days:
    """For one batch: the zone of each user is asked for once."""

    def __init__(self, spec: EntitySpec) -> None:
        self._fields = {name: (column, str(spec.fields[name].options[ENDS_FOR]))
                        for name, column in spec.day_columns.items()}  # fmt: skip
        self._zones: dict[int, str] = {}

    def columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What all these fields of a record are stored as."""
        found: dict[str, Any] = {}
        for name in self._fields:
            found.update(self._of(name, values))
        return found

    def changed(self, change: Change) -> dict[str, Any]:
        """The columns that an update writes: a day ends at another instant for somebody else."""
        found: dict[str, Any] = {}
        for name, (_column, user) in self._fields.items():
            if change.changed(name) or (is_day(change.after.get(name)) and change.changed(user)):
                found.update(self._of(name, change.after))
        return found

    def _of(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        column, user = self._fields[name]
        value: Any = values.get(name)
        if not is_day(value):
            return {name: value, column: None}
        return {name: last_instant(value, zone(self._zone(values.get(user)))), column: value}

    def _zone(self, user_id: int | None) -> str:
        if user_id is None:
            return preferences().timezone
        if user_id not in self._zones:
            self._zones[user_id] = user_preferences(user_id).timezone
        return self._zones[user_id]
