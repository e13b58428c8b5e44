"""The style sheets are whole: a rule that is not closed takes all that follow with it, and no page says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.machine import ROOT

UI = ROOT / "core" / "ui"
SHEETS = sorted((UI / "static" / "css").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _rules(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_block_is_closed_before_the_next_one_begins(path: Path) -> None:
    depth = 0
    for line in _rules(path).splitlines():
        # What stands at the margin stands outside of every block.
        assert depth == 0 or not line.strip() or line[0] in " \t}", line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0


def test_the_check_finds_a_block_that_is_open(tmp_path: Path) -> None:
    broken = tmp_path / "broken.css"
    broken.write_text("@media print {\n  .dw-a {\n    margin: 0;\n.dw-b {\n  margin: 0;\n}\n")
    with pytest.raises(AssertionError):
        test_every_block_is_closed_before_the_next_one_begins(broken)
