"""The same words as somebody with another keyboard types them."""

from __future__ import annotations

FAMILIES = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
_ARABIC_KEYBOARD = str.maketrans("یک", "يك")
_PERSIAN_KEYBOARD = str.maketrans("يىكةأإآ", "ییکهااا")
_ANY_TO_LATIN = {ord(digit): str(value) for family in FAMILIES.values() for value, digit in enumerate(family)}


def misspelt(name: str, language: str) -> str:
    """Part of the name, written with letters that look the same and are not."""
    words = [word for word in name.split() if len(word) > 2]
    table = {"fa": _ARABIC_KEYBOARD, "ar": _PERSIAN_KEYBOARD}.get(language)
    if table is None:
        return words[-1].upper()
    return next((word for word in words if word.translate(table) != word), words[-1]).translate(table)


def is_spelt_otherwise(name: str, language: str) -> bool:
    return misspelt(name, language) not in name


def in_digits(text: str, family: str) -> str:
    """Its digits in this family, and nothing but its digits."""
    latin = "".join(character for character in text.translate(_ANY_TO_LATIN) if character.isdigit())
    return latin.translate(str.maketrans(FAMILIES["latn"], FAMILIES[family]))
