"""The pages of jobs and of outgoing mail: what stands there, for whom, and what its buttons do."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import sqlalchemy as sa

from core.declarations import Job
from core.jobs.models import jobs as table
from core.mail import outbox
from core.mail.models import mails
from core.testing import counted_queries


def _fail(_context: Any) -> None:
    raise ValueError("a <b>broken</b> cable")


def _audited(queue: Any, entity: str) -> list[str]:
    with queue.engine.connect() as connection:
        found = sa.text("SELECT action FROM core_audit WHERE entity = :entity ORDER BY id")
        return list(connection.execute(found, {"entity": entity}).scalars())


def test_a_failing_job_is_listed_with_its_error_and_a_retry_button(queue, declare):
    """P48"""
    declare(Job("test.fail", _fail, retries=0, label="Mend the cable"))
    job_id = queue.ask("test.fail")
    queue.work()
    client = queue.site.client()
    page = client.get("/settings/jobs").get_data(as_text=True)
    assert "Mend the cable" in page
    assert "ValueError: a &lt;b&gt;broken&lt;/b&gt; cable" in page
    assert f"job-{job_id}" in page
    assert f'action="/settings/jobs/{job_id}/retry"' in page
    assert client.post(f"/settings/jobs/{job_id}/retry").status_code == 303
    assert queue[job_id].state == "waiting"
    assert client.post(f"/settings/jobs/{job_id}/cancel").status_code == 303
    assert queue[job_id].state == "cancelled"
    assert client.post(f"/settings/jobs/{job_id}/cancel").status_code == 409
    assert _audited(queue, "core.job") == ["retry", "cancel"]

    api, path = queue.site.api(), f"/core/job/{job_id}"
    found = api.get("/core/job?name=test.fail&state=cancelled&limit=1")
    assert (found["total"], found["next"], found["data"][0]["label"]) == (1, None, "Mend the cable")
    assert api.call("POST", f"{path}/retry").get_json()["state"] == "waiting"
    queue.work()
    told = api.get(path)
    assert (told["state"], told["error"]) == ("dead", "ValueError: a <b>broken</b> cable")
    assert "in _fail" in told["trace"]
    codes = [api.call(*call).status_code for call in (
        ("POST", f"{path}/cancel"), ("GET", "/core/job/999"), ("GET", "/core/job?state=broken"))]
    assert codes == [409, 404, 400]
    assert _audited(queue, "core.job") == ["retry", "cancel", "retry"]
    assert "/core/job/{job_id}/retry" in api.get("/openapi.json")["paths"]
    stranger = queue.site.api(queue.site.user("no@example.com", "sales_manager"))
    assert [stranger.call(*call).status_code for call in (("GET", path), ("POST", f"{path}/retry"))] == [403, 403]
    assert "/core/job" not in stranger.get("/openapi.json")["paths"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_how_a_process_ended_is_told_in_the_readers_language(queue, tmp_path, monkeypatch):
    ended = tmp_path / "python"
    ended.write_text("#!/bin/sh\nkill -XCPU $$\n")
    ended.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(ended))
    queue.ask("core.back_up", arguments={"by_hand": True})
    queue.work()
    client = queue.site.client()
    for language, said in (("en", "ended by the system with signal 24."), ("fa", "سیگنال ۲۴"), ("ar", "الإشارة 24")):
        assert said in client.get(f"/settings/jobs?lang={language}").text


def test_all_that_failed_are_retried_at_once(queue, declare):
    declare(Job("test.fail", _fail, retries=0))
    ids = [queue.ask("test.fail") for _number in range(3)]
    queue.work()
    assert queue.site.client().post("/settings/jobs/retry").status_code == 303
    assert {queue[job_id].state for job_id in ids} == {"waiting"}


def test_the_page_asks_little_and_filters(queue, declare):
    declare(Job("test.fail", _fail, retries=0, label="Mend the cable"))
    for _number in range(60):
        queue.ask("test.fail")
    queue.work()
    client = queue.site.client()
    client.get("/settings/jobs")
    with counted_queries(queue.site.app) as seen:
        page = client.get("/settings/jobs").get_data(as_text=True)
    assert len(seen) <= 6, seen
    assert page.count("<details") == 50
    assert "before=" in page
    assert client.get("/settings/jobs/live?state=done").get_data(as_text=True).count("<details") == 0
    assert client.get("/settings/jobs/live?state=dead&before=5").get_data(as_text=True).count("<details") == 4


@pytest.mark.parametrize("path", ["/settings/jobs", "/settings/jobs/live", "/settings/outbox", "/settings/outbox/1",
                                  "/settings/outbox/1/html"])
def test_they_are_for_whom_they_are_granted(queue, path):
    with queue.site.unit():
        outbox.send("sara@example.com", "Hello", "Hello", "<p>Hello</p>")
    assert queue.site.client(queue.site.user("no@example.com", "sales_manager")).get(path).status_code == 403
    role = queue.site.role("Operator", core__job__change=3, core__mail__change=3)
    user_id = queue.site.user("op@example.com")
    with queue.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("INSERT INTO core_user_role (user_id, role_id) VALUES (:user, :role)"),
                       {"user": user_id, "role": role})
    assert queue.site.client(user_id).get(path).status_code == 200


def test_a_mail_is_read_safely_and_decided_about(queue):
    html = "<p style='color:red'>Hi <script>alert(1)</script></p>"
    with queue.site.unit() as opened:
        mail_id = outbox.send("sara@example.com", "<b>Hi</b>", "See <this>", html)
        opened.execute(sa.update(mails).values(state="unknown", attempts=1))
    client = queue.site.client()
    assert "&lt;b&gt;Hi&lt;/b&gt;" in client.get("/settings/outbox").get_data(as_text=True)
    page = client.get(f"/settings/outbox/{mail_id}").get_data(as_text=True)
    assert "See &lt;this&gt;" in page
    assert "may have arrived" in page
    body = client.get(f"/settings/outbox/{mail_id}/html")
    assert body.get_data(as_text=True) == html
    assert body.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for act, state in (("sent", "sent"), ("send", 409), ("discard", 409)):
        answer = client.post(f"/settings/outbox/{mail_id}/{act}")
        assert answer.status_code == (303 if isinstance(state, str) else state)
    with queue.site.unit() as opened:
        opened.execute(sa.update(mails).values(state="failed"))
        opened.begin_write()
        opened.execute(sa.update(mails).values(state="failed"))
    for act, state in (("discard", "discarded"), ("send", "queued")):
        assert client.post(f"/settings/outbox/{mail_id}/{act}").status_code == 303
        with queue.engine.connect() as connection:
            assert connection.execute(sa.select(mails.c.state)).scalar() == state
    assert _audited(queue, "core.mail") == ["mark_sent", "discard", "resend"]
    with queue.engine.connect() as connection:
        waiting = connection.execute(sa.select(table.c.id).where(table.c.name == outbox.JOB)).all()
    assert len(waiting) == 2


def test_a_mail_sent_again_in_impatience_is_one_job(queue):
    with queue.site.unit() as opened:
        mail_id = outbox.send("sara@example.com", "Hello", "Hello")
        opened.execute(sa.update(mails).values(state="failed", attempts=3))
        opened.execute(sa.update(table).values(state="done"))
    client = queue.site.client()
    for _press in range(6):
        assert client.post(f"/settings/outbox/{mail_id}/send").status_code == 303
    waiting = sa.select(table.c.id).where(table.c.name == outbox.JOB, table.c.state == "waiting")
    with queue.engine.begin() as connection:
        assert len(connection.execute(waiting).all()) == 1
        connection.execute(sa.update(table).values(state="done"))
    assert _audited(queue, "core.mail") == ["resend"]
    assert client.post(f"/settings/outbox/{mail_id}/send").status_code == 303
    with queue.engine.connect() as connection:
        assert len(connection.execute(waiting).all()) == 1, "its job is over, so another one is asked for"


def test_a_private_mail_is_for_administrators_and_reading_it_is_on_record(queue):
    with queue.site.unit():
        mail_id = outbox.send("sara@example.com", "New password", "the link", "<p>the link</p>", is_private=True)
    role = queue.site.role("Operator", core__mail__change=3)
    user_id = queue.site.user("op@example.com")
    with queue.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("INSERT INTO core_user_role (user_id, role_id) VALUES (:user, :role)"),
                       {"user": user_id, "role": role})
    operator = queue.site.client(user_id)
    assert "the link" not in operator.get(f"/settings/outbox/{mail_id}").get_data(as_text=True)
    assert operator.get(f"/settings/outbox/{mail_id}/html").status_code == 404
    assert "the link" in queue.site.client().get(f"/settings/outbox/{mail_id}").get_data(as_text=True)
    assert _audited(queue, "core.mail") == ["read_mail"]
