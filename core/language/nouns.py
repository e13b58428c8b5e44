"""The gender of nouns, where an adjective beside them has to agree."""

from __future__ import annotations

#: How a feminine Arabic noun ends: "شركة", "ذكرى", "صحراء".
_FEMININE = ("ة", "ى", "اء")


def is_feminine(noun: str, language: str) -> bool:
    """Whether an adjective beside this noun takes its feminine form: in Arabic, as the head word ends; the words behind
    it ("جهة اتصال") do not count."""
    head = noun.split(maxsplit=1)[0] if noun.strip() else ""
    return language == "ar" and head.endswith(_FEMININE)
