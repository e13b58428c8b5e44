"""What the frame round every page shows.

Plain values, ready to print: no queries and no rights are left to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

NO_MARKUP = Markup()

Direction = Literal["ltr", "rtl"]
Theme = Literal["light", "dark", "auto"]
Density = Literal["comfortable", "compact"]
Hue = Literal["blue", "amber", "green", "red", "grey", "violet", "teal", "brown"]


@dataclass(frozen=True, slots=True)
class Page:
    """Facts of one answer: they stand on `<html>`, where the style sheets and scripts read them.

    What scripts need of calendars and digits is the block of `core.ui.client_locale`. `digits` is
    "latn", "arab" or "arabext"; `shortcuts` says whether single letters act as keys.
    """

    title: str
    language: str = "en"
    direction: Direction = "ltr"
    theme: Theme = "light"
    density: Density = "comfortable"
    digits: str = "latn"
    shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A user or contact as an avatar: `initials` are two letters in Latin and one in Arabic script."""

    name: str
    initials: str = ""
    hue: Hue = "grey"
    kind: Literal["person", "business"] = "person"
    href: str = ""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One link of a menu. `key` is its name for shortcuts ("contacts.contact"); `count` is formatted text.

    Only a count that asks for something is `urgent` and drawn filled.
    """

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: str = ""
    urgent: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries under one heading; an empty heading is for what belongs to the user himself."""

    label: str
    entries: tuple[MenuEntry, ...]


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language by its own name.

    `href` is this page in that language (`?lang=`), for those not signed in.
    """

    code: str
    label: str
    direction: Direction
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationChoice:
    """An organisation to work in; the empty value stands for all of the user's."""

    value: str
    label: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Side menu, top bar and bottom menu of a signed-in user's page.

    `create` are the entries of quick create this user may use; `here` is the path and query to return to after a
    change of language or theme; `help_href` explains this page; `organisations` are empty where there is nothing to
    choose; `bottom` are at most four places of the phone's menu, before "More"; `unread` is the figure at the bell,
    empty for none; `warning` says that nothing can be saved now, and why. `change_number` is that of the last change
    when the page was drawn; `stream` is where it hears of later ones, empty where it has to ask. `printed` is the
    moment that paper tells.
    """

    organisation: str
    user: Person
    groups: tuple[MenuGroup, ...]
    foot: tuple[MenuEntry, ...] = ()
    branch: str = ""
    user_email: str = ""
    languages: tuple[LanguageChoice, ...] = ()
    organisations: tuple[OrganisationChoice, ...] = ()
    create: tuple[MenuEntry, ...] = ()
    bottom: tuple[MenuEntry, ...] = ()
    help_href: str = ""
    may_send_feedback: bool = False
    here: str = "/"
    unread: str = ""
    warning: str = ""
    change_number: int = 0
    #: The figure at the chat; None for who may not use it.
    chat: str | None = None
    stream: str = ""
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to this page; the last one has no address."""

    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button or menu item.

    `method` "post" makes it a small form with a token; `panel` opens in the side panel.

    `confirm` is the question asked first, for what cannot be undone; `confirm_text` says the effect.
    """

    label: str
    href: str
    icon: str = ""
    method: Literal["get", "post"] = "get"
    panel: bool = False
    danger: bool = False
    confirm: str = ""
    confirm_text: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list to choose from; `count` is formatted text, `hint` explains the value, `when` are the values
    of the field that the list follows under which it is offered (empty: under all)."""

    value: str
    label: str
    selected: bool = False
    hue: str = ""
    icon: str = ""
    count: str = ""
    hint: str = ""
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Toast:
    """A message at the foot of the page.

    An error stays until closed; `undo` is posted to take the act back.
    """

    text: str
    kind: Literal["success", "info", "error"] = "success"
    undo: Action | None = None
    link: Action | None = None
