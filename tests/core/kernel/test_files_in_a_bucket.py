"""Files in a bucket by the S3 protocol (P23), against a server that speaks it: moto, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core import config as configuration
from core.errors import DeclarationError
from core.files import sweeping
from core.files.s3 import store_of
from core.ops import backup, check, restore
from core.testing import Site, eventually
from tests.core.kernel.test_attachments import CONTACT, attach, picture

SECRET = "a secret that nobody reads"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def server() -> Iterator[str]:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(url))
        assert httpx.put(f"{url}/papers").status_code == 200
        yield url
    finally:
        process.kill()
        process.wait(10)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(url).status_code == 200
    return False


def settings_of(url: str, folder: Path, prefix: str = "/acme/", **others: str) -> configuration.Config:
    return configuration.load({
        "DIWAN_S3_BUCKET": "papers", "DIWAN_S3_ENDPOINT": url, "DIWAN_S3_PREFIX": prefix, "DIWAN_S3_KEY": "key",
        "DIWAN_S3_SECRET": SECRET, **others}, folder)  # fmt: skip


def test_files_lie_in_a_bucket_and_go_with_a_backup(site: Site, server: str, tmp_path: Path) -> None:
    url = site.app.engine.url.render_as_string(hide_password=False)
    settings = site.app.settings = settings_of(server, site.folder, DIWAN_DATABASE_URL=url)
    api = site.api()
    record = api.create("contacts.contact", name="Sara", email="sara@example.com")["id"]
    # Larger than what goes in one piece, and an image with its small form.
    large = b"%PDF-1.4\n" + os.urandom(6 * 1024 * 1024)
    one, image = attach(api, record, large, "plan.pdf").get_json(), attach(api, record, picture(), "me.png").get_json()
    assert api.flask.get(one["href"], headers=api.headers).data == large
    client = site.client()
    shown = client.get(f"{CONTACT}/{record}/attachments/{image['id']}/1?show=1")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    # In the bucket, below the prefix, in the order of the folder; and nowhere else.
    key = f"{one['sha256'][:2]}/{one['sha256']}"
    assert httpx.get(f"{server}/papers/acme/{key}").content == large
    assert not settings.files.exists()
    findings = {finding.subject: finding for finding in check.run(settings) if finding.subject == "files"}
    assert (findings["files"].ok, "papers/acme" in str(findings["files"].text)) == (True, True)
    # A backup holds them; it is restored into a bucket that is empty, and into a folder.
    made = tmp_path / "backup.zip"
    assert f"files/{key}" in backup.write(settings, made).members
    elsewhere = settings_of(server, tmp_path / "bucket", "other")
    restore.restore(elsewhere, made)
    assert httpx.get(f"{server}/papers/other/{key}").content == large
    assert not list(elsewhere.files.glob("??/*"))
    on_disk = configuration.load({}, tmp_path / "folder")
    restore.restore(on_disk, made)
    assert (on_disk.files / key).read_bytes() == large
    # What nothing holds goes at the second sweep; the mark is taken back where something holds it again.
    store = store_of(settings)
    assert sweeping.sweep(store, {one["sha256"]}, grace=-60) == 0
    assert sweeping.sweep(store, {one["sha256"], image["sha256"]}, grace=-60) == 0
    assert sweeping.sweep(store, {one["sha256"]}, grace=-60) == 0
    assert sweeping.sweep(store, {one["sha256"]}, grace=-60) == 1
    assert store.open(image["sha256"]) is store.open_small(image["sha256"]) is None


def test_a_bucket_that_cannot_be_used_is_told_without_its_secret(site: Site) -> None:
    """Nobody listens there: the page says so, the check says why and what to do, and neither tells the secret."""
    url = site.app.engine.url.render_as_string(hide_password=False)
    settings = site.app.settings = settings_of("http://127.0.0.1:9", site.folder, DIWAN_DATABASE_URL=url)
    api = site.api()
    record = api.create("contacts.contact", name="Sara", email="sara@example.com")["id"]
    began = time.monotonic()
    refused = attach(api, record, b"%PDF-1.4", "plan.pdf")
    assert (refused.status_code, "store of files" in refused.get_json()["detail"]) == (503, True)
    assert api.get(f"{CONTACT}/{record}/attachments")["data"] == []
    found = next(finding for finding in check.run(settings) if finding.subject == "files")
    assert (found.ok, "DIWAN_S3" in str(found.remedy)) == (False, True)
    assert time.monotonic() - began < 30
    assert SECRET not in f"{settings!r}{found}{found.text}{refused.data!r}"
    for left_out in ("DIWAN_S3_BUCKET", "DIWAN_S3_SECRET"):
        with pytest.raises(DeclarationError, match=left_out):
            settings_of("http://127.0.0.1:9", site.folder, **{left_out: ""})
