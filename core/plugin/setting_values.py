"""Reading and storing the values of settings: what a page, the set-up and a command have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.db import unit
from core.declarations import Setting
from core.entity.types import CleanContext, FieldError
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin.models import setting as table
from core.plugin.stamps import bump
from core.registry import settings as value_of


def read(one: Setting, text: str) -> Any:
    """The value of what was typed; FieldError says what is wrong with it."""
    f = one.field
    if f.type.kind == "bool":
        return bool(text)
    value = f.type.parse(f, text, preferences())
    if value is None and f.type.kind == "list":
        return []
    if value is None:
        if f.required:
            raise FieldError(_("{field} is required.", field=f.label))
        return ""
    clean = f.type.clean(f, value, CleanContext())
    return list(clean or ()) if f.type.kind == "list" else clean


def store(values: Mapping[str, Any]) -> bool:
    """Store what differs from the present values, with an entry in the log; every process follows at its next
    request. Whether anything did."""
    changed = {name: value for name, value in values.items() if value != value_of(name)}
    if not changed:
        return False
    unit().begin_write()
    for name, value in changed.items():
        known = unit().execute(sa.update(table).where(table.c.name == name).values(value=value)).rowcount
        if not known:
            unit().execute(sa.insert(table).values(name=name, value=value))
    listener.record(
        "core.setting", None, "", "setting", {name: [value_of(name), value] for name, value in changed.items()}
    )
    bump(unit())
    return True
