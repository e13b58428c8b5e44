"""Search keys: what is written beside the data, and the indexes that make any part of a word findable.

Every searched entity has one `search_text` column. PostgreSQL indexes it by trigrams; SQLite mirrors it in an
external-content FTS5 table that triggers keep in step, whatever writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.entity.spec import EntitySpec, FieldSpec
from core.language.text import search_key, sort_key, sort_keys

MAX_SEARCH_TEXT = 20_000
#: Bytes that SQLite's index gathers in memory before it writes a piece out: with its own 1 MB a step of an import makes
#: many small pieces, which then cost as much again to be merged.
GATHERED = 16_000_000
SHORTEST_TRIGRAM = 3


@dataclass(slots=True)
class Keys:
    """The derived columns of a record without its search text, and the parts of that by searched field."""

    columns: dict[str, Any]
    parts: list[str | None]


class _Source(NamedTuple):
    """A field that keys follow from: its key column, whether it is the title, its place in the search text."""

    field: FieldSpec
    column: str
    sorts: tuple[str, ...]
    place: int | None


#: Stands for a value that no keys were made of yet.
_UNKNOWN = object()


class KeyWriter:
    """Writes the derived columns of an entity's records; everything about the entity is looked up beforehand.

    Only fields that every viewer may read go into the shared text; a field with a right of its own stays out.
    """

    def __init__(self, spec: EntitySpec) -> None:
        searched = sorted((f for f in spec.fields.values() if f.search and not f.read and not f.type.is_many),
                          key=lambda f: -f.search)
        places = {f.name: place for place, f in enumerate(searched)}
        title = spec.meta.title if spec.sort_columns else ""
        self._sorts = tuple(spec.sort_columns[language] for language in ("fa", "ar", "en")) if title else ()
        names = dict.fromkeys((*spec.key_columns, *filter(None, [title]), *places))
        self._names = tuple(names)
        self._sources = tuple(_Source(spec.fields[name], spec.key_columns.get(name, ""),
                                      self._sorts if name == title else (), places.get(name)) for name in names)
        self._title_key = spec.key_columns.get(spec.meta.title, "")
        self._searched = len(searched)
        self._has_search = spec.is_searchable
        self._named = tuple((spec.sort_columns[language], name) for language, name in spec.names.items())
        self._title, self._languages = spec.meta.title, tuple(spec.names)

    def keys(self, values: Mapping[str, Any]) -> Keys:
        """The keys of these values, to be given to `columns` later; another process can make them."""
        keys = Keys({}, [None] * self._searched)
        for name, source in zip(self._names, self._sources, strict=True):
            self._put(keys, source, values.get(name))
        self._sort_by_names(keys, values)
        return keys

    def columns(self, values: Mapping[str, Any], known: Keys | None = None, known_of: Mapping[str, Any] | None = None
                ) -> dict[str, Any]:
        """The derived columns of these values. `known` are the keys of `known_of`: only what differs is made anew."""
        given = [*map(values.get, self._names)]
        if known is None or known_of is None:
            known, old = Keys({}, [None] * self._searched), [_UNKNOWN] * len(given)
        else:
            old = [*map(known_of.get, self._names)]
        if given != old:
            for source, before, now in zip(self._sources, old, given, strict=True):
                if before != now:
                    self._put(known, source, now)
            self._sort_by_names(known, values)
        if self._has_search:
            known.columns["search_text"] = "\n".join(filter(None, known.parts))[:MAX_SEARCH_TEXT]
        return known.columns

    def _sort_by_names(self, keys: Keys, values: Mapping[str, Any]) -> None:
        """A value of a list stands, in each language, where its name in that language belongs."""
        for language, (column, name) in zip(self._languages, self._named, strict=True):
            keys.columns[column] = sort_key(values.get(name) or values.get(self._title) or "", language)

    def _put(self, keys: Keys, source: _Source, value: Any) -> None:
        f, column, sorts, place = source
        if column:
            keys.columns[column] = (f.type.search_text(f, value) or None) if value else None
        if sorts:
            keys.columns.update(zip(sorts, sort_keys(value or ""), strict=True))
        if place is None:
            return
        if value is None or value == "":
            keys.parts[place] = None
            return
        part = keys.columns[column] if column else f.type.search_text(f, value)
        if part and column and column == self._title_key and " " in part:
            part = f"{part}\n{part.replace(' ', '')}"
        keys.parts[place] = part


def words(text: str) -> list[str]:
    """The folded words of a free-text query.

    A number loses its leading zeros, so that 0912… finds +98912…, and 021 beside what was dialled then +9821…. Where
    too little would be left to search by, it stays as it was typed: so the client C-00005 is found.
    """
    found = search_key(text).split()[:12]
    bare = {word: word.lstrip("0") for word in found if word.isdigit()}
    telling = [word for word in found if len(bare.get(word, word)) >= SHORTEST_TRIGRAM]
    return [bare.get(word) or word if set(telling) - {word} or word in telling else word for word in found]


def like_pattern(word: str) -> str:
    r"""`%word%` with the pattern characters of the word itself escaped by `\`."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def fts_phrase(long_words: list[str]) -> str:
    """FTS5 query: every word as a quoted substring, AND-ed."""
    return " AND ".join('"' + word.replace('"', '""') + '"' for word in long_words)


def fts_table(spec: EntitySpec) -> str:
    return f"{spec.table.name}_fts"


def search_ddl(table: str, dialect: str) -> list[str]:
    """Statements that make the search index of one entity's table; for migrations and tests."""
    if dialect == "postgresql":
        return [f"CREATE INDEX ix_{table}_search_text ON {table} USING gin (search_text gin_trgm_ops)"]
    fts = f"{table}_fts"
    return [
        (
            f"CREATE VIRTUAL TABLE {fts} USING fts5(search_text, content='{table}', content_rowid='id', "
            f"tokenize='trigram', columnsize=0)"
        ),
        gather_more(fts),
        (
            f"CREATE TRIGGER {fts}_ai AFTER INSERT ON {table} BEGIN "
            f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text); END"
        ),
        (
            f"CREATE TRIGGER {fts}_ad AFTER DELETE ON {table} BEGIN "
            f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text); END"
        ),
        (
            f"CREATE TRIGGER {fts}_au AFTER UPDATE OF search_text ON {table} "
            f"WHEN old.search_text IS NOT new.search_text BEGIN "
            f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
            f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text); END"
        ),
    ]


def gather_more(fts: str) -> str:
    """SQLite statement that lets a search index gather GATHERED bytes; it is kept in the database."""
    return f"INSERT INTO {fts}({fts}, rank) VALUES ('hashsize', {GATHERED})"


def merge_index(spec: EntitySpec) -> str:
    """SQLite statement that merges an entity's index into one piece, which leaves out what was deleted from it."""
    return f"INSERT INTO {fts_table(spec)}({fts_table(spec)}) VALUES ('optimize')"


def drop_search_ddl(table: str, dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [f"DROP INDEX IF EXISTS ix_{table}_search_text"]
    fts = f"{table}_fts"
    return [f"DROP TRIGGER IF EXISTS {fts}_{suffix}" for suffix in ("ai", "ad", "au")] + [f"DROP TABLE IF EXISTS {fts}"]


def condition(spec: EntitySpec, text: str, dialect: str, *, as_ids: bool = True) -> Any:
    """SQL condition: every word of `text` is found in the entity's search text; impossible for an empty key.

    Words of three letters and more go through the trigram index. Short ones alone, as in "Li Xu" or the number KH-77,
    are found as they stand together, or where one of them begins the title.
    With `as_ids` False the check reads the column instead of the index: for walking a sort index while most
    rows match.
    """
    found = words(text)
    if not found or not spec.is_searchable:
        return sa.false()
    column = spec.table.c.search_text
    long_words = [word for word in found if len(word) >= SHORTEST_TRIGRAM]
    short_words = [word for word in found if len(word) < SHORTEST_TRIGRAM]
    # Beside a longer word few rows are left to look into; alone, a short one must use an index.
    looked_into = {word: column.like(like_pattern(word), escape="\\") for word in short_words}
    if long_words:
        return sa.and_(*_indexed(spec, long_words, dialect, as_ids), *looked_into.values())
    beginnings = [
        sa.and_(_begins(spec, word), *(other for text, other in looked_into.items() if text != word))
        for word in looked_into
    ]
    together = _indexed(spec, [" ".join(short_words)], dialect, as_ids) if len(short_words) > 1 else []
    return sa.or_(*together, *beginnings)


def _indexed(spec: EntitySpec, long_words: list[str], dialect: str, as_ids: bool) -> list[Any]:
    """Conditions that the trigram index answers: each of these texts is in the search text."""
    column = spec.table.c.search_text
    if dialect == "sqlite" and as_ids:
        match = sa.text(f"SELECT rowid FROM {fts_table(spec)} WHERE {fts_table(spec)} MATCH :fts_phrase")  # diwan: name
        ids = match.bindparams(fts_phrase=fts_phrase(long_words)).columns(rowid=sa.BigInteger)
        return [spec.table.c.id.in_(sa.select(ids.subquery().c.rowid))]
    if dialect == "sqlite":
        return [sa.func.instr(column, word) > 0 for word in long_words]
    return [column.like(like_pattern(word), escape="\\") for word in long_words]


def _begins(spec: EntitySpec, word: str) -> Any:
    column = spec.table.c.get(spec.key_columns.get(spec.meta.title, ""), spec.table.c.search_text)
    return sa.and_(column >= word, column < word + "\U0010ffff")
