"""`Entity`, the base of every mapped class users see.

Each plugin maps on a SQLAlchemy registry of its own over one shared MetaData: with a single registry one
plugin's bad relationship would break every query of the process.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column, registry

from core.db import BigId, ReadOnlyJson, UtcDateTime, metadata
from core.entity import value_list
from core.entity.spec import FieldSpec, Meta
from core.entity.types import TextType
from core.entity.types_link import LinksType, RefType, UserType
from core.entity.types_several import SeveralType, is_address
from core.entity.types_time import DateTimeType
from core.entity.whole_day import SUFFIX, takes_days
from core.errors import DeclarationError
from core.language.i18n import _

SORT_LANGUAGES = ("fa", "ar", "en")
#: Keys compare by code point on both databases, so that a prefix is a range of the index.
KEY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_registries: dict[str, registry] = {}


def plugin_registry(plugin: str) -> registry:
    """The SQLAlchemy registry of one plugin, made at its first entity."""
    if plugin not in _registries:
        _registries[plugin] = registry(metadata=metadata)
    return _registries[plugin]


def _system(field_type: Any, label: Any, **facts: Any) -> dict[str, Any]:
    return {"field": FieldSpec(type=field_type, label=label, system=True, audit=False, **facts)}


class Entity:
    """Base of all entities: `__entity__ = "plugin.noun"` and `__meta__` make a subclass a table and its screens."""

    __entity__: ClassVar[str]
    __meta__: ClassVar[Meta]
    __fields__: ClassVar[dict[str, FieldSpec]] = {}

    if TYPE_CHECKING:  # what the mapper and `_add_standard_columns` give every entity
        __table__: ClassVar[sa.Table]
        __links__: ClassVar[dict[str, sa.Table]]
        created_at: Mapped[dt.datetime]
        created_by_id: Mapped[int | None]
        updated_at: Mapped[dt.datetime]
        deleted_at: Mapped[dt.datetime | None]

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-100)
    version: Mapped[int] = mapped_column(sa.Integer, default=1, nullable=False, sort_order=-99)
    custom: Mapped[Any | None] = mapped_column(ReadOnlyJson, nullable=True, sort_order=200)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__entity__.replace(".", "_")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__entity__" not in cls.__dict__:
            return
        plugin, separator, noun = cls.__entity__.partition(".")
        if not (separator and plugin.isidentifier() and noun.isidentifier()):
            raise DeclarationError(f"{cls.__module__}: __entity__ must be 'plugin.noun', not {cls.__entity__!r}.")
        _add_standard_columns(cls)
        _add_value_list_columns(cls)
        _add_key_columns(cls)
        _add_day_columns(cls)
        _add_table_arguments(cls)
        # Read before mapping, which replaces the columns by instrumented attributes.
        cls.__fields__ = declared_fields(cls)
        plugin_registry(plugin).mapped(cls)
        _add_link_tables(cls)
        _add_lookup_tables(cls)


def declared_fields(cls: type) -> dict[str, FieldSpec]:
    """The FieldSpecs of a class and its mixins by attribute name, in declaration order."""
    found: dict[str, FieldSpec] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            spec = getattr(value, "diwan_field", None) or _column_field(value)
            if spec is not None:
                found[name] = spec.named(name)
    return found


def _column_field(value: Any) -> FieldSpec | None:
    mapped = isinstance(value, InstrumentedAttribute)
    column = value.expression if mapped else getattr(value, "column", None)
    return column.info.get("field") if isinstance(column, sa.Column) else None


def _add_standard_columns(cls: type) -> None:
    user = UserType()
    moment = DateTimeType()
    columns: dict[str, Any] = {
        "created_at": mapped_column(
            UtcDateTime, nullable=False, sort_order=190, info=_system(moment, _("Created on"), filter=True)
        ),
        "created_by_id": mapped_column(
            BigId,
            sa.ForeignKey("core_user.id"),
            nullable=True,
            sort_order=191,
            info=_system(user, _("Created by"), filter=True, target="core.user"),
        ),
        "updated_at": mapped_column(
            UtcDateTime, nullable=False, sort_order=192, info=_system(moment, _("Last updated"), filter=True)
        ),
        "deleted_at": mapped_column(UtcDateTime, nullable=True, sort_order=193),
    }
    meta: Meta = cls.__meta__  # type: ignore[attr-defined]
    if meta.owned:
        columns["owner_id"] = mapped_column(
            BigId,
            sa.ForeignKey("core_user.id"),
            nullable=True,
            sort_order=180,
            info={
                "field": FieldSpec(
                    type=user,
                    label=_("Person in charge"),
                    target="core.user",
                    filter=True,
                    synonyms=(
                        *("Owner", "Salesperson", "Sales rep", "Sales representative", "Account manager"),
                        *("المسؤول", "الموظف المسؤول", "المندوب", "مندوب المبيعات"),
                        *("مسئول", "مسئول پیگیری", "کارشناس", "کارشناس فروش"),
                    ),
                )
            },
        )
    if meta.organised:
        columns["organisation_id"] = mapped_column(
            BigId,
            sa.ForeignKey("core_organisation.id"),
            nullable=True,
            sort_order=181,
            info={
                "field": FieldSpec(
                    type=RefType(),
                    label=_("Organisation"),
                    target="core.organisation",
                    filter=True,
                    # "Organisation" alone is the customer's in a list of customers; this one is exported only.
                    synonyms=("Our organisation", "مؤسستنا", "سازمان ما"),
                )
            },
        )
    for name, column in columns.items():
        if name not in vars(cls):
            setattr(cls, name, column)


def _add_value_list_columns(cls: type) -> None:
    meta: Meta = cls.__meta__  # type: ignore[attr-defined]
    if meta.value_list:
        longest = declared_fields(cls)[meta.title].max_length or 200
        for name, column in value_list.columns(meta.title, longest).items():
            setattr(cls, name, column)


def _add_key_columns(cls: type) -> None:
    """Folded keys for filters, one text for search, and a sort key a language for the display name (S5)."""
    specs = declared_fields(cls)
    meta: Meta = cls.__meta__  # type: ignore[attr-defined]
    for name, spec in specs.items():
        if spec.fold or (name == meta.title and isinstance(spec.type, TextType)):
            setattr(cls, f"{name}_key", mapped_column(KEY_TEXT, nullable=True, sort_order=210))
    if any(spec.search for spec in specs.values()):
        cls.search_text = mapped_column(sa.Text, nullable=True, sort_order=211)  # type: ignore[attr-defined]
    title = specs.get(meta.title)
    if title is not None and isinstance(title.type, TextType):
        for language in SORT_LANGUAGES:
            setattr(cls, f"{meta.title}_sort_{language}", mapped_column(sa.LargeBinary, nullable=False, sort_order=212))


def _add_day_columns(cls: type) -> None:
    """Beside a moment that may be a whole day stands the day."""
    for name, spec in declared_fields(cls).items():
        if takes_days(spec):
            setattr(cls, f"{name}{SUFFIX}", mapped_column(sa.Date, nullable=True, sort_order=213))


def _add_table_arguments(cls: type) -> None:
    """Default indexes and unique constraints, for living rows only."""
    table = cls.__entity__.replace(".", "_")  # type: ignore[attr-defined]
    meta: Meta = cls.__meta__  # type: ignore[attr-defined]
    alive = sa.text("deleted_at IS NULL")
    living: dict[str, Any] = {"sqlite_where": alive, "postgresql_where": alive}
    indexes: list[sa.Index] = []
    for name, spec in declared_fields(cls).items():
        if not spec.stores_column:
            continue
        if spec.unique:
            indexes.append(sa.Index(f"uq_{table}_{name}", name, unique=True, **living))
        elif spec.index or (spec.target and not spec.system):
            indexes.append(sa.Index(f"ix_{table}_{name}", name, "id", **living))
    indexes.append(sa.Index(f"ix_{table}_created_at", "created_at", "id", **living))
    if f"{meta.title}_sort_fa" in vars(cls):
        indexes.append(sa.Index(f"ix_{table}_{meta.title}_key", f"{meta.title}_key", "id", **living))
        indexes += [
            sa.Index(f"ix_{table}_{meta.title}_sort_{language}", f"{meta.title}_sort_{language}", "id", **living)
            for language in SORT_LANGUAGES
        ]
    given = getattr(cls, "__table_args__", ())
    options = {"sqlite_autoincrement": True}
    if isinstance(given, tuple) and given and isinstance(given[-1], dict):
        options.update(given[-1])
        given = given[:-1]
    cls.__table_args__ = (*given, *indexes, options)  # type: ignore[attr-defined]


def _add_link_tables(cls: type) -> None:
    """A many-to-many field gets a table of its own: `<table>_<field>(record_id, target_id)`."""
    own = cls.__entity__.replace(".", "_")  # type: ignore[attr-defined]
    tables: dict[str, sa.Table] = {}
    for name, spec in cls.__fields__.items():  # type: ignore[attr-defined]
        if spec.stores_column:
            continue
        target = spec.target.replace(".", "_")
        # What may be missing is held by no key.
        held = () if isinstance(spec.type, LinksType) else (sa.ForeignKey(f"{target}.id", ondelete="CASCADE"),)
        tables[name] = sa.Table(
            f"{own}_{name}",
            metadata,
            sa.Column("record_id", BigId, sa.ForeignKey(f"{own}.id", ondelete="CASCADE"), primary_key=True),
            sa.Column("target_id", BigId, *held, primary_key=True, autoincrement=False),
            sa.Index(f"ix_{own}_{name}_target", "target_id", "record_id"),
        )
    cls.__links__ = tables  # type: ignore[attr-defined]


def _add_lookup_tables(cls: type) -> None:
    """What the values of a field with several are found by: `<table>_<field>(record_id, key)`, derived from the field.

    Addresses are no keys, so they have none.
    """
    own = cls.__entity__.replace(".", "_")  # type: ignore[attr-defined]
    cls.__lookups__ = {  # type: ignore[attr-defined]
        name: sa.Table(
            f"{own}_{name}",
            metadata,
            sa.Column("record_id", BigId, sa.ForeignKey(f"{own}.id", ondelete="CASCADE"), primary_key=True),
            sa.Column("key", KEY_TEXT, primary_key=True),
            sa.Index(f"ix_{own}_{name}_key", "key", "record_id"),
        )
        for name, spec in cls.__fields__.items()  # type: ignore[attr-defined]
        if isinstance(spec.type, SeveralType) and not is_address(spec)
    }


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
