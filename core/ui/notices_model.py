"""What the bell, its panel and the page of notices show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.ui.list_model import EmptyState
from core.ui.shell_model import Action, Person


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice: `text` is finished, `href` empty where nothing is left to see; `times` says how often it happened,
    when more than once, `actions` what can be done about it from here, behind the word `folded` where there is one.
    Without an `actor` the `icon` of its kind stands for Diwan. `about` is whom a call or a task is about, `details`
    when and where it is: labels and finished texts."""

    id: int
    text: Markup
    href: str
    icon: str
    actor: Person | None
    time: str
    moment: str
    times: str
    unread: bool
    actions: tuple[Action, ...] = ()
    folded: str = ""
    about: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoticesScreen:
    """The newest notices, or a page of them. `unread` is formatted text, empty for none; `newest` is the number up to
    which all are marked as read."""

    lines: tuple[NoticeLine, ...]
    unread: str = ""
    newest: int = 0
    older_href: str = ""
    empty: EmptyState | None = None
