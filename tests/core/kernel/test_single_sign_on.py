"""P34: single sign-on, against a provider that really answers (SEC-36, SEC-39, SEC-43)."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
import sqlalchemy as sa
from alembic import command
from joserfc.jwk import OctKey, RSAKey

from core import records
from core.auth import defaults, factors, login_providers, oidc, passwords, rights
from core.auth.login_providers import Settings
from core.auth.models import Role, User, login_link, login_provider, session
from core.db import make_engine
from core.errors import Invalid
from core.plugin import migrate
from core.testing import Site
from core.vault import Vault
from tests.contract.rights_world import changed_tables, stored
from tests.support.installation import Installation
from tests.support.login_provider import CLIENT, SECRET, LoginProvider
from tests.support.login_provider import login_provider as serving

RETURN = "http://127.0.0.1:8000/login/sso/return"
NAMES = {"en": "Waha accounts", "ar": "حسابات الواحة", "fa": "حساب‌های واحه"}
SARA = {"sub": "s-1", "email": "Sara@Example.com", "email_verified": True, "name": "سارة الحربي"}
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture(scope="module")
def running() -> Iterator[LoginProvider]:
    with serving(RETURN) as made:
        yield made


@pytest.fixture
def provider(running: LoginProvider) -> LoginProvider:
    running.person = dict(SARA)
    running.published[:] = [running.key]
    oidc._known.clear()
    oidc._silent.clear()
    return running


class Door:
    """A site with this way in, and browsers that go through it."""

    def __init__(self, site: Site, provider: LoginProvider) -> None:
        self.site, self.provider, self.vault = site, provider, Vault(site.app.settings.secret_key)
        self.id: int | None = None
        self.open()

    def open(self, **chosen: Any) -> None:
        usual = {"label": NAMES, "issuer": self.provider.issuer, "client_id": CLIENT, "active": True, "id": self.id}
        with self.site.unit():
            self.id = login_providers.save(self.vault, Settings(**{**usual, **chosen}), SECRET)

    def browser(self) -> Any:
        return self.site.app.test_client()

    def leave(self, browser: Any, target: str = "") -> str:
        """The address, on our side, to which the provider sends the browser back."""
        out = browser.get(f"/login/sso/{self.id}", query_string={"next": target} if target else {})
        assert out.status_code == 303, out.text
        return back_from(out.location)

    def enter(self, browser: Any, target: str = "") -> Any:
        return browser.get(self.leave(browser, target))

    def links(self) -> list[Any]:
        with self.site.unit() as opened:
            return opened.execute(sa.select(login_link.c.subject, login_link.c.user_id)).all()

    def acts(self) -> list[str]:
        with self.site.unit() as opened:
            return list(opened.execute(sa.text("SELECT action FROM core_audit ORDER BY id DESC LIMIT 3")).scalars())


def back_from(address: str) -> str:
    """What a browser does at the provider, where somebody is logged in already."""
    told = httpx.get(address, timeout=60)
    assert told.status_code == 302, told.text
    led = urlsplit(told.headers["Location"])
    assert f"{led.scheme}://{led.netloc}{led.path}".startswith(RETURN)
    return f"{led.path}?{led.query}"


@pytest.fixture
def door(site: Site, provider: LoginProvider) -> Door:
    return Door(site, provider)


def test_a_colleague_comes_in_without_a_password_and_is_known_from_then_on(door: Door) -> None:
    user_id = door.site.user("sara@example.com", "read_only")
    with door.site.unit():
        passwords.forget(user_id)
    door.open(link_by_email=True)
    browser = door.browser()
    page = browser.get("/login?lang=en&next=/contacts/contact").text
    assert "Waha accounts" in page
    assert f'href="/login/sso/{door.id}?next=/contacts/contact"' in page
    answer = door.enter(browser, "/contacts/contact")
    assert (answer.status_code, answer.location) == (303, "/contacts/contact")
    assert browser.get("/settings/me").status_code == 200
    assert door.links() == [("s-1", user_id)]
    assert door.acts()[:2] == ["login", "login_linked"]
    # By the subject from now on: another address there, or here, makes no difference; nor does a closed setting.
    door.provider.person["email"] = "moved@elsewhere.example"
    door.open(link_by_email=False)
    again = door.browser()
    assert door.enter(again).location == "/"
    assert again.get("/settings/me").status_code == 200
    asked = door.provider.asked[-1]
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43


@ON_SQLITE
@pytest.mark.parametrize("why", [
    "nobody", "linking is off", "not verified", "verified as a text", "no address", "a program", "switched off",
    "in the trash"])  # fmt: skip
def test_who_is_not_let_in(door: Door, why: str) -> None:
    door.open(link_by_email=why != "linking is off")
    if why != "nobody":
        user_id = door.site.user("sara@example.com", "read_only")
        with door.site.unit():
            if why == "switched off":
                records.update(User, user_id, {"active": False})
            elif why == "in the trash":
                records.delete(User, [user_id])
    if why == "a program":
        with door.site.unit() as opened:
            opened.begin_write()
            opened.execute(sa.text("UPDATE core_user SET kind = 'program' WHERE email = 'sara@example.com'"))
    said = {"not verified": {"email_verified": False}, "verified as a text": {"email_verified": "true"},
            "no address": {"email": None}}  # fmt: skip
    door.provider.person |= said.get(why, {})
    browser = door.browser()
    answer = door.enter(browser)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert browser.get("/settings/me").status_code == 303
    assert door.links() == []
    assert door.acts()[0] == "login_failed"


def test_who_comes_first_gets_an_account_with_the_chosen_role_and_no_more(door: Door) -> None:
    with door.site.unit():
        role = defaults.ensure_roles()["read_only"]
    door.open(role_id=role)
    browser = door.browser()
    assert door.enter(browser).status_code == 303
    ((_subject, user_id),) = door.links()
    with door.site.unit():
        assert rights.roles_of(user_id) == {role}
        assert not passwords.has_one(user_id)
        assert records.get(User, user_id)["name"] == SARA["name"]
    assert browser.get("/contacts/contact").status_code == 200
    assert browser.get("/settings/users").status_code == 403
    with door.site.unit():
        records.update(User, user_id, {"active": False})
    assert browser.get("/settings/me").status_code == 303
    assert door.enter(door.browser()).status_code == 401, "switched off here counts, whatever they say there"
    assert door.acts()[0] == "login_failed"


@ON_SQLITE
def test_the_second_factor_is_still_asked_for(door: Door) -> None:
    """SEC-36: one's own, and the one that a role demands."""
    user_id = door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    with door.site.unit():
        set_up = factors.begin(door.vault, user_id)
        factors.confirm(door.vault, user_id, set_up.ticket, pyotp.TOTP(set_up.secret).at(int(time.time()) - 30))
    browser = door.browser()
    assert door.enter(browser, "/contacts/contact").location == "/login/second-step"
    assert browser.get("/settings/me").status_code == 303
    token = browser.get("/login/second-step").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "code": pyotp.TOTP(set_up.secret).now()}
    assert browser.post("/login/second-step", data=sent).location == "/contacts/contact"
    with door.site.unit():
        factors.remove(user_id)
        records.update(Role, defaults.ensure_roles()["read_only"], {"second_factor": True})
    other = door.browser()
    assert door.enter(other).status_code == 303
    assert other.get("/contacts/contact").location == "/settings/me/second-factor"


