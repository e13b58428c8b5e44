"""The wizard as a browser without scripts would go through it, and the company whose files are imported."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from core import records
from core.auth.models import Organisation
from core.db import unit
from core.jobs.worker import Worker
from core.plugin import lifecycle
from core.plugin.models import setting
from core.registry import current as registry
from core.testing import Client, Site
from core.transfer.queueing import JOB

CONTACT = "contacts.contact"
PATH = "/contacts/contact"


def company(site: Site, country: str, **values: Any) -> None:
    """Let the organisation be of a country, with its habits."""
    language = {"IR": "fa", "SA": "ar"}.get(country, "en")
    calendar = "jalali" if country == "IR" else "gregorian"
    with site.unit():
        records.update(Organisation, 1, {"country": country, "language": language, "calendar": calendar, **values})


def identified_by(site: Site, rule: str) -> None:
    """Let the company say what every contact must have."""
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.delete(setting).where(setting.c.name == "contacts.identity"))
        opened.execute(sa.insert(setting).values(name="contacts.identity", value=rule))
        lifecycle.bump(opened)
    lifecycle.refresh(site.app.engine)


def work_once(site: Site) -> bool:
    """The import that is due first, as the worker beside the server would do it."""
    return Worker(site.app.engine, site.app.settings).work_next([JOB])


def work(site: Site) -> None:
    """All imports that are due."""
    while work_once(site):
        pass


def rows(site: Site, entity: str = CONTACT) -> list[dict[str, Any]]:
    """The living records, oldest first, with their tags by name."""
    with site.unit():
        spec = registry().entity(entity)
        found = sa.select(spec.table.c.id).where(spec.table.c.deleted_at.is_(None)).order_by(spec.table.c.id)
        ids = list(unit().execute(found).scalars())
        loaded = records.load(spec, ids)
        for record in loaded.values():
            for name in spec.links:
                record[name] = _titles(spec.fields[name].target, record.get(name) or ())
        return [loaded[one] for one in ids]


def _titles(target: str, ids: Any) -> list[str]:
    table = registry().entity(target).table
    return sorted(unit().execute(sa.select(table.c.name).where(table.c.id.in_(list(ids)))).scalars())


class Wizard:
    """One user's way through the steps."""

    def __init__(self, site: Site, user_id: int | None = None, path: str = PATH) -> None:
        self.site, self.path = site, path
        self.client: Client = site.client(user_id)
        self.at = ""

    def choose(self, name: str, content: bytes | str) -> TestResponse:
        data = content.encode() if isinstance(content, str) else content
        answer = self.client.post(f"{self.path}/import", {"file": (io.BytesIO(data), name)})
        if answer.status_code == 303:
            self.at = answer.location
        return answer

    def form(self, columns: dict[int, str], **values: str) -> dict[str, str]:
        return {**{f"column_{place}": name for place, name in columns.items()}, **values}

    def preview(self, columns: dict[int, str], **values: str) -> str:
        answer = self.client.post(f"{self.at}/preview", self.form(columns, **values))
        assert answer.status_code == 200, answer.text
        return text_of(answer)

    def go_on(self, columns: dict[int, str] | None = None, **values: str) -> TestResponse:
        form = self.form(columns or {}, act="continue", **values)
        return self.client.post(self.at, form)

    def run(self) -> dict[str, Any]:
        """Confirm, let the worker work, and answer the status."""
        assert self.client.get(f"{self.at}/confirm").status_code == 200
        assert self.client.post(f"{self.at}/run").status_code == 303
        work(self.site)
        return self.status()

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self.at}/status").get_json()
        return found

    def page(self) -> str:
        answer = self.client.get(self.at)
        assert answer.status_code == 200, answer.text
        return text_of(answer)

    def undo(self) -> None:
        assert self.client.post(f"{self.at}/undo").status_code == 303
        work(self.site)

    @property
    def import_id(self) -> int:
        return int(self.at.rpartition("/")[2])


def text_of(answer: TestResponse) -> str:
    """What a page says: its content without tags, white space folded."""
    inner = answer.text[answer.text.find("<main"):] if "<main" in answer.text else answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inner)).split())


def csv_of(header: str, lines: Sequence[str]) -> str:
    return "\r\n".join((header, *lines)) + "\r\n"
