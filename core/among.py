"""A column's value among many: one parameter, however many there are.

`IN` has a parameter for each value. SQLAlchemy, the driver and the planner handle them one by one, which for the
thousand values that a step of an import looks for costs more than the look itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from core.db import unit

#: Up to so many are as quick one by one, and the planner knows how many there are.
FEW = 50


def among(column: sa.ColumnElement[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """SQL condition, in the unit of work that is open: the column's value is one of these.

    Texts and whole numbers are what a long list may hold; other values are compared one by one, as `IN` does.
    """
    wanted = list(values)
    is_plain = isinstance(column.type, sa.String | sa.Integer) and all(type(value) in (str, int) for value in wanted)
    if is_plain and len(wanted) == 1:
        # What has no length is not written anew for each execution.
        is_it: sa.ColumnElement[bool] = column == wanted[0]
        return is_it
    if len(wanted) <= FEW or not is_plain:
        return column.in_(wanted)
    given = sa.literal(json.dumps(wanted), sa.Text)
    if unit().dialect == "sqlite":
        return column.in_(sa.select(sa.func.json_each(given).table_valued("value").c.value))
    item: Any = sa.func.jsonb_array_elements_text(sa.cast(given, JSONB))
    if not isinstance(column.type, sa.String):
        item = sa.cast(item, column.type)
    return column == sa.any_(sa.func.array(sa.select(item).scalar_subquery()))
