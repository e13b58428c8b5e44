"""Translation: lazy messages with named placeholders, in the language of whoever reads them.

from core.language.i18n import _, gettext, ngettext, Preferences, use, current

_("Save")                                    # lazy: str() translates, in the language current then
_("Lost", context="contact")                 # the same English word with another meaning
_("Row {row}: {message}", row=3, message=m)  # placeholders are filled after translating
ngettext("{n} contact", "{n} contacts", n)   # str; {n} in the user's digits
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import total_ordering
from typing import Any

from markupsafe import Markup, escape

from core.language.digits import to_family
from core.language.message_tables import CONTEXT_SEPARATOR, Catalogues, load
from core.language.negotiation import best_language, choose_text, normalise_language
from core.language.number_symbols import symbols
from core.language.plurals import plural_index
from core.language.preferences import (
    CALENDARS,
    DEFAULT,
    LANGUAGE_NAMES,
    LANGUAGES,
    Preferences,
    current,
    use,
)

__all__ = [
    "CALENDARS", "DEFAULT", "LANGUAGES", "LANGUAGE_NAMES", "Catalogues", "LazyString", "Preferences", "_",
    "best_language", "choose_text", "current", "gettext", "install", "installed", "lazy_ngettext", "load",
    "ngettext", "normalise_language", "use",
]  # fmt: skip

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")

_installed = Catalogues()


def install(catalogues: Catalogues) -> None:
    """Translate with `catalogues` from now on, in all threads. Readers see old or new, never a mix."""
    global _installed
    _installed = catalogues


def installed() -> Catalogues:
    """The catalogues in force."""
    return _installed


def gettext(message: str, /, *, context: str | None = None, **values: Any) -> str:
    """`message` in the current language with its placeholders filled."""
    return _fill(_translate(message, context), values)


def ngettext(singular: str, plural: str, n: int, /, *, context: str | None = None, **values: Any) -> str:
    """The form for `n` in the current language; `{n}` is written in the user's digits, in groups."""
    text = _translate_plural(singular, plural, n, context)
    return _fill(text, {"n": _count(n), **values})


def _translate(message: str, context: str | None, language: str = "") -> str:
    key = f"{context}{CONTEXT_SEPARATOR}{message}" if context else message
    catalogues = _installed
    return catalogues.find(language or current().language, key) or catalogues.find("en", key) or message


def _translate_plural(singular: str, plural: str, n: int, context: str | None) -> str:
    key = f"{context}{CONTEXT_SEPARATOR}{singular}" if context else singular
    catalogues = _installed
    found = catalogues.find_plural(current().language, key, n) or catalogues.find_plural("en", key, n)
    return found or (plural if plural_index("en", n) else singular)


def _fill(text: str, values: dict[str, Any]) -> str:
    """Put `values` in place of `{name}`. Names only: a text can reach no attribute, index or format."""
    if not values:
        return text
    return _PLACEHOLDER.sub(lambda match: _shown(values[match[1]]) if match[1] in values else match[0], text)


def _shown(value: Any) -> str:
    """Numbers in the user's digits; everything else as it says it is."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return to_family(str(value), current().digits)
    return str(value)


def _count(n: int) -> str:
    preferences = current()
    if -1000 < n < 1000:
        return to_family(str(n), preferences.digits)
    grouped = f"{n:,}".replace(",", symbols(preferences.locale, preferences.digits).group)
    return to_family(grouped, preferences.digits)


@total_ordering
class LazyString:
    """A message that is translated when it is read, so one object serves all readers.

    Equal to a text when it reads so in the current language. Its hash stays the same in all languages,
    so a declaration that carries it can be hashed; do not mix texts and lazy strings in one set.
    In HTML, values that are markup stay markup and all else is escaped.
    """

    __slots__ = ("_context", "_message", "_n", "_plural", "_values")

    def __init__(
        self,
        message: str,
        values: dict[str, Any],
        context: str | None = None,
        plural: str | None = None,
        n: int = 0,
    ) -> None:
        self._message = message
        self._values = values
        self._context = context
        self._plural = plural
        self._n = n

    @property
    def source(self) -> str:
        """The English text with its placeholders, as it stands in the code."""
        return self._message

    def filled(self, **values: Any) -> LazyString:
        """The same message with these values in its placeholders."""
        return LazyString(self._message, {**self._values, **values}, self._context, self._plural, self._n)

    def _parts(self) -> tuple[str, dict[str, Any]]:
        if self._plural is None:
            return _translate(self._message, self._context), self._values
        text = _translate_plural(self._message, self._plural, self._n, self._context)
        return text, {"n": _count(self._n), **self._values}

    def __str__(self) -> str:
        return _fill(*self._parts())

    def in_every_language(self) -> tuple[str, ...]:
        """The text in each of our languages: a choice is recognised by its label in any of them."""
        return tuple(self._in(language) for language in LANGUAGES)

    def _in(self, language: str) -> str:
        if self._plural is None and not self._values:
            return _translate(self._message, self._context, language)
        with use(replace(current(), language=language)):
            return str(self)

    def __html__(self) -> str:
        text, values = self._parts()
        safe = {name: escape(v if hasattr(v, "__html__") else _shown(v)) for name, v in values.items()}
        return Markup(_fill(str(escape(text)), safe))

    def __repr__(self) -> str:
        return f"_({self._message!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, (LazyString, str)) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other) if isinstance(other, (LazyString, str)) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._message, self._context))

    def __bool__(self) -> bool:
        return bool(self._message)

    def __len__(self) -> int:
        return len(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    def __mod__(self, values: Any) -> str:
        """WTForms fills its messages so."""
        text: str = str(self) % values
        return text


def _(message: str, /, *, context: str | None = None, **values: Any) -> LazyString:
    """A lazy message. `context` separates equal English words: Lost (contact), Lost (opportunity)."""
    return LazyString(message, values, context)


def lazy_ngettext(singular: str, plural: str, n: int, /, *, context: str | None = None, **values: Any) -> LazyString:
    """As ngettext, translated when read: for errors and other messages that travel."""
    return LazyString(singular, values, context, plural, n)
