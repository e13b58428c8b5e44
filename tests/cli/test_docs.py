"""The guides for administrators name every command, and no command that does not exist."""

import re

from core.cli import tree
from tests.support.machine import ROOT

GUIDES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/admin").glob("*.md")}


def test_every_command_is_described():
    described = set(re.findall(r"`diwan ([a-z][a-z-]*)", GUIDES["commands.md"]))
    assert set(tree.COMMANDS) - described == set()


def test_no_guide_names_a_command_that_does_not_exist():
    named = {name for text in GUIDES.values() for name in re.findall(r"(?<!-)\bdiwan ([a-z][a-z-]*)\b(?=[ `])", text)}
    # Beside commands the guides name a unit of systemd.
    assert named - {*tree.COMMANDS, "diwan-worker"} == set()


def test_links_between_the_guides_lead_somewhere():
    broken = [(name, link) for name, text in GUIDES.items() for link in re.findall(r"\]\(([^)#:]+)\)", text)
              if not (ROOT / "docs/admin" / link).exists()]
    assert broken == []
