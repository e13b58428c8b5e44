"""The pictures of the README and of docs/pictures.md can be drawn anew."""

from __future__ import annotations

from tests.browser.person import PHONE
from tests.browser.pictures import draw
from tests.support.machine import ROOT

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_pictures_are_drawn(live, profiles, tmp_path):
    draw(live, profiles, tmp_path)
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted(path.name for path in (ROOT / "docs" / "pictures").iterdir())
    shown = (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")
    for name in drawn:
        head = (tmp_path / name).read_bytes()[:24]
        assert head.startswith(PNG)
        width = int.from_bytes(head[16:20], "big")
        assert width == (PHONE["width"] if name.startswith("phone") else 1280)
        assert f"pictures/{name}" in shown
