"""Messages as templates print them: translated and escaped at once, and kept.

In Python a message is lazy, since it may be read later and by somebody else. A template is read here and now.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup

from core.language.i18n import Catalogues, LazyString, current, installed


class _Kept(NamedTuple):
    """The finished texts of one set of translations, by language, message and context."""

    catalogues: Catalogues
    texts: dict[tuple[str, str, str | None], Markup]


_kept = _Kept(installed(), {})


def message(text: str, /, *, context: str | None = None, **values: Any) -> Markup:
    """The message in the reader's language as markup; values that are markup stay so and all else is escaped."""
    global _kept
    if values:
        return _made(text, context, values)
    catalogues = installed()
    if _kept.catalogues is not catalogues:
        _kept = _Kept(catalogues, {})
    texts, key = _kept.texts, (current().language, text, context)
    found = texts.get(key)
    if found is None:
        found = texts[key] = _made(text, context, {})
    return found


def _made(text: str, context: str | None, values: dict[str, Any]) -> Markup:
    return Markup(LazyString(text, values, context))
