"""Every page in each language and width where it is hardest, with names of three hundred letters: direction, isolation
and layout hold, and axe finds nothing serious. And every text went through the catalogues.

The pages are those of the application's own list of routes, so that a new one is walked without being named here.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core import records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting
from core.db import unit_of_work
from core.language.i18n import LANGUAGE_NAMES
from tests.browser.colleagues import SARA
from tests.browser.walking import pages_of
from tests.support.browser_checks import AXE, accessibility_problems, menu_problems, page_problems
from tests.support.live import serving_here
from tests.support.marked_texts import marked_texts

WIDTHS = (360, 768, 1280)
#: The walk in pieces: each page is looked at in three widths, and one test should not take minutes.
PARTS = 6
LONG = "عبد الرحمن بن عبد العزيز آل سعود القحطاني " * 8
#: What pages show of a record: its own name and those of what it belongs to. As long as the field lets them be.
NAMED = ("contacts.contact", "contacts.company", "contacts.category", "contacts.tag", "core.user")
#: Languages are offered under the names that they call themselves, in whatever language the page is.
NAMES_OF_LANGUAGES = re.compile("“(" + "|".join(LANGUAGE_NAMES.values()) + ")”")


def give_long_names(engine):
    """The first record of each kind gets a name as long as its field takes, and so do those who are shown beside it.

    In lists it stands among the names of the sample company.
    """
    with registries.pinned(registries.current()), unit_of_work(engine), acting(SYSTEM, Origin("cli")):
        for name in NAMED:
            spec = registries.current().entity(name)
            title = spec.fields[spec.meta.title]
            longest = LONG[: min(300, title.max_length or 300)].strip()
            records.update(spec, 1, {title.name: longest})


@pytest.fixture(scope="module")
def hard(databases, tmp_path_factory):
    with serving_here(databases, tmp_path_factory.mktemp("hard") / "instance", give_long_names) as made:
        yield made


@pytest.fixture(scope="module")
def pages(hard):
    return pages_of(hard)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", SARA, ids=str)
def test_direction_isolation_layout_and_access(hard, someone, pages, who, part):
    me = someone(hard, who.name, who.language)
    me.page.add_init_script(path=AXE)  # quicker than to send it to each page
    wrong = {}
    for address in pages[part::PARTS]:
        answer = me.page.goto(f"{hard.address}{address}", wait_until="load")
        problems = [] if answer.status < 500 else [f"status {answer.status}"]
        for width in WIDTHS:
            me.page.set_viewport_size({"width": width, "height": 800})
            problems += [f"{width}: {problem}" for problem in page_problems(me.page, who.language)]
            if width == WIDTHS[0] and who.language != "ar":  # where there is least room, in both directions
                problems += menu_problems(me.page)
        problems += accessibility_problems(me.page, looks=who.language == "fa")
        if problems:
            wrong[address] = problems
    assert wrong == {}
    assert len(pages[part::PARTS]) > 10


@pytest.mark.parametrize("who", SARA, ids=str)
def test_the_form_in_the_panel_is_accessible(hard, someone, who):
    me = someone(hard, who.name, who.language)
    me.open("/contacts/contact")
    me.start_creating()
    assert accessibility_problems(me.page) == []
    assert page_problems(me.page, who.language) == []


def test_every_text_on_every_page_went_through_the_catalogues(hard, someone, pages):
    me = someone(hard, SARA[1].name, SARA[1].language)
    me.page.set_viewport_size({"width": 1280, "height": 800})
    wrong = {}
    with marked_texts():
        for address in pages:
            me.page.goto(f"{hard.address}{address}", wait_until="load")
            problems = [problem for problem in page_problems(me.page, SARA[1].language, untranslated=True)
                        if "translatable" in problem and not NAMES_OF_LANGUAGES.search(problem)]  # fmt: skip
            if problems:
                wrong[address] = problems
    assert wrong == {}
    assert len(pages) > 60


def test_a_change_of_language_keeps_the_page_the_form_and_the_place(hard, someone):
    me = someone(hard, SARA[0].name, "fa")
    me.page.set_viewport_size({"width": 1000, "height": 500})
    me.open("/contacts/contact/2/edit")
    me.page.locator("#f-note").fill("متنی که هنوز ذخیره نشده است")
    me.page.locator("#f-city").fill("Shiraz")
    form = me.page.locator(".dw-form-body")
    form.evaluate("form => { form.scrollTop = 300; }")
    for language in ("ar", "en", "fa"):
        me.menu("own-menu").locator(f"[name=language][value={language}]").click()
        expect(me.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
        expect(me.page.locator("#f-note")).to_have_value("متنی که هنوز ذخیره نشده است")
        expect(me.page.locator("#f-city")).to_have_value("Shiraz")
        expect(form).to_have_js_property("scrollTop", 300)
    assert me.page.url.endswith("/contacts/contact/2/edit")
    me.page.locator("[data-save]").click()
    me.page.wait_for_url(lambda address: "edit" not in address)
    assert hard.one("SELECT city FROM contacts_contact WHERE id = 2") == "Shiraz"