@ON_SQLITE
def test_only_the_browser_that_left_comes_back_and_only_once(door: Door) -> None:
    """SEC-39: nobody is logged in to another's account by a link; what was begun ends, is used up, or is too old."""
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    mine, victim = door.browser(), door.browser()
    back = door.leave(mine)
    before = stored(door.site)
    assert victim.get(back).location == "/login?after=late"
    door.leave(victim)  # he has begun a log-in of his own
    assert victim.get(back).status_code == 400
    for query in ("", "code=x", "state=x", "error=access_denied&state=x", back.partition("?")[2] + "x"):
        assert mine_again(door, query).status_code == 400, query
    assert changed_tables(before, stored(door.site)) == []
    assert mine.get(back).status_code == 303
    assert mine.get(back).location == "/login?after=late", "the cookie is gone"


def mine_again(door: Door, query: str) -> Any:
    browser = door.browser()
    browser.get(f"/login/sso/{door.id}")
    return browser.get(f"/login/sso/return?{query}")


OTHER = RSAKey.generate_key(2048, {"kid": "first"})
SPOILT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "another audience": lambda claims: {**claims, "aud": "somebody else"},
    "several audiences and another's": lambda claims: {**claims, "aud": [CLIENT, "x"], "azp": "x"},
    "another log-in": lambda claims: {**claims, "nonce": "x" * 43},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "too old": lambda claims: {**claims, "exp": int(time.time()) - 120, "iat": int(time.time()) - 600},
    "nobody": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "a number": lambda claims: {**claims, "sub": 1},
    "another key": lambda claims: claims,
    "the shared secret": lambda claims: claims,
    "no signature": lambda claims: claims,
}


