"""Compiled gettext catalogues of several domains, merged into one table per language.

Making and compiling the files is the work of `core.language.catalogues`; this module only reads them. It does
without pathlib, which costs more time to load than all of it: imports of this package are kept light.

A table maps a message key to its forms. The key is the English text, after `context + EOT` when there
is a context, as in the .mo file. A message without plural has one form.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType

from core.language.plurals import plural_index
from core.language.preferences import LANGUAGES

CONTEXT_SEPARATOR = "\x04"
Forms = tuple[str, ...]

_MAGIC = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}


def read_mo(data: bytes) -> dict[str, Forms]:
    """The messages of a .mo file. ValueError when it is none."""
    order = _MAGIC.get(data[:4])
    if order is None:
        raise ValueError("not a compiled catalogue")
    try:
        count, originals, translations = struct.unpack_from(f"{order}3I", data, 8)
        table: dict[str, Forms] = {}
        for row in range(count):
            key = _entry(data, order, originals + row * 8).split("\0", 1)[0]
            if key:
                table[key] = tuple(_entry(data, order, translations + row * 8).split("\0"))
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError("damaged catalogue") from error
    return table


def _entry(data: bytes, order: str, offset: int) -> str:
    length, start = struct.unpack_from(f"{order}2I", data, offset)
    return data[start : start + length].decode("utf-8")


def compile_po(path: str | os.PathLike[str]) -> bytes:
    """The .mo of a .po file, without its fuzzy and obsolete messages, with our plural formula (T2)."""
    # Babel is heavy and only needed where a catalogue is compiled.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with open(path, "rb") as source:
        language = os.path.basename(os.path.dirname(os.path.dirname(path)))
        catalogue = read_po(source, locale=language)
    target = BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Messages per language; immutable, so that it can be swapped while others read the old one."""

    tables: Mapping[str, Mapping[str, Forms]] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, language: str, key: str) -> str | None:
        """The single form of `key`, or None when it is missing or empty."""
        forms = self.tables.get(language, {}).get(key)
        return forms[0] or None if forms else None

    def find_plural(self, language: str, key: str, n: int) -> str | None:
        """The form of `key` for `n`, or None when it is missing or empty."""
        forms = self.tables.get(language, {}).get(key)
        index = plural_index(language, n)
        return forms[index] or None if forms and index < len(forms) else None


def load(sources: Iterable[tuple[str | os.PathLike[str], str]]) -> Catalogues:
    """Merge the catalogues `<directory>/<language>/LC_MESSAGES/<domain>.mo` of all (directory, domain).

    A later domain never replaces a message of an earlier one: a plugin cannot change the core's words.
    A missing file is no error: its messages appear in English (T5). A .po newer than its .mo is
    compiled in memory, so translators see their work without a build step.
    """
    tables: dict[str, dict[str, Forms]] = {language: {} for language in LANGUAGES}
    for directory, domain in sources:
        for language in LANGUAGES:
            for key, forms in _read_domain(os.fspath(directory), language, domain).items():
                tables[language].setdefault(key, forms)
    return Catalogues(MappingProxyType({name: MappingProxyType(table) for name, table in tables.items()}))


def _read_domain(directory: str, language: str, domain: str) -> dict[str, Forms]:
    stem = os.path.join(directory, language, "LC_MESSAGES", domain)
    source, compiled = f"{stem}.po", f"{stem}.mo"
    if os.path.exists(source) and not _is_fresh(compiled, source):
        return read_mo(compile_po(source))
    if not os.path.exists(compiled):
        return {}
    with open(compiled, "rb") as data:
        return read_mo(data.read())


def _is_fresh(compiled: str, source: str) -> bool:
    return os.path.exists(compiled) and os.path.getmtime(compiled) >= os.path.getmtime(source)
