"""Where a browser can go: every page of the application's own list of routes, so that a new one is walked unnamed."""

from __future__ import annotations

import re

from core.app import create_app
from core.config import load
from core.testing import Site
from tests.support.live import DOMAIN, Live

ENTITIES = ("contacts/contact", "contacts/company", "contacts/category", "activities/activity", "core/user")
#: Parts of pages and files, which no browser shows by themselves. The text of a mail is one: it is shown in a frame
#: that runs no script at all, so nothing could be asked of it either.
NOT_PAGES = re.compile(
    r"^/(api|feeds|static|options|manifest\.webmanifest|healthz|readyz|metrics)"
    r"|^/chat/(list|people|files)"
    r"|/(attachments|mentions|options|field|neighbours|export|status|panel|duplicates|live|html|timeline|cards|group|figures|newest)\b"
    r"|<kind>|errors\.csv|template\."
)
#: What a page needs in its address to show anything: one record to be merged with others, and two side by side.
ASKED = {"/<plugin>/<noun>/merge": ("?id=1", "?id=1&id=2")}
#: Whose pages they are: she may see all.
ADMINISTRATOR = "sara.ahmadi"


def pages_of(live: Live) -> list[str]:
    """Every page that a browser comes to, with records of the sample company in it.

    Of addresses that lead to another page the other one, and of those that lead nowhere only the first: all of them
    show one page, which says so.
    """
    app = create_app(load({"DIWAN_DATABASE_URL": live.database_url}, live.log.parent))
    client = Site(app, live.log.parent).client(
        live.one("SELECT id FROM core_user WHERE email = :email", email=f"{ADMINISTRATOR}@{DOMAIN}"))  # fmt: skip
    found: set[str] = set()
    nowhere: list[str] = []
    for address in sorted(_addresses(app)):
        answer = client.get(address, follow_redirects=True)
        if answer.status_code == 404:
            nowhere.append(address)
        else:
            found.add(answer.request.path if answer.history else address)
    app.engine.dispose()
    return sorted(found | set(nowhere[:1]))


def _addresses(app) -> set[str]:
    """All that the routes allow a browser to ask for."""
    found: set[str] = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or NOT_PAGES.search(rule.rule):
            continue
        for entity in ENTITIES if "<plugin>/<noun>" in rule.rule else ("",):
            plugin, _slash, noun = entity.partition("/")
            address = rule.rule.replace("<plugin>", plugin).replace("<noun>", noun)
            address = re.sub(r"<int:\w+>", "1", address)
            if "<" not in address:
                found.update(f"{address}{asked}" for asked in ASKED.get(rule.rule, ("",)))
    return found
