"""Live streams: who has one, what it is told, and when it ends; and the port at which browsers ask for them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from core.actor import OWN, Origin
from core.auth import sessions
from core.auth.models import User
from core.db import make_engine
from core.ops.streams import reader as reading
from core.ops.streams.door import Door
from core.ops.streams.reader import Asked, Reader, Refused, Stream
from core.testing import Site
from core.web import STREAM, is_own_origin

CONTACT = "/contacts/contact"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "GAP", 0)
    monkeypatch.setattr(reading, "CHECKED_EVERY", 0)


@pytest.fixture
def elsewhere(site: Site) -> Iterator[Reader]:
    """The reader of another machine on the same database."""
    engine = make_engine(site.app.engine.url.render_as_string(hide_password=False))
    yield Reader(engine)
    engine.dispose()


def cookie(site: Site, user_id: int) -> str:
    with site.unit():
        return sessions.create(user_id, None, Origin("web")).token


def opened(reader: Reader, token: str, at: str, **asked: Any) -> tuple[Stream, list[Any]]:
    """A stream, and all that it is told."""
    heard: list[Any] = []
    known = {"cookie": token, "address": "192.0.2.7", "at": at, "since": None, "last_told": None, "language": ""}
    return reader.admit(Asked(**{**known, **asked}), heard.append), heard


def test_a_page_hears_what_its_reader_may_see_on_any_machine(site: Site, elsewhere: Reader) -> None:
    api, here = site.api(), Reader(site.app.engine)
    rep = site.user("rep@example.com", name="Omid")
    site.give_roles(rep, site.role("Own", contacts__contact__view=OWN, contacts__contact__change=OWN))
    given, hidden = (api.create("contacts.contact", name=name, email=f"{name}@example.com", owner_id=owner)["id"]
                     for name, owner in (("Sara", rep), ("Lena", 1)))  # fmt: skip
    token = cookie(site, rep)
    _stream, on_list = opened(here, token, CONTACT)
    since = on_list.pop()["seq"]
    # A browser that comes again is told its figures, and of changes only those that it has not drawn.
    places = [opened(elsewhere, token, at, since=since, last_told=since, language="fa")
              for at in (CONTACT, f"{CONTACT}/{given}", f"{CONTACT}/{hidden}", "/settings/me")]  # fmt: skip
    on_fa_list, on_record, on_hidden, on_other = (heard for _stream, heard in places)
    for heard in (on_fa_list, on_record, on_hidden, on_other):
        assert [one["text"] for one in heard] == [""]
        heard.clear()
    opened(here, cookie(site, 1), CONTACT)

    def change(record: int, city: str, by: int = 1) -> None:
        assert site.api(by).call("PATCH", f"{CONTACT}/{record}", {"city": city}).status_code == 200
        for reader in (here, elsewhere):
            reader.look()

    # What he may not see, and what he did himself, is not heard of at all.
    change(hidden, "Shiraz")
    change(given, "Shiraz", by=rep)
    assert on_list == on_fa_list == on_record == on_hidden == on_other == []
    change(given, "Yazd")
    assert on_fa_list[-1]["text"] == "۱ تغییر جدید"
    assert "admin" in on_record[-1]["text"]
    assert "Changed" not in on_record[-1]["text"]
    assert on_list == on_hidden == on_other == []  # `here` was opened without a page to compare with
    late, heard = opened(here, token, CONTACT, since=since)
    assert [one["text"] for one in heard] == ["1 new change"]
    here.forget(late)
    change(given, "Qom")
    assert len(heard) == 1

    # A notice is heard of on every page.
    before = on_other.copy()
    api.call("PATCH", f"{CONTACT}/{hidden}", {"owner_id": rep})
    elsewhere.look()
    assert [one["unread"] for one in on_other[len(before):]] == ["۲"]


def test_streams_end_with_their_session_and_are_few(site: Site) -> None:
    reader = Reader(site.app.engine, most=4, most_of_user=2)
    one, two = (site.user(f"{name}@example.com") for name in ("one", "two"))
    token = cookie(site, one)
    _first, first = opened(reader, token, CONTACT)
    _second, second = opened(reader, token, CONTACT)
    # Whoever opens many pages looks at the newest; the oldest goes on asking by itself.
    _third, third = opened(reader, token, "/")
    assert first[-1] is None
    assert None not in second + third
    for _ in range(2):
        _stream, of_other = opened(reader, cookie(site, two), CONTACT)
    for wrong, status in ((cookie(site, two), 503), ("", 401), ("x" * 500, 401)):
        with pytest.raises(Refused) as refused:
            opened(reader, wrong, CONTACT)
        assert refused.value.status == status
    reader.look()
    assert len(reader.streams) == 4

    with site.unit():
        sessions.revoke(sessions.hash_token(token))
    reader.look()
    assert second[-1] is third[-1] is None
    assert of_other[-1] is not None
    with site.app.engine.begin() as connection:
        connection.execute(sa.update(User.__table__).where(User.__table__.c.id == two).values(active=False))
    reader.look()
    assert of_other[-1] is None
    assert reader.streams == []


def test_the_port_lets_our_own_pages_in_and_ends_with_them(site: Site) -> None:
    reader, own, token = Reader(site.app.engine), "http://127.0.0.1:8000", cookie(site, 1)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            door = Door(reader, thread, partial(is_own_origin, site.app.settings, 8000))
            server = await asyncio.start_server(door.enter, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]

            async def ask(target: str, **headers: str) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
                incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
                told = {"Host": f"127.0.0.1:{port}", **{name.replace("_", "-"): text for name, text in headers.items()}}
                lines = [f"GET {target} HTTP/1.1", *(f"{name}: {text}" for name, text in told.items()), "", ""]
                outgoing.write("\r\n".join(lines).encode())
                head = await asyncio.wait_for(incoming.readuntil(b"\r\n\r\n"), 10)
                return head.decode(), incoming, outgoing

            async def status(target: str, **headers: str) -> str:
                head, _incoming, outgoing = await ask(target, **headers)
                outgoing.close()
                return head.split()[1]

            mine = {"Cookie": f"diwan_session={token}"}
            assert await status(STREAM) == "401"
            assert await status("/healthz") == "200"
            assert await status("/", **mine) == "404"
            for foreign in ("http://127.0.0.1:3000", "https://127.0.0.1:8000", "http://evil.example:8000", "null"):
                assert await status(STREAM, Origin=foreign, **mine) == "403"
            assert await status(STREAM, Sec_Fetch_Site="cross-site", **mine) == "403"
            assert reader.streams == []

            head, incoming, outgoing = await ask(f"{STREAM}?at={CONTACT}&since=0", Origin=own, **mine)
            assert "text/event-stream" in head
            assert f"Access-Control-Allow-Origin: {own}" in head
            assert "X-Accel-Buffering: no" in head
            assert "Cache-Control: no-store" in head
            await incoming.readuntil(b"\n\n")
            event = (await asyncio.wait_for(incoming.readuntil(b"\n\n"), 10)).decode().split("\ndata: ")
            assert event[0] == f"id: {json.loads(event[1])['seq']}"
            outgoing.close()
            await _until(lambda: reader.streams == [])

            await ask(STREAM, **mine)
            await _until(lambda: len(reader.streams) == 1)
            server.close()
            await door.close()
            await loop.run_in_executor(thread, lambda: None)
            assert reader.streams == []

    asyncio.run(story())


async def _until(holds: Any) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_a_page_says_where_its_stream_is_and_its_policy_lets_it_there(site: Site) -> None:
    site.app.stream_port = 8001

    visitor, token = site.app.test_client(use_cookies=False), cookie(site, 1)

    def policy(host: str = "127.0.0.1:8000") -> tuple[str, bool]:
        answer = visitor.get(CONTACT, headers={"Host": host, "Cookie": f"diwan_session={token}"})
        told = answer.headers["Content-Security-Policy"].partition("connect-src ")[2].partition(";")[0]
        origin = told.removeprefix("'self'").strip()
        return told, f'data-live-stream="{origin}{STREAM}"' in answer.text

    assert policy() == ("'self' http://127.0.0.1:8001", True)
    assert policy("erp.local") == ("'self' http://erp.local:8001", True)
    assert policy("[::1]:8000") == ("'self' http://[::1]:8001", True)
    # A proxy in front has one address for both.
    site.app.settings = dataclasses.replace(site.app.settings, base_url="https://erp.example.com")
    assert policy() == ("'self'", True)
    site.app.stream_port = 0
    assert policy() == ("'self'", False)
