"""Statements compiled once for all engines of a process: each test has a database, and so an engine, of its own.

The engine's own cache would be empty at the start of every test, and compiling is a seventh of what one costs.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

MOST = 3000


class Statements(LRUCache[Any, Any]):
    """One for each kind of database: the first part of a key is the dialect of one engine, and leads nowhere else."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


def use(patch: pytest.MonkeyPatch) -> None:
    """Let all engines made from now on share what they compile, until `patch` is undone."""
    shared: dict[type, Statements] = {}
    make = Engine.__init__

    def make_sharing(self: Engine, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        self._compiled_cache = shared.setdefault(type(self.dialect), Statements(MOST))

    patch.setattr(Engine, "__init__", make_sharing)
