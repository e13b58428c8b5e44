"""Alembic's environment: one owner (the kernel or a plugin) on a connection that the caller opened."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations, ops

from core import db
from core.search import drop_search_ddl, search_ddl

owner: str = context.config.attributes["owner"]


@Operations.register_operation("create_search_index")
class CreateSearchIndex(MigrateOperation):
    """`op.create_search_index("contacts_contact")`: what free-text search needs, for whichever database."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def create_search_index(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> MigrateOperation:
        return DropSearchIndex(self.table)


@Operations.register_operation("drop_search_index")
class DropSearchIndex(MigrateOperation):
    """`op.drop_search_index("contacts_contact")`, before the table goes."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def drop_search_index(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> MigrateOperation:
        return CreateSearchIndex(self.table)


@Operations.implementation_for(CreateSearchIndex)
def _create(operations: Operations, operation: CreateSearchIndex) -> None:
    for statement in search_ddl(operation.table, operations.get_context().dialect.name):
        operations.execute(statement)


@Operations.implementation_for(DropSearchIndex)
def _drop(operations: Operations, operation: DropSearchIndex) -> None:
    for statement in drop_search_ddl(operation.table, operations.get_context().dialect.name):
        operations.execute(statement)


@renderers.dispatch_for(CreateSearchIndex)
def _render_create(_context: Any, operation: CreateSearchIndex) -> str:
    return f"op.create_search_index({operation.table!r})"


@renderers.dispatch_for(DropSearchIndex)
def _render_drop(_context: Any, operation: DropSearchIndex) -> str:
    return f"op.drop_search_index({operation.table!r})"


def own_objects(item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Only this owner's tables, without search mirrors, version tables and indexes made by admins."""
    if kind == "table":
        return bool(name) and str(name).startswith(f"{owner}_") and "_fts" not in str(name)
    if kind == "index":
        return not str(name).startswith("cf_") and not str(name).endswith("_search_text")
    return True


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Our column types as `db.Name(…)`."""
    if kind == "type" and isinstance(item, db.ExactDecimal):
        return f"db.ExactDecimal({item.scale}, {item.digits})"
    if kind == "type" and isinstance(item, db.UtcDateTime | db.Json):
        return f"db.{type(item).__name__}()"
    return False


def with_search(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """A new table with search text gets its index; an empty revision is not written."""
    script = directives[0]
    created = [table for table in script.upgrade_ops.ops if isinstance(table, ops.CreateTableOp)]
    for table in created:
        if any(getattr(column, "name", "") == "search_text" for column in table.columns):
            script.upgrade_ops.ops.append(CreateSearchIndex(table.table_name))
            script.downgrade_ops.ops.insert(0, DropSearchIndex(table.table_name))
    if script.upgrade_ops.is_empty():
        directives[:] = []


context.configure(
    connection=context.config.attributes["connection"], target_metadata=db.metadata,
    version_table=f"alembic_version_{owner}", transactional_ddl=True, transaction_per_migration=False,
    render_as_batch=False, include_object=own_objects, render_item=render_item,
    process_revision_directives=with_search, compare_type=False,
)
context.run_migrations()
