"""Keys of fields and of choices, made from names where an admin gives none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from core.entity.custom_value import KEY

LONGEST = 40


def key_from(name: str, taken: Collection[str], otherwise: str) -> str:
    """`Shirt size` → `shirt_size`; a name without Latin letters becomes `otherwise` with a number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    key = key.lstrip("0123456789_")[:LONGEST].rstrip("_")
    if not KEY.match(key):
        return _numbered(otherwise, taken, 1)
    return key if key not in taken else _numbered(key[: LONGEST - 4].rstrip("_"), taken, 2)


def _numbered(stem: str, taken: Collection[str], first: int) -> str:
    number = first
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
