"""Folding of letters for search and sort keys: rules N1 to N7.

`fold` follows the rules step by step over a whole text. That takes some 20 microseconds, so `FoldTable`
remembers what each single character folds to, which is the same for all characters whose fold does not
depend on their neighbours. Where it does, the table answers CONTEXT_DEPENDENT and the caller uses `fold`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.language.learning_table import LearningTable

#: A noncharacter no text may hold: says that a character cannot be folded by itself.
CONTEXT_DEPENDENT = "\uffff"

#: Stands for آ while folding for a sort key, where it is a letter of its own (S1).
ALEF_MADDA = "\ufdd0"

# N1: isolated marks and signs that NFKC would turn into a space or letters inside the word.
_N1 = re.compile("[\ufe70-\ufe7f\ufc5e-\ufc63\ufcf2-\ufcf4™®©℠\u00b4]")
# N3: besides these, all controls of category Cf, which the table below finds.
_N3 = "\u0640\u0674'’‘ʼʻʽʾʿ′`"
# N4: marks of Arabic and Hebrew.
_N4_RANGES = (
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x08CA, 0x08FF),
)
_LATIN_GREEK_MARKS = ((0x0300, 0x036F), (0xFE20, 0xFE2F))
# N5: one letter for the variants of two keyboards. پ چ ژ گ ڤ and ء are letters of their own and stay.
_N5 = {
    "ا": "\u0671\u0672\u0673",
    "ي": "\u0649\u06cc\u06cd\u06d0\u06d1\u06d2\u06ce\u0620\u063d",
    "ك": "\u06a9\u06aa",
    "ه": "\u0629\u06c1\u06c3\u06be\u06d5\u06ff",
    "و": "\u06c4\u06c5\u06c6\u06c7\u06c8\u06c9\u06ca\u06cb\u06cf",
    "ر": "\u0695",
    "ل": "\u06b5",
    "o": "ø", "l": "ł", "d": "đð", "h": "ħ", "i": "ı", "ae": "æ", "oe": "œ", "th": "þ",
}  # fmt: skip
_N5_MAP = {variant: letter for letter, variants in _N5.items() for variant in variants}
_N7_KEPT = frozenset("+#&%@")
_WHITE_CONTROLS = frozenset("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85")


def fold(text: str, for_sorting: bool = False) -> str:
    """`text` by rules N1 to N7, neither trimmed nor composed again.

    With `for_sorting`, آ becomes ALEF_MADDA and signs stay what they are (N1 to N6, S1).
    """
    text = unicodedata.normalize("NFKC", _N1.sub("", text))
    if for_sorting:
        text = text.replace("آ", ALEF_MADDA)
    text = unicodedata.normalize("NFKD", text.casefold())
    result = []
    takes_marks = False
    for char in text:
        if _in(ord(char), _LATIN_GREEK_MARKS):
            if not takes_marks:
                result.append(char)
            continue
        folded = _fold_decomposed(char, for_sorting)
        if folded:
            result.append(folded)
            if not unicodedata.category(char).startswith("M"):
                takes_marks = _is_latin_or_greek(char)
    return "".join(result)


@lru_cache(maxsize=4096)
def _fold_decomposed(char: str, for_sorting: bool) -> str:
    """N3 to N7 for one character that is already decomposed; empty when it is deleted."""
    if char == ALEF_MADDA and for_sorting:
        return char
    code, category = ord(char), unicodedata.category(char)
    if char in _WHITE_CONTROLS or category[0] == "Z":
        return " "
    if category in ("Cf", "Cc", "Cs") or char in _N3 or _in(code, _N4_RANGES) or _is_noncharacter(code):
        return ""
    if category == "Nd":
        return str(int(char))
    return _N5_MAP.get(char, char) if for_sorting else _fold_sign(char, category)


def _fold_sign(char: str, category: str) -> str:
    if char == "٪":
        return "%"
    if category[0] in "PS" and char not in _N7_KEPT:
        return " "
    return _N5_MAP.get(char, char)


@lru_cache(maxsize=4096)
def _is_latin_or_greek(char: str) -> bool:
    return unicodedata.name(char, "").startswith(("LATIN ", "GREEK "))


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _in(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def folds_alone(char: str, for_sorting: bool = False) -> bool:
    """Whether the fold of `char` is the same whatever stands beside it."""
    code = ord(char)
    if for_sorting and code == 0x0653:
        return False  # makes آ of an alef before it
    if unicodedata.combining(char):
        return _in(code, _N4_RANGES)
    return not (_in(code, _LATIN_GREEK_MARKS) or _is_noncharacter(code))


class FoldTable(LearningTable):
    """The fold of each character it meets."""

    def learn(self, char: str) -> str:
        return fold(char) if folds_alone(char) else CONTEXT_DEPENDENT
