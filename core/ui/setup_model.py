"""What the pages of the first set-up show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core.ui.form_model import FieldView
from core.ui.shell_model import Crumb


@dataclass(frozen=True, slots=True)
class SetupHead:
    """Title and steps; `place` counts from 1, and is one more than there are steps on the last page."""

    title: str
    steps: tuple[str, ...]
    place: int
    crumbs: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupScreen:
    """One step. `explained` is a sentence on it; `samples` are (label, value) of what the values mean.

    `back_href` is empty on the first step; `is_open`: the set-up waits, so it can be skipped.
    """

    head: SetupHead
    heading: str
    explained: str
    post_href: str
    fields: tuple[FieldView, ...]
    samples: tuple[tuple[str, Markup], ...] = ()
    back_href: str = ""
    is_open: bool = True
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupEndScreen:
    """The last page: what was set, and where to go from here as (icon, label, address)."""

    head: SetupHead
    facts: tuple[tuple[str, str], ...]
    samples: tuple[tuple[str, Markup], ...]
    back_href: str
