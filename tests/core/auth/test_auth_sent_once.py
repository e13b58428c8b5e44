"""Forms of the settings that make something: sent twice they make it once (REL-04); two roles differ in name."""

import re
import threading

import pytest
import sqlalchemy as sa

from core.auth.models import Role, login_provider, token
from core.auth.models import User as Account
from core.savedviews.models import views
from core.webhooks.models import sources, webhooks
from tests.core.auth.site import ADMIN, Browser, Site

HOOK = {"name": "Shop", "url": "https://93.184.216.34/in", "entities": "contacts.contact", "events": "created"}
FORMS = {
    "role": ("/settings/roles/new", "/settings/roles/new", {"name": "Auditor"}, Role.__table__),
    "user": ("/settings/users/new", "/settings/users/new",
             {"name": "Sara", "email": "sara@example.com", "invite": "1", "active": "1"}, Account.__table__),
    "provider": ("/settings/sign-in/new", "/settings/sign-in/new",
                 {"label_en": "Work", "issuer": "https://id.example.com", "client_id": "diwan"}, login_provider),
    "webhook": ("/settings/webhooks/new", "/settings/webhooks/new", HOOK, webhooks),
    "source": ("/settings/webhooks", "/settings/webhooks/sources",
               {"name": "Shop", "scheme": "standard", "secret": "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQ="}, sources),
    "token": ("/settings/me", "/settings/me",
              {"intent": "token", "token_name": "t", "token_scope": "read", "token_days": "30"}, token),
    "view": ("/core/team", "/core/team/views", {"name": "Mine", "address": "", "columns": ""}, views),
}


def _count(site: Site, table: sa.Table) -> int:
    with site.app.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _opened(browser: Browser, page: str) -> dict[str, str]:
    """What a form of this page carries to be good for one time."""
    browser.get(page)
    found = re.search(r'name="form_id" value="([^"]+)"', browser.page)
    assert found, f"{page} has no form that is good for one time"
    return {"form_id": found[1]}


@pytest.mark.parametrize("which", FORMS)
def test_a_form_that_is_sent_twice_makes_one_thing(site: Site, which: str) -> None:
    page, target, typed, table = FORMS[which]
    browser = site.browser()
    browser.sign_in(ADMIN)
    form: dict[str, object] = {**typed, **_opened(browser, page)}
    before = _count(site, table)
    first = browser.post(target, form)
    assert first.status_code in (200, 303), first.text
    second = browser.post(target, form)
    assert second.status_code == 303
    assert _count(site, table) == before + 1
    shown = browser.get(second.location).text
    if first.status_code == 303:
        assert second.location == first.location
    else:
        assert "its secret was shown once" in shown


def test_what_was_refused_and_what_was_changed_since_is_taken(site: Site) -> None:
    browser = site.browser()
    browser.sign_in(ADMIN)
    opened, before = _opened(browser, "/settings/roles/new"), _count(site, Role.__table__)
    assert browser.post("/settings/roles/new", {"name": "", **opened}).status_code == 422
    for name in ("One", "One", "Two"):  # gone back to the page and sent with another name
        assert browser.post("/settings/roles/new", {"name": name, **opened}).status_code == 303
    assert _count(site, Role.__table__) == before + 2


def test_of_two_posts_at_one_moment_one_makes_the_record(site: Site) -> None:
    browsers = [site.browser() for _number in range(4)]
    browsers[0].sign_in(ADMIN)
    session = browsers[0].cookie() or ""
    form: dict[str, object] = {"name": "Support", **_opened(browsers[0], "/core/team/new")}
    for other in browsers[1:]:
        other.client.set_cookie("diwan_session", session, domain="localhost")
        other.token = browsers[0].token
    answers: list[int] = []
    posting = [threading.Thread(target=lambda one=one: answers.append(
        one.post("/core/team/new", form).status_code)) for one in browsers]
    for thread in posting:
        thread.start()
    for thread in posting:
        thread.join()
    assert answers == [303] * 4
    with site.app.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM core_team")).scalar() == 1


def test_roles_and_teams_of_one_name_are_refused(site: Site) -> None:
    browser = site.browser()
    browser.sign_in(ADMIN)
    browser.get("/settings/roles/new")
    for taken in ("Sales manager", "sales  MANAGER", "مدیر فروش"):  # a default role has its name in every language
        refused = browser.post("/settings/roles/new?lang=en", {"name": taken})
        assert (refused.status_code, "is already in use" in refused.text) == (422, True), taken
    browser.post("/settings/roles/new", {"name": "Auditor"})
    other = browser.post("/settings/roles/new", {"name": "Reader"})
    assert other.status_code == 303
    with site.app.engine.connect() as connection:
        ids = dict(connection.execute(sa.select(Role.name, Role.id)).all())
    assert browser.post(f"/settings/roles/{ids['Reader']}", {"name": "auditor"}).status_code == 422
    assert browser.post(f"/settings/roles/{ids['Reader']}", {"name": "Reader "}).status_code == 303
    assert browser.post(f"/settings/roles/{ids['Auditor']}/delete").status_code == 303
    assert browser.post("/settings/roles/new", {"name": "Auditor"}).status_code == 303
    assert browser.post(f"/core/role/{ids['Auditor']}/restore").status_code == 422
    assert browser.post("/core/team/new", {"name": "North"}).status_code == 303
    assert browser.post("/core/team/new", {"name": "NORTH"}).status_code == 422
