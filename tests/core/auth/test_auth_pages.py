"""The pages of accounts, through a browser's eyes: signing in, own settings, users and roles."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from core import records
from core.actor import ALL
from core.auth import rights
from core.auth.models import Organisation, Role, User, credential, role_grant, session, token, user_organisation
from tests.core.auth import site as sites
from tests.core.auth.world import EVERYTHING, PASSWORD


@pytest.fixture
def database_kind():
    """Pages that only show what services did are seen on one database; the services are tested on both."""
    return "sqlite"


class OnBoth:
    """For pages with statements of their own."""

    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
    def database_kind(self, request):
        return request.param


class TestLogin(OnBoth):
    def test_signed_out_every_page_leads_to_the_login_and_back(self, site):
        browser = site.browser()
        answer = browser.get("/settings/users?q=x")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/login?next=/settings/users%3Fq%3Dx"
        browser.get(answer.headers["Location"])
        target = re.search(r'name="next" value="([^"]+)"', browser.page)[1]
        answer = browser.post("/login", {"email": sites.ADMIN, "password": PASSWORD, "next": target})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/users?q=x")

    def test_refusals_look_alike(self, site):
        site.company.user("sara@example.com")
        site.company.user("gone@example.com", active=False)
        seen = set()
        for email in ("sara@example.com", "gone@example.com", "nope@example.com"):
            answer = site.browser().sign_in(email, "wrong-password")
            page = re.sub(r'(nonce|value|content)="[^"]*"', "", answer.get_data(as_text=True))
            seen.add((answer.status_code, page))
        assert len(seen) == 1
        assert "The email or the password is not right." in page
        assert seen.pop()[0] == 401

    def test_a_right_login_sets_a_guarded_cookie(self, site):
        answer = site.browser().sign_in()
        (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("diwan_session=")]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        assert "Max-Age" not in cookie

    def test_staying_logged_in_keeps_the_cookie(self, site):
        answer = site.browser().sign_in(remember="1")
        assert "Max-Age=25919" in str(answer.headers.getlist("Set-Cookie"))

    def test_over_https_the_cookie_is_secure(self, database_kind, copied_database, tmp_path):
        url = copied_database(database_kind, "auth_site", sites.prepare)
        app = sites.application(url, tmp_path, "https://crm.example.com")
        answer = sites.Browser(app).sign_in()
        assert "Secure" in next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("diwan_session"))
        app.engine.dispose()

    def test_a_session_id_planted_before_is_not_used(self, site):
        browser = site.browser()
        browser.client.set_cookie("diwan_session", "planted-by-an-attacker", domain="localhost")
        browser.sign_in()
        assert browser.cookie() not in (None, "planted-by-an-attacker")

    def test_signing_in_again_ends_the_session_before(self, site):
        browser = site.admin()
        first = browser.cookie()
        browser.post("/login", {"email": sites.ADMIN, "password": PASSWORD})
        assert browser.cookie() != first
        assert site.company.count(session) == 1

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
    def test_nobody_is_sent_elsewhere(self, site, target):
        assert site.browser().sign_in(next=target).headers["Location"] == "/"

    def test_without_the_forms_token_nothing_happens(self, site):
        browser = site.browser()
        browser.get("/login")
        for forged in ("", "x" * 32):
            answer = browser.post("/login", {"email": sites.ADMIN, "password": PASSWORD}, token=forged)
            assert answer.status_code == 400
        assert site.company.count(session) == 0

    def test_the_sixth_try_is_told_to_wait(self, site):
        browser = site.browser()
        for _ in range(5):
            assert browser.sign_in(password="wrong-password").status_code == 401
        answer = browser.sign_in()
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) <= 30
        assert "Too many attempts" in browser.page
        assert site.browser("198.51.100.9").sign_in().status_code == 303

    def test_the_language_chosen_before_signing_in_stays_with_the_browser(self, site):
        browser = site.browser()
        browser.get("/login?lang=ar")
        assert '<html lang="ar" dir="rtl"' in browser.page
        browser.get("/login")
        assert '<html lang="ar" dir="rtl"' in browser.page

    def test_signing_out_ends_the_session_and_needs_the_token(self, site):
        browser = site.admin()
        kept = browser.cookie()
        assert browser.get("/logout").status_code == 405
        assert browser.post("/logout", token="forged").status_code == 400
        assert browser.post("/logout").headers["Location"] == "/login"
        assert browser.cookie() is None
        browser.client.set_cookie("diwan_session", kept, domain="localhost")
        assert browser.get("/settings/me").status_code == 303

    def test_what_was_typed_is_shown_as_text(self, site):
        browser = site.browser()
        browser.sign_in('"><script>alert(1)</script>@example.com')
        assert "<script>alert" not in browser.page


class TestOwnSettings:
    def test_the_page_shows_and_keeps_ones_settings(self, site):
        browser = site.admin()
        sent = {"intent": "settings", "name": "Sara Alharbi", "language": "en", "calendar": "jalali", "digits": "arab",
                "timezone": "Asia/Tehran", "week_start": "6", "theme": "dark", "density": "compact"}  # fmt: skip
        assert browser.post("/settings/me", sent).status_code == 303
        browser.get("/settings/me")
        assert 'data-bs-theme="dark" data-density="compact"' in browser.page
        assert 'data-shortcuts="off"' in browser.page
        assert '<option value="Asia/Tehran" selected data-subtitle="Asia/Tehran">' in browser.page
        row = site.company.all(sa.select(User.name, User.calendar, User.shortcuts))
        assert row == [("Sara Alharbi", "jalali", False)]

    def test_a_language_is_changed_alone_and_one_stays_where_one_was(self, site):
        browser = site.admin()
        before = site.company.all(sa.select(User.name, User.shortcuts))
        answer = browser.post("/settings/me", {"language": "fa", "next": "/settings/roles?lang=en"})
        assert answer.headers["Location"] == "/settings/roles"
        browser.get("/settings/roles")
        assert '<html lang="fa" dir="rtl"' in browser.page
        assert site.company.all(sa.select(User.name, User.shortcuts)) == before

    def test_wrong_values_are_refused_beside_their_input(self, site):
        browser = site.admin()
        answer = browser.post("/settings/me", {"intent": "settings", "name": "", "timezone": "Mars/Olympus"})
        assert answer.status_code == 422
        assert 'id="name-error"' in browser.page
        assert site.company.all(sa.select(User.timezone)) == [(None,)]

    def test_other_fields_of_oneself_are_not_taken(self, site):
        browser = site.admin()
        browser.post("/settings/me", {"intent": "settings", "name": "A", "email": "x@example.com", "active": ""})
        assert site.company.all(sa.select(User.email, User.active)) == [(sites.ADMIN, True)]

    def test_a_new_password_ends_the_other_devices_and_renews_this_one(self, site):
        browser, other = site.admin(), site.admin()
        before = browser.cookie()
        new = {
            "current_password": PASSWORD,
            "new_password": "another-lantern-43",
            "repeat_password": "another-lantern-43",
        }
        assert browser.post("/settings/me", {"intent": "password", **new}).status_code == 303
        assert browser.cookie() != before
        assert browser.get("/settings/me").status_code == 200
        assert other.get("/settings/me").status_code == 303

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"current_password": "wrong-password"}, "current_password"), ({"repeat_password": "x"}, "repeat_password"),
         ({"new_password": "short", "repeat_password": "short"}, "new_password")],
    )  # fmt: skip
    def test_a_wrong_password_form_says_where(self, site, changed, field):
        browser = site.admin()
        new = {
            "current_password": PASSWORD,
            "new_password": "another-lantern-43",
            "repeat_password": "another-lantern-43",
        }
        assert browser.post("/settings/me", {"intent": "password", **new, **changed}).status_code == 422
        assert f'id="{field}-error"' in browser.page
        assert "another-lantern-43" not in browser.page
        assert site.browser().sign_in().status_code == 303

    def test_a_token_is_shown_once_works_and_is_revoked(self, site):
        browser = site.admin()
        sent = {"intent": "token", "token_name": "<b>Website</b>", "token_scope": "read", "token_days": "30"}
        answer = browser.post("/settings/me", sent)
        text = re.search(r"diwan_[\w-]{40,}", browser.page)[0]
        assert answer.headers["Cache-Control"] == "no-store"
        program = site.browser()
        bearer = {"Authorization": f"Bearer {text}"}
        assert program.get("/api/v1/contacts/contact", headers=bearer).status_code == 200
        browser.get("/settings/me")
        assert text not in browser.page
        assert "&lt;b&gt;Website" in browser.page
        ((token_id,),) = site.company.all(sa.select(token.c.id))
        browser.post("/settings/me", {"intent": "revoke_token", "token": str(token_id)})
        assert program.get("/api/v1/contacts/contact", headers=bearer).status_code == 401

    @pytest.mark.parametrize("scope", ["read", "write"])
    def test_a_token_opens_no_page_makes_no_token_and_changes_no_account(self, site, scope):
        browser = site.admin()
        browser.post("/settings/me", {"intent": "token", "token_name": "A", "token_scope": scope})
        bearer = {"Authorization": f"Bearer {re.search(r'diwan_[^<]{40,}', browser.page)[0]}"}
        before = site.company.all(sa.select(User.__table__))
        token_form = {"intent": "token", "token_name": "B", "token_scope": "write"}
        for sent in (token_form, {"intent": "settings", "name": "X"}, {"intent": "revoke_token", "token": "1"}):
            answer = site.app.test_client().post("/settings/me", data=sent, headers=bearer)
            assert answer.headers["Location"].startswith("/login")
        assert site.app.test_client().get("/settings/me", headers=bearer).status_code == 303
        assert site.company.count(token) == 1
        assert site.company.all(sa.select(User.__table__)) == before

    def test_a_token_that_cannot_be_says_why(self, site):
        browser = site.admin()
        answer = browser.post("/settings/me", {"intent": "token", "token_name": "x" * 101, "token_scope": "root"})
        assert answer.status_code == 422
        assert site.company.count(token) == 0

    def test_another_device_is_signed_out(self, site):
        browser, other = site.admin(), site.admin()
        browser.get("/settings/me")
        assert "Firefox on Linux" in browser.page
        (public_id,) = re.findall(r'name="session" value="(\w+)"', browser.page)
        assert browser.cookie() not in browser.page
        browser.post("/settings/me", {"intent": "end_session", "session": public_id})
        assert other.get("/settings/me").status_code == 303
        assert browser.get("/settings/me").status_code == 200


class TestUsers(OnBoth):
    NEW = {"name": "سارة الحربي", "email": "sara@example.com", "password": "harbour-lantern-77", "active": "1"}

    def _new(self, site, browser, **more):
        browser.get("/settings/users/new")
        return browser.post("/settings/users/new", {**self.NEW, **more})

    def test_an_administrator_makes_a_user_with_a_role(self, site):
        browser = site.admin()
        ((role,),) = site.company.all(sa.select(Role.id).where(Role.key == "read_only"))
        assert self._new(site, browser, roles=[role], language="ar").status_code == 303
        browser.get("/settings/users")
        assert "سارة الحربي" in browser.page
        assert "Read-only" in browser.page
        theirs = site.browser()
        assert theirs.sign_in("sara@example.com", "harbour-lantern-77").status_code == 303
        ((user,),) = site.company.all(sa.select(User.id).where(User.email == "sara@example.com"))
        assert site.company.do(rights.roles_of, user) == {role}

    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, site):
        browser = site.admin()
        answer = self._new(site, browser, email="not-an-address", password="short")
        assert answer.status_code == 422
        assert "سارة الحربي" in browser.page
        assert "short" not in re.findall(r'value="([^"]*)"', browser.page)
        assert site.company.count(User.__table__) == 1

    def test_where_a_user_works_is_asked_once_there_are_two_organisations(self, site):
        browser = site.admin()
        self._new(site, browser)
        assert "asks_organisations" not in browser.page
        place = user_organisation.c.organisation_id
        ((user, first),) = site.company.all(
            sa.select(User.id, place).join(user_organisation).where(User.email == "sara@example.com")
        )
        second = site.company.do(records.create, Organisation, name="Second", who=site.company.actor(1)).after["id"]
        assert site.company.do(rights.organisations_of, 1) == {first, second}
        browser.get(f"/settings/users/{user}")
        form = {"name": "Sara", "email": "sara@example.com", "active": "1", "version": "1", "asks_organisations": "1"}
        assert browser.post(f"/settings/users/{user}", form).status_code == 422
        assert site.company.do(rights.organisations_of, user) == {first}
        assert browser.post(f"/settings/users/{user}", {**form, "organisations": [second]}).status_code == 303
        assert site.company.do(rights.organisations_of, user) == {second}

    def test_users_are_found_by_any_spelling(self, site):
        browser = site.admin()
        self._new(site, browser)
        browser.get("/settings/users?q=ساره الحربى")
        assert "sara@example.com" in browser.page
        browser.get("/settings/users?q=nobody-like-this")
        assert "sara@example.com" not in browser.page

    def test_switching_a_user_off_throws_him_out(self, site):
        browser, theirs = site.admin(), site.browser()
        self._new(site, browser)
        theirs.sign_in("sara@example.com", "harbour-lantern-77")
        ((user, version),) = site.company.all(sa.select(User.id, User.version).where(User.email == "sara@example.com"))
        browser.get(f"/settings/users/{user}")
        changed = {"name": "Sara", "email": "sara@example.com", "version": str(version)}
        assert browser.post(f"/settings/users/{user}", changed).status_code == 303
        assert theirs.get("/settings/me").status_code == 303
        assert theirs.sign_in("sara@example.com", "harbour-lantern-77").status_code == 401

    def test_someone_elses_change_is_not_overwritten(self, site):
        browser = site.admin()
        self._new(site, browser)
        ((user,),) = site.company.all(sa.select(User.id).where(User.email == "sara@example.com"))
        browser.get(f"/settings/users/{user}")
        site.company.execute(sa.update(User.__table__).where(User.id == user).values(version=9))
        changed = {"name": "Other", "email": "sara@example.com", "active": "1", "version": "1"}
        assert browser.post(f"/settings/users/{user}", changed).status_code == 409
        assert site.company.all(sa.select(User.name).where(User.id == user)) == [("سارة الحربي",)]

    def test_all_sessions_of_a_user_end(self, site):
        browser, theirs = site.admin(), site.browser()
        self._new(site, browser)
        theirs.sign_in("sara@example.com", "harbour-lantern-77")
        ((user,),) = site.company.all(sa.select(User.id).where(User.email == "sara@example.com"))
        browser.get(f"/settings/users/{user}")
        assert browser.page.count("Firefox on Linux") == 1
        assert browser.post(f"/settings/users/{user}/sign-out").status_code == 303
        assert theirs.get("/settings/me").status_code == 303

    def test_without_the_right_there_is_no_page(self, site):
        site.company.user("rep@example.com", roles=[site.company.role(grants={"core.user.view": ALL})])
        browser = site.browser()
        browser.sign_in("rep@example.com")
        for path in ("/settings/users", "/settings/users/new", "/settings/users/1", "/settings/roles"):
            assert browser.get(path).status_code == 403
            assert "core.user" not in browser.page  # what is missing is said in words
            assert browser.post(path, {"name": "x"}).status_code in (403, 405)
        assert browser.get("/settings/me").status_code == 200
        assert "/settings/users" not in browser.page

    def test_a_user_of_nobody_is_not_there(self, site):
        assert site.admin().get("/settings/users/999").status_code == 404


class TestRoles(OnBoth):
    def _role(self, site, key):
        return site.company.all(sa.select(Role.id, Role.version).where(Role.key == key))[0]

    def test_the_roles_read_in_the_readers_language(self, site):
        browser = site.admin()
        browser.get("/settings/roles")
        assert "Sales manager" in browser.page
        browser.get("/settings/roles?lang=fa")
        assert '<html lang="fa"' in browser.page

    def test_administrators_have_no_table_of_rights_that_would_say_none(self, site):
        browser = site.admin()
        role, _version = self._role(site, "administrator")
        browser.get(f"/settings/roles/{role}")
        assert "Administrators may do everything" in browser.page
        assert "dw-matrix" not in browser.page

    def test_a_cell_of_the_table_changes_one_right(self, site):
        browser = site.admin()
        role, version = self._role(site, "sales_representative")
        browser.get(f"/settings/roles/{role}")
        assert 'name="contacts.contact.view"' in browser.page
        before = dict(site.company.all(sa.select(role_grant.c.permission, role_grant.c.scope)
                                       .where(role_grant.c.role_id == role)))  # fmt: skip
        sent = {"name": "Sales representative", "description": "Sees and changes own records.", "version": str(version),
                "contacts.contact.view": "team", "contacts.contact.export": "none"}  # fmt: skip
        assert browser.post(f"/settings/roles/{role}", sent).status_code == 303
        after = dict(site.company.all(sa.select(role_grant.c.permission, role_grant.c.scope)
                                      .where(role_grant.c.role_id == role)))  # fmt: skip
        assert after == {**before, "contacts.contact.view": 2}

    def test_translations_shown_are_not_stored_as_names(self, site):
        browser = site.admin()
        role, version = self._role(site, "read_only")
        before = site.company.all(sa.select(Role.name, Role.note).where(Role.id == role))
        browser.get(f"/settings/roles/{role}?lang=ar")
        shown = re.search(r'name="name" id="name" value="([^"]*)"', browser.page)[1]
        note = re.search(r'name="description" id="description" value="([^"]*)"', browser.page)[1]
        sent = {"name": shown, "description": note, "version": str(version)}
        browser.post(f"/settings/roles/{role}?lang=ar", sent)
        assert site.company.all(sa.select(Role.name, Role.note).where(Role.id == role)) == before

    def test_a_role_is_made_used_and_deleted(self, site):
        browser = site.admin()
        browser.get("/settings/roles/new")
        assert (
            browser.post("/settings/roles/new", {"name": "Auditor", "contacts.contact.view": "all"}).status_code == 303
        )
        ((role,),) = site.company.all(sa.select(Role.id).where(Role.name == "Auditor"))
        user = site.company.user("aud@example.com", roles=[role])
        assert site.company.actor(user).scope("contacts.contact.view") == ALL
        assert browser.post(f"/settings/roles/{role}/delete").status_code == 303
        assert site.company.actor(user).scope("contacts.contact.view") == 0

    @pytest.mark.parametrize("sent", [{"contacts.contact.view": "everything"}, {"name": ""}])
    def test_impossible_roles_are_refused(self, site, sent):
        browser = site.admin()
        browser.get("/settings/roles/new")
        assert browser.post("/settings/roles/new", {"name": "New", **sent}).status_code == 422
        assert site.company.all(sa.select(Role.id).where(Role.name == "New")) == []

    def test_unknown_permissions_are_not_stored(self, site):
        browser = site.admin()
        browser.get("/settings/roles/new")
        browser.post("/settings/roles/new", {"name": "New", "no.such.permission": "all", "is_admin": "1"})
        ((role, almighty),) = site.company.all(sa.select(Role.id, Role.is_admin).where(Role.name == "New"))
        assert not almighty
        assert site.company.all(sa.select(role_grant.c.permission).where(role_grant.c.role_id == role)) == []

    def test_one_is_not_offered_and_not_given_more_than_one_has(self, site):
        role = site.company.role("Manager", {**EVERYTHING, "core.role.view": ALL, "core.role.add": ALL})
        site.company.user("manager@example.com", roles=[role])
        browser = site.browser()
        browser.sign_in("manager@example.com")
        target, version = self._role(site, "read_only")
        browser.get("/settings/roles/new")
        cell = re.search(r'<select[^>]*name="contacts.contact.delete".*?</select>', browser.page, re.S)[0]
        assert re.findall(r'value="(\w+)"', cell) == ["none"]
        sent = {"name": "Read-only", "version": str(version), "contacts.contact.delete": "all"}
        assert browser.post(f"/settings/roles/{target}", sent).status_code == 403
        assert (
            site.company.actor(site.company.user("x@example.com", roles=[target])).scope("contacts.contact.delete") == 0
        )


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_every_page_reads_in_every_language(site, language):
    browser = site.admin()
    for path in ("/settings/me", "/settings/users", "/settings/users/1", "/settings/roles", "/settings/roles/2"):
        assert browser.get(f"{path}?lang={language}").status_code == 200
        assert f'<html lang="{language}" dir="{"ltr" if language == "en" else "rtl"}"' in browser.page


def test_a_mistyped_address_of_the_settings_is_no_module(site):
    browser = site.admin()
    assert browser.get("/settings/nothing").status_code == 404
    assert "There is no such page." in browser.page
    assert "module that is turned off" not in browser.page
    browser.get("/nothing/nothing")
    assert "module that is turned off" in browser.page


class TestPasswordOfOnesOwn:
    """A password that somebody else chose is replaced before anything else."""

    @pytest.fixture
    def browser(self, site):
        site.company.user("new@example.com", roles=[site.company.role(is_admin=True)])
        site.company.execute(sa.update(credential).values(must_change=True))
        browser = site.browser()
        browser.sign_in("new@example.com")
        return browser

    def test_every_page_leads_to_the_own_settings(self, browser):
        for path in ("/", "/settings/users", "/contacts/contact", "/settings"):
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/me")
        assert browser.get("/settings/me").status_code == 200
        assert "Choose a password of your own to go on." in browser.page

    def test_a_program_is_told_what_is_due(self, browser):
        told = browser.get("/api/v1/contacts/contact", headers={"Accept-Language": "fa"})
        assert (told.status_code, told.json["code"]) == (403, "password_due")
        assert told.json["title"] == "نخست گذرواژه تازه لازم است"

    def test_what_is_asked_for_comes_first(self, browser):
        browser.get("/settings/me")
        assert browser.page.index('name="new_password"') < browser.page.index('name="name"')
        browser.post("/settings/me", {"intent": "password", "current_password": PASSWORD,
                                      "new_password": "another-lantern-43", "repeat_password": "another-lantern-43"})
        browser.get("/settings/me")
        assert browser.page.index('name="new_password"') > browser.page.index('name="name"')
        assert browser.page.count('name="new_password"') == 1

    def test_nothing_can_be_done_before(self, site, browser):
        browser.get("/settings/me")
        answer = browser.post("/settings/roles/new", {"name": "Mine"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/me")
        assert site.company.all(sa.select(Role.id).where(Role.name == "Mine")) == []

    def test_with_the_new_password_all_is_open(self, browser):
        browser.get("/settings/me")
        new = {
            "current_password": PASSWORD,
            "new_password": "another-lantern-43",
            "repeat_password": "another-lantern-43",
        }
        browser.post("/settings/me", {"intent": "password", **new})
        assert browser.get("/settings/users").status_code == 200

    def test_one_can_still_sign_out(self, browser):
        browser.get("/settings/me")
        assert browser.post("/logout").headers["Location"] == "/login"


class TestLanguage:
    """The address, then one's own choice, then the browser's, then the organisation's."""

    @pytest.mark.parametrize(
        ("address", "chosen", "asked_by_browser", "shown"),
        [("?lang=ar", "fa", "en", "ar"), ("", "fa", "en", "fa"), ("", None, "ar-EG,ar;q=0.9", "ar"),
         ("", None, "de", "en"), ("?lang=xx", "fa", "", "fa"), ("", None, "", "en")],
    )  # fmt: skip
    def test_order(self, site, address, chosen, asked_by_browser, shown):
        site.company.execute(sa.update(User.__table__).values(language=chosen))
        browser = site.admin()
        browser.get(f"/settings/me{address}", headers={"Accept-Language": asked_by_browser})
        assert f'<html lang="{shown}"' in browser.page


def test_being_active_is_noted_after_the_answer_and_only_now_and_then(site):
    browser = site.admin()
    site.company.execute(sa.update(User.__table__).values(last_seen_at=None))
    browser.get("/settings/me").close()
    assert site.company.all(sa.select(User.last_seen_at)) == [(None,)]
    site.company.later(session, seen_at=dt.timedelta(minutes=6))
    browser.get("/settings/me").close()
    ((seen,),) = site.company.all(sa.select(User.last_seen_at))
    assert seen is not None
