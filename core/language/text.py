"""Keys to search and to sort by, and cleaning of what is stored.

The stored text is never changed for searching: two derived keys are kept beside it. `search_key` folds
what Arabic and Persian keyboards, copies from PDFs and habits write differently; `compact_key` also
drops the spaces. Rules N1 to N10; the sort keys (S1 to S6) are in `sorting`, and can be had from here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.language.folding import CONTEXT_DEPENDENT, FoldTable, fold
from core.language.sorting import sort_key, sort_keys

__all__ = [
    "KEY_VERSION", "clean", "clean_multiline", "compact_key", "escape_like", "key_version", "search_key",
    "sort_key", "sort_keys",
]  # fmt: skip

#: Stored beside the keys. Raise it when a rule or Python's Unicode data changes what a key looks like;
#: the job that rebuilds keys looks for rows with another version (N10).
KEY_VERSION = 1
key_version = f"{KEY_VERSION}/{unicodedata.unidata_version}"

#: Longer texts are folded up to here: U+FDFA alone grows 18-fold (N10).
MAX_SEARCH_INPUT = 10_000

#: Texts of so many characters are likely to come again.
_SHORT = 16

_FOLDED = FoldTable()
_LATE_MARKS = re.compile("[\u0300-\u036f\ufe20-\ufe2f]")

# B11: these make a name or a file name look like another one. ZWNJ and ZWJ are spelling and stay (N9).
_DECEPTIVE = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_SPACE_CONTROLS = re.compile("\r\n|[\t\n\x0b\f\r\x1c-\x1f\x85\u2028\u2029]")
_UNSTORABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_DECEPTIVE}]")
_UNSTORABLE_MULTILINE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_LIKE_SPECIAL = re.compile(r"[%_\\]")


def search_key(text: str) -> str:
    """The folded form to search in and to search with. Empty for a text without letters, digits or + # & % @.

    An empty key must match nothing, not everything; that is the caller's part.
    """
    return _short_key(text) if len(text) <= _SHORT else _key(text)


def _key(text: str) -> str:
    if len(text) > MAX_SEARCH_INPUT:
        text = text[:MAX_SEARCH_INPUT]
    key = text.translate(_FOLDED)
    if key.isascii():
        return " ".join(key.split())
    if CONTEXT_DEPENDENT in key or not unicodedata.is_normalized("NFC", key):
        key = unicodedata.normalize("NFC", fold(text))
    return " ".join(key.split())


#: Cities, regions and choices come again in row after row: their keys are looked up in a seventh of the time.
_short_key = lru_cache(4_096)(_key)


def compact_key(text: str) -> str:
    """The search key without spaces: finds عبدالله for عبد الله, ABC for A.B.C."""
    key = search_key(text)
    if " " not in key:
        return key
    compact = key.replace(" ", "")
    if compact.isascii():
        return compact
    # A mark that stood alone may have come to stand after a letter.
    moved = _LATE_MARKS.search(compact) or not unicodedata.is_normalized("NFC", compact)
    return search_key(compact).replace(" ", "") if moved else compact


def clean(text: str) -> str:
    """What is stored of a name, a label, a file name, an address: one line, no hidden controls (N9, B11)."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _UNSTORABLE.sub("", _SPACE_CONTROLS.sub(" ", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_multiline(text: str) -> str:
    r"""What is stored of a note or a message: lines end in \n, tabs and direction marks stay (N9)."""
    text = _UNSTORABLE_MULTILINE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def escape_like(key: str) -> str:
    r"""`key` for use inside a LIKE pattern with the escape character `\`."""
    return _LIKE_SPECIAL.sub(r"\\\g<0>", key)
