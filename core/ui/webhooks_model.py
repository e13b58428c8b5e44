"""What the pages of webhooks show."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.jobs_model import Line, Turn
from core.ui.list_model import EmptyState
from core.ui.settings_model import FormError
from core.ui.shell_model import Action, Choice


@dataclass(frozen=True, slots=True)
class HookLine:
    """One webhook or source: its state in words, its address, and what can be done with it."""

    name: str
    state: str
    hue: str
    address: str
    note: str = ""
    href: str = ""
    remove: Action | None = None


@dataclass(frozen=True, slots=True)
class HooksScreen:
    """All webhooks, out and in, with the form for a new source; `name` is what was typed into it."""

    hooks: tuple[HookLine, ...]
    sources: tuple[HookLine, ...]
    schemes: tuple[Choice, ...]
    create: Action
    empty: EmptyState | None = None
    name: str = ""
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        return next((one.message for one in self.errors if one.field == name), "")


@dataclass(frozen=True, slots=True)
class HookScreen:
    """One webhook with its latest events; `new_secret` is shown this once."""

    post_href: str
    name: str
    url: str
    entities: tuple[Choice, ...]
    events: tuple[Choice, ...]
    active: bool = True
    is_new: bool = False
    reason: str = ""
    new_secret: str = ""
    acts: tuple[Action, ...] = ()
    lines: tuple[Line, ...] = ()
    turns: tuple[Turn, ...] = ()
    clear_href: str = ""
    older_href: str = ""
    empty: EmptyState | None = None
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        return next((one.message for one in self.errors if one.field == name), "")
