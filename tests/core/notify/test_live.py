"""What a page that stays open is told: the bell, and what others changed in the list or record it shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from core.actor import OWN
from core.auth.models import session
from core.entity.base import utc_now
from core.testing import Site, counted_queries

CONTACT = "/contacts/contact"


def news(client: Any, at: str, since: int | str = "") -> Any:
    answer = client.get("/live", query_string={"at": at, "since": since})
    assert answer.status_code == 200
    return answer.get_json()


def test_an_open_page_is_told_what_others_changed_and_only_that(site: Site) -> None:
    api, admin = site.api(), site.client()
    mine = site.role("Own", contacts__contact__view=OWN, contacts__contact__change=OWN)
    rep = site.user("rep@example.com", name="Omid")
    site.give_roles(rep, mine)
    reader = site.client(rep)
    given, hidden = (api.create("contacts.contact", name=name, email=f"{name}@example.com", owner_id=owner)["id"]
                     for name, owner in (("Sara", rep), ("Lena", 1)))  # fmt: skip
    start = news(reader, CONTACT)
    assert (start["text"], start["unread"]) == ("", "1")
    assert f'data-live-since="{start["seq"]}"' in reader.get(CONTACT).text

    for one in (given, hidden):
        api.call("PATCH", f"{CONTACT}/{one}", {"city": "Shiraz"})
    api.call("PATCH", f"{CONTACT}/{given}", {"status": "in_progress"})
    since = start["seq"]
    for layout in ("", "/board", "/calendar", "/map"):
        assert news(reader, f"{CONTACT}{layout}", since)["text"] == "1 new change"
    assert news(reader, f"{CONTACT}/{given}", since)["text"] == "Changed by \u2068admin\u2069 just now"
    for nothing in (f"{CONTACT}/{hidden}", f"{CONTACT}/{given}/edit", "/contacts/company", "/settings/me", "?"):
        assert news(reader, nothing, since)["text"] == ""
    # What one does oneself is no news, nor what was told already; then one query is all that it costs.
    assert news(admin, CONTACT, since)["text"] == ""
    now = news(reader, CONTACT, since)["seq"]
    with counted_queries(site.app) as seen:
        assert news(reader, CONTACT, now)["text"] == ""
    assert len(seen) == 1
    site.api(rep).call("PATCH", f"{CONTACT}/{given}", {"city": "Yazd"})
    assert news(reader, CONTACT, now)["text"] == ""
    assert news(admin, f"{CONTACT}/{given}", now)["text"] == "Changed by \u2068Omid\u2069 just now"

    # A page that asks by itself keeps no session alive.
    then = (utc_now() - dt.timedelta(minutes=20)).replace(microsecond=0)
    with site.app.engine.begin() as connection:
        connection.execute(sa.update(session).values(seen_at=then))
    asked = reader.get("/live")
    asked.close()
    with site.app.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.max(session.c.seen_at))).scalar() == then
