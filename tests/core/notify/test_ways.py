"""How somebody is told: by what he chose for each kind, and once a day at his hour, on his working days."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import sqlalchemy as sa

from core.auth.models import Organisation
from core.jobs import queue
from core.jobs.worker import Worker
from core.notify import choosing, digest, mailing
from core.testing import Site


def work(site: Site, *names: str) -> list[Any]:
    """The mails in the outbox after these jobs."""
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(names):
        pass
    with site.app.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT subject, text FROM core_mail ORDER BY id")))


def at(site: Site, monkeypatch: pytest.MonkeyPatch, moment: str) -> list[Any]:
    """The mails once the job of the daily mail has run at this time (UTC)."""
    monkeypatch.setattr(digest, "utc_now", lambda: dt.datetime.fromisoformat(moment))
    with site.unit():
        queue.enqueue("core.mail_digests")
    return work(site, "core.mail_notices", "core.mail_digests")


def test_a_daily_mail_gathers_what_came_at_the_readers_hour(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(Organisation.__table__).values(weekend="67"))
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    reader = site.client(rep)
    reader.post("/settings/me", {"intent": "settings", "name": "Omid", "language": "fa", "calendar": "jalali",
                                 "timezone": "Asia/Tehran"})  # fmt: skip
    saved = reader.post("/settings/notices", {
        "core.assigned.digest": "1", "core.imported.bell": "1", "hour": "18", "working_days_only": "1"})  # fmt: skip
    assert saved.status_code == 303
    page = reader.get("/settings/notices").text
    assert 'name="core.assigned.digest" value="1"' in page
    assert page.count(" checked>") == 3
    assert reader.post("/settings/notices", {"hour": "24"}).status_code == 422

    for name in ("Sara", "Lena"):
        site.api().create("contacts.contact", name=name, email=f"{name}@example.com", owner_id=rep)
    assert "dw-told-text" not in reader.get("/notices").text
    # Saturday is no working day of this organisation; 18:00 in Tehran is 14:30 UTC.
    assert at(site, monkeypatch, "2026-11-28T16:00:00+00:00") == []
    assert at(site, monkeypatch, "2026-11-30T14:20:00+00:00") == []
    mails = at(site, monkeypatch, "2026-11-30T14:40:00+00:00")
    assert len(mails) == 1
    assert "آذر" in mails[0].subject
    assert "Lena" in mails[0].text
    assert "Sara" in mails[0].text
    # The same day brings no second one, also when something new waits; the next does.
    site.api().create("contacts.contact", name="Maha", email="maha@example.com", owner_id=rep)
    assert len(at(site, monkeypatch, "2026-11-30T17:00:00+00:00")) == 1
    mails = at(site, monkeypatch, "2026-12-01T15:00:00+00:00")
    assert len(mails) == 2
    assert "Sara" not in mails[1].text


def test_the_end_of_an_import_is_told_to_whoever_asked_for_it(site: Site) -> None:
    admin = site.client()
    file = io.BytesIO(b"Name,Email\r\nSara,sara@example.com\r\nOmid,nothing\r\n")
    made = admin.post("/contacts/contact/import", {"file": (file, "people.csv")})
    admin.post(made.location, {"column_0": "name", "column_1": "email", "act": "continue"})
    admin.post(f"{made.location}/run")
    work(site, "core.run_import")
    page = admin.get("/notices").text
    assert "people.csv" in page
    assert "1 created, 0 updated, 1 failed" in page
    assert f'href="{made.location}"' in page


def test_in_quiet_hours_only_the_bell_counts_and_mails_follow(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    reader = site.client(rep)
    reader.post("/settings/me", {"intent": "settings", "name": "Omid", "language": "en", "timezone": "Asia/Tehran"})
    chosen = {"core.assigned.bell": "1", "core.assigned.mail": "1", "hour": "18"}
    for start, end in (("22", ""), ("7", "7"), ("22", "24")):
        wrong = {"quiet_from": start, "quiet_until": end}
        assert reader.post("/settings/notices", chosen | wrong).status_code == 422
    assert reader.post("/settings/notices", chosen | {"quiet_from": "22", "quiet_until": "7"}).status_code == 303
    assert reader.get("/settings/notices").text.count('<option value="22" selected>') == 1

    def clock(moment: str) -> None:
        for module in (mailing, choosing, digest):
            monkeypatch.setattr(module, "utc_now", lambda: dt.datetime.fromisoformat(moment))

    # 23:30 and 06:50 in Tehran are quiet, 07:10 is not.
    clock("2026-11-28T20:00:00+00:00")
    site.api().create("contacts.contact", name="Sara", email="sara@example.com", owner_id=rep)
    assert work(site, "core.mail_notices") == []
    assert reader.get("/live").get_json()["unread"] == "1"
    assert reader.get("/notices/newest").get_json() == []
    clock("2026-11-29T03:20:00+00:00")
    assert at(site, monkeypatch, "2026-11-29T03:20:00+00:00") == []
    clock("2026-11-29T03:40:00+00:00")
    [told] = reader.get("/notices/newest").get_json()
    assert "Sara" in told["text"]
    assert told["href"].startswith("/contacts/contact/")
    assert len(at(site, monkeypatch, "2026-11-29T03:40:00+00:00")) == 1
