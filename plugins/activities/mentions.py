"""Mentions in a comment: `@[Sara Ahmadi](user:5)` names a colleague or a team by number, so that a new name is shown.

Only who may see the record can be mentioned; a team means those of its members who may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.api import current_user, entity_spec, scoped, search_key, team_members, titles, unit, who_may_see

#: What stands in a text; the name is that of the time of writing, for lists, files and programs.
TOKEN = re.compile(r"@\[([^\[\]\n]{1,200})\]\((user|team):([1-9]\d{0,17})\)")
ENTITIES = {"user": "core.user", "team": "core.team"}
#: A file of the record, by the name it had then.
FILE = re.compile(r"#\[([^\[\]\n]{1,200})\]\(file:([1-9]\d{0,17})\)")
_EITHER = re.compile(f"{TOKEN.pattern}|{FILE.pattern}")
OFFERED = 8
#: How many are looked at for those who may see the record.
LOOKED_AT = 24


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a text: whom, and the name that stands there."""

    kind: str
    id: int
    name: str


def found(text: str) -> list[Mention]:
    """The mentions of a text, each once."""
    seen = {(kind, int(number)): name for name, kind, number in TOKEN.findall(text or "")}
    return [Mention(kind, number, name) for (kind, number), name in seen.items()]


Names = Mapping[str, Mapping[int, str]]
"""{"user": {5: "Sara"}, "team": {…}}."""


def names(texts: Iterable[str], user_ids: Iterable[int | None] = ()) -> Names:
    """What everybody that these texts mention, and these users, are called now, in one query."""
    wanted: dict[str, set[int]] = {"core.user": {one for one in user_ids if one}, "core.team": set()}
    for text in texts:
        for mention in found(text):
            wanted[ENTITIES[mention.kind]].add(mention.id)
    known = titles(wanted)
    return {kind: known[entity] for kind, entity in ENTITIES.items()}


def renamed(text: str, known: Names) -> str:
    """The text with the present names of those it mentions."""
    def told(match: re.Match[str]) -> str:
        name = known[match[2]].get(int(match[3])) or match[1]
        return f"@[{_plain(name)}]({match[2]}:{match[3]})"
    return TOKEN.sub(told, text)


def _plain(name: str) -> str:
    """A name without what a mention is made of."""
    return name.replace("[", "(").replace("]", ")").replace("\n", " ")[:200]


def pieces(line: str, files: str) -> list[tuple[str, str, str]]:
    """A line as (text, mention, address of a file) after another: what a template draws.

    A mention has no text, a file its name for one; `files` is where those of the record are found.
    """
    parts, end = [], 0
    for match in _EITHER.finditer(line):
        found = ("", match[1], "") if match[1] else (match[4], "", f"{files}/{match[5]}")
        parts += [(line[end : match.start()], "", ""), found]
        end = match.end()
    return [part for part in (*parts, (line[end:], "", "")) if any(part)]


def people(mentions: Iterable[Mention]) -> set[int]:
    """The users that are meant, members of teams included."""
    given = list(mentions)
    teams = [one.id for one in given if one.kind == "team"]
    return {one.id for one in given if one.kind == "user"} | (team_members(teams) if teams else set())


def offered(entity: str, record_id: int, typed: str) -> list[Mention]:
    """Colleagues who may see the record, and teams: of their name a word, or the email, begins with what was typed."""
    users, teams = (entity_spec(name).table for name in ENTITIES.values())
    shown = []
    for kind, table, condition in (("user", users, users.c.active), ("team", teams, sa.true())):
        statement = scoped(sa.select(table.c.id, table.c.name).where(condition, *_begins(table, typed)), ENTITIES[kind])
        rows = unit().execute(statement.order_by(table.c.name_key, table.c.id).limit(LOOKED_AT)).all()
        shown += [Mention(kind, row.id, _plain(row.name)) for row in rows]
    allowed = who_may_see(entity, record_id, [one.id for one in shown if one.kind == "user"]) - {current_user().id}
    return [one for one in shown if one.kind == "team" or one.id in allowed][:OFFERED]


def _begins(table: sa.Table, typed: str) -> list[sa.ColumnElement[bool]]:
    key = search_key(typed)
    if not key:
        return []
    pattern = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    column = table.c.name_key
    found = [column.like(f"{pattern}%", escape="\\"), column.like(f"% {pattern}%", escape="\\")]
    if "email" in table.c:  # by which colleagues are found whose names are written in another script
        found.append(table.c.email.like(f"{pattern}%", escape="\\"))
    return [sa.or_(*found)]


