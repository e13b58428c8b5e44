"""What scripts and all other text of ours must not hold, found by pattern, beside what holds for partners too."""

import re
from collections.abc import Iterator

from core.ops.authoring.text_rules import inline_code, lines_of, physical_sides, unescaped

# Put together here, so that this file does not break its own rules.
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME"]) + r")\b")
MACHINE = re.compile(
    r"(?<![\w.])/(?:" + "|".join(["root", "work", r"home/\w+", "opt/pypi"]) + ")/"
    r"|\.\./" + "shared"
    r"|pythonhosted" + r"\.org"
    r"|\bpypi\." + r"org/simple"
    r"|registry\." + r"npmjs"
)
RAW_HTML = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML)\b|\bdocument\.write\b")


def unfinished(text: str) -> Iterator[int]:
    """What is not done is an issue, not a remark in the code."""
    return lines_of(UNFINISHED, text)


def machine(text: str) -> Iterator[int]:
    """The project works on any machine: no path of one, and no registry host."""
    return lines_of(MACHINE, text)


def raw_html(text: str) -> Iterator[int]:
    """Scripts set text, not markup (SEC-13)."""
    return lines_of(RAW_HTML, text)


__all__ = ["inline_code", "machine", "physical_sides", "raw_html", "unescaped", "unfinished"]