@ON_SQLITE
@pytest.mark.parametrize("how", SPOILT)
def test_a_token_that_proves_nothing_is_refused(door: Door, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    monkeypatch.setattr(door.provider, "spoil", SPOILT[how])
    if how == "another key":
        monkeypatch.setattr(door.provider, "signs", OTHER)
    elif how == "the shared secret":
        monkeypatch.setattr(door.provider, "signs", OctKey.import_key(SECRET, {"kid": "first"}))
        monkeypatch.setattr(door.provider, "algorithm", "HS256")
    elif how == "no signature":
        monkeypatch.setattr(door.provider, "algorithm", "none")
    browser = door.browser()
    assert door.enter(browser).status_code == 400
    assert browser.get("/settings/me").status_code == 303
    assert door.links() == []


@ON_SQLITE
def test_keys_that_the_provider_has_changed_are_asked_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    assert door.enter(door.browser()).status_code == 303
    fresh = RSAKey.generate_key(2048, {"kid": "second"})
    door.provider.published.append(fresh)
    monkeypatch.setattr(door.provider, "signs", fresh)
    assert door.enter(door.browser()).status_code == 303


@ON_SQLITE
def test_a_provider_that_does_not_answer_leaves_the_password(door: Door) -> None:
    with door.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(login_provider).values(issuer="http://127.0.0.1:9"))
    answer = door.browser().get(f"/login/sso/{door.id}")
    assert answer.status_code == 400
    assert 'name="password"' in answer.text


@ON_SQLITE
def test_administrators_set_it_up_and_the_secret_is_never_shown(site: Site, provider: LoginProvider) -> None:
    """SEC-32, AUD-05, AUD-06. Whoever may change other settings could let himself in as anybody."""
    role = site.role("Settings", core__settings__change=4)
    user = site.user("manager@example.com")
    site.give_roles(user, role)
    assert site.client(user).get("/settings/sign-in").status_code == 403
    assert site.client(user).post("/settings/sign-in/new", {}).status_code == 403
    admin = site.client()
    assert site.app.test_client().get("/login/sso/1").status_code == 404
    form = {"label_ar": "حسابات الواحة", "issuer": f"{provider.issuer}/", "client_id": CLIENT, "client_secret": SECRET,
            "active": "1", "link_by_email": "1", "role": "", "domains": "Example.com، @مثال.إختبار"}  # fmt: skip
    for wrong, where in (
        ({"issuer": "http://intranet.example"}, "issuer"), ({"label_ar": ""}, "label"), ({"role": "1"}, "role"),
        ({"issuer": "https://10.0.0.1:22"}, "issuer"), ({"issuer": f"{provider.issuer}/x"}, "issuer"),
        ({"domains": "example"}, "domains"),
    ):  # fmt: skip
        answer = admin.post("/settings/sign-in/new", {**form, **wrong})
        assert answer.status_code == 422, wrong
        assert f'id="{where}-error"' in answer.text, wrong
    assert admin.post("/settings/sign-in/new", form).location == "/settings/sign-in/1"
    page = admin.get("/settings/sign-in/1?lang=ar").text
    assert RETURN in page
    assert "example.com xn--mgbh0fb.xn--kgbechtv" in page
    assert SECRET not in page
    assert "حسابات الواحة" in admin.get("/settings/sign-in?lang=fa").text
    assert admin.post("/settings/sign-in/1", {**form, "client_secret": "", "link_by_email": ""}).status_code == 303
    # Whose account is whose hangs on the issuer.
    assert 'id="issuer-error"' in admin.post("/settings/sign-in/new", form).text
    with site.unit() as opened:
        row = opened.execute(sa.select(login_provider)).mappings().one()
        told = opened.execute(sa.text(
            "SELECT changes FROM core_audit WHERE entity = 'core.login_provider'")).scalars().all()
    assert Vault(site.app.settings.secret_key).unseal(login_providers.PURPOSE, row["sealed_secret"]) == SECRET
    assert SECRET not in str(row["sealed_secret"]) + str(told)
    assert len(told) == 2
    assert "حسابات الواحة" in admin.get("/settings/log?lang=en").text
    # For another provider the secret is not sent along.
    assert admin.post("/settings/sign-in/1", {**form, "client_secret": "", "client_id": "x"}).status_code == 303
    with site.unit() as opened:
        assert opened.execute(sa.select(login_provider.c.sealed_secret)).scalar_one() == ""
    assert admin.post("/settings/sign-in/1/delete").status_code == 303
    assert admin.get("/settings/sign-in/1").status_code == 404


