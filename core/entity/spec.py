"""The facts of a field and of an entity, as the registry keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.entity.relative_day import RelativeDay, day_of
from core.entity.whole_day import day_or_moment
from core.language.i18n import current as preferences

if TYPE_CHECKING:
    from core.entity.types import FieldType

HUES = ("blue", "amber", "green", "red", "grey", "violet", "teal", "brown")

#: How a text holds whom or what it mentions; its title shows the name alone.
_MENTIONED = re.compile(r"([@#])\[([^\[\]\n]{1,200})\]\([a-z][a-z0-9_.]*:[1-9]\d{0,17}\)")


def read_aloud(title: str) -> str:
    """A title that was a text: the names alone of whom and what it mentions."""
    return _MENTIONED.sub(r"\1\2", title) if "](" in title else title


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice list. The value is the key that is stored; the label is shown in the reader's language."""

    value: str
    label: Any
    hue: str = ""
    icon: str = ""
    #: A value that is no longer chosen; records that have it keep it.
    active: bool = True
    #: What the value means to code, whatever it is called: an admin's own values have one of the declared kinds.
    kind: str = ""
    #: The values of the field that the list follows under which this one is offered; empty: under all.
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """Everything the kernel knows of one field; made by the functions of `core.entity.fields`.

    `search` is the weight in free-text search (0 = not searched). `read` and `write` name a permission the user
    needs beside the entity's own. `system` fields are written by the kernel only. `personal` says whether the value
    goes when the person is erased; by default its type decides. `fold` fields carry a folded companion column
    `<name>_key`, so that filters find every spelling. `key` is set where an admin or another plugin added
    the field: its value is then no column but stands in the entity's `custom` object under this key.
    A field with `unique_with` is unique together with these fields of its record, and not by itself.
    `not_before` and `not_after` name fields of the same record whose dates this one's must follow or precede.
    `follows` names another choice of the record, whose value says which choices are offered (`Choice.when`).
    `fixed` choices are what code goes by, so an admin cannot edit the list. `entity` is filled in by the registry.
    A choice that is `like` another one, "plugin.noun.field", has that one's list, as admins edit it there.
    What another plugin computes of a record has `sql(table, entity)` in the place of a column, see `ComputedField`:
    lists show it, filter and sort by it; forms and single records do not have it. It is read from `sql_shown` where
    that is something else than what it is compared by.
    """

    type: FieldType
    label: Any
    name: str = ""
    required: bool = False
    default: Any = None
    help: Any = ""
    unique: bool = False
    unique_with: tuple[str, ...] = ()
    search: int = 0
    filter: bool = False
    sort: bool = True
    measure: bool = False
    readonly: bool = False
    system: bool = False
    audit: bool = True
    secret: bool = False
    read: str = ""
    write: str = ""
    choices: tuple[Choice, ...] = ()
    target: str = ""
    on_delete: str = "RESTRICT"
    max_length: int | None = None
    scale: int | None = None
    minimum: Any = None
    maximum: Any = None
    not_before: str = ""
    not_after: str = ""
    fold: bool = False
    index: bool = False
    fixed: bool = False
    follows: str = ""
    like: str = ""
    personal: bool | None = None
    synonyms: tuple[str, ...] = ()
    key: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    entity: str = ""
    sql: Callable[[Any, str], Any] | None = None
    sql_shown: Callable[[Any, str], Any] | None = None
    _choices: Mapping[Any, Choice] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_choices", MappingProxyType({choice.value: choice for choice in self.choices}))

    def preset(self) -> Any:
        """What a new record has where nothing is given; a day counted from today is worked out now."""
        return day_of(self.default) if isinstance(self.default, RelativeDay) else self.default

    @property
    def is_computed(self) -> bool:
        return self.sql is not None

    @property
    def stores_column(self) -> bool:
        """Whether the value is a column of the entity's own table (a many-to-many field is not)."""
        return not self.type.is_many

    @property
    def is_personal(self) -> bool:
        """Whether the value goes when the person that the record describes is erased."""
        return self.type.is_personal if self.personal is None else self.personal

    @property
    def ops(self) -> tuple[str, ...]:
        """The operators that a filter on this field knows."""
        ops: tuple[str, ...] = self.type.ops_of(self)
        return ops

    def choice(self, value: Any) -> Choice | None:
        """The choice of this value, whatever was given: nothing that cannot be looked up is a choice."""
        try:
            return self._choices.get(value)
        except TypeError:
            return None

    def offered(self, *chosen: Any) -> tuple[Choice, ...]:
        """The choices for new input: those in use, and what is `chosen` already."""
        return tuple(choice for choice in self.choices if choice.active or choice.value in chosen)

    def named(self, name: str) -> FieldSpec:
        return self if self.name == name else replace(self, name=name)


