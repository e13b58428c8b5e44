"""How much memory one process may take: whoever eats more is told so, and not the machine's other programs."""

from __future__ import annotations

from contextlib import suppress

MOST = 2 * 1024**3


def limit() -> None:
    """Where the system knows such a limit: beyond it, Python raises MemoryError in whoever asks for more."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (MOST, hard))
