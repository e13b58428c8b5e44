"""What comes in over the web never becomes code (SEC-12), nothing of the setting up stays open (SEC-30), and no secret
can be read back (SEC-32)."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from core.auth import login_providers, mail_links
from core.auth.sessions import COOKIE
from core.plugin import loader
from core.testing import PASSWORD, Site
from core.web import LOGIN_COOKIE
from core.webhooks import setup
from tests.contract.acts import SECRET, World
from tests.contract.rights_world import changed_tables, stored

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
MODULE = "diwan_intruder"
#: Where Python would find it, were an archive with these unpacked anywhere near.
PARTS = {
    f"{MODULE}/__init__.py": "", f"{MODULE}/plugin.py": "raise SystemExit", f"{MODULE}.pth": "import os",
    f"{MODULE}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {MODULE}\nVersion: 1\n",
    f"{MODULE}-1.dist-info/entry_points.txt": f"[diwan.plugins]\n{MODULE} = {MODULE}.plugin\n",
    f"../{MODULE}.py": "", f"../../core/{MODULE}.py": "", f"/tmp/{MODULE}.py": "", "sitecustomize.py": "",
}  # fmt: skip
#: A file is kept under the digest of its content, without an ending that anything would run.
KEPT = re.compile(r"files/([0-9a-f]{2}/[0-9a-f]{64}(\.small|\.gone)?|(waiting|imports)/\w+)")


def wheel() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
    return made.getvalue()


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@ON_SQLITE
def test_no_file_that_is_sent_becomes_code(site: Site) -> None:
    """SEC-12: packages, modules and workbooks, by every way in; they are kept as what they are, or refused."""
    site.add_field("contacts.contact", "paper", "file")
    api, admin = site.api(), site.client()
    at = f"/contacts/contact/{api.create('contacts.contact', name='One', email='one@example.com')['id']}"
    chat = api.call("POST", "/chat", {"user_ids": [site.user("colleague@example.com", "read_only")]}).get_json()["id"]
    known, before = set(loader.installed().plugins), below(site.folder)
    kept = 0
    for name, content in ((f"{MODULE}-1-py3-none-any.whl", wheel()), ("../../core/evil.py", b"raise SystemExit"),
                          ("plugin.so", b"\x7fELF" + bytes(60)), (f"{MODULE}.zip", wheel())):  # fmt: skip
        given: dict[str, Any] = {"query_string": {"name": name}, "data": content}
        sent: list[TestResponse] = [
            admin.flask.post("/files", headers={"X-CSRFToken": admin.csrf}, **given),
            *(api.flask.post(f"/api/v1{place}", headers=api.headers, **given)
              for place in ("/files", f"{at}/attachments", f"/chat/{chat}/files")),
            admin.post("/contacts/contact/import", {"file": (io.BytesIO(content), name)}),
            admin.post("/contacts/contact/import", {"file": (io.BytesIO(content), "people.xlsx")}),
        ]  # fmt: skip
        assert {answer.status_code for answer in sent} <= {200, 201, 303, 400, 415, 422}, [a.status for a in sent]
        kept += sum(answer.status_code < 400 for answer in sent)
    assert kept >= 4, "nothing was taken, so nothing was tried"
    strange = [path for path in below(site.folder) - before if not KEPT.fullmatch(path)]
    assert [path for path in strange if not path.startswith("diwan.db")] == []
    inside = [place for place in sys.path if place and Path(place).resolve().is_relative_to(site.folder.resolve())]
    assert inside == [], "what is sent lies where Python looks for modules"
    importlib.invalidate_caches()
    assert (importlib.util.find_spec(MODULE), Path(f"/tmp/{MODULE}.py").exists()) == (None, False)
    assert set(loader.look_again().plugins) == known


#: What installers and samples of others let in with.
USUAL = ("admin", "administrator", "password", "demo", "diwan", "123456", "changeme", "")


@ON_SQLITE
def test_the_setting_up_is_for_nobody_else(site: Site) -> None:
    """SEC-30: once installed, no page makes a first user, installs, empties or fills a database; nobody is known."""
    rules = [rule for rule in site.app.url_map.iter_rules() if not rule.rule.startswith("/static")]
    telling = [rule.rule for rule in rules if re.search(r"install|demo|database|sample|reset|restore$", rule.rule)]
    assert [rule for rule in telling if not rule.startswith(("/<plugin>/", "/api/v1/", "/settings/fields/"))] == []
    seller = site.client(site.user("seller@example.com", "sales_manager"))
    before = stored(site)
    for address in ("/settings/setup", "/settings/setup/organisation", "/settings/setup/end"):
        visitor = site.app.test_client()
        assert visitor.get(address).status_code == 303, "the log-in page"
        visitor.get("/login")
        cookie = visitor.get_cookie(LOGIN_COOKIE)
        assert cookie is not None
        form = {"csrf_token": cookie.value, "intent": "skip", "name": "Taken over", "country": "IR", "language": "en"}
        assert visitor.post(address, data=form).status_code in (303, 400, 405)
        assert (seller.get(address).status_code, seller.post(address, form).status_code in (403, 405)) == (403, True)
    assert changed_tables(before, stored(site)) == []
    assert len(site.api().get("/core/user")["data"]) == 2, "the first one, whom init was told of, and the seller"
    visitor = site.app.test_client()
    visitor.get("/login")
    for name in ("admin", "admin@example.com", "demo@example.com"):
        for password in USUAL:
            tried = visitor.post("/login", data={"csrf_token": visitor.get_cookie(LOGIN_COOKIE).value, "email": name,
                                                 "password": password})  # fmt: skip
            assert tried.status_code in (401, 422, 429), (name, password)


@ON_SQLITE
def test_no_secret_can_be_read_back(site: Site) -> None:
    """SEC-32, AUD-06: by whoever has the database, the log, any page of an administrator, or the API."""
    w = World(site)
    user_id = w.user()
    cookie = w.admin.flask.get_cookie(COOKIE)
    assert cookie is not None
    with site.unit(1):
        hook = setup.create(w.vault, "Hook", "http://127.0.0.1:8999/", ("contacts.contact",), ("created",))
        made = {"webhook": hook[1],
                "mailed link": mail_links.make(user_id, mail_links.RESET, "").partition("token=")[2]}  # fmt: skip
        login_providers.save(w.vault, login_providers.Settings({"en": "Accounts"}), "a secret of the provider")
    feed = re.search(r"key=([\w-]{20,})", w.admin.post("/activities/activity/calendar/subscribe").text)
    assert feed is not None
    w.source()
    secrets = {
        **made, "provider": "a secret of the provider", "second factor": w.factor(user_id), "source": SECRET,
        "password": PASSWORD, "session": cookie.value, "calendar": feed[1], "key": site.app.settings.secret_key,
        "token": w.api.headers["Authorization"].removeprefix("Bearer "),
    }  # fmt: skip
    told = {"the database": everything(site)}
    for page in ("/settings/log", "/settings/me", f"/settings/users/{user_id}", "/settings/webhooks",
                 "/settings/webhooks/1", "/settings/sign-in/1", "/settings/general", "/settings/health",
                 "/settings/jobs", "/no/such"):  # fmt: skip
        told[page] = w.admin.get(page).text
    for path in ("/core/user?fields=*", f"/core/user/{user_id}", "/core/entity/core.user", "/nothing"):
        told[path] = w.api.call("GET", path).text
    found = [(name, place) for place, text in told.items() for name, secret in secrets.items() if secret in text]
    assert found == []


def everything(site: Site) -> str:
    """Every value of every table, as text."""
    inspector = sa.inspect(site.app.engine)
    with site.app.engine.connect() as connection:
        rows = [row for name in inspector.get_table_names()
                for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(name)))]  # fmt: skip
    return "\n".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                     for row in rows for value in row)  # fmt: skip
