"""What the settings pages show: users, roles, the audit log and one's own settings."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.ui.list_model import Chip, EmptyState, Pager
from core.ui.record_model import Change
from core.ui.shell_model import Action, Choice, Crumb, MenuGroup, Person


@dataclass(frozen=True, slots=True)
class SettingsFrame:
    """The second menu of the settings and the path to the page."""

    groups: tuple[MenuGroup, ...]
    crumbs: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class UserLine:
    """A line of the user list; `last_seen` is formatted, empty for somebody who never signed in."""

    person: Person
    email: str
    roles: tuple[str, ...]
    active: bool
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class UsersScreen:
    """All users this reader may see."""

    users: tuple[UserLine, ...]
    total: str
    create: Action | None = None
    query: str = ""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class FormError:
    """A message for one input ("" is the form as a whole)."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class TokenLine:
    """An API token: never the token itself, only what its owner needs to recognise it."""

    name: str
    scope: str
    created: str
    last_used: str = ""
    expires: str = ""
    revoke: Action | None = None
    address: str = ""
    expired: bool = False


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A device this user is signed in on."""

    device: str
    address: str
    last_seen: str
    current: bool = False
    end: Action | None = None
    facts: str = ""


@dataclass(frozen=True, slots=True)
class UserScreen:
    """One user to create or change.

    Inputs: name, email, roles (many), teams (many), organisations (many, where there are several, and then
    `asks_organisations`), language, active, networks (with `networks_hint`, for administrators), password, and for a
    new one kind and `invite`. What belongs to the access of one who exists (sessions, tokens, second factor) has forms
    of its own.
    """

    post_href: str
    name: str = ""
    email: str = ""
    person: Person | None = None
    roles: tuple[Choice, ...] = ()
    teams: tuple[Choice, ...] = ()
    organisations: tuple[Choice, ...] = ()
    languages: tuple[Choice, ...] = ()
    active: bool = True
    new: bool = False
    networks: str = ""
    networks_hint: str = ""
    themself: bool = False
    rights_href: str = ""
    version: int = 0
    errors: tuple[FormError, ...] = ()
    sessions: tuple[SessionLine, ...] = ()
    sign_out: Action | None = None
    kinds: tuple[Choice, ...] = ()
    program: bool = False
    factor_text: str = ""
    factor_reset: Action | None = None
    locks: tuple[str, ...] = ()
    unlock: Action | None = None
    invite: Action | None = None
    held: tuple[str, ...] = ()
    hand_over_href: str = ""
    tokens: tuple[TokenLine, ...] = ()
    token_href: str = ""
    token_days: tuple[Choice, ...] = ()
    token_entities: tuple[Choice, ...] = ()
    new_token: str = ""

    def error(self, name: str) -> str:
        """The message for one input, empty when it is right."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A line of the role list."""

    name: str
    href: str
    description: str = ""
    users_text: str = ""
    summary: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class RolesScreen:
    """All roles."""

    roles: tuple[RoleLine, ...]
    total: str
    create: Action | None = None


@dataclass(frozen=True, slots=True)
class GrantCell:
    """One right of a role: the input's name, and the scopes it may have with the present one selected.

    A right that knows no scope has the choices none and all; an empty tuple leaves the cell blank.
    """

    name: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class GrantRow:
    """An entity's rights, one cell for each action of the matrix's head; `extra` are rights of its own
    verbs."""
    label: str
    cells: tuple[GrantCell, ...]
    extra: tuple[tuple[str, GrantCell], ...] = ()
    fields_href: str = ""
    fields_text: str = ""


