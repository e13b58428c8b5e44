"""Direction of text: isolates for plain text, hidden controls, digits that keep their order (B1 to B6, B11).

Mails, SMS and other plain text that mix scripts need an isolate around every inserted value. Never put one into
CSV or API values, identifiers, subjects of machine mails, or anything that is searched. HTML uses <bdi> and dir.
"""

from __future__ import annotations

import re
import unicodedata

from core.language.digits import to_latin
from core.language.preferences import RTL_LANGUAGES

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"

#: Kinds of value that read left to right in every language (B5).
LTR_KINDS: frozenset[str] = frozenset(
    {
        "phone", "email", "url", "code", "iban", "money", "number", "date", "time", "file", "version", "formula",
        "percent",
    }
)  # fmt: skip
#: Those whose Arabic-Indic digits an isolate cannot hold in order: they stay in Latin digits.
LATIN_DIGIT_KINDS: frozenset[str] = frozenset({"phone", "email", "url", "code", "iban", "file", "version"})

_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Line breaks and the joiners within words of Arabic script are no secret: Persian is written with them.
_OPEN = r"(?!\n|(?<=[\u0620-\u06ff\u0750-\u077f])[\u200c\u200d])"
_HIDDEN = re.compile(
    _OPEN + "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_ARABIC_INDIC = re.compile("[\u0660-\u0669]")


def direction_of(language: str) -> str:
    """`rtl` or `ltr` for a language tag such as `ar-EG` (B1)."""
    return "rtl" if re.split("[-_]", language)[0].lower() in RTL_LANGUAGES else "ltr"


def strip_controls(text: str) -> str:
    """`text` without direction marks, embeddings, overrides and isolates."""
    return _CONTROLS.sub("", text)


def isolate(value: object) -> str:
    """User text inside other text: its own direction inside, none outside. Its own controls cannot leak."""
    return f"{FSI}{strip_controls(str(value))}{PDI}"


def isolate_ltr(value: object) -> str:
    """A phone, code, amount, date inside other text."""
    return f"{LRI}{strip_controls(str(value))}{PDI}"


def isolate_rtl(value: object) -> str:
    """What has to read right to left: a percentage in Arabic digits."""
    return f"{RLI}{strip_controls(str(value))}{PDI}"


def isolated(value: object, kind: str = "text") -> str:
    """`value` for insertion into plain text, in the isolate its kind needs."""
    text = str(value)
    if kind in LATIN_DIGIT_KINDS and _ARABIC_INDIC.search(text):
        text = to_latin(text)
    if kind not in LTR_KINDS:
        return isolate(text)
    return isolate_rtl(text) if kind == "percent" and _ARABIC_INDIC.search(text) else isolate_ltr(text)


def value_direction(kind: str, text: str = "") -> str:
    """The `dir` attribute for a value: `ltr`, `rtl`, or `auto` for what people write (B3, B5)."""
    if kind == "percent" and _ARABIC_INDIC.search(text):
        return "rtl"
    return "ltr" if kind in LTR_KINDS else "auto"


def digits_of(kind: str, digits: str) -> str:
    """The digits for a kind of value when the reader's are `digits` (B5)."""
    return "latn" if digits == "arab" and kind in LATIN_DIGIT_KINDS else digits


def first_strong(text: str) -> str | None:
    """The direction of the first letter that has one, as dir=auto sees it; None for digits and signs only."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return "rtl"
        if direction == "L":
            return "ltr"
    return None


def show_hidden(text: str) -> str:
    r"""`text` with every hidden control as a visible escape, for audit views: `\u202e` (B11).

    What ordinary texts are written with stays: line breaks, and the joiners of Persian words.
    """
    return _HIDDEN.sub(lambda match: rf"\u{ord(match[0]):04x}", text)
