"""Every pair of text and ground that the design names keeps its contrast, in light and dark (WCAG 1.4.3, 1.4.11)."""

from __future__ import annotations

import re

import pytest

from core.ui.assets import STATIC_FOLDER

HUES = ("blue", "amber", "green", "red", "grey", "violet", "teal", "brown")
TEXT = [
    *((f"{hue}-ink", hue) for hue in HUES),
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("surface", "bg", "side", "hover", "raised")),
    *(("accent", ground) for ground in ("surface", "bg", "accent-soft", "raised")),
    ("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-danger", "danger"), ("on-danger", "danger-hover"),
    ("danger", "surface"), ("danger", "raised"), ("note-ink", "note"), ("ink", "accent-soft"), ("ink-3", "accent-soft"),
    ("ink-2", "accent-soft"), ("bar-ink", "bar"), ("bar-link", "bar"), ("bar-danger", "bar"), ("art-ink", "art"),
]  # fmt: skip
EDGES = [("ctl-line", "surface"), ("accent", "surface"), ("danger", "surface")]


def colours(theme: str) -> dict[str, str]:
    """The colour tokens of one theme."""
    sheet = (STATIC_FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', sheet, re.DOTALL)
    assert block
    return dict(re.findall(r"--dw-([a-z0-9-]+): (#[0-9a-f]{6});", block.group(1)))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#1b2030", "#ffffff"), 1) == 16.2


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestTheme:
    def test_texts_reach_four_and_a_half(self, theme):
        known = colours(theme)
        low = {f"{ink} on {ground}": round(contrast(known[ink], known[ground]), 2) for ink, ground in TEXT}
        assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}

    def test_edges_of_controls_reach_three(self, theme):
        known = colours(theme)
        low = {f"{edge} on {ground}": round(contrast(known[edge], known[ground]), 2) for edge, ground in EDGES}
        assert {pair: ratio for pair, ratio in low.items() if ratio < 3.0} == {}

    def test_both_themes_name_the_same_colours(self, theme):
        assert colours(theme).keys() == colours("light").keys()
