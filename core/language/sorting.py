"""Sort keys: bytes that order names as Persian, Arabic and English readers expect, on any database.

Code-point order puts پ چ ژ ک گ ی after every Arabic letter; Persian has و before ه, Arabic ه before و;
and ۱۰ must come after ۲. So each name carries one key per family (S5). A key is

    one weight per character of the folded text, 0, and what breaks ties (S4).

The first byte of a weight says its class: space < sign < number < first script < second script < rest (S2).
"""

from __future__ import annotations

import re
import unicodedata

from core.language.folding import ALEF_MADDA, CONTEXT_DEPENDENT, fold, folds_alone
from core.language.learning_table import LearningTable

FAMILIES: tuple[str, ...] = ("fa", "ar", "en")

#: Letters of a name that count; the rest of the order is left to the record's id.
MAX_SORT_INPUT = 200
#: PostgreSQL refuses index entries above 2,700 bytes.
_MAX_WEIGHTS, _MAX_TIE = 600, 450

_SPACE, _SIGN, _SIGN_OTHER, _NUMBER = 0x02, 0x03, 0x2E, 0x2F
_FIRST_SCRIPT, _SECOND_SCRIPT, _SCRIPT_SIZE = 0x40, 0x80, 0x40
# The order of CLDR, with the Arabic marks beside their like.
_SIGNS = '_-,،;؛:!?؟."()[]{}@*/\\&#%٪`^+<=>|~$'

# S3. In round brackets after a letter: letters of Urdu, Pashto, Kurdish, Uyghur next to their like.
_UP_TO_MEEM = "ء{madda}ابٻپتټٹثجچځحخڅدډڈذرړڑزژږسشښصضطظعغفڤقكگڭلم"
_ALPHABETS = {
    "fa": _UP_TO_MEEM.format(madda=ALEF_MADDA) + "نںڼوهي",
    "ar": _UP_TO_MEEM.format(madda=ALEF_MADDA) + "نںڼهوي",
}
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = re.compile(rb"[0-9]+")
_SPACES = re.compile(rb"\x02\x02+")
_UNFINISHED = re.compile(rb"^\x02|\x02\x02|\x02$|[0-9]")


def _script(letters: str, start: int) -> dict[str, str]:
    return {letter: chr(start + rank) for rank, letter in enumerate(letters)}


def _bytes_of(start: int, char: str) -> str:
    """`char` after all weights that begin with `start`, by its UTF-8; as characters below 256."""
    return chr(start) + char.encode("utf-8", "surrogatepass").decode("latin-1")


class _Weights(LearningTable):
    """From a raw character to the weights of its fold.

    Weights are characters below 256. CONTEXT_DEPENDENT is above, so that encoding to Latin-1 fails then.
    """

    def __init__(self, family: str) -> None:
        super().__init__()
        arabic, latin = (_SECOND_SCRIPT, _FIRST_SCRIPT) if family == "en" else (_FIRST_SCRIPT, _SECOND_SCRIPT)
        alphabet = _ALPHABETS["fa" if family == "fa" else "ar"]
        self.letters = _script(alphabet, arabic) | _script(_LATIN, latin) | _script(_SIGNS, _SIGN)
        self.letters |= {digit: digit for digit in "0123456789"} | {" ": chr(_SPACE)}
        self._after_arabic = arabic + _SCRIPT_SIZE - 1
        self._after_latin = latin + _SCRIPT_SIZE - 1

    def learn(self, char: str) -> str:
        alone = folds_alone(char, for_sorting=True)
        return self.of_folded(fold(char, for_sorting=True)) if alone else CONTEXT_DEPENDENT

    def of_folded(self, folded: str) -> str:
        """The weights of a text that is folded already."""
        return "".join(self.letters.get(char) or self._other(char) for char in folded)

    def _other(self, char: str) -> str:
        if unicodedata.category(char)[0] in "PS":
            return _bytes_of(_SIGN_OTHER, char)
        name = unicodedata.name(char, "")
        if name.startswith("ARABIC "):
            return _bytes_of(self._after_arabic, char)
        if name.startswith("LATIN "):
            return _bytes_of(self._after_latin, char)
        return char.encode("utf-8", "surrogatepass").decode("latin-1")


_WEIGHTS = {family: _Weights(family) for family in FAMILIES}


class _Single(LearningTable):
    """Weights of the first family, of characters that have one byte in each; CONTEXT_DEPENDENT for all others."""

    def learn(self, char: str) -> str:
        weights = [table.learn(char) for table in _WEIGHTS.values()]
        is_single = all(len(weight) <= 1 for weight in weights) and weights[0] != CONTEXT_DEPENDENT
        return weights[0] if is_single else CONTEXT_DEPENDENT


def _from_first(family: str) -> bytes:
    """What turns single weights of the first family into those of another: a table for `bytes.translate`."""
    first, other = (_WEIGHTS[name].letters for name in (FAMILIES[0], family))
    turned = {ord(weight): ord(other[letter]) for letter, weight in first.items()}
    return bytes(turned.get(byte, byte) for byte in range(256))


_SINGLE = _Single()
_OTHERS = tuple(_from_first(family) for family in FAMILIES[1:])


def sort_key(text: str, language: str) -> bytes:
    """The key of `text` for readers of `language`; languages other than fa and ar sort as English does."""
    text = text[:MAX_SORT_INPUT]
    return _weights(text, _WEIGHTS[language if language in _WEIGHTS else _family(language)]) + _tie(text)


def _family(tag: str) -> str:
    """The family of a tag with a region, such as fa-IR."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return language if language in _WEIGHTS else "en"


def sort_keys(text: str) -> tuple[bytes, bytes, bytes]:
    """The keys of `text` for (fa, ar, en), sharing what they have in common."""
    text = text[:MAX_SORT_INPUT]
    tie = _tie(text)
    try:
        first = text.translate(_SINGLE).encode("latin-1")
    except UnicodeEncodeError:
        fa, ar, en = (_weights(text, table) + tie for table in _WEIGHTS.values())
    else:
        keys = (first, first.translate(_OTHERS[0]), first.translate(_OTHERS[1]))
        if _UNFINISHED.search(first) or len(first) > _MAX_WEIGHTS:
            fa, ar, en = (_finished(weights) + tie for weights in keys)
        else:
            fa, ar, en = (weights + tie for weights in keys)
    return fa, ar, en


def _weights(text: str, table: _Weights) -> bytes:
    try:
        weights = text.translate(table).encode("latin-1")
    except UnicodeEncodeError:
        weights = table.of_folded(fold(text, for_sorting=True)).encode("latin-1")
    return _finished(weights)


def _finished(weights: bytes) -> bytes:
    """One space for several, numbers by their value, and no more bytes than an index takes."""
    if b"\x02" in weights:
        weights = _SPACES.sub(b"\x02", weights.strip(b"\x02"))
    if _DIGITS.search(weights):
        weights = _DIGITS.sub(_number, weights)
    return weights[:_MAX_WEIGHTS]


def _number(digits: re.Match[bytes]) -> bytes:
    """A run of digits by its value: first how many figures, then the figures."""
    figures = digits[0].lstrip(b"0")
    return bytes((_NUMBER, min(len(figures) + 1, 255))) + figures


def _tie(text: str) -> bytes:
    """Orders texts of equal weights: by the case-folded text, then capitals before small letters."""
    folded = text.casefold()
    tie = folded.encode("utf-8", "surrogatepass")[:_MAX_TIE]
    if folded == text:
        return b"\0" + tie + b"\xff"
    return b"\0" + tie + b"\0" + text.encode("utf-8", "surrogatepass")[:_MAX_TIE]
