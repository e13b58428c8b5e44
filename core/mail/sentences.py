"""What Diwan itself says of a mail that does not go: kept in English, told in the language of whoever reads it.

All else that is kept of a mail is what the server said, in the server's words.
"""

from __future__ import annotations

from core.language.i18n import LazyString, _

REFUSED = _("The mail server cannot be reached: the connection was refused.")
TOO_LONG = _("The mail server does not answer in time.")
NO_NAME = _("The mail server cannot be found under its name.")
NO_TRUST = _("The mail server's certificate is not trusted.")
BROKEN_OFF = _("The mail server has broken off the connection.")
NO_ENCRYPTION = _("The mail server offers no encryption, so the password is not sent to it.")
NOT_INTERNATIONAL = _("The mail server cannot write to international addresses.")
WORKER_ENDED = _("The worker ended while the server was taking this mail.")
_BY_SOURCE = {one.source: one for one in (
    REFUSED, TOO_LONG, NO_NAME, NO_TRUST, BROKEN_OFF, NO_ENCRYPTION, NOT_INTERNATIONAL, WORKER_ENDED)}


def is_ours(text: str) -> bool:
    """Whether this is said by Diwan, and not by a server."""
    return text in _BY_SOURCE


def told(text: str) -> str:
    """What is kept in the reader's language; what a server said as it is."""
    ours: LazyString | None = _BY_SOURCE.get(text)
    return text if ours is None else str(ours)
