"""Files on records: by the record's rights, with versions, and gone with it (P23, SEC-14, SEC-15, SEC-22)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from core import records
from core.files import sweeping
from core.files.store import FolderStore
from core.ops.erase import forget
from core.testing import Site

CONTACT = "/contacts/contact"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def attach(api: Any, record_id: int, body: bytes, name: str) -> Any:
    return api.flask.post(f"/api/v1{CONTACT}/{record_id}/attachments", query_string={"name": name}, data=body,
                          headers={**api.headers, "Content-Type": "application/octet-stream"})  # fmt: skip


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(out, "PNG")
    return out.getvalue() + b"<script>alert(1)</script>"


def test_a_file_of_a_record_from_its_first_version_to_its_end(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create("contacts.contact", name="Sara", email="sara@example.com")["id"]
    path = f"{CONTACT}/{made}/attachments"
    one = attach(api, made, PDF, "../عقد\u202efdp.pdf").get_json()
    assert (one["name"], one["version"], one["type"]) == ("عقدfdp.pdf", 1, "application/pdf")
    two = attach(api, made, PDF + b"2", "عقدfdp.pdf").get_json()
    assert (two["id"], two["version"]) == (one["id"], 2)
    for language, digits in (("fa", "۲"), ("en", "2")):
        told = client.get(f"{CONTACT}/{made}/history?lang={language}").text
        assert re.search(rf'>{digits}</', told), language
    assert client.get(f"/api/v1{path}/{one['id']}/1").data == PDF
    shown = client.get(f"{path}/{one['id']}/2?show=1")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    got = client.get(f"{path}/{one['id']}/2")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    # An image is shown as it was drawn anew, a text inside our own page, anything else is only fetched.
    image = attach(api, made, picture(), "me.png").get_json()
    drawn = client.get(f"{path}/{image['id']}/1?show=1")
    assert b"<script>" not in drawn.data
    assert max(Image.open(io.BytesIO(drawn.data)).size) == 1280
    text = attach(api, made, "سلام <script>".encode(), "x.html").get_json()
    assert "سلام &lt;script&gt;" in client.get(f"{path}/{text['id']}").text
    assert client.get(f"{path}/{text['id']}/1?show=1").headers["Content-Disposition"].startswith("attachment")
    for language in ("ar", "fa", "en"):
        page = client.get(f"{path}?lang={language}").text
        assert all(name in page for name in ("عقدfdp.pdf", "me.png", "x.html"))
        kinds = client.get(f"{CONTACT}/{made}/timeline?kind=file&lang={language}").text
        assert kinds.count('class="dw-file-entry"') == 4
    # Renamed, deleted, brought back.
    call = f"{path}/{one['id']}"
    assert api.call("PATCH", call, {"name": "me.png"}).status_code == 409
    assert api.call("PATCH", call, {"name": "قرارداد.pdf"}).get_json()["name"] == "قرارداد.pdf"
    assert api.call("DELETE", call).status_code == 204
    assert client.get(f"{call}/1").status_code == 404
    assert api.call("POST", f"{call}/restore").status_code == 200
    log = client.get(f"/settings/log?entity=contacts.contact&record={made}").text
    assert "قرارداد.pdf" in log
    # Held by the sweeping, gone at once with the person.
    store = FolderStore(site.app.settings.files)
    with site.app.engine.connect() as connection:
        assert len(sweeping.holding(connection)) == 4
    forget(site.app.settings, "contacts.contact", made)
    assert store.open(one["sha256"]) is None
    assert "قرارداد" not in client.get(f"/settings/log?entity=contacts.contact&record={made}").text


def test_the_rights_of_the_record_are_those_of_its_files(site: Site) -> None:
    api = site.api()
    made = api.create("contacts.contact", name="Sara", email="sara@example.com")["id"]
    one = attach(api, made, PDF, "a.pdf").get_json()
    path = f"{CONTACT}/{made}/attachments"
    reader, other = site.user("r@example.com", "read_only"), site.user("o@example.com", "sales_representative")
    assert attach(site.api(reader), made, PDF, "b.pdf").status_code == 403
    assert site.client(reader).get(f"{path}/{one['id']}/1").status_code == 200
    for address in (path, f"{path}/{one['id']}", f"{path}/{one['id']}/1", f"/api/v1{path}"):
        assert site.client(other).get(address).status_code == 404
    for method, address in (("DELETE", one["id"]), ("PATCH", one["id"]), ("POST", f"{one['id']}/restore")):
        assert site.api(other).call(method, f"{path}/{address}", {"name": "x"}).status_code == 404
    assert site.app.test_client().get(f"{path}/{one['id']}/1").status_code in (303, 401)
    theirs = api.create("contacts.contact", name="B", email="b@example.com")["id"]
    assert site.client().get(f"{CONTACT}/{theirs}/attachments/{one['id']}/1").status_code == 404
    assert attach(api, made, PDF, "setup.exe").status_code == 422
    assert attach(api, made, b"x" * (25 * 1024 * 1024 + 1), "big").status_code == 413
    assert attach(api, made, b"", "none").status_code == 400
    # Purged from the trash, it leaves no file behind.
    api.call("DELETE", f"{CONTACT}/{made}")
    with site.unit():
        records.purge("contacts.contact", [made])
    with site.app.engine.connect() as connection:
        assert sweeping.holding(connection) == set()