@dataclass(frozen=True, slots=True)
class CalendarDates:
    """Where records stand in the calendar of their list: at the first filled of the fields `at`, which are all dates
    or all date-times; until the field `until`, an end or a duration. Past its end and with `done` empty a record is
    overdue. The user fields `people` are told to other programs: one user organises it, several attend; so is the text
    `place`, where it is."""

    at: tuple[str, ...]
    until: str = ""
    done: str = ""
    people: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """What an entity says whose records stand for people or firms.

    They are reached by the phones and emails in the fields `reached_by`, which go before each other in this order; the
    choice in `preferred` names the way that goes before all others: phone, whatsapp, telegram, sms or email. A record
    is a "person" or a "business": all are one `kind`, or each is what the choice in `kind_by` says. Both choices speak
    by the kind of what is chosen, else by its value. In fields of `person_by` only people have something, such as a
    first name: who has has a person's face, also as a business. `role` are the fields below a name, such as a job
    title.
    """

    reached_by: tuple[str, ...] = ()
    preferred: str = ""
    kind: str = "person"
    kind_by: str = ""
    role: tuple[str, ...] = ()
    person_by: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """All fields that the declaration names."""
        return (*self.reached_by, *filter(None, (self.preferred, self.kind_by)), *self.role, *self.person_by)


