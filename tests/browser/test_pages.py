"""Every page of the real application in each language: direction, isolation, layout, and axe finds nothing serious.

The pages are those of the application's own list of routes, so that a new one is walked without being named here.
"""

from __future__ import annotations

import re

import pytest

from core.app import create_app
from core.config import load
from tests.browser.colleagues import SARA
from tests.support.browser_checks import accessibility_problems, page_problems

WIDTHS = (360, 768, 1280)
#: The walk in pieces: each page is looked at in three widths, and one test should not take minutes.
PARTS = 6
ENTITIES = ("contacts/contact", "contacts/company", "contacts/category", "core/user")
#: Parts of pages and files, which no browser shows by themselves. The text of a mail is one: it is shown in a frame
#: that runs no script at all, so nothing could be asked of it either.
NOT_PAGES = re.compile(
    r"^/(api|feeds|static|options|healthz|readyz|metrics)"
    r"|/(options|field|neighbours|export|status|panel|duplicates|live|html|timeline)\b"
    r"|<kind>|errors\.csv|template\."
)


@pytest.fixture(scope="module")
def addresses(live):
    """Every address a browser can go to, with records of the sample company in it."""
    app = create_app(load({"DIWAN_DATABASE_URL": live.database_url}, live.log.parent))
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or NOT_PAGES.search(rule.rule):
            continue
        for entity in ENTITIES if "<plugin>/<noun>" in rule.rule else ("",):
            plugin, _slash, noun = entity.partition("/")
            address = rule.rule.replace("<plugin>", plugin).replace("<noun>", noun)
            address = re.sub(r"<int:\w+>", "1", address)
            if "<" not in address:
                found.add(address)
    app.engine.dispose()
    return sorted(found)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", SARA, ids=str)
def test_direction_isolation_layout_and_access(live, someone, addresses, who, part):
    me = someone(live, who.name, who.language)
    wrong = {}
    for address in addresses[part::PARTS]:
        answer = me.page.goto(f"{live.address}{address}", wait_until="load")
        if answer.status in (403, 404):
            me.faults.clear()
        problems = [] if answer.status < 500 else [f"status {answer.status}"]
        for width in WIDTHS:
            me.page.set_viewport_size({"width": width, "height": 800})
            problems += [f"{width}: {problem}" for problem in page_problems(me.page, who.language)]
        problems += accessibility_problems(me.page)
        if problems:
            wrong[address] = problems
    assert wrong == {}
    assert len(addresses[part::PARTS]) > 5


@pytest.mark.parametrize("who", SARA, ids=str)
def test_the_form_in_the_panel_is_accessible(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/contacts/contact")
    me.start_creating()
    assert accessibility_problems(me.page) == []
    assert page_problems(me.page, who.language) == []
