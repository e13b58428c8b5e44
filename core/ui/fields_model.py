"""What the pages of custom fields show; finished values, as in `core.ui.views_model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.entity.custom_value import PREFIX
from core.ui.choices_model import ChoiceTable
from core.ui.language_inputs import LanguageInput
from core.ui.shell_model import Action, Choice


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field in the overview: its name, what it is, and the state of its index in words (empty where it has none)."""

    label: str
    key: str
    type_label: str
    icon: str
    href: str
    facts: tuple[str, ...] = ()
    state: str = ""
    state_hue: str = "grey"
    retired: bool = False

    @property
    def own_key(self) -> str:
        return self.key.removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class EntityFields:
    """The fields that were added to one kind of record."""

    label: str
    icon: str
    anchor: str
    order_href: str
    create: Action
    lines: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class TypeTile:
    """A type to choose. `parts` names the groups of inputs that fields of this type have."""

    name: str
    label: str
    icon: str
    selected: bool
    parts: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A rule that is on or off; `parts` names the types it is for (empty: all)."""

    name: str
    label: str
    hint: str
    on: bool
    parts: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the form with the fields in it, for choosing where the new one stands."""

    section: str
    label: str
    fields: tuple[Choice, ...]
    selected: bool


@dataclass(frozen=True, slots=True)
class DateChoice:
    """Another date of the record to compare with; `part` is the type that both must have."""

    value: str
    label: str
    selected: bool
    part: str


@dataclass(frozen=True, slots=True)
class FieldForm:
    """The form of one field, new or stored."""

    entity: str
    post_href: str
    preview_href: str
    cancel_href: str
    is_new: bool
    key: str
    names: tuple[LanguageInput, ...]
    helps: tuple[LanguageInput, ...]
    types: tuple[TypeTile, ...]
    type: str
    choices: ChoiceTable
    languages: tuple[tuple[str, str, str], ...]
    switches: tuple[Switch, ...]
    places: tuple[Place, ...]
    targets: tuple[Choice, ...]
    together: tuple[Choice, ...]
    not_before: tuple[DateChoice, ...]
    not_after: tuple[DateChoice, ...]
    values: Mapping[str, str]
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprint: str = ""
    state: str = ""
    state_hue: str = "grey"
    state_reason: str = ""
    build: Action | None = None
    retire: Action | None = None
    type_href: str = ""
    day_examples: str = ""

    @property
    def prefix(self) -> str:
        """What stands before the key wherever the field is named."""
        return PREFIX

    @property
    def is_together(self) -> bool:
        """Whether the field is unique with others, or cannot be."""
        return any(one.selected for one in self.together) or bool(self.error("unique_with"))

    def error(self, name: str) -> str:
        """What is wrong with one input, empty when it is right."""
        return " ".join(self.errors.get(name, ()))

    @property
    def general_errors(self) -> tuple[str, ...]:
        return self.errors.get("", ())


@dataclass(frozen=True, slots=True)
class ModuleField:
    """A field that a module brings: what it says (`facts`, pairs of a label and a text), and what admins choose."""

    module: str
    key: str
    facts: tuple[tuple[str, str], ...]
    in_list: bool
    places: tuple[Place, ...]
    post_href: str
    preview_href: str
    cancel_href: str
    languages: tuple[tuple[str, str, str], ...]
    fingerprint: str
    state: str = ""
    state_hue: str = "grey"
    state_reason: str = ""
    build: Action | None = None
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return PREFIX

    def error(self, name: str) -> str:
        return " ".join(self.errors.get(name, ()))

    @property
    def general_errors(self) -> tuple[str, ...]:
        return self.errors.get("", ())


@dataclass(frozen=True, slots=True)
class RetiredField:
    """A retired field: what it still holds, and the ways on. One of a module (`module`) is not brought back here."""

    label: str
    key: str
    holding: str
    count: int
    restore: Action | None
    purge_href: str
    cancel_href: str
    is_going: bool
    error: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A record whose value does not fit another type, and why."""

    title: str
    href: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class TypeChange:
    """Another type for a field: the types to choose from and, once one is chosen (`is_known`), what would become of
    the values."""

    label: str
    type_label: str
    href: str
    cancel_href: str
    choices: tuple[Choice, ...]
    type: str
    scale: str
    has_scale: bool
    error: str
    is_known: bool
    fits: str
    refused: str
    has_refused: bool
    lines: tuple[RefusedLine, ...]
