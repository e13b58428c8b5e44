"""Stored files: who gets at them, what they may be, and when they go (SEC-14, SEC-15, SEC-22, SEC-45, P23)."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core import config as configuration
from core import registry as registries
from core.app import create_app
from core.entity.types_file import StoredFile
from core.files import erasing, sweeping
from core.files.names import clean_name
from core.files.store import FolderStore
from core.ops import backup, restore
from core.ops.erase import forget
from core.testing import Site

CONTACT = "/contacts/contact"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"


@pytest.fixture
def database_kind() -> str:
    """Only the columns differ by database, and those tests/examples/test_field_types.py asks on both."""
    return "sqlite"


def upload(api: Any, body: bytes, name: str = "a.pdf", kind: str = "") -> Any:
    return api.flask.post("/api/v1/files", query_string={"name": name, "as": kind}, data=body,
                          headers={**api.headers, "Content-Type": "application/octet-stream"})  # fmt: skip


def picture(size: tuple[int, int] = (400, 300), form: str = "PNG", tail: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return out.getvalue() + tail


def test_a_file_goes_with_its_record_and_its_field(site: Site) -> None:
    site.add_field("contacts.contact", "paper", "file")
    site.add_field("contacts.contact", "face", "image")
    api, client = site.api(), site.client()
    sent = upload(api, PDF, "../../عقد\u202efdp.exe\n.pdf").get_json()
    assert (sent["name"], sent["type"], sent["size"]) == ("عقدfdp.exe.pdf", "application/pdf", len(PDF))
    script = b"<script>alert(1)</script>"
    face = upload(api, picture(tail=script), "me.png", "image").get_json()
    values = {"name": "Sara", "email": "sara@example.com"}
    custom = {"paper": {"upload": sent["upload"]}, "face": face["upload"]}
    made = api.create("contacts.contact", **values, custom=custom)
    path = f"{CONTACT}/{made['id']}"
    got = client.get(f"{path}/file/custom.paper")
    assert (got.status_code, got.data) == (200, PDF)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    shown = client.get(f"{path}/file/custom.face?show=small")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(shown.data)).size) <= 320
    assert script not in client.get(f"{path}/file/custom.face?show=1").data
    for language in ("ar", "fa", "en"):
        assert f'src="{path}/file/custom.face?show=small"' in client.get(f"{path}?lang={language}").text
        assert 'type="file"' in client.get(f"{path}/edit?lang={language}").text
    assert "custom.paper" in site.api().get("/core/entity/contacts.contact")["fields"].__repr__()
    history = client.get(f"/settings/log?entity=contacts.contact&record={made['id']}").text
    assert "عقدfdp.exe.pdf" in history
    # Sent back as it is, it stays; as a claim on another record it is refused, and so is another user's ticket.
    assert api.call("PATCH", path, {"custom": made["custom"]}).status_code == 200
    claim = {"name": "B", "email": "b@example.com", "custom": {"paper": made["custom"]["paper"]}}
    assert api.call("POST", CONTACT, claim).status_code == 422
    user_id = site.user("rep@example.com", "sales_representative")
    stolen = {"name": "C", "email": "c@example.com", "custom": {"paper": sent["upload"]}}
    assert site.api(user_id).call("POST", CONTACT, stolen).status_code == 422
    for asked in (path, f"{path}?show=1"):
        address = asked.replace(path, f"{path}/file/custom.paper")
        assert site.client(user_id).get(address).status_code in (403, 404)
        assert site.api(user_id).call("GET", address).status_code in (403, 404)
    assert site.app.test_client().get(f"{path}/file/custom.paper").status_code in (303, 401)
    assert client.get(f"{path}/file/name").status_code == 404
    assert client.get(f"{path}/file/custom.face?show=1").headers.get("Content-Disposition", "").startswith("inline")


@pytest.mark.parametrize(("body", "name"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg"),
    (b"<!doctype html><script>1</script>", "x.png"),
    (b"\x89PNG\r\n\x1a\n<script>", "x.pHaR"), (b"GIF89a/*\x00*/=1;alert(1)", "x"), (b"%PDF-1.4", "a.php.pdf"),
])  # fmt: skip
def test_what_could_run_is_no_image_and_never_told_to_be_more_than_bytes(site: Site, body: bytes, name: str) -> None:
    site.add_field("contacts.contact", "paper", "file")
    api = site.api()
    assert upload(api, body, name, "image").status_code == 422
    kept = upload(api, body, name).get_json()
    assert not kept["type"].startswith("text/")
    assert "svg" not in kept["type"]
    made = api.create("contacts.contact", name="A", email="a@example.com", custom={"paper": kept["upload"]})
    got = site.client().get(f"{CONTACT}/{made['id']}/file/custom.paper?show=1")
    assert got.headers["Content-Disposition"].startswith("attachment")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_what_would_use_up_the_machine_is_refused_at_once(site: Site) -> None:
    api = site.api()
    assert upload(api, PDF).status_code == 403  # no field could take it
    site.add_field("contacts.contact", "paper", "file")
    assert upload(api, b"").status_code == 400
    assert upload(api, b"x" * (32 * 1024 * 1024 + 1)).status_code == 413
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 99_999))
    began = time.process_time()
    assert upload(api, bomb, "b.png", "image").status_code == 422
    assert time.process_time() - began < 1
    reader = site.user("reader@example.com", "read_only")
    assert upload(site.api(reader), PDF).status_code == 403
    assert upload(site.api(scope="read"), PDF).status_code == 403
    assert not list((site.app.settings.instance / "incoming").iterdir())


def test_files_that_nothing_holds_go_and_those_of_the_erased_at_once(site: Site) -> None:
    site.add_field("contacts.contact", "paper", "file")
    api, config = site.api(), site.app.settings
    held, shared, loose = (upload(api, PDF + text, "a.pdf").get_json()["upload"] for text in (b"1", b"2", b"3"))
    one = api.create("contacts.contact", name="A", email="a@example.com", custom={"paper": held})
    two = api.create("contacts.contact", name="B", email="b@example.com", custom={"paper": shared})
    api.create("contacts.contact", name="C", email="c@example.com", custom={"paper": shared})
    assert loose
    store = FolderStore(config.files)
    for path in config.files.glob("??/*"):
        os.utime(path, (0, 0))
    with site.app.engine.connect() as connection:
        digests = sweeping.holding(connection)
    assert len(digests) == 2
    assert (sweeping.sweep(store, digests), len(list(store.settled(0)))) == (0, 3)
    for path in config.files.glob("??/*.gone"):
        os.utime(path, (0, 0))
    assert (sweeping.sweep(store, digests), len(list(store.settled(0)))) == (1, 2)
    forget(config, "contacts.contact", one["id"])
    assert store.open(one["custom"]["paper"]["sha256"]) is None
    forget(config, "contacts.contact", two["id"])
    assert store.open(two["custom"]["paper"]["sha256"]) is not None
    with site.unit():
        spec = registries.current().entity("contacts.contact")
        assert erasing.release(spec, {"x": StoredFile("0" * 64, "a", "b", 1), "custom": None}) == {"0" * 64}


@pytest.mark.parametrize(("given", "name"), [
    ("../../etc/passwd", "passwd"), ("C:\\Users\\me\\قرارداد.docx", "قرارداد.docx"),
    ('"><svg onload=x>.png', "svg onload=x.png"),
    ("a\u202egnp.exe", "agnp.exe"), ("\r\nSet-Cookie: x.txt", "Set-Cookie x.txt"), ("", "File"), ("...", "File"),
    ("ب" * 300 + ".pdf", "ب" * 146 + ".pdf"),
])  # fmt: skip
def test_a_name_is_a_name(given: str, name: str) -> None:
    assert clean_name(given) == name


def test_a_folder_keeps_one_copy(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    for _time in range(2):
        path = tmp_path / "given"
        path.write_bytes(b"x")
        store.add("ab" * 32, path)
    assert len(list(store.settled(-60))) == 1


def test_a_backup_brings_a_file_back_with_its_record(site: Site, tmp_path: Path) -> None:
    """REL-19: the bytes under the digest that the record keeps, in an installation made from nothing but the backup."""
    site.add_field("contacts.contact", "paper", "file")
    api = site.api()
    sent = upload(api, PDF, "عقد.pdf").get_json()
    made = api.create("contacts.contact", name="Sara", email="sara@example.com", custom={"paper": sent["upload"]})
    backup.write(site.app.settings, tmp_path / "one.backup")
    there = tmp_path / "there"
    there.mkdir()
    config = configuration.load({"DIWAN_DATABASE_URL": f"sqlite:///{there / 'diwan.db'}"}, there)
    restore.restore(config, tmp_path / "one.backup")
    restored = Site(create_app(config), there)
    got = restored.client().get(f"{CONTACT}/{made['id']}/file/custom.paper")
    assert (got.status_code, got.data) == (200, PDF)
    kept = restored.api().get(f"{CONTACT}/{made['id']}")["custom"]["paper"]
    assert (kept["name"], kept["size"]) == ("عقد.pdf", len(PDF))
    digest = hashlib.sha256(PDF).hexdigest()
    assert hashlib.sha256((config.files / digest[:2] / digest).read_bytes()).hexdigest() == digest
    restored.app.engine.dispose()
