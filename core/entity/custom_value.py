"""`CustomValue`: one value out of an entity's `custom` JSON column, as SQL.

The very same expression stands in WHERE, in ORDER BY and in CREATE INDEX; an index on anything else than exactly it
is never used. Hence the key is a checked literal in the statement and not a bound parameter, and a number is always
cast to the same type. `exact` reads the value as it was stored, for showing: comparing goes through REAL on SQLite,
which keeps about 15 digits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.visitors import InternalTraversal

from core.entity.spec import EntitySpec, FieldSpec
from core.errors import DeclarationError

PREFIX = "custom."
#: What an admin's key looks like. Two underscores separate a filter from its operator, so a key has none in a row.
KEY = re.compile(r"(?!.*__)[a-z][a-z0-9_]{0,38}[a-z0-9]\Z|[a-z]\Z")
#: A folded companion stands beside its value under its key with this mark, which no key begins with.
FOLDED = "_"
#: What ends the name of the index that holds a field unique together with others; no key has two underscores.
TOGETHER = "__with"
#: And what ends the name of the one that holds the records of each value in the order of their list.
LISTED = "__listed"
#: The kind of a list as PostgreSQL's own JSON, which its index holds, instead of as text.
ARRAY = "array"
_LITERAL = re.compile(r"_?[a-z][a-z0-9_]{0,39}\Z")
MOST_NAME = 63


class StoredType(sa.types.TypeDecorator[Any]):
    """The SQL type of a custom value: typed values in Python, what the JSON column holds in the database.

    `variant` tells apart what converts differently: SQLAlchemy shares compiled statements between equal types.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: str, variant: str, field: FieldSpec | None = None, exact: bool = False) -> None:
        super().__init__()
        self.kind, self.variant, self.exact = kind, variant, exact
        self._field = field

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        plain: dict[str, Any] = {"number": sa.Float() if dialect.name == "sqlite" else sa.Numeric(asdecimal=True),
                                 "bool": sa.Boolean()}
        return dialect.type_descriptor(sa.Text() if self.exact else plain.get(self.kind, sa.Text()))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None or self._field is None or self.kind == "bool":
            return value
        if self.kind == "number":
            return float(value) if dialect.name == "sqlite" else Decimal(value)
        return self._field.type.to_stored(self._field, value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        f = self._field
        if value is None:
            return False if self.kind == "bool" else None
        if f is None:
            return value
        if self.kind == "number" and not self.exact:
            value = _number(value, f.scale or 0)
        return f.type.from_stored(f, value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return sa.String() if op in (sa.sql.operators.like_op, sa.sql.operators.ilike_op) else self


def _number(value: Any, scale: int) -> Any:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-scale)) if scale else int(exact)


class CustomValue(ColumnElement[Any]):
    """`custom.<key>` of a row; `kind` is text, number, bool or list (FieldType.kind)."""

    inherit_cache = True
    _traverse_internals = [
        ("column", InternalTraversal.dp_clauseelement), ("key", InternalTraversal.dp_string),
        ("kind", InternalTraversal.dp_string), ("exact", InternalTraversal.dp_boolean),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, column: Any, key: str, kind: str, field: FieldSpec | None = None, exact: bool = False) -> None:
        if not _LITERAL.match(key):
            raise DeclarationError(f"{key!r} is no key of a custom field: small letters, digits and underscores only.")
        self.column, self.key, self.kind, self.exact = column, key, kind, exact
        self.type = StoredType(kind, _variant(field), field, exact)

    @property
    def nullable(self) -> bool:
        """A record may lack the value; a yes or no that was never given counts as no."""
        return self.kind != "bool"


def _variant(f: FieldSpec | None) -> str:
    return f"{f.type.name}:{f.scale}:{sorted(f.options.items())!r}" if f is not None else ""


@compiles(CustomValue, "sqlite")
def _on_sqlite(element: CustomValue, compiler: Any, **options: Any) -> str:
    options.pop("within_columns_clause", None)
    value = f"json_extract({compiler.process(element.column, **options)}, '$.{element.key}')"
    if element.kind == "bool":
        return f"coalesce({value}, 0)"
    return f"CAST({value} AS REAL)" if element.kind == "number" and not element.exact else value


@compiles(CustomValue, "postgresql")
def _on_postgresql(element: CustomValue, compiler: Any, **options: Any) -> str:
    options.pop("within_columns_clause", None)
    operator = "->" if element.kind == ARRAY else "->>"
    value = f"({compiler.process(element.column, **options)} {operator} '{element.key}')"
    if element.kind == "bool":
        return f"coalesce(CAST({value} AS BOOLEAN), false)"
    return f"CAST({value} AS NUMERIC)" if element.kind == "number" and not element.exact else value


def index_name(table: str, key: str) -> str:
    """The name of a field's index; `cf_` keeps it out of Alembic's sight."""
    name = f"cf_{table}_{key}"
    return name if len(name) <= MOST_NAME else f"{name[:MOST_NAME - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def comparable(table: sa.Table, f: FieldSpec) -> CustomValue:
    """What a field is filtered and sorted by."""
    return CustomValue(table.c.custom, f.key, f.type.kind, f)


def listed_order(spec: EntitySpec, f: FieldSpec) -> str:
    """The column in whose order a second index holds the records of each value, so that the first page of a filtered
    list need not sort them; "" where there is no such index.

    It is for values that many records share, and for entities whose own order is one column that is always filled and
    the same for every reader.
    """
    is_shared = f.choices or f.type.kind == "bool" or f.type.is_reference or f.type.name == "country"
    if not f.filter or f.unique or f.fold or f.type.kind == "list" or not is_shared:
        return ""
    name = spec.meta.sort.removeprefix("-")
    order = spec.fields.get(name)
    if order is None or order.key or order.type.is_reference or name in spec.title_fields:
        return ""
    column = spec.table.c.get(name)
    return "" if column is None or column.nullable else name


def shown(table: sa.Table, f: FieldSpec) -> Any:
    """What a field is shown from, under the field's name."""
    return CustomValue(table.c.custom, f.key, f.type.kind, f, exact=True).label(f.name)


def folded(table: sa.Table, f: FieldSpec) -> CustomValue:
    """The folded text by which every spelling of the value is found."""
    return CustomValue(table.c.custom, FOLDED + f.key, "text")


def unpack(fields: tuple[FieldSpec, ...], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """{field name: typed value} of a stored `custom` object."""
    held = stored or {}
    return {f.name: _typed(f, held.get(f.key)) for f in fields}


def _typed(f: FieldSpec, raw: Any) -> Any:
    if raw is None:
        return False if f.type.kind == "bool" else None
    return f.type.from_stored(f, raw)


def packer(fields: tuple[FieldSpec, ...]) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    """A function (values by field name, with the stored `custom` object among them) → the object to store.

    Values of keys that are no field at present (retired ones) stay as they are; an empty object is None.
    """
    plan = tuple((f, f.name, f.key, FOLDED + f.key if f.fold else "") for f in fields)

    def pack(values: Mapping[str, Any]) -> dict[str, Any] | None:
        found = dict(values.get("custom") or {})
        for f, name, key, fold_key in plan:
            value = values.get(name)
            found[key] = None if value is None else f.type.to_stored(f, value)
            if fold_key:
                found[fold_key] = f.type.search_text(f, value) or None if value else None
        return {key: value for key, value in found.items() if value is not None} or None

    return pack
