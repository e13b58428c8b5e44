"""Every page of the real application in each language: direction, isolation, layout, and axe finds nothing serious.

The pages are those of the application's own list of routes, so that a new one is walked without being named here.
"""

from __future__ import annotations

import pytest

from tests.browser.colleagues import SARA
from tests.browser.walking import addresses_of
from tests.support.browser_checks import accessibility_problems, menu_problems, page_problems

WIDTHS = (360, 768, 1280)
#: The walk in pieces: each page is looked at in three widths, and one test should not take minutes.
PARTS = 6


@pytest.fixture(scope="module")
def addresses(live):
    return addresses_of(live)


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
            if width == WIDTHS[0] and who.language != "ar":  # where there is least room, in both directions
                problems += menu_problems(me.page)
        problems += accessibility_problems(me.page, contrast=who.language == "fa")
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