@ON_SQLITE
def test_the_addresses_of_a_provider_lead_to_no_other_host_of_this_network(door: Door) -> None:
    """SEC-43: what it publishes is checked like any address that somebody typed in."""
    for place in ("http://127.0.0.2:8080/token", "http://169.254.169.254/token", "http://[::1]:8080/token"):
        with pytest.raises(oidc.Untrusted):
            oidc._ask(door.provider.issuer, place)


@ON_SQLITE
def test_of_several_providers_each_knows_its_own_people(door: Door) -> None:
    """Two with a person of the same number and address each: nobody is taken for the other, and no answer of one
    passes for the other's."""
    sara, hamad = door.site.user("sara@example.com", "read_only"), door.site.user("hamad@example.com", "read_only")
    door.open(link_by_email=True)
    with serving(f"{RETURN}/2") as running_too:
        running_too.person = {**SARA, "email": "hamad@example.com"}
        other = Door(door.site, running_too)
        other.open(link_by_email=True, label={"en": "Suppliers"})
        page = door.browser().get("/login?lang=fa").text
        assert page.index("حساب‌های واحه") < page.index("Suppliers")
        assert door.enter(door.browser()).status_code == other.enter(other.browser()).status_code == 303
        assert sorted(door.links()) == [("s-1", sara), ("s-1", hamad)]
        browser = door.browser()
        back = door.leave(browser)
        assert browser.get(back.replace("/return", "/return/2")).status_code == 400
        assert browser.get("/settings/me").status_code == 303
        door.open(active=False)
        assert door.browser().get(f"/login/sso/{door.id}").status_code == 404
        assert other.enter(other.browser()).status_code == 303, "one is closed, the other is not"


@ON_SQLITE
def test_only_addresses_of_the_chosen_domains_are_let_in(door: Door) -> None:
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    assert door.enter(door.browser()).status_code == 303
    door.open(link_by_email=True, domains=("waha.example", "xn--mgbh0fb.xn--kgbechtv"))
    assert door.enter(door.browser()).status_code == 401, "known, but of another domain now"
    for email, answer in (("sara@WAHA.example", 303), ("sara@مثال.إختبار", 303), ("sara@waha.example.evil", 401),
                          ("sara@not-waha.example", 401), ("", 401)):  # fmt: skip
        door.provider.person["email"] = email
        assert door.enter(door.browser()).status_code == answer, email
    door.provider.person |= {"email": "sara@waha.example", "email_verified": False}
    assert door.enter(door.browser()).status_code == 401


def test_logging_out_here_logs_out_there(door: Door) -> None:
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True, log_out_there=True)
    browser = door.browser()
    door.enter(browser)
    with door.site.unit() as opened:
        assert "eyJ" not in opened.execute(sa.select(session.c.sealed_id_token)).scalar_one()
    answer = log_out(browser)
    assert answer.status_code == 200, "no redirection, which the policy forbids to forms"
    address = answer.headers["Refresh"].partition("url=")[2]
    assert f'href="{address.replace("&", "&amp;")}"' in answer.text
    led = httpx.get(address, timeout=60)
    assert (led.status_code, led.headers["Location"]) == (302, "http://127.0.0.1:8000/login")
    assert door.provider.left[-1]["client_id"] == CLIENT
    assert browser.get("/settings/me").status_code == 303
    door.enter(browser)
    with door.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(login_provider).values(issuer="http://127.0.0.1:9"))
    assert log_out(browser).location == "/login", "it does not answer; here the session has ended all the same"
    assert browser.get("/settings/me").status_code == 303


def log_out(browser: Any) -> Any:
    token = browser.get("/settings/me").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post("/logout", data={"csrf_token": token})


