"""Errors as one sentence on standard error. What has no sentence here is a mistake of ours and keeps its trace."""

from __future__ import annotations

import sys
from typing import IO, Any

import click

from core.errors import DeclarationError, DiwanError, Invalid
from core.language.direction import isolate, isolate_ltr
from core.language.i18n import gettext


class Refused(click.ClickException):
    """Shown as it is, without click's English prefix."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


def sentence(error: Exception) -> str | None:
    """What to tell the user about `error`; None when it is not for users."""
    if isinstance(error, Invalid) and error.errors:
        return "\n".join(f"{name}: {message}" if name else str(message)
                         for name, messages in error.errors.items() for message in messages)
    if isinstance(error, DiwanError) and error.code == "plugin_failed":
        return _cause(error)
    if isinstance(error, (DiwanError, DeclarationError)):
        return str(error) or type(error).__name__
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}"
    return _database_sentence(error)


def _cause(error: Any) -> str:
    """Whoever types commands is who has to mend it, and is told at once where and why a module failed."""
    reason = f"{isolate_ltr(error.phase)}: {isolate(error.summary)}"
    return gettext("{plugin} failed: {reason}", plugin=error.plugin, reason=reason)


def _database_sentence(error: Exception) -> str | None:
    # Deferred: only an error that came from SQLAlchemy needs its classes, and then they are loaded already.
    from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

    if isinstance(error, (OperationalError, InternalError)) and isinstance(error, DBAPIError):
        lines = str(error.orig).strip().splitlines() or [""]
        return gettext("The database cannot be used: {reason}", reason=lines[0])
    return None
