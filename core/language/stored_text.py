"""A text that people wrote in several languages and that is kept in the database, such as a custom field's label."""

from __future__ import annotations

from collections.abc import Mapping

from core.language.negotiation import choose_text
from core.language.preferences import LANGUAGES, current


class StoredText:
    """Reads in the reader's language where it was written in it, else in another one, else as `fallback`."""

    __slots__ = ("fallback", "texts")

    def __init__(self, texts: Mapping[str, str], fallback: str = "") -> None:
        self.texts = {language: text for language, text in texts.items() if text}
        self.fallback = fallback

    def __str__(self) -> str:
        return choose_text(self.texts, (current().language, *LANGUAGES), self.fallback)

    def __bool__(self) -> bool:
        return bool(self.texts or self.fallback)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredText) and (self.texts, self.fallback) == (other.texts, other.fallback)

    def __hash__(self) -> int:
        return hash((tuple(sorted(self.texts.items())), self.fallback))

    def in_every_language(self) -> tuple[str, ...]:
        """Every text there is, for comparing with what people write."""
        return tuple(dict.fromkeys(self.texts.values())) or ((self.fallback,) if self.fallback else ())
