"""What the page of modules shows; finished values, as in `core.ui.views_model`."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.list_model import EmptyState
from core.ui.shell_model import Hue


@dataclass(frozen=True, slots=True)
class ModuleName:
    """A module as others name it."""

    label: str
    href: str
    icon: str = "puzzle"
    hue: Hue = "grey"


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in the list; `state` in words. `summary` are figures such as "2 lists", formatted."""

    module: ModuleName
    version: str
    description: str
    state: str
    state_hue: Hue
    needs: str
    needed_by: str
    summary: tuple[str, ...]
    current: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """One kind of thing that a module brings: its heading and what there is, or how many."""

    label: str
    icon: str
    items: tuple[str, ...]
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong last: when, in which hook or place, the last line of the trace and the end of the trace."""

    summary: str
    phase: str
    cause: str
    when: str = ""
    is_out: bool = True


@dataclass(frozen=True, slots=True)
class Switch:
    """Turning a module on or off: what it is called, where it is posted, and its effect.

    With `refused` it cannot be done now, and that is why. `kept` are pairs of a kind of record and how many stay.
    """

    title: str
    label: str
    href: str
    effects: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of a module changed, as its author wrote it; `date` formatted."""

    version: str
    date: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What a module says of its newest version and of those before, and the language in which it says so."""

    language: str
    newest: Version
    earlier: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleDetails:
    """The chosen module: what it adds, what it hangs together with, and what can be done with it."""

    line: ModuleLine
    author: str = ""
    news: News | None = None
    added: tuple[Added, ...] = ()
    needs: tuple[ModuleName, ...] = ()
    used_by: tuple[ModuleName, ...] = ()
    fault: Fault | None = None
    switches: tuple[Switch, ...] = ()


@dataclass(frozen=True, slots=True)
class ModulesScreen:
    """All installed modules, or those that match `query`, and the chosen one.

    `error` is why the last wish was refused, `empty` what is told when nothing matches.
    """

    counted: str
    lines: tuple[ModuleLine, ...]
    chosen: ModuleDetails | None
    error: str = ""
    query: str = ""
    empty: EmptyState | None = None
