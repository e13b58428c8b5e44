"""Draws the pictures of the README from a freshly served sample company.

    .venv/bin/python -m tests.browser.pictures docs/pictures
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.browser.person import CONTACTS, PHONE, Person, Profiles
from tests.support.browser import launched
from tests.support.databases import Databases
from tests.support.live import Live, serving
from tests.support.run_folder import create, remove

SCREEN = {"width": 1280, "height": 800}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    run = create()
    try:
        with tempfile.TemporaryDirectory() as name:
            databases = Databases(Path(name))
            with serving(databases, "sqlite", Path(name) / "instance") as live, launched() as chromium:
                draw(live, Profiles(chromium), folder)
    finally:
        remove(run)


def draw(live: Live, profiles: Profiles, folder: Path) -> None:
    """Four pictures: a list, a start page, a record and a phone, in the three languages."""

    def come(name: str, screen: dict[str, int] = SCREEN) -> Person:
        return Person(profiles, live, name, viewport=screen)

    come("sara.ahmadi").open("/").screenshot(path=folder / "dashboard-fa.png")
    come("majed.alshehri").open(CONTACTS).screenshot(path=folder / "list-ar.png")
    emma = come("emma.whitcombe")
    page = emma.open(CONTACTS)
    emma.rows().first.locator(".dw-name-link").click()
    page.wait_for_url("**/contacts/contact/*")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "record-en.png")
    come("amir.rastegar", PHONE).open(CONTACTS).screenshot(path=folder / "phone-fa.png")


if __name__ == "__main__":
    main()
