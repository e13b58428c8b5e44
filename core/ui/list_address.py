"""Addresses of one list: the same list with another condition, sort, page or size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from core.query.parse import RESERVED

PAGING = frozenset({"page", "cursor"})


@dataclass(frozen=True, slots=True)
class ListAddress:
    """A list's path and its query as pairs, in order."""

    path: str
    args: tuple[tuple[str, str], ...]

    def without(self, *names: str) -> str:
        """Without these parameters, from the first page on."""
        dropped = {*names, *PAGING}
        return self._written((name, value) for name, value in self.args if name not in dropped)

    def without_one(self, name: str, value: str) -> str:
        """Without this parameter of this value, from the first page on: others of its name may stay."""
        return self._written(pair for pair in self.args if pair != (name, value) and pair[0] not in PAGING)

    def with_value(self, name: str, value: str) -> str:
        """With `name` set to `value`; a new page number keeps the rest, anything else starts at the first page."""
        dropped = {name} if name in PAGING else {name, *PAGING}
        kept = [(other, old) for other, old in self.args if other not in dropped]
        return self._written([*kept, (name, value)])

    def without_conditions(self) -> str:
        kept = [(name, value) for name, value in self.args if name in RESERVED and name not in ("q", *PAGING)]
        return self._written(kept)

    def _written(self, pairs: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(pairs))
        return f"{self.path}?{query}" if query else self.path
