"""Escaping for texts that stand in a page at once: what comes back is a plain `str`.

`markupsafe.escape` makes a `Markup` of each, so that it is known as finished wherever it goes. A page has a thousand
texts that go nowhere but into it, and a `Markup` takes ten times as long to make as a text without special signs takes
to be looked through.
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import escape

_has_special = re.compile("[&<>'\"]").search


def escaped(value: Any) -> str:
    """`value` as it stands in HTML, as `markupsafe.escape` writes it: what is markup already stays as it is."""
    if type(value) is str:
        return str(escape(value)) if _has_special(value) else value
    return value.__html__() if hasattr(value, "__html__") else escaped(str(value))