@dataclass(frozen=True, slots=True)
class Meta:
    """What an entity says of itself. `title` is the field that names a record in lists, links and history.

    `list` are the default columns, `sections` pairs of a heading and field names (a string split at spaces or a
    tuple), `sort` the default order, `match` the fields by which an import recognises a record. `owned` adds an
    owner, `organised` an organisation. A `personal` entity describes people: one of them can be erased. `group` names
    the side menu's group, empty keeps the entity out of the menu. Whoever stands in one of the user fields
    `shared_with`, such as who a task is given to, has the rights of its owner. Whoever stands in one of the fields of
    several users `seen_by`, such as who takes part in a meeting, may view it as its owner may.
    Where `seen_with` names an any_entity and its any_record, such as those of a comment, a record is there only for
    those who may see the one it is about.
    `erased_with` names the references to people with whom a record is erased, such as who a comment is about.
    `timeline_in` names the references to records in whose timeline its own belongs too, such as a person's company.
    `calendar` says by which dates records stand in the calendar; without it any date of theirs can be chosen there.
    `subtitle` names the field that tells records of one name apart in pickers and searches, or several split at spaces:
    the first that is filled, and in a search the one that was found. With a `party` the records
    stand for people or firms, who have faces and are called and written to.
    `place` names latitude and longitude, by which records stand on the map; without it a field of the type "geo" does.
    `duplicates` are the rules by which two records may be the same person or thing: each names fields whose values both
    have alike, in whatever spelling. Whoever saves a record is told of its like, there is a page of all that may be
    duplicates, and these can be merged.
    `extras` names what other plugins have for entities that ask for it, with the field that each goes by or an empty
    text: {"activities.follow_up": "follow_up_status"}. One whose plugin is off is not there.

    The records of a `value_list` are values that others choose from, such as tags. Besides its title each has a name
    of its own in every language, a colour, a place in the order and "in use"; the settings have a page for the whole
    list, and wherever a record is shown it is called by its name in the reader's language, else by its title.
    """

    label: Any
    plural: Any
    title: str = "name"
    icon: str = "file"
    list: tuple[str, ...] = ()
    sections: tuple[tuple[Any, Any], ...] = ()
    sort: str = "-created_at"
    match: tuple[str, ...] = ()
    owned: bool = False
    organised: bool = False
    customizable: bool = True
    audited: bool = True
    trash: bool = True
    personal: bool = False
    group: str = ""
    order: int = 100
    subtitle: str = ""
    shared_with: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    value_list: bool = False
    seen_with: tuple[str, ...] = ()
    erased_with: tuple[str, ...] = ()
    timeline_in: tuple[str, ...] = ()
    calendar: CalendarDates | None = None
    place: tuple[str, ...] = ()
    party: Party | None = None
    duplicates: tuple[tuple[str, ...], ...] = ()
    extras: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that an admin or another plugin added, and where it stands: behind the field `after`, else in the section
    with this heading (its English text), else under a heading of its own. `in_list` makes it one of the list's columns.
    `plugin` is whose declaration it is; empty for an admin's."""

    field: FieldSpec
    section: str = ""
    after: str = ""
    in_list: bool = False
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Expressions:
    """A custom field in SQL: what it is compared by, what it is shown from, and its folded text if it has one."""

    value: Any
    shown: Any
    folded: Any = None


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """An entity in the registry: the mapped class, its table and its fields in declaration order."""

    name: str
    plugin: str
    noun: str
    model: type
    table: sa.Table
    meta: Meta
    fields: Mapping[str, FieldSpec]
    links: Mapping[str, sa.Table]
    key_columns: Mapping[str, str]
    sort_columns: Mapping[str, str]
    custom: Mapping[str, Expressions] = field(default_factory=lambda: MappingProxyType({}))
    added: tuple[CustomField, ...] = ()
    #: {language: the field with a record's name in it}; empty for all but value lists.
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: The tables by which the values of fields with several are found.
    lookups: Mapping[str, sa.Table] = field(default_factory=lambda: MappingProxyType({}))
    #: {field: the column with its day where it is a whole one}; see `whole_day`.
    day_columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def path(self) -> str:
        return f"/{self.plugin}/{self.noun}"

    @property
    def title_field(self) -> FieldSpec:
        return self.fields[self.meta.title]

    def title(self, language: str) -> Any:
        """The expression of what a record is called in a language."""
        own = self.table.c[self.meta.title]
        return sa.func.coalesce(self.table.c[self.names[language]], own) if language in self.names else own

    def title_of(self, record: Mapping[str, Any]) -> str:
        """What a record is called in the reader's language, from its values; empty where they have no title."""
        name = self.names.get(preferences().language, "")
        # A row of the database that is asked for a name it has not takes long to say so.
        return read_aloud(str((record.get(name) if name else "") or record.get(self.meta.title) or ""))

    @property
    def face_fields(self) -> tuple[str, ...]:
        """The fields that say what face a record has."""
        party = self.meta.party
        return tuple(filter(None, (party.kind_by, *party.person_by))) if party else ()

    def face(self, record: Mapping[str, Any]) -> str:
        """Whether a record has the face of a "person" or of a "business"; empty where it has none."""
        party = self.meta.party
        if party is None:
            return ""
        if any(record.get(name) for name in party.person_by):
            return "person"
        return self.meant(party.kind_by, record) or party.kind

    def meant(self, name: str, record: Mapping[str, Any]) -> str:
        """What the chosen value of a field means to code: its kind, else the value itself."""
        f, value = self.fields.get(name), record.get(name)
        choice = f.choice(value) if f is not None else None
        return (choice.kind if choice else "") or str(value or "")

    @property
    def subtitle_fields(self) -> tuple[str, ...]:
        """The fields that tell records of one name apart, the most telling first."""
        return tuple(self.meta.subtitle.split())

    @property
    def title_fields(self) -> tuple[str, ...]:
        """The fields that name a record: its title, and what it is called in each language."""
        return (self.meta.title, *self.names.values())

    def is_called(self, keys: Iterable[str]) -> Any:
        """The condition that a record goes by one of these folded names, in any language."""
        wanted = list(keys)
        return sa.or_(*(self.table.c[self.key_columns[name]].in_(wanted) for name in self.title_fields))

    @property
    def is_searchable(self) -> bool:
        return "search_text" in self.table.c

    @property
    def custom_fields(self) -> tuple[FieldSpec, ...]:
        return tuple(added.field for added in self.added)

    def column(self, name: str) -> Any:
        """The expression a field is filtered and sorted by: its column, or its place in `custom`.

        What is computed may go by the actor's rights, so it is made anew each time.
        """
        f = self.fields.get(name)
        if f is not None and f.sql is not None:
            return f.sql(self.table, self.name)
        held = self.custom.get(name)
        return held.value if held is not None else self.table.c[name]

    def shown(self, name: str) -> Any:
        """The expression a field is read from, under the field's name."""
        f = self.fields.get(name)
        if f is not None and f.sql is not None:
            return (f.sql_shown or f.sql)(self.table, self.name).label(name)
        if name in self.day_columns:
            return day_or_moment(self.table.c[self.day_columns[name]], self.table.c[name]).label(name)
        held = self.custom.get(name)
        return held.shown if held is not None else self.table.c[name]

    def folded(self, name: str) -> Any:
        """The folded text by which every spelling of a field's value is found; None where it has none."""
        held = self.custom.get(name)
        if held is not None:
            return held.folded
        column = self.key_columns.get(name)
        return None if column is None else self.table.c[column]

    def split(self, path: str) -> tuple[str, str]:
        """A dotted path as (field, what is followed from there): `company_id.country`, `custom.size`."""
        name, _dot, rest = path.partition(".")
        if name == "custom":
            key, _dot, rest = rest.partition(".")
            name = f"custom.{key}"
        return name, rest

    def writable(self) -> tuple[FieldSpec, ...]:
        """Fields a user may give values to, before rights."""
        return tuple(f for f in self.fields.values() if not f.system and not f.readonly)
