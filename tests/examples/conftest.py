"""The tiny plugins of tests/examples/hooks, installed and switched on."""

import importlib
import sys

import pytest

from core.actor import SYSTEM, Origin, acting
from core.plugin import lifecycle, loader, trial
from core.testing import Site
from tests.support import trials


@pytest.fixture(autouse=True)
def _quick_trials(monkeypatch):
    """Each example is tried anew, since all go by one name."""
    monkeypatch.setattr(trial, "attempt", trials.attempt)


@pytest.fixture
def install(tmp_path):
    """`install(name)`: the example is an installed package from now on, as an entry point tells."""
    facts = tmp_path / "packages" / "example-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
    sys.path.insert(0, str(facts.parent))

    def install(name):
        (facts / "entry_points.txt").write_text(f"[diwan.plugins]\nexample = tests.examples.hooks.{name}\n")
        importlib.invalidate_caches()
        loader.installed.cache_clear()
        return sys.modules.get(f"tests.examples.hooks.{name}") or loader.installed().plugins["example"].module

    yield install
    sys.path.remove(str(facts.parent))
    loader.installed.cache_clear()


@pytest.fixture
def switched_on(site: Site, install):
    """`switched_on(name)`: the module of the example, which is enabled on `site`."""

    def switch_on(name):
        module = install(name)
        with acting(SYSTEM, Origin("cli")):
            lifecycle.enable(site.app.engine, ["example"])
        return module

    return switch_on
