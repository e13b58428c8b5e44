"""The page of settings: each stands on it, and saving it changes what was changed and nothing else."""

from __future__ import annotations

import re

import sqlalchemy as sa

from core.plugin.models import setting
from core.registry import current
from core.testing import Site

KEPT = {"core.webhook_hosts": "crm.example", "contacts.free_mail_domains": "mail.example"}


def _stored(site: Site) -> dict[str, object]:
    with site.unit() as opened:
        return {row.name: row.value for row in opened.execute(sa.select(setting))}


def test_all_settings_stand_on_the_page_and_those_not_sent_are_kept(site: Site) -> None:
    client = site.client()
    assert client.post("/settings/general", KEPT).status_code == 303
    page = client.get("/settings/general").text
    assert set(re.findall(r'name="(\w+[.][\w.]+)"', page)) >= set(current().settings)
    assert "crm.example" in page

    assert client.post("/settings/general", {"core.mail_from_name": "Waha"}).status_code == 303
    stored = _stored(site)
    assert {name: stored[name] for name in (*KEPT, "core.mail_from_name")} == {**KEPT, "core.mail_from_name": "Waha"}
    assert client.post("/settings/general", {"core.keep_log": "soonish"}).status_code == 422
    assert "core.keep_log" not in _stored(site)
