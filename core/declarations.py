"""Frozen declarations that a plugin's hooks may return. They hold facts; `ui`, `rest` and `reports` draw them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from cronsim import CronSim, CronSimError

from core.entity.spec import EntitySpec, FieldSpec
from core.errors import DeclarationError
from core.language.i18n import LazyString

_DOTTED_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")


#: Where a panel stands that goes with every kind of record.
EVERY_ENTITY = "*"


@dataclass(frozen=True, slots=True)
class Permission:
    """A right beyond the entity's own six; `name` is dotted, such as contacts.contact.assign."""

    name: str
    label: Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that admins may change; `field` gives type, label and choices.

    One that is asked for in the `first_run` is part of setting up a new organisation: few, and with a right default.
    """

    name: str
    field: FieldSpec
    default: Any = None
    first_run: bool = False


@dataclass(frozen=True, slots=True)
class ListScreen:
    """Replaces the default columns or order of an entity's list."""

    entity: str
    columns: tuple[str, ...] = ()
    sort: str = ""
    status: str = ""
    phone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormScreen:
    """Replaces the sections of an entity's form where some are given; fields as in Meta.sections. `values(record)`
    answers what empty fields of a new record hold at first; of a new one it is told what the address gives.

    One with a `name` is a small form beside it, called `label`: `…/new?form=NAME` and `…/ID/edit?form=NAME` show its
    fields alone, and what else the address gives goes with them unseen. Its `values` are for old records as
    well; `saved(change)` is told what was written by it, in the same transaction. `labels` call fields by
    what they mean there and `helps` explain them; `warnings(record)` answers sentences that stand above them.
    """

    entity: str
    sections: tuple[tuple[Any, Any], ...] = ()
    name: str = ""
    label: Any = ""
    values: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    saved: Callable[[Any], None] | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    warnings: Callable[[Mapping[str, Any]], Iterable[Any]] | None = None
    helps: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordScreen:
    """Replaces the sections of an entity's record page, where `sections` are given.

    `completeness(record)` answers the fields that a complete record has: the page's head shows how many of them are
    filled in, and which are missing.
    """

    entity: str
    sections: tuple[tuple[Any, Any], ...] = ()
    completeness: Callable[[Mapping[str, Any]], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True)