@ON_SQLITE
def test_a_session_ends_here_when_the_provider_says_that_it_has_ended(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.site.user("sara@example.com", "read_only")
    door.open(link_by_email=True)
    monkeypatch.setattr(door.provider, "spoil", lambda claims: {**claims, "sid": f"at-{len(door.provider.asked)}"})
    first, second = door.browser(), door.browser()
    door.enter(first)
    named = f"at-{len(door.provider.asked)}"
    door.enter(second)
    place = f"/login/sso/{door.id}/ended"
    for wrong in ({"events": {}}, {"events": None}, {"nonce": "x"}, {"aud": "another"}, {"iss": "https://evil.example"},
                  {"iat": int(time.time()) - 600}, {"sub": None}):  # fmt: skip
        token = door.provider.logout_token(**wrong)
        assert door.browser().post(place, data={"logout_token": token}).status_code == 400, wrong
    for no_token in ("", "x.y.z"):
        assert door.browser().post(place, data={"logout_token": no_token}).status_code == 400
    ended = door.browser().post(place, data={"logout_token": door.provider.logout_token(sid=named)})
    assert ended.status_code == 200
    assert first.get("/settings/me").status_code == 303
    assert second.get("/settings/me").status_code == 200
    assert door.acts()[0] == "logout"
    ended = door.browser().post(place, data={"logout_token": door.provider.logout_token()})
    assert ended.status_code == 200
    assert second.get("/settings/me").status_code == 303


def test_the_provider_of_an_older_version_is_the_first_of_several(database_url: str) -> None:
    engine = make_engine(database_url)
    move(engine, "core_0019")
    with engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO core_login_provider (id, name, issuer, client_id, sealed_secret, active, link_by_email)"
            " VALUES (1, 'Waha', 'https://a.example', 'diwan', 'sealed', :yes, :no)"), {"yes": True, "no": False})
    move(engine, "core_0020")
    with engine.begin() as connection:
        row = connection.execute(sa.select(login_provider)).mappings().one()
        assert (row["id"], row["label"]["fa"], row["issuer"], row["active"], row["link_by_email"]) == (
            1, "Waha", "https://a.example", True, False)  # fmt: skip
        later = {**row, "issuer": "https://b.example"}
        del later["id"]
        assert connection.execute(sa.insert(login_provider).values(**later).returning(
            login_provider.c.id)).scalar_one() == 2  # fmt: skip
    move(engine, "core_0019", down=True)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT name, issuer FROM core_login_provider")).all() == [
            ("Waha", "https://a.example")]  # fmt: skip
    engine.dispose()


def move(engine: sa.Engine, to: str, down: bool = False) -> None:
    with engine.begin() as connection:
        configuration = migrate.configuration(migrate.KERNEL, migrate.versions_folder(None), connection)
        (command.downgrade if down else command.upgrade)(configuration, to)


def test_scripts_set_providers_up(installed_sqlite: Installation, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    issuer = "https://accounts.example"
    said = installed_sqlite.diwan("sign-in", "set", issuer, "--client-id", "diwan", "--label-fa", "واحه", "--domain",
                                  "Waha.example", "--role", "read_only", "--secret-file", str(tmp_path / "secret"))
    assert said.exit_code == 0, said.output
    assert installed_sqlite.diwan("sign-in", "set", f"{issuer}/", "--domain", "-", "--log-out-there").exit_code == 0
    (found,) = json.loads(installed_sqlite.diwan("sign-in", "list", "--json").stdout)
    assert (found["issuer"], found["client_id"], found["domains"], found["log_out_there"], found["has_secret"]) == (
        issuer, "diwan", [], True, True)  # fmt: skip
    assert found["label"]["fa"] == "واحه"
    assert found["role_id"]
    assert SECRET not in installed_sqlite.diwan("sign-in", "list").output
    assert installed_sqlite.diwan("sign-in", "set", issuer, "--role", "administrator").exit_code == 1
    assert installed_sqlite.diwan("sign-in", "remove", issuer).exit_code == 0
    assert installed_sqlite.diwan("sign-in", "remove", issuer).exit_code == 1


@ON_SQLITE
def test_a_visitor_is_told_in_words_that_the_provider_is_down(door: Door) -> None:
    with door.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(login_provider).values(issuer="http://127.0.0.1:9"))
    for _try in range(2):  # the second time nobody is asked
        page = door.browser().get(f"/login/sso/{door.id}?lang=en")
        assert page.status_code == 400
        assert re.search("Waha accounts.?” does not answer now", html.unescape(page.text))
        assert 'aria-invalid="true"' not in page.text, "nothing that was typed is wrong"
    with pytest.raises(Invalid), door.site.unit():
        login_providers.save(door.vault, Settings(), "")
