"""The three families of decimal digits in use, and changing between them."""

from __future__ import annotations

from core.language.learning_table import LearningTable

LATIN = "0123456789"
FAMILIES: dict[str, str] = {
    "latn": LATIN,
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
}

_TO_FAMILY = {name: str.maketrans(LATIN, digits) for name, digits in FAMILIES.items()}


class _ToLatin(LearningTable):
    """Any decimal digit of any script becomes ASCII (N6).

    Superscripts and the like are no decimal digits (`"²".isdigit()` is true, `int("²")` fails) and stay.
    """

    def learn(self, char: str) -> str:
        return str(int(char)) if char.isdecimal() else char


_TO_LATIN = _ToLatin()


def to_latin(text: str) -> str:
    """Every decimal digit of any script as ASCII, all else as it was."""
    return text if text.isascii() else text.translate(_TO_LATIN)


def to_family(text: str, family: str) -> str:
    """ASCII digits as the digits of `family` ("latn", "arab", "arabext")."""
    return text if family == "latn" else text.translate(_TO_FAMILY[family])
