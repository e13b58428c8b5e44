"""The one error of this package."""

from __future__ import annotations


class LanguageError(ValueError):
    """A text that cannot be read as a number, a date, a phone, an identifier.

    `message` is what the user may be shown. It is lazy, so the sentence is made in the language of
    the one who reads it, which need not be the language of the one who caused it (T9).
    `code` is stable and is meant for machines; `warning` says the value may be kept all the same.
    """

    def __init__(self, message: object, code: str = "invalid", warning: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.warning = warning
