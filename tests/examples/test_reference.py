"""The reference for partners is what the code says, and says it of everything: names, hooks and signals."""

import importlib.util
import re

import pytest

from core import api, signals, testing
from tests.support.machine import ROOT

PARTNERS = ROOT / "docs" / "partners"
EXAMPLES = ROOT / "tests" / "examples"


def _generator():
    spec = importlib.util.spec_from_file_location("diwan_reference", PARTNERS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = _generator()
PAGE = GENERATE.TARGET.read_text(encoding="utf-8")
MODULES = [name for name in api.__all__ if type(getattr(api, name)).__name__ == "module"]


def test_the_page_is_as_the_code_is():
    assert GENERATE.page() == PAGE, "run: python docs/partners/generate.py"


@pytest.mark.parametrize("name", sorted(api.__all__))
def test_every_public_name_is_explained(name):
    assert len(GENERATE.described(name, getattr(api, name)).split()) > 3


@pytest.mark.parametrize(("module", "name"), [
    (module, name) for module in MODULES for name in GENERATE.members(getattr(api, module))])
def test_every_name_of_a_public_module_is_explained(module, name):
    assert len(GENERATE.described(name, getattr(getattr(api, module), name)).split()) > 3


@pytest.mark.parametrize("name", [name for name in testing.__all__ if callable(getattr(testing, name))])
def test_every_name_for_tests_is_explained(name):
    assert len(GENERATE.described(name, getattr(testing, name)).split()) > 3


@pytest.mark.parametrize("name", sorted(GENERATE.hooks()))
def test_every_hook_is_explained_has_an_example_and_is_tested(name):
    assert len(GENERATE.described(name, GENERATE.hooks()[name]).split()) > 3
    example = (EXAMPLES / "hooks" / f"{name}.py").read_text(encoding="utf-8")
    assert f"@hookimpl\ndef {name}(" in example
    assert len(example.splitlines()) < 40
    assert f"def test_hook_{name}(" in (EXAMPLES / "test_hooks.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(name for name in signals.declared() if name.startswith("core.")))
def test_every_signal_is_explained_and_has_an_example(name):
    assert len(signals.declared()[name].payload.split()) > 3
    example = (EXAMPLES / "hooks" / f"{name.removeprefix('core.')}.py").read_text(encoding="utf-8")
    assert f'@on("{name}")' in example


def test_links_between_the_guides_lead_somewhere():
    broken = [(path.name, link) for path in PARTNERS.glob("*.md")
              for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
              if not (PARTNERS / link).exists()]
    assert broken == []
