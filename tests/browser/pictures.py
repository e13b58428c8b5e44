"""Draws the pictures of the README and of docs/pictures.md from a freshly served sample company.

    .venv/bin/python -m tests.browser.pictures docs/pictures
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser.person import CONTACTS, PHONE, Person, Profiles
from tests.support.browser import launched
from tests.support.databases import Databases
from tests.support.live import Live, serving
from tests.support.run_folder import create, remove

#: Somebody else's list, with the mistakes that such lists have: the same person twice, an email that is none.
LIST = """نام;ایمیل;موبایل;شهر;تاریخ تولد
مهدی رضایی;mehdi.rezaei@abzar.example;۰۹۱۲۳۴۵۶۷۸۰;تهران;۱۳۷۰/۰۵/۱۲
زهرا كريمي;zahra.karimi@abzar.example;09351234567;شیراز;۱۳۶۵/۱۱/۰۳
ناصر حسینی;naser.hosseini@;۰۹۱۲۱۱۱۲۲۳۳;اصفهان;۱۴۰۴/۱۲/۳۰
نسرین احمدی;nasrin@abzar.example;۰۹۱۵۴۴۴۵۵۶۶;مشهد;
"""


#: Letters are there and nothing is being fetched; streams of news stay open, so the network is never quiet.
SETTLED = "document.fonts.status === 'loaded' && !document.querySelector('.htmx-request, [aria-busy=true]')"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as this colleague sees it after these steps. What begins with “phone” is as wide as one."""

    name: str
    who: str
    path: str
    steps: Callable[[Person], Any] | None = None
    height: int = 800
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def screen(self) -> dict[str, int]:
        return PHONE if self.name.startswith("phone") else {"width": 1280, "height": self.height}


def _open_first(me: Person) -> None:
    me.rows().first.locator(".dw-name-link").click()
    me.page.wait_for_url("**/contacts/contact/*")


def _write_a_note(me: Person) -> None:
    """A comment that colleagues read, and a note that nobody takes for a message."""
    _open_first(me)
    for kind, text in (("comment", "أُرسل عرض السعر أمس، والاتصال القادم يوم الأربعاء."),
                       ("note", "عرض المنافس أرخص، والخصم بموافقة مدير المبيعات فقط.")):  # fmt: skip
        composer = me.page.locator("form.dw-composer")
        composer.locator(f".dw-composer-{kind}").click()
        composer.locator("[name=body]").fill(text)
        composer.locator("[type=submit]").click()
        expect(me.page.locator(".dw-entry", has_text=text)).to_be_visible()


def _fill_in_half(me: Person) -> None:
    me.start_creating()
    me.field("name").fill("مریم صادقی")
    me.field("email").fill("maryam.sadeghi@")
    me.field("email").blur()
    me.panel.locator("[data-field=birth_date] [data-date]").click()


def _bring_a_list(me: Person) -> None:
    me.page.set_input_files("#import-file", {"name": "مشتریان.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    me.page.locator("[data-next]").click()
    me.page.wait_for_url("**/import/*")


PICTURES = (
    Picture("dashboard-fa", "sara.ahmadi", "/"),
    Picture("list-ar", "majed.alshehri", CONTACTS),
    Picture("record-en", "emma.whitcombe", CONTACTS, _open_first),
    Picture("phone-fa", "amir.rastegar", CONTACTS),
    Picture("record-ar", "majed.alshehri", CONTACTS, _write_a_note, height=1100),
    Picture("form-fa", "amir.rastegar", CONTACTS, _fill_in_half),
    Picture("board-en", "emma.whitcombe", f"{CONTACTS}/board"),
    Picture("calendar-fa", "amir.rastegar", "/activities/activity/calendar?mine=1&span=week"),
    Picture("tasks-ar", "majed.alshehri", "/activities/pages/mine"),
    Picture("import-fa", "sara.ahmadi", f"{CONTACTS}/import", _bring_a_list),
    Picture("modules-fa", "sara.ahmadi", "/settings/modules"),
    Picture("field-fa", "sara.ahmadi", "/settings/fields/contacts.contact/new"),
    Picture("phone-record-ar", "majed.alshehri", CONTACTS, _open_first),
    Picture("dark-en", "emma.whitcombe", CONTACTS, options={"color_scheme": "dark"}),
)


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
    """Every picture of the list, in few colours: a quarter of the size, and nobody sees it."""
    for picture in PICTURES:
        me = Person(profiles, live, picture.who, viewport=picture.screen, **picture.options)
        me.open(picture.path)
        if picture.steps:
            picture.steps(me)
        me.page.wait_for_function(SETTLED)
        path = folder / f"{picture.name}.png"
        me.page.screenshot(path=path)
        Image.open(path).quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
