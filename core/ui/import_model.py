"""What the import wizard shows, step by step: filled by ``core.transfer.views``, printed by ``templates/import``.

Finished values, as everywhere in the screens: numbers in the user's digits, sentences in his language. The steps are
one form each, posted to ``action``:

1. `ChooseView`: ``file``.
2. `MapView`: ``encoding``, ``delimiter``, ``calendar``, ``sheet``, ``column_0`` … (a field's name or nothing),
   ``match``, ``on_match`` (update, skip, error), ``remember`` (1), ``show`` (all, errors) and the button ``act``
   (dry_run, continue). Each change is posted to ``preview_href`` with ``X-Diwan-Panel: 1``; the answer is
   ``import/work.html``.
3. `ConfirmView`: nothing but the consent; then `ProgressView`, which asks ``status_href`` for `progress_answer` every
   second, and at the end `ResultView`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.ui.mass_model import Refusal
from core.ui.shell_model import Action, Choice, Crumb

State = Literal["waiting", "running", "cancelling", "done", "cancelled", "failed", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class WizardHead:
    """Title and place in the wizard, the same in every step. ``step`` is 1 to 3."""

    title: str
    step: int
    crumbs: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class ChooseView:
    """Step 1. ``accepts`` are the endings with their dots; ``limits_text`` says how large and how many rows.

    ``columns_text`` names the columns a file must have; ``error`` is why the last file was refused, and ``cure`` what
    to do about it. ``offers`` are other ways to read that file, and ``sample`` the first rows as they would read then.
    """

    head: WizardHead
    action: str
    back_href: str
    accepts: tuple[str, ...] = (".csv", ".txt", ".tsv", ".xlsx")
    max_bytes: int = 0
    max_text: str = ""
    limits_text: str = ""
    columns_text: str = ""
    template_href: str = ""
    csv_template_href: str = ""
    help_href: str = ""
    error: str = ""
    cure: str = ""
    offers: tuple[Action, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    recent: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Something detected in the file: its value in words, the choices to change it, and whether it is our guess."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]
    detected: bool = True

    @property
    def title(self) -> str:
        """The chosen one in words."""
        return next((choice.label for choice in self.choices if choice.value == self.value), self.value)


@dataclass(frozen=True, slots=True)
class SourceView:
    """The file as it was understood. ``facts`` are its size, rows, columns; ``notes`` what was repaired."""

    file_name: str
    kind: Literal["csv", "xlsx"]
    facts: tuple[str, ...]
    settings: tuple[Setting, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of the file, a value of it, and the field it goes to (empty = not imported).

    ``automatic``: found by its heading. ``is_key``: records are recognised by it. ``kind`` chooses how the sample is
    isolated (email, phone, date …).
    """

    index: int
    heading: str
    sample: str = ""
    kind: str = ""
    field: str = ""
    automatic: bool = False
    is_key: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A value as it would be stored; ``error`` marks the cell that keeps its row from being imported."""

    text: str
    kind: str = ""
    error: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file with its number there (the heading is row 1), what is wrong with it, and what is remarked
    about it though it comes in."""

    number: str
    cells: tuple[PreviewCell, ...]
    errors: tuple[str, ...] = ()
    act: Literal["create", "update", "same", "skip", "error"] = "create"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What would happen. ``checked_text`` says of how many rows that is known: a sample, or all after a dry run."""

    created: str
    updated: str
    failed: str
    unchanged: str = ""
    skipped: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    total: str = ""
    show: Literal["all", "errors", "warnings"] = "all"
    more_text: str = ""
    errors_href: str = ""
    checked_text: str = ""
    refused: str = ""
    warned: str = ""


@dataclass(frozen=True, slots=True)
class MapView:
    """Step 2. ``match`` is the field that records are recognised by; without any, every row is a new record."""

    head: WizardHead
    action: str
    preview_href: str
    back_href: str
    source: SourceView
    columns: tuple[ColumnView, ...]
    targets: tuple[Choice, ...]
    mapped_text: str
    preview: PreviewView
    matches: tuple[Choice, ...] = ()
    match: str = ""
    match_title: str = ""
    on_match: Literal["update", "skip", "error"] = "update"
    remember: bool = True
    continue_text: str = ""
    can_continue: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """Step 3, before the act: all that will happen in ``facts`` (label, value), and the button's words."""

    head: WizardHead
    action: str
    back_href: str
    file_name: str
    created: str
    updated: str
    failed: str
    unchanged: str = ""
    skipped: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    ignored_columns: tuple[str, ...] = ()
    button: str = ""
    form_id: str = ""


@dataclass(frozen=True, slots=True)
class ProgressView:
    """The import at work. ``text`` is "1,240 of 50,000"; ``left_text`` the time left.

    ``title`` says what is done when it is not the import itself. Without ``cancel_href`` it cannot be stopped.
    """

    head: WizardHead
    file_name: str
    status_href: str
    cancel_href: str
    result_href: str
    done: int = 0
    total: int = 0
    text: str = ""
    left_text: str = ""
    state: State = "waiting"
    title: str = ""


@dataclass(frozen=True, slots=True)
class ResultView:
    """The end: what was written, and the ways from here. ``undone`` replaces the figures once it was taken back;
    ``kept`` are the records that stayed as they were then, ``more_text`` says how many others did. ``warnings`` are
    what is remarked about rows that came in."""

    head: WizardHead
    state: State
    file_name: str
    created: str
    updated: str
    unchanged: str
    skipped: str
    failed: str
    rows_href: str = ""
    errors_href: str = ""
    again_href: str = ""
    undo: Action | None = None
    undo_text: str = ""
    undone: str = ""
    ignored_columns: tuple[str, ...] = ()
    duration_text: str = ""
    error: str = ""
    kept: tuple[Refusal, ...] = ()
    more_text: str = ""
    warnings: tuple[Refusal, ...] = ()


def progress_answer(view: ProgressView) -> dict[str, object]:
    """The JSON of ``status_href``; the page goes to ``location`` when there is one."""
    finished = view.state in {"done", "cancelled", "failed", "undone"}
    return {
        "state": view.state,
        "done": view.done,
        "total": view.total,
        "text": view.text,
        "left": view.left_text,
        "location": view.result_href if finished else "",
    }
