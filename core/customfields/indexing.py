"""Indexes of custom fields: made and dropped outside a request's transaction, and told of by the field's state.

`settle` brings one field's index to what its definition asks for. It may run twice or be killed halfway: the next
run finds what is there and goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.customfields.definition import BUILDING, FAILED, NONE, READY, Definition
from core.customfields.models import custom_field as definitions
from core.customfields.reading import field_of
from core.db import Unit, run_unit, unit, unit_of_work
from core.entity.custom_value import FOLDED, LISTED, TOGETHER, comparable, folded, index_name, listed_order
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import gettext
from core.registry import current

log = logging.getLogger("diwan.customfields")


def settle(engine: Engine, owner: Engine, field_id: int) -> str:
    """Make, make anew or drop the index of one field with the owner's connection; answers its state from now on."""
    with unit_of_work(engine) as opened:
        row = opened.execute(sa.select(definitions).where(definitions.c.id == field_id)).mappings().first()
    if row is None:
        return NONE
    one = Definition.from_row(dict(row))
    if one.index_state != BUILDING:
        return one.index_state
    spec, field_type = current().entities.get(one.entity), current().types.get(one.type)
    if spec is None or field_type is None:
        return one.index_state  # its module is off; it is made when the module is on again
    f = field_of(one)
    state, reason = _settled(owner, spec, f, one)
    run_unit(engine, lambda opened: _note(opened, one, state, reason))
    return state


def _settled(owner: Engine, spec: EntitySpec, f: FieldSpec, one: Definition) -> tuple[str, str]:
    try:
        _drop(owner, spec, f)
        if not one.wants_index:
            return NONE, ""
        for statement in creations(spec, f, one.filter, owner.dialect).values():
            _execute(owner, statement)
        if owner.dialect.name == "postgresql":
            _execute(owner, f"ANALYZE {spec.table.name}")  # without it the planner knows nothing of the expression
        return READY, ""
    except sa.exc.IntegrityError:
        reason = gettext("Two records have the same values in the fields that are unique together. Correct them, then "
                         "save the field again.") if f.unique_with else \
            gettext("Two records have the same value. Correct them, then save the field again.")
    except sa.exc.DBAPIError as error:
        reason = str(error.orig)[:500]
    log.warning("the index of %s %s could not be made: %s", one.entity, one.name, reason)
    _drop_quietly(owner, spec, f)
    return FAILED, reason


def existing(opened: Unit) -> set[str]:
    """The names of all indexes of custom fields that the database can use."""
    named = sa.text(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE c.relnamespace = current_schema()::regnamespace AND i.indisvalid AND c.relname LIKE 'cf!_%' ESCAPE '!'"
    ) if opened.dialect == "postgresql" else sa.text(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'cf!_%' ESCAPE '!'")
    return set(opened.execute(named).scalars())


def names(spec: EntitySpec, one: Definition) -> Collection[str]:
    """What the indexes are called that a field of the registry in force should have."""
    return creations(spec, field_of(one), one.filter, unit().connection.dialect)


def creations(spec: EntitySpec, f: FieldSpec, filtered: bool, dialect: sa.Dialect) -> Mapping[str, str]:
    """CREATE INDEX for one field by the index's name: the expressions that its filter, its order and its uniqueness
    use.

    A unique one stands over the value, and those that it is unique together with, of living rows; one for lists ends
    in the id, so that pages are read in its order. A value that many records share has a second one, from which the
    first page of a filtered list is read in the list's own order: to sort ten thousand records takes 10 ms.
    """
    table, found = spec.table, {}
    plain = comparable(table, f)

    def add(key: str, columns: str, unique: bool = False) -> None:
        name = index_name(table.name, key)
        found[name] = _creation(table, name, columns, dialect, unique)

    if f.unique_with and all(name in spec.fields for name in f.unique_with):
        columns = ", ".join(f"({_sql(spec.column(name), dialect)})" for name in f.unique_with)
        add(f.key + TOGETHER, f"({_sql(plain, dialect)}), {columns}", unique=True)
    if f.unique:
        add(f.key, f"({_sql(plain, dialect)})", unique=True)
    if filtered and f.type.kind == "list" and dialect.name == "postgresql":
        name = index_name(table.name, f.key)
        found[name] = (f"CREATE INDEX CONCURRENTLY {name} ON {table.name} "
                       f"USING gin ((custom -> '{f.key}') jsonb_path_ops)")
    elif filtered and f.fold:
        add(FOLDED + f.key, f"({_sql(folded(table, f), dialect)}), id")
    elif filtered and not f.unique:
        add(f.key, f"({_sql(plain, dialect)}), id")
        if order := listed_order(spec, f):
            add(f.key + LISTED, f"({_sql(plain, dialect)}), {order}, id")
    return found


def _creation(table: sa.Table, name: str, columns: str, dialect: sa.Dialect, unique: bool) -> str:
    word = "UNIQUE INDEX" if unique else "INDEX"
    concurrently = "CONCURRENTLY " if dialect.name == "postgresql" else ""
    # PostgreSQL takes no statistics from a partial index, and without them it takes a third of the table to match any
    # comparison: it would then walk another index and read the object of every row.
    partial = "" if dialect.name == "postgresql" and not unique else " WHERE deleted_at IS NULL"
    return f"CREATE {word} {concurrently}{name} ON {table.name} ({columns}){partial}"


def _sql(value: sa.ColumnElement[Any], dialect: sa.Dialect) -> str:
    return str(value.compile(dialect=dialect, compile_kwargs={"include_table": False}))


def _drop(owner: Engine, spec: EntitySpec, f: FieldSpec) -> None:
    concurrently = "CONCURRENTLY " if owner.dialect.name == "postgresql" else ""
    for key in (f.key, FOLDED + f.key, f.key + TOGETHER, f.key + LISTED):
        _execute(owner, f"DROP INDEX {concurrently}IF EXISTS {index_name(spec.table.name, key)}")


def _drop_quietly(owner: Engine, spec: EntitySpec, f: FieldSpec) -> None:
    """PostgreSQL leaves an invalid index behind when making one fails."""
    try:
        _drop(owner, spec, f)
    except sa.exc.DBAPIError as error:
        log.warning("an unfinished index stays behind: %s", error.orig)


def _execute(owner: Engine, statement: str) -> None:
    """One statement about an index: on PostgreSQL outside any transaction, on SQLite under the write lock."""
    if owner.dialect.name == "postgresql":
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
        return
    with owner.connect() as connection:
        connection = connection.execution_options(diwan_writes=True)
        with connection.begin():
            connection.exec_driver_sql(statement)


def _note(opened: Unit, one: Definition, state: str, reason: str) -> None:
    """The state, unless the definition has been changed again meanwhile."""
    opened.begin_write()
    columns = definitions.c
    same = sa.and_(columns.id == one.id, columns.index_state == BUILDING, columns.filter == one.filter,
                   columns.unique == one.unique, columns.unique_with == " ".join(one.unique_with))
    opened.execute(sa.update(definitions).where(same).values(index_state=state, index_error=reason))