@dataclass(frozen=True, slots=True)
class GrantGroup:
    """The entities of one plugin."""

    label: str
    rows: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class RoleScreen:
    """One role: entity by action, each none, own, team, sub-teams or all. Inputs: name, description and one a cell."""

    post_href: str
    name: str = ""
    description: str = ""
    actions: tuple[str, ...] = ()
    groups: tuple[GrantGroup, ...] = ()
    new: bool = False
    locked: str = ""
    version: int = 0
    users_text: str = ""
    delete: Action | None = None
    second_factor: bool = False
    networks: str = ""
    networks_hint: str = ""
    log_in_href: str = ""
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        """The message for one input, empty when it is right."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class FieldRight:
    """One field of an entity for one role: hidden, read only or editable. `note` tells what holds for everybody."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldsScreen:
    """The fields of one entity for one role. Inputs: one a field, named as the field."""

    post_href: str
    back_href: str
    fields: tuple[FieldRight, ...]
    locked: str = ""
    errors: tuple[FormError, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectiveLine:
    """One thing somebody may do or not: how far, and the rules as (gives, sentence)."""

    label: str
    allowed: bool
    reach: str
    reasons: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class EffectiveGroup:
    """The actions on one entity, or its fields."""

    label: str
    lines: tuple[EffectiveLine, ...]


@dataclass(frozen=True, slots=True)
class EffectiveScreen:
    """What a user may do. Inputs: entity, record (its number), token ("read" for a read-only one)."""

    action: str
    entities: tuple[Choice, ...]
    record: str
    problem: str
    read_only: bool
    groups: tuple[EffectiveGroup, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry of the audit log.

    `action` is a word with its `hue`; `record` the title kept with the entry, `href` its page while it
    exists; `address` and `device` say from where; `sequence` is its number in the chain.
    """

    sequence: str
    time: str
    moment: str
    who: Person
    action: str
    hue: str
    entity: str
    record: str = ""
    href: str = ""
    address: str = ""
    device: str = ""
    changes: tuple[Change, ...] = ()
    request_id: str = ""
    more_text: str = ""


@dataclass(frozen=True, slots=True)
class LogScreen:
    """The log's page: its filters, as choices of the query string, and the entries found, newest first."""

    rows: tuple[LogRow, ...]
    total: str
    query: str = ""
    actions: tuple[Choice, ...] = ()
    entities: tuple[Choice, ...] = ()
    users: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear_href: str = ""
    older_href: str = ""
    newer_href: str = ""
    verdict: str = ""
    verdict_good: bool = True
    verify: Action | None = None
    export: Action | None = None
    pager: Pager | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class OwnSettingsScreen:
    """One's own settings, all posted to `/settings/me`.

    Inputs: name, language, calendar, digits, timezone, week_start, density, theme, shortcuts; the password
    form has `intent=password`, current_password, new_password, repeat_password; the token form
    `intent=token`, token_name, token_scope, token_days. `sample` shows a date, a time and an amount as
    these settings print them; `new_token` is shown once. The form for another address has `intent=email`,
    email, email_password. With `password_due` the password form comes first: nothing else can be done before.
    """

    person: Person
    email: str
    languages: tuple[Choice, ...]
    calendars: tuple[Choice, ...]
    digits: tuple[Choice, ...]
    time_zones: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    themes: tuple[Choice, ...]
    densities: tuple[Choice, ...]
    sample: tuple[tuple[str, Markup], ...] = ()
    shortcuts: bool = True
    tokens: tuple[TokenLine, ...] = ()
    new_token: str = ""
    token_days: tuple[Choice, ...] = ()
    token_entities: tuple[Choice, ...] = ()
    sessions: tuple[SessionLine, ...] = ()
    end_others: Action | None = None
    password_rule: str = ""
    has_password: bool = True
    password_due: bool = False
    factor_on: bool = False
    factor_text: str = ""
    device_notices: bool = True
    first_steps: bool = True
    new_email: str = ""
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        """The message for one input, empty when it is right."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class FactorScreen:
    """The second factor of one's own log-in.

    Off: `qr` is an image's address, `key` the secret in groups, `ticket` what carries it; inputs code,
    current_password. On: how many recovery codes are left; inputs of both forms are code, current_password. `codes`
    are new recovery codes, shown once.
    """

    on: bool
    forced: str = ""
    qr: str = ""
    key: str = ""
    ticket: str = ""
    account: str = ""
    asks_password: bool = True
    codes: tuple[str, ...] = ()
    left_text: str = ""
    few_left: bool = False
    none_left: bool = False
    intent: str = ""
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        """The message for one input, empty when it is right."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One thing that was looked at: its state in a word with a hue, how it stands, and what to do.

    What to do is a sentence (`remedy`) or a command to type.
    """

    label: str
    state: str
    hue: str
    text: str
    remedy: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class HealthScreen:
    """How the installation stands, what is wrong first."""

    lines: tuple[HealthLine, ...]
    good: bool
