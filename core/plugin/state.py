"""What the database says of plugins: their states, and what went wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.db import Unit
from core.entity.base import utc_now
from core.language.i18n import LANGUAGES, Preferences, current, use
from core.plugin.manifest import Manifest
from core.plugin.models import plugin as plugin_table

#: States of plugins that somebody wants to run.
ON = ("enabled", "migrating")


def rows(connection: Any) -> dict[str, Any]:
    """All that was ever turned on, by name."""
    return {row.name: row for row in connection.execute(sa.select(plugin_table).order_by(plugin_table.c.name))}


def enabled_names(connection: Any) -> list[str]:
    statement = sa.select(plugin_table.c.name).where(plugin_table.c.state == "enabled").order_by(plugin_table.c.name)
    return list(connection.execute(statement).scalars())


def label(row: Any) -> str:
    """What a plugin was called in the reader's language when it ran last, or its name."""
    labels = row.label or {}
    return str(labels.get(current().language) or labels.get("en") or row.name)


def called(row: Any) -> str:
    """A plugin for people: its label in the reader's language, and the name that commands take."""
    return f"{label(row)} ({row.name})" if label(row) != row.name else str(row.name)


def all_called(rows: Iterable[Any]) -> str:
    """Several of them, with the comma of the language."""
    return current().comma.join(called(row) for row in rows)


def labels_of(manifest: Manifest) -> dict[str, str]:
    """A label in each language."""
    found = {}
    for language in LANGUAGES:
        with use(Preferences(language=language)):
            found[language] = str(manifest.label)
    return found


def set_state(unit: Unit, name: str, state: str, manifest: Manifest | None = None, narrows: tuple[str, ...] = ()
              ) -> None:
    """The new state, with nothing wrong; `manifest` and `narrows` are kept for when the code cannot be asked."""
    values: dict[str, Any] = {"state": state, "error": "", "phase": "", "failed_at": None, "changed_at": utc_now()}
    if manifest is not None:
        values |= {"version": manifest.version, "requires": list(manifest.requires), "narrows": list(narrows),
                   "label": labels_of(manifest)}
    changed = unit.execute(sa.update(plugin_table).where(plugin_table.c.name == name).values(**values)).rowcount
    if not changed:
        unit.execute(sa.insert(plugin_table).values(name=name, **{"version": "", **values}))


def set_trouble(unit: Unit, name: str, phase: str, cause: str, at: dt.datetime, state: str = "") -> bool:
    """Write down what went wrong with a plugin that is on; False when it is not, so that nothing was written.

    With `state` it is not on any more: "failed" keeps it out until somebody tries again.
    """
    values: dict[str, Any] = {"error": cause, "phase": phase[:120], "failed_at": at}
    if state:
        values |= {"state": state, "changed_at": utc_now()}
    statement = sa.update(plugin_table).where(plugin_table.c.name == name, plugin_table.c.state.in_(ON))
    return bool(unit.execute(statement.values(**values)).rowcount)
