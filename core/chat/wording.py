"""Colleagues and records in a message: stored by number alone, and called by what each reader may see.

What is stored is `<core.user:5>` and `<contacts.contact:7>`: no name or title goes to somebody who may not see it. A
reader who may not see the record reads "record".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import query
from core.entity.spec import EntitySpec
from core.language.i18n import _
from core.registry import current as registry

TOKEN = re.compile(r"<([a-z][a-z0-9_]{0,59}\.[a-z][a-z0-9_]{0,59}):([1-9]\d{0,17})>")
_GIVEN = re.compile(r"@\[[^\[\]\n]{0,200}\]\(([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?):([1-9]\d{0,17})\)")
_ADDRESS = re.compile(r"(?<!\S)(https?://[^\s/]+)?/([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)/([1-9]\d{0,17})(?=[\s.,;:!?)،؛؟]|$)")
USER = "core.user"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: plain text, a colleague's name (`is_person`), or a record with its address."""

    text: str
    href: str = ""
    icon: str = ""
    is_person: bool = False
    is_record: bool = False


def stored(text: str, hosts: Iterable[str]) -> str:
    """What is kept of a text that was typed: names left out, addresses of records of this site as links to them."""
    own = set(hosts)

    def named(match: re.Match[str]) -> str:
        entity = USER if match[1] == "user" else match[1]
        return f"<{entity}:{match[2]}>" if _can_be_named(entity) else match[0]

    def addressed(match: re.Match[str]) -> str:
        entity = f"{match[2]}.{match[3]}"
        is_ours = match[1] is None or match[1].partition("//")[2] in own
        return f"<{entity}:{match[4]}>" if is_ours and _record_kind(entity) else match[0]

    return _ADDRESS.sub(addressed, _GIVEN.sub(named, text))


def people(text: str) -> set[int]:
    """The users that a stored text mentions."""
    return {int(number) for entity, number in TOKEN.findall(text) if entity == USER}


def pieces(texts: Sequence[str]) -> list[list[list[Piece]]]:
    """Each stored text as lines of pieces, by the reader's rights, with one query for all names and titles."""
    wanted: dict[str, set[int]] = {}
    for text in texts:
        for entity, number in TOKEN.findall(text):
            if _can_be_named(entity):
                wanted.setdefault(entity, set()).add(int(number))
    titles = query.titles(wanted)
    return [[_line(line, titles) for line in text.splitlines()] for text in texts]


def plain(text: str, titles: dict[str, dict[int, str]]) -> str:
    """A stored text in one line, for the list of conversations."""
    return " ".join("".join(f"@{one.text}" if one.is_person else one.text for one in _line(line, titles))
                    for line in text.splitlines())  # fmt: skip


def _line(line: str, titles: dict[str, dict[int, str]]) -> list[Piece]:
    found, end = [], 0
    for match in TOKEN.finditer(line):
        found += [Piece(line[end : match.start()]), _piece(match[1], int(match[2]), titles)]
        end = match.end()
    return [one for one in (*found, Piece(line[end:])) if one.text]


def _piece(entity: str, number: int, titles: dict[str, dict[int, str]]) -> Piece:
    title = titles.get(entity, {}).get(number)
    if entity == USER:
        return Piece(title or str(_("a colleague")), is_person=True)
    spec = _record_kind(entity)
    if spec is None or title is None:
        return Piece(str(_("record")), icon="lock", is_record=True)
    return Piece(title or f"{spec.meta.label} #{number}", f"{spec.path}/{number}", spec.meta.icon, is_record=True)


def _can_be_named(entity: str) -> bool:
    return entity == USER or _record_kind(entity) is not None


def _record_kind(entity: str) -> EntitySpec | None:
    spec = registry().entities.get(entity)
    return spec if spec is not None and spec.plugin != "core" else None
