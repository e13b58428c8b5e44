"""Whatever words of both directions a text has, it keeps its beginning where a narrow place cuts it off."""

from __future__ import annotations

import pytest

from tests.browser.person import PHONE
from tests.support.browser_checks import page_problems

MIXED = "عاجل: Prepare the yearly price list for all our customers in Dubai before the end of the month"


@pytest.mark.parametrize(("name", "language"), [("majed.alshehri", "ar"), ("emma.whitcombe", "en")])
def test_a_text_with_words_of_both_directions_keeps_its_beginning(live, someone, name, language):
    me = someone(live, name, viewport=PHONE)
    me.open("/")
    me.make("/activities/activity", subject=MIXED, kind="task")
    colleague = live.one("SELECT id FROM core_user WHERE email LIKE 'sara.ahmadi@%'")
    token = me.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    ask, headers = me.page.request, {"X-CSRFToken": token}
    chat = ask.post(f"{live.address}/chat/new", data={"user_ids": [colleague]}, headers=headers).json()
    said = ask.post(f"{live.address}{chat['href']}/messages", data={"body": MIXED[6:]}, headers=headers)
    assert said.status == 201, said.text()
    for path, cut in (("/activities/activity", ".dw-p-title .dw-cut"), ("/chat", ".dw-chat-last .dw-cut:last-child")):
        me.open(path)
        loses = me.page.locator(cut).first.evaluate(
            "one => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight + 2")
        assert loses, f"nothing is cut off at {path}"
        assert not [one for one in page_problems(me.page, language) if "start is cut off" in one]
