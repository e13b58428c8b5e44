"""Help, feedback and the tour through the pages: what explains a page, who may read it, what is told to whom."""

from __future__ import annotations

import re
from typing import Any

from core.actor import ALL
from core.records import erase
from core.testing import Site


def titles(client: Any, address: str) -> list[str]:
    page = client.get(address).get_data(as_text=True)
    return re.findall(r'class="dw-heading" id="topic-\d+">([^<]+)<', page)


def listed(client: Any, address: str = "/help") -> list[str]:
    return re.findall(r'href="/help/([a-z0-9_.-]+)"', client.get(address).get_data(as_text=True))


def test_the_help_explains_the_page_one_comes_from_as_far_as_its_reader_may_open_such_pages(site: Site) -> None:
    admin, reader = site.client(), site.client(site.user("rep@example.com", "sales_representative"))
    assert titles(admin, "/help?from=/contacts/contact") == ["Contacts", "Lists and filters"]
    assert titles(admin, "/help?from=/contacts/contact/map") == ["Contacts", "The map of a list"]
    assert titles(admin, "/help?from=/contacts/contact/7/edit") == ["Contacts", "Creating and editing"]
    assert titles(admin, "/help?from=/activities/pages/team") == ["My tasks and those of the team"]
    assert titles(admin, "/help?from=/settings/users/new&lang=fa") == ["کاربرها"]
    assert 'data-help aria-label="Help on this page"' in admin.get("/settings/users").text
    assert "core.users" in listed(admin)
    assert not {"core.users", "core.log", "core.jobs"} & set(listed(reader))
    assert "core.list" in listed(reader)
    assert reader.get("/help/core.users").status_code == 404
    history = reader.get("/help/core.history").text
    assert 'href="/help/core.timeline"' in history, "a link to what everybody may read"
    assert 'href="/help/core.log"' not in history, "a link to what only some may read is plain text"
    assert listed(admin, "/help?q=undo import")[0] == "core.import"
    assert admin.get("/help?q=zzz").status_code == 200
    for odd in ("//evil.example", "/no/such/page/at/all", "/contacts/contact?x=1", "%00", "\\"):
        assert admin.get(f"/help?from={odd}").status_code == 200, odd
    part = admin.get("/help?from=/contacts/contact", headers={"X-Diwan-Panel": "1"}).text
    assert part.startswith("<article")


def test_feedback_is_kept_with_its_page_told_to_those_who_read_it_and_erased_with_its_writer(site: Site) -> None:
    writer = site.user("rep@example.com", "sales_representative", name="Omid")
    client, admin, api = site.client(writer), site.client(), site.api()
    sent = client.post("/feedback?lang=fa", {"text": "It hangs", "kind": "idea", "window": "1280×720",
                                             "page": "/contacts/contact?q=secret"})  # fmt: skip
    assert (sent.status_code, sent.headers["Location"]) == (303, "/contacts/contact")
    (kept,) = api.get("/core/feedback?fields=*")["data"]
    facts = {name: kept[name] for name in ("text", "kind", "status", "path", "language", "window_size")}
    assert facts == {"text": "It hangs", "kind": "idea", "status": "new", "path": "/contacts/contact",
                     "language": "fa", "window_size": "1280×720"}  # fmt: skip
    assert kept["created_by_id"] == writer
    assert "Omid sent feedback: It hangs" in re.sub("<[^>]+>", "", admin.get("/notices").text)
    assert client.get("/core/feedback").status_code == 403
    assert api.call("PATCH", f"/core/feedback/{kept['id']}", {"status": "done"}).status_code == 200
    assert api.call("PATCH", f"/core/feedback/{kept['id']}", {"path": "/other"}).status_code == 422
    empty = client.post("/feedback?lang=en", {"text": " ", "kind": "idea"})
    assert empty.status_code == 422
    for language, told in (("en", "Write what you want to tell us."), ("fa", "بنویسید چه می‌خواهید بگویید."),
                           ("ar", "يُرجى كتابة ما ينبغي أن نعرفه.")):  # fmt: skip
        assert told in client.post(f"/feedback?lang={language}", {"text": " "}).text
    assert 'value="idea" checked' in empty.text, "what was chosen stands there still"
    silent = site.user("silent@example.com")
    site.give_roles(silent, site.role("Silent", contacts__contact__view=ALL))
    assert site.client(silent).post("/feedback", {"text": "x", "kind": "idea"}).status_code == 403
    assert "/feedback?from" not in site.client(silent).get("/").text
    with site.unit():
        assert [(spec.name, number) for spec, number in erase.told_of("core.user", writer)] == [
            ("core.feedback", kept["id"])
        ]


def test_the_tour_is_offered_until_it_was_taken_or_refused_and_again_when_asked_for(site: Site) -> None:
    client = site.client(site.user("new@example.com", "sales_representative"))
    page = client.get("/").text
    assert "data-tour" in page
    stops = re.findall(r'<li data-at="[^"]+"><strong>([^<]+)<', page)
    assert (stops[:2], len(stops)) == (["Your customers", "What you have to do"], 7)
    assert client.post("/tour").status_code == 303
    assert "data-tour" not in client.get("/").text
    assert "data-starts" in client.get("/?tour=1").text
