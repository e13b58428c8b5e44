"""The look of a mail: a heading, paragraphs, lists with headings of their own, perhaps a button; as HTML and as plain
text of the same words.

    letter = Letter(_("New password"), [_("Hello {name},", name=value(user.name)), …], (_("Choose a password"), url))
    mail.send(user.email, letter.subject, letter.text(), letter.html())

What is inserted is wrapped by `value`, so that a Latin name keeps its place in an Arabic sentence: by an isolate in
plain text (B6), by `<bdi>` in HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from core.language.direction import direction_of, isolated, value_direction
from core.language.i18n import _, current, gettext

NAME = _("Diwan")


class value:
    """Something inserted into a sentence; `kind` as in `core.language.direction`, such as code or money."""

    def __init__(self, content: object, kind: str = "text") -> None:
        self.content, self.kind = content, kind

    def __str__(self) -> str:
        return isolated(self.content, self.kind)

    def __html__(self) -> str:
        direction = value_direction(self.kind, str(self.content))
        return Markup('<bdi dir="{}">{}</bdi>').format(direction, str(self.content))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list; the `note` stands behind it, such as a time."""

    text: Any
    note: Any = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A list under its heading, which may lead somewhere."""

    heading: Any
    href: str = ""
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """`paragraphs` are messages, or text; `parts` follow them; `action` is a button: its label and where it leads."""

    subject: Any
    paragraphs: Sequence[Any]
    action: tuple[Any, str] | None = None
    footer: Any = ""
    parts: Sequence[Part] = ()

    def text(self) -> str:
        """In the current language; a link stands on a line of its own, where every program finds it."""
        parts = [str(one) for one in self.paragraphs] + ["\n".join(_plain(one)) for one in self.parts]
        if self.action is not None:
            parts.append(f"{self.action[0]}:\n{self.action[1]}")
        signature = "\n".join(str(one) for one in ("-- ", self.footer, NAME) if one)
        return "\n\n".join([*parts, signature]) + "\n"

    def html(self) -> str:
        language = current().language
        return _templates().get_template("letter.html").render(
            letter=self, language=language, direction=direction_of(language), name=str(NAME), escape=escape,
            hint=gettext("If the button does not work, copy this address into your browser:"))


def _plain(part: Part) -> Iterator[str]:
    """The lines of a list, each address on one of its own."""
    yield from (str(one) for one in (part.heading, part.href) if one)
    for line in part.lines:
        note = f" ({line.note})" if line.note else ""
        yield f"• {line.text}{note}"
        if line.href:
            yield line.href


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