class RelatedList:
    """A tab on the record page of `on`: the records of `entity` whose field `via` points at it."""

    on: str
    entity: str
    via: str
    columns: tuple[str, ...] = ()
    label: Any = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class TabForm:
    """The small form `name` of an entity, in a tab: `given(record, entity)` answers texts for fields of the new record,
    also for those that the form does not show."""

    entity: str
    name: str
    given: Callable[[Mapping[str, Any], str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class AddedField:
    """A field that a plugin adds to the entity of another one, stored in the record: AddedField("contacts.contact",
    "visits_region", fields.choice(_("Region"), {...}, filter=True)).

    It is in forms, lists, filters, files, API, log and rights like any other field of the entity, under the name
    `custom.<key>`. The key begins with the plugin's name and an underscore, and means one type for good. `field` is
    made with `core.api.fields`; `section` is the English text of the heading it stands under and `after` the field it
    stands behind, which administrators may change, as they may `in_list`. The plugin of the entity stands in `requires`
    or `optional` of the manifest; while that one is not there, nor is the field. While the plugin itself is off its
    fields are nowhere, and their values wait.
    """

    entity: str
    key: str
    field: Any
    section: str = ""
    after: str = ""
    in_list: bool = False


@dataclass(frozen=True, slots=True)
class ComputedField:
    """A field that a plugin computes for records of others: a column of their lists, to filter and sort by.

    `field` is made with `core.api.fields` and stands under `name`; `sql(table, entity)` answers an expression of one
    value for a row of the entity's table, such as a scalar subquery, which may be empty and is limited to what the
    actor may see. `shown`, made the same way, is what is read where that is not what is compared, such as a
    `day_or_moment`.
    With `entity="*"` it stands in the lists of every plugin's entities, those in `but` excepted, and with `extra` only
    where an entity's Meta asks for it. `permission` is asked of whoever sees it.
    """

    entity: str
    name: str
    field: Any
    sql: Callable[[Any, str], Any]
    permission: str = ""
    extra: str = ""
    but: tuple[str, ...] = ()
    shown: Callable[[Any, str], Any] | None = None


@dataclass(frozen=True, slots=True)
class TemplatePanel:
    """A tab on a record page drawn by a plugin's template; `context(record)` gives its variables.

    With `on="*"` it stands on the page of every plugin's entities, those in `but` excepted, and
    `context(record, entity)` is told the entity's name as well; with `extra` only where an entity's Meta asks for it.
    `form` puts a small form of another entity into the tab, for those who may add there: the template includes
    "forms/in_tab.html", and once it is saved the tab is drawn anew.
    """

    on: str
    name: str
    label: Any
    template: str
    context: Callable[..., dict[str, Any]]
    permission: str = ""
    order: int = 100
    but: tuple[str, ...] = ()
    extra: str = ""
    form: TabForm | None = None

    @property
    def is_everywhere(self) -> bool:
        return self.on == EVERY_ENTITY


@dataclass(frozen=True, slots=True)
class FigureValue:
    """What a figure shows, formatted for its reader: `text`, a `note` beside it, and where it leads to (`href`).

    `hue` colours what asks for attention, such as "red" for what is overdue. An amount may be given as a number instead
    (`Decimal`): it is shown with its `currency`, which is the organisation's where none is named.
    """

    text: str | Decimal
    note: str = ""
    hue: str = ""
    href: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure under the head of a record's page, for those who hold `permission`.

    `value(record)` answers a FigureValue, or None where there is nothing to tell. With `on="*"` it stands on the page
    of every plugin's entities, those in `but` excepted, and `value(record, entity)` is told the entity's name as well.
    Figures are fetched once the page stands, so they may ask the database.
    """

    on: str
    name: str
    label: Any
    value: Callable[..., FigureValue | None]
    permission: str = ""
    order: int = 100
    but: tuple[str, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        return self.on == EVERY_ENTITY


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table, no entity's, whose rows are about records of any kind: its columns `entity` and `record_id` say which.

    `identity` is the column, a whole number, that tells the rows of one record apart: "id", or "user_id" where there is
    one for each user. When records become one, the rows of the others go to the one that stays; one that it has by
    this identity already stays where it is. `label` calls the rows in the plural, as what people see moving. Before
    rows go from one record to another, `make_room(entity, from_id, to_id)` may change them so that both fit there, and
    answers {id: {column: value it had}} of those it changed.
    """

    table: sa.Table
    identity: str = "id"
    label: Any = ""
    make_room: Callable[[str, int, int], Mapping[int, Mapping[str, Any]]] | None = None

    def __post_init__(self) -> None:
        for name in ("entity", "record_id", self.identity):
            if name not in self.table.c:
                raise DeclarationError(f"RecordTable: {self.table.name} has no column {name!r}.")


@dataclass(frozen=True, slots=True)
class Belonging:
    """What users have besides records that name them: it goes to a successor as a whole when they hand over.

    `held(user_id)` answers the keys of what a user has: numbers, or lists of texts and numbers. `give(keys, before,
    after)` passes these on, as far as they are still the first user's, and answers the keys of what went: undoing gives
    exactly these back. `label` calls it in the plural; whoever hands it over needs the right `right`.
    """

    name: str
    label: Any
    held: Callable[[int], Sequence[Any]]
    give: Callable[[Sequence[Any], int, int], Sequence[Any]]
    icon: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A piece of a page drawn by a plugin's template with these variables; what they hold is escaped there.

    A view may answer one too: the piece alone, for an element with `data-part-href`, which the record's page fills
    after it has been drawn.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """What a plugin's view may answer: a page in the usual frame; the template extends "shell.html".

    `current` is the name of the menu entry that the page belongs to.
    """

    template: str
    title: Any
    values: Mapping[str, Any] = field(default_factory=dict)
    current: str = ""


@dataclass(frozen=True, slots=True)
class GoTo:
    """What a plugin's view may answer when it has done something: the browser goes on to `href` of this program, where
    `message` says what was done."""

    href: str
    message: Any


@dataclass(frozen=True, slots=True)
class SlotContext:
    """What a place of a page is about: the entity of a list or record, and the record as its reader may see it."""

    entity: EntitySpec | None = None
    record: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line at the foot of a record's card on a board: `text` in one of the eight colours, or dashed without one.

    `when` is a formatted date or time beside it, in few words; `moment` is the whole of it, told to who points there.
    `href` is where the line leads, in the side panel with `panel`.
    """

    text: str
    when: str = ""
    hue: str = ""
    icon: str = "circle-dashed"
    href: str = ""
    panel: bool = False
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """A block of the dashboard for those who hold `permission`: `render()` answers a TemplatePart for the reader."""

    name: str
    label: Any
    permission: str
    render: Callable[[], TemplatePart]
    order: int = 100

    def __post_init__(self) -> None:
        if not _DOTTED_NAME.match(self.name):
            raise DeclarationError(f"Widget {self.name!r} must be named plugin.noun.")

    @property
    def plugin(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the side menu beside those of entities. `group` is one of customers, sales, service, tools.

    `daily` is a page that people look at all day long: on a phone it stands in the bottom menu, in place of the lists
    of its module.
    """

    name: str
    label: Any
    href: str
    icon: str
    permission: str
    group: str = "tools"
    order: int = 100
    daily: bool = False


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Something that a newcomer does first, on the dashboard of those with `permission` (empty: of all).

    It ticks itself off by what there is: once the reader sees a record of `entity`, with `imported` once a file has
    been imported into it, else once `is_done()` says so. `href` is where it is done, in the side panel with `panel`;
    `hint` says in one sentence what it is good for.
    """

    name: str
    label: Any
    href: str
    icon: str
    permission: str = ""
    hint: Any = ""
    entity: str = ""
    imported: bool = False
    is_done: Callable[[], bool] | None = None
    panel: bool = False
    order: int = 100

    def __post_init__(self) -> None:
        if bool(self.entity) == (self.is_done is not None):
            raise DeclarationError(f"First step {self.name} is done by an entity's records or by is_done, one of both.")


@dataclass(frozen=True, slots=True)
class TourStep:
    """A stop of the tour that is offered at the first log-in, for those with `permission` (empty: for all).

    It stands beside the first element in sight that the CSS selector `at` finds, and is left out where there is none;
    `title` names it, `text` says in a sentence or two what it is good for. The kernel's stand at 10 to 90 by `order`.
    """

    name: str
    at: str
    title: Any
    text: Any
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Action:
    """A verb on one record: `run(record_id, values)` does it and answers what the API returns.

    `undo` names the verb of the same entity that takes it back: the message after it offers that. Pages offer it only
    where `when(record)` is true of the record's stored values; `run` itself says what happens elsewhere. `said` is the
    message after it, where the label and "done" would not read well.
    """

    entity: str
    name: str
    label: Any
    run: Callable[..., Any]
    permission: str = ""
    icon: str = ""
    undo: str = ""
    when: Callable[[Mapping[str, Any]], bool] | None = None
    said: Any = None


@dataclass(frozen=True, slots=True)
class Report:
    """Grouped figures over one entity: `rows` are fields or field:month, each of the `measures` is a column.

    A measure is count, sum:field, avg:field, min:field, max:field (also of dates), or count:name of a named filter.
    """

    name: str
    label: Any
    entity: str
    rows: tuple[str, ...]
    measures: tuple[str, ...] = ("count",)


@dataclass(frozen=True, slots=True)
class Filter:
    """A named condition: `sql(table)` answers a SQL condition, offered as `?name=1` in the entity's list.

    With `entity="*"` it is offered in the lists of every plugin's entities, those in `but` excepted, and
    `sql(table, entity)` is told the entity's name as well. `permission` is asked of whoever uses it. One with `says` is
    given a value by an address that leads to it: `sql` is told it last, `says(value)` puts it into words, and it is not
    offered to be chosen.
    """

    entity: str
    name: str
    label: Any
    sql: Callable[..., Any]
    permission: str = ""
    but: tuple[str, ...] = ()
    says: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work in the background: `run(context)` does it and answers what is kept as the result (JSON), or None.

    It runs in one unit of work, which is committed together with the job's end: what it writes is there exactly
    once. With `in_steps` it opens units of its own with `context.unit()`, and must be able to begin again after any
    of them. `every` or `cron` (in the first organisation's zone) make it run by itself; turns that were missed are
    made up for `once`, or `skip`ped. `retries` are tries after the first; `lease` is in seconds, and is renewed while
    the job runs. Something long leaves a place free for what is short when it says `is_long`. One that for `silence`
    seconds neither tells its progress nor opens a unit is taken for lost and ended. It acts as whoever asked for it,
    or with `as_system` as Diwan itself.
    """

    name: str
    run: Callable[[Any], Any]
    label: Any = ""
    every: dt.timedelta | None = None
    cron: str = ""
    catch_up: str = "once"
    retries: int = 5
    backoff: float = 5
    lease: float = 60
    silence: float = 900
    is_long: bool = False
    in_steps: bool = False
    as_system: bool = False

    def __post_init__(self) -> None:
        if not _DOTTED_NAME.match(self.name):
            raise DeclarationError(f"Job {self.name!r} must be named plugin.verb_noun.")
        if self.every is not None and (self.cron or self.every < dt.timedelta(seconds=1)):
            raise DeclarationError(f"Job {self.name} runs every so often (a second at least) or by cron, not both.")
        if self.catch_up not in ("once", "skip"):
            raise DeclarationError(f"Job {self.name}: catch_up is once or skip.")
        if self.retries < 0 or self.lease < 1 or self.backoff <= 0 or self.silence <= 0:
            raise DeclarationError(f"Job {self.name}: retries, backoff, silence or lease (1 second or more) cannot be.")
        if self.cron:
            try:
                CronSim(self.cron, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
            except CronSimError as error:
                raise DeclarationError(f"Job {self.name}: “{self.cron}” is no schedule of cron: {error}") from error

    @property
    def rule(self) -> str:
        """What its turns follow from; empty for a job that runs only when it is asked for."""
        if self.cron:
            return f"cron {self.cron}"
        return f"every {self.every.total_seconds():g}" if self.every else ""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """Something that users are told of with `core.api.notify`, each in the ways he chose for it.

    `text` is a message with the placeholders {actor} and {record}, and those of the values that come with a notice;
    `several` says it of several records of an entity together, with {entity} and {count}. `bell` and either `mail`, at
    once, or `digest`, with the rest of the day, are the ways for whoever has chosen nothing. `mention` says that
    somebody calls the reader by his name, which those hear too who want to hear of nothing else. Nobody is told of his
    own acts, unless the kind `tells_self`: of work that ends by itself, such as an import. `actions` are names of
    actions of the entity that the bell offers beside it, each as a button, or behind one word, which is `folded`.
    `details` are names of fields of the record that are told with it, as they are when it is read: when and where.
    """

    name: str
    label: Any
    text: LazyString
    icon: str = "bell"
    several: LazyString | None = None
    bell: bool = True
    mail: bool = False
    digest: bool = False
    tells_self: bool = False
    actions: tuple[str, ...] = ()
    folded: LazyString | None = None
    mention: bool = False
    details: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.mail and self.digest:
            raise DeclarationError(f"The notice {self.name} comes by mail at once or with the digest, not both.")
        if not _DOTTED_NAME.match(self.name):
            raise DeclarationError(f"Kind of notice {self.name!r} must be named plugin.what_happened.")
        if not isinstance(self.text, LazyString):
            raise DeclarationError(f"The text of the notice {self.name} must be a message, made with _().")

    @property
    def plugin(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Derived:
    """The declarations of one registry, sorted by what they are about."""

    lists: dict[str, ListScreen] = field(default_factory=dict)
    forms: dict[str, FormScreen] = field(default_factory=dict)
    small_forms: dict[tuple[str, str], FormScreen] = field(default_factory=dict)
    records: dict[str, RecordScreen] = field(default_factory=dict)
    panels: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    figures: dict[str, tuple[Figure, ...]] = field(default_factory=dict)
    menu: tuple[MenuItem, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    tour: tuple[TourStep, ...] = ()
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    filters: dict[tuple[str, str], Filter] = field(default_factory=dict)
    widgets: tuple[Widget, ...] = ()
    jobs: dict[str, Job] = field(default_factory=dict)
    notice_kinds: dict[str, NoticeKind] = field(default_factory=dict)
    timeline: tuple[Any, ...] = ()
    record_tables: tuple[RecordTable, ...] = ()
    belongings: tuple[Belonging, ...] = ()
