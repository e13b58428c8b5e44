"""SEC-16, SEC-13: whatever people and mails write is text wherever it is drawn, and a mail's own page can do nothing.

Rich text is nowhere: no field, comment, message or mail is shown as markup of its writer, but for the body of a mail in
a frame that is shut in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.jobs.models import jobs
from core.mail import outbox
from core.testing import Site
from tests.contract.acts import World
from tests.contract.test_forged_requests import addresses

MARK = "zqx"
#: What got through the filters of others, in one: a drawing, an image, a form, a style, a frame, and what browsers make
#: of half a tag in another name space.
MARKUP = (f'{MARK}"\'><svg/onload=alert(1)><img src=x onerror=alert(1)><form action=//evil.example><style>*{{}}</style>'
          "<math><mtext></p><iframe src=//evil.example>")  # fmt: skip
#: A link that runs, or leads away with a script's name.
LINK = "javascript:alert(1)"
ALIVE = re.compile(r"<svg/onload|<img src=x|<form action=//|<style>\*|<math|<iframe src=//|=[\"']?javascript:", re.I)


def write_everywhere(w: World) -> int:
    """A text of each kind that somebody can write, beside the records' own, which test_entity_contract.py writes.

    Answers a colleague who is told of some of it.
    """
    api, admin = w.api, w.admin

    def post(path: str, **values: object) -> None:
        answer = admin.flask.post(path, json=values, headers={"X-CSRFToken": admin.csrf})
        assert answer.status_code < 400, (path, answer.text)

    colleague = w.site.user("colleague@example.com", "administrator", name=MARKUP[:90])
    chat = admin.flask.post("/chat/new", json={"user_ids": [colleague], "name": MARKUP[:90]},
                            headers={"X-CSRFToken": admin.csrf}).get_json()["href"]  # fmt: skip
    post(f"{chat}/messages", body=f"{MARKUP} {LINK} https://example.com/{MARKUP}")
    admin.post(f"{chat}/files?name={MARK}<svg onload=x>.pdf", data=b"%PDF-1.4", content_type="application/octet-stream")
    w.site.add_field("contacts.contact", "planted", "choice", label={"en": MARKUP[:60]}, help={"en": MARKUP[:200]},
                     choices={"one": MARKUP[:60]}, filter=True)  # fmt: skip
    contact = api.create("contacts.contact", name=MARKUP, email="one@example.com", note=f"{MARKUP} {LINK}",
                         custom={"planted": "one"}, tags=[MARKUP[:40]])["id"]  # fmt: skip
    about = {"entity": "contacts.contact", "record_id": contact}
    api.create("activities.comment", body=f"@{MARKUP} {LINK}", **about)
    api.create("activities.activity", subject=MARKUP[:90], type="task", result=MARKUP, assignee_id=colleague, **about)
    api.flask.post(f"/api/v1/contacts/contact/{contact}/attachments", data=b"%PDF-1.4", headers=api.headers,
                   query_string={"name": f"{MARKUP}.pdf".replace("/", " ")})  # fmt: skip
    api.call("POST", "/contacts/contact/views", {"name": MARKUP[:60]})
    for path, form in (("/feedback", {"text": MARKUP, "kind": "problem"}),
                       ("/settings/roles/new", {"name": MARKUP[:60], "description": MARKUP}),
                       ("/settings/me", {"intent": "token", "token_name": MARKUP[:60], "token_scope": "read",
                                         "token_days": "30"}),
                       ("/settings/webhooks/sources", {"name": MARKUP[:60], "scheme": "standard",
                                                       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
                       ("/settings/sign-in/new", {"label_en": MARKUP[:60], "client_secret": "secret"})):  # fmt: skip
        assert admin.post(path, form).status_code in (200, 303), path
    rows = f'Name,"{MARKUP[:60].replace(chr(34), "")}"\r\n"{MARKUP.replace(chr(34), "")}",x\r\n'.encode()
    admin.post("/contacts/contact/import", {"file": (io.BytesIO(rows), f"{MARK}<svg onload=x>.csv")})
    failed = w.job("dead")
    with w.site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(jobs).where(jobs.c.id == failed).values(error=MARKUP))
        outbox.send("somebody@example.com", MARKUP[:90], MARKUP, f"<p>{MARKUP}</p><script>alert(1)</script>")
    return colleague


def pages(site: Site) -> Iterator[str]:
    """Each page that only reads, with the first contact where it is about a record."""
    for _rule, _method, address in addresses(site, {"GET"}):
        if not address.startswith(("/api/", "/live", "/static", "/metrics", "/readyz", "/settings/backups/", "/feeds")):
            yield address
    for entity in ("activities/activity", "activities/comment", "contacts/tag", "core/role", "core/user"):
        yield from (f"/{entity}{rest}" for rest in ("", "/1", "/1/edit", "/1/history"))
    yield from ("/search?q=zqx", "/contacts/contact?custom.planted=one", "/contacts/contact/board?by=custom.planted",
                "/settings/log?q=svg", "/settings/fields/contacts.contact/planted", "/contacts/contact/import/1",
                "/chat/1", "/settings/users/2",
                "/settings/users/2/rights?entity=contacts.contact&record=1")  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_people_and_mails_write_is_text(site: Site) -> None:
    w = World(site)
    colleague = w.site.client(write_everywhere(w))
    drawn, bodies = 0, 0
    for address in dict.fromkeys(pages(site)):
        answer = w.admin.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype != "text/html":
            continue
        found = ALIVE.search(answer.text)
        if address.endswith("/html"):
            bodies += 1
            assert found is not None, "the body of a mail is as it was written"
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("sandbox; default-src 'none'")
        else:
            assert found is None, (address, found)
            drawn += MARK in answer.text
    for address in ("/notices/panel", "/notices", "/chat/1", "/"):
        shown = colleague.get(address).text
        assert ALIVE.search(shown) is None, address
        assert MARK in shown, address
    assert (drawn > 30, bodies) == (True, 1), drawn
