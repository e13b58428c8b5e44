"""A text that people write once in each language: the inputs for it, the reader's own language first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.language.i18n import LANGUAGE_NAMES, LANGUAGES
from core.language.i18n import current as preferences


@dataclass(frozen=True, slots=True)
class LanguageInput:
    """One text in one language: the suffix of the input's name, the language's own name, and what is in it."""

    language: str
    label: str
    direction: str
    value: str
    error: str = ""


def languages() -> tuple[tuple[str, str, str], ...]:
    """(language, its own name, direction), the reader's first."""
    own = preferences().language
    ordered = (own, *(language for language in LANGUAGES if language != own))
    return tuple((one, LANGUAGE_NAMES[one], "ltr" if one == "en" else "rtl") for one in ordered)


def inputs(texts: Mapping[str, str], name: str, errors: Mapping[str, tuple[str, ...]]) -> tuple[LanguageInput, ...]:
    return tuple(LanguageInput(language, label, direction, texts.get(language, ""),
                               " ".join(errors.get(f"{name}_{language}", ())))
                 for language, label, direction in languages())
