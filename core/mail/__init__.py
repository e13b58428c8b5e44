"""Mail: written into the outbox with the change that it tells of, sent afterwards, once."""

from core.mail.letter import Letter, Line, Part, value
from core.mail.outbox import send

__all__ = ["Letter", "Line", "Part", "send", "value"]
