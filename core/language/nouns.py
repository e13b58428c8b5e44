"""Nouns inside a sentence: how they are written there, and the gender an adjective beside them agrees with."""

from __future__ import annotations

from typing import Any

from core.language.i18n import current as preferences

#: How a feminine Arabic noun ends: "شركة", "ذكرى", "صحراء".
_FEMININE = ("ة", "ى", "اء")


def is_feminine(noun: str, language: str) -> bool:
    """Whether an adjective beside this noun takes its feminine form: in Arabic, as the head word ends; the words behind
    it ("جهة اتصال") do not count."""
    head = noun.split(maxsplit=1)[0] if noun.strip() else ""
    return language == "ar" and head.endswith(_FEMININE)


def noun(label: Any) -> str:
    """The name of an entity inside a sentence: in English without capital, unless an abbreviation such as IBAN."""
    text = str(label)
    return text[:1].lower() + text[1:] if preferences().language == "en" and not text[:2].isupper() else text
