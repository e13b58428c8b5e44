"""When something last went well that a whole installation depends on: a backup, a drill of restoring it.

Kept as values in the table of settings, so that every process and machine can show them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.config import Config
from core.db import Unit, make_engine, run_unit
from core.plugin.models import setting

BACKUP, DRILL = "core.last_backup", "core.last_drill"


@dataclass(frozen=True, slots=True)
class Landmark:
    """`at` is an aware instant, `file` the backup's path, `rows` how many rows it holds."""

    at: dt.datetime
    file: str
    rows: int


def expect(config: Config, name: str) -> None:
    """Make its place beforehand: what is copied then has as many rows as what `note` leaves behind."""
    _in_unit(config, lambda unit: _make_place(unit, name))


def note(config: Config, name: str, file: str, rows: int) -> None:
    """Remember that it has just gone well."""
    value = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "file": file, "rows": rows}
    _in_unit(config, lambda unit: _write(unit, name, value))


def last(connection: Connection, name: str) -> Landmark | None:
    """The last time it went well; None when it never did."""
    found: Any = connection.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar()
    return Landmark(dt.datetime.fromisoformat(found["at"]), found["file"], found["rows"]) if found else None


def _in_unit(config: Config, work: Callable[[Unit], None]) -> None:
    engine = make_engine(config.database_url)
    try:
        run_unit(engine, work)
    finally:
        engine.dispose()


def _make_place(unit: Unit, name: str) -> None:
    unit.begin_write()
    if unit.execute(sa.select(setting.c.name).where(setting.c.name == name)).first() is None:
        unit.execute(sa.insert(setting).values(name=name, value=None))


def _write(unit: Unit, name: str, value: dict[str, Any]) -> None:
    _make_place(unit, name)
    unit.execute(sa.update(setting).where(setting.c.name == name).values(value=value))
