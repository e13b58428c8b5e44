"""What a form shows: filled by the kernel's form code, printed by ``templates/forms``.

Finished values only: labels in the user's language, dates and amounts already written in his calendar and digits,
and exactly as he typed them when the form comes back with errors. A form is the same in the side panel and on a page.

What it posts, per field ``name``: the text of the input under ``name``; a box that is not ticked posts nothing; a
multiple choice posts ``name`` several times. An address posts its street under ``name`` and the other parts under
``{name}__city``, ``__region``, ``__postal_code`` and ``__country``. A date posts beside it ``{name}__calendar``
(gregorian, jalali or hijri), the calendar its text is to be read in; a moment posts ``{name}__time`` too. With them go
``csrf_token``, ``form_id`` (used once: a second post with it must give the first answer), ``version`` when a record is
changed, and ``then`` = ``new`` from the button "Save and new".

A post that carries the header ``X-Diwan-Panel`` (``page`` from a form that is a page, else ``1``) is answered with a
fragment (422 the form with errors, 409 ``forms/conflict.html``) or, when saved, with the JSON of `saved_answer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.ui.pins import PinView
from core.ui.several_build import SeveralView
from core.ui.shell_model import Choice, Crumb, Person

Kind = Literal[
    "text",
    "note",
    "code",
    "email",
    "phone",
    "url",
    "number",
    "money",
    "percent",
    "bool",
    "date",
    "datetime",
    "choice",
    "country",
    "currency",
    "reference",
    "user",
    "tags",
    "choices",
    "duration",
    "geo",
    "address",
    "file",
    "image",
    "several",
    "password",
]

#: Their values read from left to right in every language (B4); all others take the direction of their first letter:
#: a duration too, whose units may be named in words.
LEFT_TO_RIGHT: frozenset[str] = frozenset(
    {"code", "email", "phone", "url", "number", "money", "percent", "date", "datetime", "geo", "password"}
)
#: Choice lists from this length on can be searched.
SEARCHABLE = 8
#: Rows of text in a note before it scrolls.
NOTE_ROWS = 3


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field. Defaults fit a plain optional text.

    - ``value``: the text in the input; for a bool "1" or "", for a choice or reference its key.
    - ``options``: all values of a choice; for reference, user and tags only those chosen, since the others are
      looked up at ``options_href`` (``GET ?q=&limit=`` gives ``{"data": [{"id", "title", "subtitle", "hue"}]}``).
    - ``create_allowed``: a value may be made in place by ``POST options_href {"title"}``, answered like one of them.
    - ``unit``: what stands beside an amount (``ریال``); ``prefix``: the country code before a phone (``IR +98``).
    - ``calendar``: the calendar a date is written in; ``minimum`` and ``maximum``: ISO dates.
    - ``identifies``: one of the values by which a record is known, so changing it asks for duplicates.
    - ``shown_when``: (name of a choice, values): the field is only there while one of them is chosen.
    - ``follows``: the choice whose value says which of the options are offered.
    - ``hidden_while``: the box that, while ticked, gives the field its value, so it is not there.
    - ``wide``: takes both columns.
    - ``about``: the title of the record of any kind that this one is about. One that the reader may not see has none:
      the form keeps it and does not offer another.
    - ``several``: the rows of several values, under this control where it is the main one's; ``errors`` has theirs too.
    - ``parts``: the inputs of an address, the street first under the field's own name.
    - ``pin``: under this control a place on the map can be picked.
    - ``file_name``: what the stored file is called; ``value`` is its ticket, or the facts of the stored one.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    time_value: str = ""
    required: bool = False
    readonly: bool = False
    help: str = ""
    placeholder: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    options_href: str = ""
    create_allowed: bool = False
    unit: str = ""
    prefix: str = ""
    calendar: str = ""
    minimum: str = ""
    maximum: str = ""
    max_length: int = 0
    autocomplete: str = ""
    identifies: bool = False
    shown_when: tuple[str, tuple[str, ...]] | None = None
    wide: bool = False
    parts: tuple[FieldView, ...] = ()
    file_name: str = ""
    about: str = ""
    hidden_while: str = ""
    follows: str = ""
    several: SeveralView | None = None
    pin: PinView | None = None

    @property
    def direction(self) -> str:
        """The ``dir`` of the input."""
        return "ltr" if self.kind in LEFT_TO_RIGHT else "auto"

    @property
    def own_errors(self) -> tuple[str, ...]:
        """What is wrong with the value of this very control."""
        further = self.several.errors if self.several else ()
        return tuple(text for text in self.errors if text not in further)

    @property
    def is_searchable(self) -> bool:
        """Whether the choice is made in a list with a search box instead of a plain menu."""
        return self.kind in {"reference", "user", "tags"} or len(self.options) >= SEARCHABLE


@dataclass(frozen=True, slots=True)
class SectionView:
    """Fields under one heading; the first section of a short form has none."""

    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A record that may be the one being entered: why it looks the same, and who looks after it.

    `merge_href` leads to making one of both, where the one being entered is stored already.
    """

    title: str
    href: str
    reason: str
    owner: str = ""
    merge_href: str = ""


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """An error and where it stands: ``anchor`` is the id of the input, empty for one of the whole form."""

    anchor: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as a whole.

    - ``action``: where it is posted; also the address that opens it, unless ``href`` says otherwise.
    - ``form_id``: a random text, good for one save.
    - ``switch``: a choice that changes the whole form (person or company), shown beside the title.
    - ``errors``: those of no single field. ``warnings``: what does not prevent saving.
    - ``duplicates_href``: asked with the identifying fields while they are typed, and with ``exclude`` = ``record_id``;
      answers with ``forms/duplicates.html`` or with nothing.
    - ``draft_key``: what is typed is kept in this browser tab under it until saved; must differ for each user, so that
      the next one at the same machine is not offered it. Empty = nothing is kept.
    - ``back_href``: the list (or the record) to go back to.
    """

    title: str
    action: str
    form_id: str
    sections: tuple[SectionView, ...]
    href: str = ""
    version: int | None = None
    record_id: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    can_create_another: bool = False
    switch: FieldView | None = None
    duplicates_href: str = ""
    duplicates: tuple[DuplicateView, ...] = ()
    draft_key: str = ""
    back_href: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """All fields in reading order, the switch first."""
        listed = tuple(field for section in self.sections for field in section.fields)
        return (self.switch, *listed) if self.switch else listed

    @property
    def error_links(self) -> tuple[ErrorLink, ...]:
        """Every error in reading order, for the footer."""
        whole = tuple(ErrorLink("", "", message) for message in self.errors)
        return whole + tuple(
            ErrorLink(f"f-{field.name}", field.label, message) for field in self.fields for message in field.errors
        )


@dataclass(frozen=True, slots=True)
class InlineEditView:
    """One field of a record's page, opened for editing: posted to ``action`` with ``version``."""

    field: FieldView
    action: str
    version: int


@dataclass(frozen=True, slots=True)
class InlineMenuView:
    """A field of the page's head as a menu (status, person in charge): choosing a value posts it at once.

    A long list has ``field.options_href`` and no options: the values are looked up while typing.
    """

    field: FieldView
    action: str
    version: int
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineConflictView:
    """Somebody else changed the field meanwhile: both values, finished, and what each choice posts."""

    field: FieldView
    action: str
    version: int
    who: str
    stored: str
    own: str


def saved_answer(location: str, record_id: int, message: str) -> dict[str, object]:
    """What the panel needs after a save: where the record is, and the sentence to show."""
    return {"location": location, "id": record_id, "message": message}


def field_saved_answer(html: str, version: int, message: str, warning: str = "") -> dict[str, object]:
    """What editing in place needs: the value as the page shows it, the version for the next edit, and what is odd
    about the value although it was saved."""
    return {"html": html, "version": version, "message": message, "warning": warning}
