"""How somebody is told: by what he chose for each kind, and once a day at his hour, on his working days."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.auth.models import Organisation
from core.db import make_engine
from core.jobs import queue
from core.jobs.worker import Worker
from core.notify import choosing, digest, mailing, telling
from core.testing import Site, eventually
from core.ui import notices_views
from tests.core.mail.server import keeping


def work(site: Site, *names: str) -> list[Any]:
    """The mails in the outbox after these jobs."""
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(names):
        pass
    with site.app.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT subject, text, html FROM core_mail ORDER BY id")))


def clock(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """From now on it is this time (UTC) for all that tells and sends."""
    for module in (telling, mailing, choosing, digest, notices_views):
        monkeypatch.setattr(module, "utc_now", lambda: dt.datetime.fromisoformat(moment))


def at(site: Site, monkeypatch: pytest.MonkeyPatch, moment: str) -> list[Any]:
    """The mails once the jobs have run at this time (UTC)."""
    clock(monkeypatch, moment)
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
        "core.assigned.mail": "digest", "core.imported.bell": "1", "hour": "18", "working_days_only": "1"})  # fmt: skip
    assert saved.status_code == 303
    page = reader.get("/settings/notices").text
    assert page.count('<option value="digest" selected>') == 1
    assert page.count(" checked>") == 2
    for wrong in ({"hour": "24"}, {"hour": "18", "core.assigned.mail": "1"}):
        assert reader.post("/settings/notices", wrong).status_code == 422

    clock(monkeypatch, "2026-11-27T12:00:00+00:00")
    for name in ("Sara", "Lena"):
        site.api().create("contacts.contact", name=name, email=f"{name}@example.com", owner_id=rep)
    assert "dw-told-text" not in reader.get("/notices").text
    # Saturday is no working day of this organisation; 18:00 in Tehran is 14:30 UTC.
    assert at(site, monkeypatch, "2026-11-28T16:00:00+00:00") == []
    clock(monkeypatch, "2026-11-30T14:00:00+00:00")
    kept = site.api().create("contacts.contact", name="Maha", email="maha@example.com", owner_id=rep)["id"]
    gone = site.api().create("contacts.contact", name="Canary", email="canary@example.com", owner_id=rep)["id"]
    site.api().call("DELETE", f"/contacts/contact/{gone}")
    # What was not sent on Friday, when nobody worked, goes when work begins; then the day has its own.
    (mail,) = at(site, monkeypatch, "2026-11-30T14:40:00+00:00")
    assert "۹ آذر ۱۴۰۵" in mail.subject
    for name in ("Lena", "Sara", "Maha"):
        assert f"\u2068{name}\u2069" in mail.text.splitlines(), "each record has a heading"
    assert f"http://127.0.0.1:8000/contacts/contact/{kept}" in mail.text.splitlines()
    assert "Canary" not in mail.text + mail.html
    assert "۱۷:۳۰" in mail.text, "when it was, by the clock of its reader"
    assert '<html lang="fa" dir="rtl">' in mail.html
    # The same day brings no second one, also when something new waits; the next does, with what came after its hour.
    clock(monkeypatch, "2026-11-30T15:00:00+00:00")
    site.api().create("contacts.contact", name="Nika", email="nika@example.com", owner_id=rep)
    assert len(at(site, monkeypatch, "2026-11-30T17:00:00+00:00")) == 1
    assert len(at(site, monkeypatch, "2026-12-01T14:20:00+00:00")) == 1
    mails = at(site, monkeypatch, "2026-12-01T15:00:00+00:00")
    assert len(mails) == 2
    assert "Nika" in mails[1].text
    assert "Sara" not in mails[1].text
    assert len(at(site, monkeypatch, "2026-12-02T15:00:00+00:00")) == 2, "nothing new, no mail"


def test_what_waits_goes_as_it_is_chosen_now(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one kind of notice is never two mails."""
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    reader, chosen = site.client(rep), {"hour": "18", "core.assigned.bell": "1"}
    reader.post("/settings/me", {"intent": "settings", "name": "Omid", "language": "en", "timezone": "UTC"})

    def choose(by_mail: str, **more: str) -> None:
        sent = {**chosen, "core.assigned.mail": by_mail, **more}
        assert reader.post("/settings/notices", sent).status_code == 303

    def give(name: str) -> None:
        site.api().create("contacts.contact", name=name, email=f"{name}@example.com", owner_id=rep)

    clock(monkeypatch, "2026-11-30T12:00:00+00:00")
    choose("digest")
    give("Never")
    choose("never")
    choose("now", quiet_from="11", quiet_until="14")
    give("Gathered")
    choose("digest", quiet_from="11", quiet_until="14")
    assert work(site, "core.mail_notices") == []
    choose("now")
    give("Alone")
    told = [re.sub("[\u2066-\u2069]", "", one.text) for one in at(site, monkeypatch, "2026-11-30T18:00:00+00:00")]
    assert [[name for name in ("Never", "Gathered", "Alone") if name in text] for text in told] == [
        ["Alone"], ["Gathered"]]
    # What was seen at the bell is no news.
    choose("digest")
    give("Seen")
    reader.post("/notices/read")
    assert len(at(site, monkeypatch, "2026-12-01T18:00:00+00:00")) == 2

    # In one press: nothing but what calls him, and again all as for whoever has chosen nothing.
    mention = "activities.mention.mail"
    reader.post("/settings/notices", {"hour": "18", mention: "digest", "activities.mention.bell": "1",
                                      "core.assigned.bell": "1", "all": "usual"})
    page = reader.get("/settings/notices").text
    usual = (page.count(" checked>"), page.count('<option value="now" selected>'))
    assert usual > (5, 5)
    reader.post("/settings/notices", {"hour": "18", "all": "mentions"})
    page = reader.get("/settings/notices").text
    assert [page.count(f'<option value="{way}" selected>') for way in ("now", "digest")] == [2, 0]
    assert page.count(" checked>") == 2


