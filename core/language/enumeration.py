"""Several names as one text, as the reader's language lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core.language.i18n import current as preferences


def listed(names: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
    """`Company, Team and Floor`, or with `or` before the last one; empty where there are none."""
    from babel.lists import format_list  # its data is read only where something is listed

    return format_list(names, style, locale=preferences().language) if names else ""
