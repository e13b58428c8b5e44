"""What follows from the end of a record: its files go with it, for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.attachments.keeping import forget
from core.signals import on


@on("core.records_purged")
def forget_purged(entity: Any, ids: Sequence[int]) -> None:
    """The sweeping of the store takes the bytes, a day later."""
    forget(entity.name, list(ids))
