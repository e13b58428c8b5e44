"""What can go wrong, as classes that every surface (page, API, command line, job) can report.

Each error carries a stable `code`, an HTTP `status` and a message that is translated when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class DiwanError(Exception):
    """Base of all errors that are meant to be shown to a user; never for programming mistakes."""

    status = 500
    code = "internal"

    def __init__(self, message: Any = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


class Malformed(DiwanError):
    """The request itself cannot be read: unknown filter, broken JSON, impossible cursor."""

    status = 400
    code = "malformed"


class Unauthenticated(DiwanError):
    status = 401
    code = "unauthenticated"


class Forbidden(DiwanError):
    """The user may know that the thing exists, but not do this with it. `permission` names what is missing."""

    status = 403
    code = "forbidden"

    def __init__(self, message: Any = "", permission: str = "", **details: Any) -> None:
        super().__init__(message, permission=permission, **details)
        self.permission = permission


class NotFound(DiwanError):
    """Also for what the user may not know exists."""

    status = 404
    code = "not_found"


class Conflict(DiwanError):
    """Someone else changed the record since it was read (REL-01). `current` holds the stored values."""

    status = 409
    code = "conflict"

    def __init__(self, message: Any = "", current: Mapping[str, Any] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.current = dict(current or {})


class TooLarge(DiwanError):
    status = 413
    code = "too_large"


class Unsupported(DiwanError):
    status = 415
    code = "unsupported_media_type"


class Invalid(DiwanError):
    """Input that was read but breaks a rule: `errors` is {field: [messages]}, "" for the record as a whole.

    A batch adds `by_index`: {position in the batch: {field: [messages]}}.
    """

    status = 422
    code = "invalid"

    def __init__(
        self,
        message: Any = "",
        errors: Mapping[str, Sequence[Any]] | None = None,
        by_index: Mapping[int, Mapping[str, Sequence[Any]]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message, **details)
        self.errors = {name: list(messages) for name, messages in (errors or {}).items()}
        self.by_index = dict(by_index or {})

    def __str__(self) -> str:
        parts = [str(self.message)] if self.message else []
        parts += [f"{name}: {message}" if name else str(message)
                  for name, messages in self.errors.items() for message in messages]
        return "; ".join(parts)


class TooMany(DiwanError):
    """Throttled. `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: Any = "", retry_after: int = 60, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class Unavailable(DiwanError):
    """The database or another part cannot answer now; the same request may succeed later.

    `retry_after` is in seconds.
    """

    status = 503
    code = "unavailable"

    def __init__(self, message: Any = "", retry_after: int = 5, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class ReadOnly(Unavailable):
    """The database lets itself be read, but not be written to: a copy that takes over, or one that was closed."""


class NoSpace(DiwanError):
    """The disk is full: nothing can be stored until somebody makes room, and everything can still be read."""

    status = 507
    code = "no_space"


class DeclarationError(Exception):
    """A plugin declares something that cannot work; raised at start, names plugin, place and remedy."""
