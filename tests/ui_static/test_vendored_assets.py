"""The libraries in the project are those of the lock, with their licences, and nothing is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "core" / "ui" / "static"
MANIFESTS = (STATIC / "vendor" / "manifest.json", ROOT / "tests" / "assets" / "manifest.json")
OWN = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and "vendor" not in path.parts]
OUTSIDE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9][a-z0-9.-]*\.[a-z]{2,}""", re.IGNORECASE)
LICENCES = {"MIT", "BSD-0-Clause", "BSD-2-Clause", "0BSD", "ISC", "Apache-2.0", "OFL", "OFL-1.1", "MPL-2.0"}


def manifest(path: Path) -> list[dict[str, object]]:
    return json.loads(path.read_text(encoding="utf-8"))["packages"]


def listed(path: Path) -> dict[str, str]:
    return {name: digest for package in manifest(path) for name, digest in package["files"].items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parts[-3])
class TestManifest:
    def test_every_file_has_the_digest_it_was_vendored_with(self, path):
        for name, digest in listed(path).items():
            found = hashlib.sha384((path.parent / name).read_bytes()).digest()
            assert digest == "sha384-" + base64.b64encode(found).decode("ascii"), name

    def test_each_package_brings_its_licence(self, path):
        for package in manifest(path):
            texts = [name for name in package["files"] if name.endswith("LICENCE.txt")]
            assert package["licence"] in LICENCES, package["name"]
            assert texts, package["name"]
            assert len((path.parent / texts[0]).read_text(encoding="utf-8")) > 400

    def test_versions_are_those_of_the_lock(self, path):
        lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        for package in manifest(path):
            assert package["version"] == lock[f"node_modules/{package['name']}"]["version"]


def test_nothing_is_in_the_vendor_folder_that_the_manifest_does_not_know():
    vendor = STATIC / "vendor"
    present = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert present == {*listed(MANIFESTS[0]), "manifest.json"}


def test_the_lock_names_no_registry():
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")


def test_our_own_style_sheets_and_scripts_name_no_address_outside():
    named = {path.name: OUTSIDE.findall(path.read_text(encoding="utf-8")) for path in OWN}
    assert {name: found for name, found in named.items() if found} == {}


@pytest.mark.parametrize("line", ['@import "https://cdn.example.com/a.css"', "import x from '//unpkg.com/x'"])
def test_an_address_outside_would_be_found(line):
    assert OUTSIDE.search(line)


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = (STATIC / "vendor" / "icons" / "sprite.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    templates = ROOT / "core" / "ui" / "templates"
    text = "\n".join(path.read_text(encoding="utf-8") for path in templates.rglob("*.html"))
    used = set(re.findall(r'\bicon\("([a-z0-9-]+)"', text))
    for path in OWN:
        used |= set(re.findall(r'icon\((?:locale\.)?sprite, "([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert len(used) > 40
    assert used - known == set()