def test_the_daily_mail_goes_once_whoever_sends_it_and_whoever_dies(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """REL-05: a worker that is killed between its writing and the commit, two at the same moment, and a real peer."""
    reps = [site.user(f"rep{number}@example.com", "sales_representative", name="Omid") for number in range(2)]
    clock(monkeypatch, "2026-11-29T12:00:00+00:00")
    for rep in reps:
        site.client(rep).post("/settings/notices", {"core.assigned.mail": "digest", "hour": "18"})
        site.api().create("contacts.contact", name="Sara", email=f"sara{rep}@example.com", owner_id=rep)
    clock(monkeypatch, "2026-11-30T20:00:00+00:00")
    engine, settings, reached = site.app.engine, site.app.settings, tmp_path / "reached"

    def hangs(*_given: Any, **_more: Any) -> None:
        reached.touch()
        time.sleep(60)

    _ask(site)
    engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            digest.mail.send = hangs
            Worker(make_engine(settings.database_url), settings).work_next(("core.mail_digests",))
        finally:
            os._exit(0)
    eventually(reached.exists, 20)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    _ask(site)
    _ask(site)
    begin = threading.Barrier(2)
    find = digest.last_turn

    def together(*given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            begin.wait(5)
        return find(*given)

    monkeypatch.setattr(digest, "last_turn", together)
    def one_job() -> None:
        worker = Worker(engine, settings)
        eventually(lambda: worker.work_next(("core.mail_digests",)), 20)

    threads = [threading.Thread(target=one_job) for _number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    with keeping() as server:
        post = Worker(engine, replace(settings, smtp_url=server.url))
        while post.work_next(("core.send_mail",)):
            pass
    assert sorted(to for to, _text in server.got) == [["rep0@example.com"], ["rep1@example.com"]]
    with engine.connect() as connection:
        states = connection.execute(sa.text("SELECT state FROM core_job WHERE name = 'core.mail_digests'")).scalars()
        assert sorted(states) == ["done", "done", "running"], "the killed one waits for its lease"


def _ask(site: Site) -> None:
    with site.unit():
        queue.enqueue("core.mail_digests")


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


def test_what_happens_again_right_after_the_daily_mail_comes_in_the_next_one(
        site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    reader = site.client(rep)
    reader.post("/settings/me", {"intent": "settings", "name": "Omid", "language": "en", "timezone": "UTC"})
    reader.post("/settings/notices", {"activities.comment.bell": "1", "activities.comment.mail": "digest",
                                      "core.assigned.mail": "never", "hour": "18"})  # fmt: skip
    clock(monkeypatch, "2026-11-30T12:00:00+00:00")
    sara = site.api().create("contacts.contact", name="Sara", email="sara@example.com", owner_id=rep)["id"]

    def comment(moment: str) -> None:
        clock(monkeypatch, moment)
        site.api().create("activities.comment", entity="contacts.contact", record_id=sara, body="News")

    comment("2026-11-30T17:58:00+00:00")
    assert len(at(site, monkeypatch, "2026-11-30T18:01:00+00:00")) == 1
    comment("2026-11-30T18:05:00+00:00")
    assert len(at(site, monkeypatch, "2026-11-30T18:20:00+00:00")) == 1, "one a day"
    assert len(at(site, monkeypatch, "2026-12-01T18:01:00+00:00")) == 2
    assert len(at(site, monkeypatch, "2026-12-02T18:01:00+00:00")) == 2


def test_in_quiet_hours_only_the_bell_counts_and_mails_follow(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    reader = site.client(rep)
    reader.post("/settings/me", {"intent": "settings", "name": "Omid", "language": "en", "timezone": "Asia/Tehran"})
    chosen = {"core.assigned.bell": "1", "core.assigned.mail": "now", "hour": "18", "activities.mention.bell": "1",
              "activities.mention.mail": "now", "activities.mention.urgent": "1"}  # fmt: skip
    for start, end in (("22", ""), ("7", "7"), ("22", "24")):
        wrong = {"quiet_from": start, "quiet_until": end}
        assert reader.post("/settings/notices", chosen | wrong).status_code == 422
    assert reader.post("/settings/notices", chosen | {"quiet_from": "22", "quiet_until": "7"}).status_code == 303
    assert reader.get("/settings/notices").text.count('<option value="22" selected>') == 1

    # 23:30 and 06:50 in Tehran are quiet, 07:10 is not.
    clock(monkeypatch, "2026-11-28T20:00:00+00:00")
    sara = site.api().create("contacts.contact", name="Sara", email="sara@example.com", owner_id=rep)["id"]
    assert work(site, "core.mail_notices") == []
    assert reader.get("/live").get_json()["unread"] == "1"
    assert reader.get("/notices/newest").get_json() == []
    # What is urgent to him comes all the same, and nothing with it.
    site.api().call("POST", "/activities/comment", {
        "entity": "contacts.contact", "record_id": sara, "body": f"@[Omid](user:{rep})"})  # fmt: skip
    assert ["mentioned" in one.subject for one in work(site, "core.mail_notices")] == [True]
    [told] = reader.get("/notices/newest").get_json()
    assert "mentioned" in told["text"]
    assert len(at(site, monkeypatch, "2026-11-29T03:20:00+00:00")) == 1
    clock(monkeypatch, "2026-11-29T03:40:00+00:00")
    site.api().create("contacts.contact", name="Lena", email="lena@example.com", owner_id=rep)
    [told] = reader.get("/notices/newest").get_json()
    assert "Lena" in told["text"]
    assert told["href"].startswith("/contacts/contact/")
    assert len(at(site, monkeypatch, "2026-11-29T03:40:00+00:00")) == 3
