"""Copies the browser libraries into the project, so that running Diwan needs neither Node nor a network.

Run after changing a version in ``package.json`` (then ``npm install --package-lock-only``)::

    python frontend/vendor.py

It installs the locked packages into a temporary folder without running their scripts, copies the files named
in ``PACKAGES``, builds the icon sprite from ``icons.txt``, and writes ``manifest.json`` beside the files:
name, version, licence and SHA-384 of each. ``tests/ui_static/test_vendored_assets.py`` compares the two.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
ROOT = FRONTEND.parent
STATIC = ROOT / "core" / "ui" / "static"
VENDOR = STATIC / "vendor"
TEST_ASSETS = ROOT / "tests" / "assets"

_INNER_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_EMPTY_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files to copy, under which names, and where its licence text stands.

    ``licence_file`` is a path inside the package, or a file of ``frontend/licences`` for the packages that
    declare a licence without enclosing its text.
    """

    name: str
    folder: str
    files: tuple[tuple[str, str], ...]
    licence_file: str
    target: Path = VENDOR


PACKAGES = (
    Package(
        "@tabler/core",
        "tabler",
        (
            ("dist/css/tabler.min.css", "tabler.min.css"),
            ("dist/css/tabler.rtl.min.css", "tabler.rtl.min.css"),
        ),
        "licences/tabler.txt",
    ),
    Package(
        "htmx.org",
        "htmx",
        (("dist/htmx.min.js", "htmx.min.js"), ("dist/ext/hx-csp.min.js", "hx-csp.min.js")),
        "LICENSE",
    ),
    Package("@alpinejs/csp", "alpine", (("dist/cdn.min.js", "alpine-csp.min.js"),), "licences/alpine.txt"),
    Package("leaflet", "leaflet", (("dist/leaflet.js", "leaflet.js"), ("dist/leaflet.css", "leaflet.css")), "LICENSE"),
    Package("world-atlas", "world", (("land-110m.json", "land-110m.json"),), "LICENSE"),
    Package(
        "tom-select",
        "tom-select",
        (
            ("dist/js/tom-select.complete.min.js", "tom-select.complete.min.js"),
            ("dist/css/tom-select.min.css", "tom-select.min.css"),
        ),
        "LICENSE",
    ),
    Package(
        "vazirmatn",
        "vazirmatn",
        (("fonts/webfonts/Vazirmatn[wght].woff2", "vazirmatn-variable.woff2"),),
        "OFL.txt",
    ),
    Package("@tabler/icons", "icons", (), "LICENSE"),
    Package("axe-core", "axe", (("axe.min.js", "axe.min.js"),), "LICENSE", TEST_ASSETS),
)


def sha384(content: bytes) -> str:
    """The digest in the form of the ``integrity`` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def install(folder: Path) -> Path:
    """Installs exactly the locked packages; returns their ``node_modules``."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FRONTEND / name, folder / name)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder / "node_modules"


def symbol(name: str, svg: str) -> str:
    """One icon as a ``<symbol>``: the drawing only; stroke and size come from the style sheet."""
    found = _INNER_SVG.search(svg)
    if found is None:
        raise ValueError(f"{name} is not an SVG drawing")
    drawing = re.sub(r">\s+<", "><", _EMPTY_BOX.sub("", found.group(1)).strip())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


def build_sprite(icons: Path) -> bytes:
    """The icons of ``icons.txt`` and our own mark in one file."""
    names = (FRONTEND / "icons.txt").read_text(encoding="utf-8").split()
    symbols = [symbol(name, (icons / f"{name}.svg").read_text(encoding="utf-8")) for name in names]
    symbols.append(symbol("diwan", (FRONTEND / "marks" / "diwan.svg").read_text(encoding="utf-8")))
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode("utf-8")


def copy_package(package: Package, modules: Path) -> dict[str, object]:
    """Copies one package's files and licence; returns its line of the manifest."""
    source, target = modules / package.name, package.target / package.folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    described = json.loads((source / "package.json").read_text(encoding="utf-8"))
    content = {copied: (source / original).read_bytes() for original, copied in package.files}
    if package.name == "@tabler/icons":
        content["sprite.svg"] = build_sprite(source / "icons" / "outline")
    own_text = package.licence_file.startswith("licences/")
    content["LICENCE.txt"] = ((FRONTEND if own_text else source) / package.licence_file).read_bytes()
    for name, data in content.items():
        (target / name).write_bytes(data)
    return {
        "name": package.name,
        "version": described["version"],
        "licence": described["license"],
        "files": {f"{package.folder}/{name}": sha384(data) for name, data in sorted(content.items())},
    }


def write_manifest(target: Path, lines: list[dict[str, object]]) -> None:
    """Writes what was copied, readable and stable under version control."""
    text = json.dumps({"packages": lines}, indent=2, ensure_ascii=False) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Replaces the vendored files by those of the lock."""
    with tempfile.TemporaryDirectory() as folder:
        modules = install(Path(folder))
        for target in (VENDOR, TEST_ASSETS):
            packages = [package for package in PACKAGES if package.target == target]
            write_manifest(target, [copy_package(package, modules) for package in packages])


if __name__ == "__main__":
    main()
