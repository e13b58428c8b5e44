"""What is installed is pinned, checked by its hash, and named by pyproject.toml; the locks name no host."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.machine import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(.*)$")


def _project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _pins(lock):
    """{name: set of (version, condition)} of a lock file."""
    pins = {}
    for line in (ROOT / lock).read_text().splitlines():
        if found := PIN.match(line):
            condition = found[3].strip(" ;\\")
            pins.setdefault(canonicalize_name(found[1]), set()).add((found[2], condition))
    return pins


def _names(requirements):
    return {canonicalize_name(Requirement(text).name) for text in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
    without = [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]
    assert without == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_or_host_is_named(lock):
    assert re.findall(r"https?:|--(?:index|extra|find|trusted)\S*|file:", (ROOT / lock).read_text()) == []


def test_the_running_system_is_locked_with_its_build_tool():
    project = _project()
    wanted = _names(project["project"]["dependencies"]) | _names(project["build-system"]["requires"])
    assert wanted - _pins("requirements.lock").keys() == set()


def test_the_test_tools_are_locked_beside_all_that_runs():
    project = _project()
    wanted = _names(project["dependency-groups"]["dev"])
    wanted |= _names(project["project"]["optional-dependencies"]["testing"])
    assert wanted - _pins("requirements-dev.lock").keys() == set()


def test_both_locks_pin_the_same_versions():
    running, testing = map(_pins, LOCKS)
    assert {name: pins for name, pins in running.items() if testing.get(name) != pins} == {}


def test_every_locked_version_satisfies_pyproject():
    project = _project()
    texts = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pins = _pins("requirements-dev.lock")
    wrong = [
        f"{requirement} is locked at {version}"
        for requirement in map(Requirement, texts)
        for version, _condition in pins[canonicalize_name(requirement.name)]
        if version not in requirement.specifier
    ]
    assert wrong == []


def test_this_environment_is_what_the_lock_says():
    """A package upgraded by hand would make tests pass that fail for everybody else."""
    installed = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
    pins = _pins("requirements-dev.lock")
    differing = {
        name: (installed[name], versions)
        for name, versions in pins.items()
        if name in installed and installed[name] not in {version for version, _condition in versions}
    }
    assert differing == {}


def test_the_documentation_names_each_dependency_in_its_locked_version():
    project = _project()
    pins = _pins("requirements-dev.lock")
    rows = re.findall(r"^\| (\S+) \| (\S+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    documented = {canonicalize_name(name): version for name, version in rows if name not in {"Package", "---"}}
    groups = project["dependency-groups"]
    named = _names([*project["project"]["dependencies"], *groups["dev"], *groups["build"]])
    assert documented.keys() == named
    wrong = {
        name: version
        for name, version in documented.items()
        if version not in {pinned for pinned, _condition in pins[name]}
    }
    assert wrong == {}
