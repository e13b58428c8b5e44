"""The guide to rights names every right that can be given alone, so that nobody has to guess what a tick does."""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest

from core.registry import ENTITY_ACTIONS, current
from core.testing import Site
from tests.support.machine import ROOT


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_guide_names_every_right(site: Site) -> None:
    told = set(re.findall(r"`([\w.]+)`", (ROOT / "docs/admin/rights.md").read_text(encoding="utf-8")))
    with site.unit():
        known, entities = current().permissions, current().entities
    special = {name for name in known if not _is_plain(name, entities)}
    assert special <= told
    assert {name for name in told if name.startswith("core.")} <= special, "a right that is no more"
    assert {"KIND.export", "KIND.import", "KIND.assign"} <= told


def _is_plain(name: str, entities: Collection[str]) -> bool:
    """Whether it is one that every kind of record has, or every one that somebody is in charge of."""
    kind, _dot, act = name.rpartition(".")
    return kind in entities and act in (*ENTITY_ACTIONS, "assign")
