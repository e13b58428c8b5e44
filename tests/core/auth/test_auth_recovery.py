"""A new password by a mailed link: the same answer for everybody, good once, and no way round the second factor
(SEC-34, SEC-35, SEC-36, SEC-37, SEC-41, SEC-46)."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from core.audit.models import audit
from core.auth import passwords
from core.auth.entry import Entered, Pending
from core.auth.models import User, mail_link, session
from core.config import DEFAULT_BASE_URL
from core.jobs.worker import Worker
from core.mail.models import mails
from core.registry import current, pinned
from tests.core.auth import site as sites
from tests.core.auth.test_auth_factors import turn_on
from tests.core.auth.world import PASSWORD

NEW = "another-lantern-43"


def _ask(site, email="sara@example.com", browser=None, **headers):
    browser = browser or site.browser()
    browser.get("/login/forgot")
    answer = browser.post("/login/forgot", {"email": email}, headers=headers)
    _work(site)
    return answer


def _work(site):
    worker = Worker(site.company.engine, site.app.settings)
    while worker.work_next(["core.mail_reset_link"]):
        pass


def _mails(site):
    """(address, subject, text) of the outbox, oldest first."""
    rows = site.company.all(sa.select(mails.c.recipients, mails.c.subject, mails.c.text).order_by(mails.c.id))
    return [(to[0]["address"], subject, text) for to, subject, text in rows]


def _link(site):
    """The path of the link in the last mail."""
    text = _mails(site)[-1][2]
    assert f"\n{DEFAULT_BASE_URL}/login/new-password?token=" in text
    return re.search(r"(/login/new-password\?token=\S+)", text)[1]


def _choose(site, path, password=NEW, browser=None):
    browser = browser or site.browser()
    browser.get("/login/forgot")
    browser.get(path)
    sent = {"token": path.partition("=")[2], "new_password": password, "repeat_password": password}
    return browser.post("/login/new-password", sent)


def test_from_the_question_to_the_new_password(site):
    user = site.company.user("sara@example.com")
    before = site.company.session(user)
    assert _ask(site).status_code == 200
    path = _link(site)
    browser = site.browser()
    assert 'autocomplete="new-password"' in browser.get(path).get_data(as_text=True)
    assert _choose(site, path, browser=browser).headers["Location"] == "/login?after=password"
    assert isinstance(site.company.sign_in(password=NEW), Entered)
    assert site.company.identify(before.token) is None
    assert [subject for _to, subject, _text in _mails(site)] == ["A new password", "Your password was changed"]
    acts = [act[-1] for act in site.company.acts()]
    assert acts.count("reset_asked") == acts.count("reset_done") == 1


def test_every_address_gets_the_same_answer_and_only_its_owner_a_mail(site):
    site.company.user("sara@example.com")
    site.company.user("off@example.com", active=False)
    site.company.user("program@example.com", password=False, kind="program")
    seen, queries = set(), set()
    for email in ("sara@example.com", "nobody@example.com", "off@example.com", "program@example.com"):
        browser = site.browser()
        browser.get("/login/forgot")
        answer = browser.post("/login/forgot", {"email": email})
        page = re.sub(r'(nonce|value|content)="[^"]*"', "", answer.get_data(as_text=True))
        seen.add((answer.status_code, page))
        queries.add(site.company.all(sa.text("SELECT count(*) FROM core_mail_link"))[0])
    assert len(seen) == 1
    assert queries == {(0,)}, "whether there is such a user is looked up by a job, not while somebody waits"
    _work(site)
    assert [to for to, _subject, _text in _mails(site)] == ["sara@example.com"]


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Host": "127.0.0.1:8000@evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}, {"Forwarded": "host=evil.example"},
])  # fmt: skip
def test_links_lead_to_the_configured_address_alone(site, headers):
    site.company.user("sara@example.com")
    client = site.app.test_client()
    page = client.get("/login/forgot").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    client.post("/login/forgot", data={"csrf_token": token, "email": "sara@example.com"}, headers=headers)
    _work(site)
    assert "evil" not in str(_mails(site))
    if _mails(site):
        assert _link(site)


def test_a_link_is_good_once(site):
    site.company.user("sara@example.com")
    _ask(site)
    path = _link(site)
    assert _choose(site, path).status_code == 303
    assert _choose(site, path, "third-lantern-44").status_code == 404
    assert isinstance(site.company.sign_in(password=NEW), Entered)


def test_a_newer_link_voids_the_older(site):
    site.company.user("sara@example.com")
    _ask(site)
    first = _link(site)
    _ask(site)
    assert _choose(site, first).status_code == 404
    assert _choose(site, _link(site)).status_code == 303


@pytest.mark.parametrize("event", ["time", "login", "password", "email", "off", "deleted"])
def test_what_voids_a_link(site, event):
    user = site.company.user("sara@example.com")
    _ask(site)
    path = _link(site)
    if event == "time":
        site.company.later(mail_link, expires_at=dt.timedelta(minutes=30, seconds=1))
    elif event == "login":
        site.browser().sign_in("sara@example.com")
    elif event == "password":
        with pinned(current()):
            site.company.do(passwords.set_password, user, "third-lantern-44")
    else:
        changed = {"email": {"email": "other@example.com"}, "off": {"active": False},
                   "deleted": {"deleted_at": passwords.utc_now()}}[event]  # fmt: skip
        site.company.execute(sa.update(User.__table__).where(User.id == user).values(changed))
    assert _choose(site, path).status_code == 404
    assert site.browser().get(path).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "y" * 5000])
def test_a_made_up_link_is_refused(site, token):
    assert site.browser().get(f"/login/new-password?token={token}").status_code == 404


def test_links_are_kept_as_hashes_and_in_no_log(site):
    site.company.user("sara@example.com")
    _ask(site)
    token = _link(site).partition("=")[2]
    assert token not in str(site.company.all(sa.select(mail_link))) + str(site.company.all(sa.select(audit)))
    assert site.company.all(sa.select(mails.c.is_private)) == [(True,)]


def test_a_wrong_password_keeps_the_link(site):
    site.company.user("sara@example.com")
    _ask(site)
    path, browser = _link(site), site.browser()
    assert _choose(site, path, "short", browser).status_code == 422
    sent = {"token": path.partition("=")[2], "new_password": NEW, "repeat_password": NEW + "x"}
    assert browser.post("/login/new-password", sent).status_code == 422
    assert _choose(site, path, NEW, browser).status_code == 303


def test_a_link_is_no_way_round_the_second_factor(site):
    user = site.company.user("sara@example.com")
    with pinned(current()):
        turn_on(site.company, user)
    _ask(site)
    browser = site.browser()
    _choose(site, _link(site), browser=browser)
    assert site.company.count(session) == 0
    assert isinstance(site.company.sign_in(password=NEW), Pending)


def test_nobody_floods_a_mailbox(site):
    site.company.user("sara@example.com")
    statuses = [_ask(site, browser=site.browser(f"203.0.113.{n}")).status_code for n in range(8)]
    assert statuses == [200] * 6 + [429] * 2
    assert len(_mails(site)) == 6


def test_a_new_password_lifts_the_lock(site):
    site.company.user("sara@example.com")
    for _ in range(5):
        site.browser().sign_in("sara@example.com", "wrong-password")
    _ask(site)
    _choose(site, _link(site))
    assert site.browser().sign_in("sara@example.com", NEW).status_code == 303


def test_mails_speak_their_readers_language(site):
    site.company.user("sara@example.com", language="ar")
    _ask(site)
    assert _mails(site)[0][1] == "كلمة مرور جديدة"


class TestNotices:
    def test_a_change_of_email_asks_for_the_password_and_tells_the_old_address(self, site):
        browser = site.admin()
        sent = {"intent": "email", "email": "new@example.com", "email_password": "wrong"}
        assert browser.post("/settings/me", sent).status_code == 422
        assert browser.post("/settings/me", {**sent, "email_password": PASSWORD}).status_code == 303
        assert [(to, subject) for to, subject, _text in _mails(site)] == [
            (sites.ADMIN, "The email of your account was changed")]  # fmt: skip

    def test_the_api_changes_no_email_of_ones_own(self, site):
        browser = site.admin()
        page = browser.post("/settings/me", {"intent": "token", "token_name": "x", "token_scope": "write",
                                             "token_days": "30"}).get_data(as_text=True)  # fmt: skip
        headers = {"Authorization": f"Bearer {re.search(r'id=.new-token.>([^<]+)<', page)[1]}"}
        answer = site.app.test_client().patch("/api/v1/core/user/1", json={"email": "x@example.com"}, headers=headers)
        assert answer.status_code == 422
        assert "email" in answer.get_json()["errors"]

    def test_a_new_device_is_told_and_a_known_one_is_not(self, site):
        site.company.user("sara@example.com")
        known = site.browser()
        known.sign_in("sara@example.com")
        known.post("/logout")
        known.sign_in("sara@example.com")
        assert _mails(site) == []
        site.browser("203.0.113.9").sign_in("sara@example.com")
        ((to, subject, text),) = _mails(site)
        assert (to, subject) == ("sara@example.com", "Log-in from a new device")
        assert "203.0.113.9" in text
        site.company.execute(sa.update(User.__table__).values(device_notices=False))
        site.browser("203.0.113.10").sign_in("sara@example.com")
        assert len(_mails(site)) == 1

    def test_password_and_factor_are_told(self, site):
        browser = site.admin()
        changed = {"intent": "password", "current_password": PASSWORD, "new_password": NEW, "repeat_password": NEW}
        assert browser.post("/settings/me", changed).status_code == 303
        user = site.company.user("sara@example.com")
        with pinned(current()):
            turn_on(site.company, user)
        browser.get("/settings/me")
        browser.post(f"/settings/users/{user}/second-factor")
        told = [subject for _to, subject, _text in _mails(site)]
        assert told == ["Your password was changed", "Two-factor authentication was turned off"]


class TestInvitations:
    def test_a_new_user_chooses_his_own_password(self, site):
        browser = site.admin()
        sent = {"name": "Sara", "email": "sara@example.com", "active": "1", "kind": "person", "invite": "1"}
        assert browser.post("/settings/users/new", sent).status_code == 303
        path = _link(site)
        assert "Welcome to Diwan" in site.browser().get(path).get_data(as_text=True)
        assert _choose(site, path).status_code == 303
        assert site.browser().sign_in("sara@example.com", NEW).status_code == 303

    def test_without_invitation_a_password_is_needed(self, site):
        sent = {"name": "Sara", "email": "sara@example.com", "active": "1", "kind": "person"}
        assert site.admin().post("/settings/users/new", sent).status_code == 422
        assert site.company.count(User.__table__) == 1

    def test_somebody_who_is_there_gets_a_link_and_not_too_many(self, site):
        user = site.company.user("sara@example.com")
        browser = site.admin()
        browser.get("/settings/users")
        assert [browser.post(f"/settings/users/{user}/invite").status_code for _ in range(4)] == [303, 303, 303, 429]
        assert _choose(site, _link(site)).status_code == 303


def test_programs_have_tokens_and_no_password(site):
    browser = site.admin()
    sent = {"name": "Shop", "email": "shop@example.com", "active": "1", "kind": "program", "password": NEW}
    assert browser.post("/settings/users/new", sent).status_code == 303
    ((user,),) = site.company.all(sa.select(User.id).where(User.email == "shop@example.com"))
    assert site.browser().sign_in("shop@example.com", NEW).status_code == 401
    assert browser.post(f"/settings/users/{user}/invite").status_code == 422
    made = browser.post(f"/settings/users/{user}/tokens", {
        "intent": "token", "token_name": "shop", "token_scope": "write", "token_days": "30",
        "token_entities": "core.team"})  # fmt: skip
    token = re.search(r'id="new-token">([^<]+)<', made.get_data(as_text=True))[1]
    answer = site.app.test_client().get("/api/v1/core/entity", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert browser.post("/settings/users/1/tokens", {"intent": "token", "token_name": "x", "token_scope": "read"}
                        ).status_code == 403  # fmt: skip


def test_a_narrowed_token_reaches_nothing_else(site):
    browser = site.admin()
    made = browser.post("/settings/me", {"intent": "token", "token_name": "x", "token_scope": "read",
                                         "token_days": "30", "token_entities": "core.team"})  # fmt: skip
    headers = {"Authorization": f"Bearer {re.search(r'id=.new-token.>([^<]+)<', made.get_data(as_text=True))[1]}"}
    client = site.app.test_client()
    assert client.get("/api/v1/core/team", headers=headers).status_code == 200
    assert client.get("/api/v1/core/user", headers=headers).status_code in (403, 404)
    refused = client.post("/api/v1/core/team", json={"name": "X"}, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "forbidden")
