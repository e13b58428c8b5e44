"""Two people in one record: the second chooses field by field, and loses nothing that the first has saved (P22)."""

from __future__ import annotations

import re
from typing import Any

from core.testing import Site

CONTACT = "/contacts/contact"


def chosen(page: str) -> dict[str, str]:
    """What the form of the conflict would send as it stands."""
    kept = dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked>', page))
    return {**dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)), **kept}


def test_every_save_since_the_form_was_opened_is_shown_and_theirs_kept_where_mine_is_untouched(site: Site) -> None:
    api, client = site.api(), site.client()
    made: dict[str, Any] = api.create("contacts.contact", name="Sara", email="s@example.com", city="Tehran",
                                      website="https://a.example", tags=["warm"])  # fmt: skip
    record = f"{CONTACT}/{made['id']}"
    tag = str(made["tags"][0]["id"])
    # A colleague saves twice while my form is open: the city and the tags first, then the name.
    api.call("PATCH", record, {"city": "Shiraz", "tags": ["warm", "bigger"]})
    api.call("PATCH", record, {"name": "Sara K."})
    mine = {"name": "Sara Karimi", "email": "s@example.com", "city": "Tehran", "website": "https://b.example",
            "tags": tag, "version": str(made["version"])}  # fmt: skip
    answer = client.post(f"{record}/edit", mine)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert page.count('class="dw-versions"') == 2
    for both in ("Sara K.", "Sara Karimi", "Shiraz", "Tehran"):
        assert both in page
    tags = re.findall(r'<input type="hidden" name="tags" value="(\d+)">', page)
    assert len(tags) == 2
    sent = chosen(page)
    assert (sent["name"], sent["city"], sent["website"]) == ("Sara Karimi", "Shiraz", "https://b.example")
    assert client.post(f"{record}/edit", {**sent, "tags": tags}).status_code == 303
    stored = api.get(record)
    assert (stored["name"], stored["city"], stored["website"]) == ("Sara Karimi", "Shiraz", "https://b.example")
    assert {one["name"] for one in stored["tags"]} == {"warm", "bigger"}


def test_a_moment_is_chosen_whole(site: Site) -> None:
    """The day of one is not saved with the time of the other."""
    api, client, path = site.api(), site.client(), "/activities/activity"
    made = api.create("activities.activity", subject="Visit", due_at="2099-01-02T09:00:00Z")
    record = f"{path}/{made['id']}"
    api.call("PATCH", record, {"due_at": "2099-01-05T16:30:00Z"})
    mine = {"due_at": "2099-01-03", "due_at__calendar": "gregorian", "due_at__time": "11:15",
            "version": str(made["version"])}  # fmt: skip
    page = client.post(f"{record}/edit", mine).text
    assert chosen(page)["due_at"] == "2099-01-03T11:15:00Z"
    theirs = {**chosen(page), "due_at": "2099-01-05T16:30:00Z"}
    assert f'value="{theirs["due_at"]}"' in page
    assert client.post(f"{record}/edit", theirs).status_code == 303
    assert api.get(record)["due_at"] == "2099-01-05T16:30:00Z"
