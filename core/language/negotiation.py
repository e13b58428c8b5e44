"""Which language to answer in (T11), and which of several stored texts to show (T7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.language.preferences import LANGUAGES

#: Longer headers are no honest browser's.
_LONGEST_HEADER = 1000


def normalise_language(tag: str | None) -> str | None:
    """The language of a tag such as `ar-EG`, `fa_IR`, `EN` when it is one of ours, else None (T12)."""
    if not tag:
        return None
    language = tag.strip().replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def best_language(
    choices: Iterable[str | None], accept_language: str | None = None, default: str = "en"
) -> str:
    """The first of `choices` we speak, else the browser's best, else `default`.

    Give the choices in the order address, user's setting, portal link, cookie.
    """
    for choice in choices:
        language = normalise_language(choice)
        if language:
            return language
    return _accepted(accept_language or "") or normalise_language(default) or "en"


def _accepted(header: str) -> str | None:
    ranked = []
    for position, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        tag, __, parameter = part.partition(";")
        language, weight = normalise_language(tag), _weight(parameter)
        if language and weight > 0:
            ranked.append((-weight, position, language))
    return min(ranked)[2] if ranked else None


def _weight(parameter: str) -> float:
    name, __, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def choose_text(texts: Mapping[str, str], languages: Iterable[str], key: str = "") -> str:
    """The text of the first language that has one, else any text, else `key`.

    Give the languages in the order user, organisation, source: a custom field's label falls back so.
    """
    for language in languages:
        text = texts.get(language) or texts.get(normalise_language(language) or "")
        if text:
            return text
    return next((text for text in texts.values() if text), key)
