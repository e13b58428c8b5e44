"""What is measured of one installation, and how: times of whole requests beside what the database alone needs."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from benchmarks import http_client, servers
from benchmarks.dataset import Installation
from benchmarks.http_client import Connection
from core.app import create_app
from core.db import make_engine

API = "/api/v1/contacts/contact"
LIST = f"{API}?limit=80"
PAGE = "/contacts/contact?limit=80"
BOARD = "/contacts/contact/board?by=status&sum=opening_purchases"
# Three letters of names in three scripts, two of them of many people and one of few.
SEARCHES = ("q=reza", "q=ali", "q=%D9%85%D8%AD%D9%85", "q=%D8%B3%D8%A7%D8%B1", "q=cob")
COUNTRIES = ("IR", "SA", "GB")
CLIENTS = 8
#: Seconds between the saves of somebody who writes beside an import, and of the same one when nothing else runs.
PAUSE = 0.02
#: So often he saves; the import then goes on alone, which takes less time.
MOST_BESIDE = 1_000
SELECT_LIST = (
    "SELECT id, version, name, email, phone, country, status, source, owner_id, created_at FROM contacts_contact "
    "WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 81"
)
COUNT_CAPPED = "SELECT count(*) FROM (SELECT 1 FROM contacts_contact WHERE deleted_at IS NULL LIMIT 10001) AS found"
COUNT_BY_COUNTRY = "SELECT country, count(*) FROM contacts_contact WHERE deleted_at IS NULL GROUP BY country"
SELECT_ONE = "SELECT * FROM contacts_contact WHERE id = {id}"


@dataclass(slots=True)
class Times:
    """Milliseconds of repeated acts."""

    values: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return sorted(self.values)[max(0, round(len(self.values) * 0.95) - 1)]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: what, its figures, the goal for p50 (or for the figure itself) and the floor's p50."""

    name: str
    unit: str
    figure: float
    p95: float | None = None
    goal: float | None = None
    floor: float | None = None
    more_is_better: bool = False


def repeated(act: Callable[[], object], count: int, warm_up: int = 5, pause: float = 0.0) -> Times:
    """Each act's time, one after another; with `pause` so many seconds of rest between them."""
    for _time in range(warm_up):
        act()
    times = Times()
    for _time in range(count):
        began = time.perf_counter()
        act()
        times.values.append((time.perf_counter() - began) * 1000)
        if pause:
            time.sleep(pause)
    return times


class Database:
    """The floor: the same statements through the driver alone, on one open connection."""

    def __init__(self, made: Installation) -> None:
        self.engine = make_engine(made.config.database_url)
        self.connection = self.engine.connect()
        self.driver = self.connection.connection.driver_connection

    def ask(self, *statements: str) -> Callable[[], object]:
        def run() -> object:
            return [self.driver.execute(statement).fetchall() for statement in statements]

        return run

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()


def reading(made: Installation, port: int, rows: int, count: int) -> Iterator[Result]:
    """Lists, searches, single records and grouped counts, one request at a time."""
    database = Database(made)
    api = Connection(port, f"Authorization: Bearer {made.token}\r\n")
    web = Connection(port, f"Cookie: diwan_session={made.cookie}\r\nAccept: text/html\r\n")
    ids = itertools.cycle(range(2, rows, max(1, rows // 997)))
    searches = itertools.cycle(f"{API}?limit=80&{text}&country={country}" for text in SEARCHES for country in COUNTRIES)
    large = rows > 100_000
    with api, web:
        floor = repeated(database.ask(SELECT_LIST, COUNT_CAPPED), count).p50
        one = repeated(database.ask(SELECT_ONE.format(id=rows // 2)), count).p50
        groups = repeated(database.ask(COUNT_BY_COUNTRY), max(10, count // 10)).p50
        cases: list[tuple[str, Callable[[], object], int, float, float | None]] = [
            ("list of 80 rows x 7 columns, JSON", lambda: api.send("GET", LIST), count, 6, floor),
            ("list of 80 rows x 7 columns, page", lambda: web.send("GET", PAGE), count, 15, floor),
            ("list by name, JSON", lambda: api.send("GET", f"{LIST}&sort=name"), count, 6, None),
            ("search of three letters, country, count", lambda: api.send("GET", next(searches)),
             len(SEARCHES) * len(COUNTRIES) * max(1, count // 30), 40 if large else 10, None),
            ("one record, JSON", lambda: api.send("GET", f"{API}/{next(ids)}"), count, 5, one),
            ("one record, page", lambda: web.send("GET", f"/contacts/contact/{next(ids)}"), count, 12, one),
            ("board by status with sums, page", lambda: web.send("GET", BOARD), max(10, count // 4), 40, groups),
            ("count by country", lambda: api.send("GET", f"{API}/aggregate?group=country"),
             max(10, count // 10), 60, groups),
        ]
        for name, act, times, goal, known in cases:
            found = repeated(act, times)
            yield Result(name, "ms", found.p50, found.p95, goal, known)
    database.close()


TIMELINE = 500


def timeline(made: Installation, port: int, count: int) -> Iterator[Result]:
    """A record about which much was said: its page, and the first part of its timeline, which the page asks for."""
    api = Connection(port, f"Authorization: Bearer {made.token}\r\n")
    web = Connection(port, f"Cookie: diwan_session={made.cookie}\r\nAccept: text/html\r\n")
    said = [{"entity": "contacts.contact", "record_id": 3, "body": f"Comment {number}",
             "kind": "note" if number % 3 else "comment"} for number in range(TIMELINE)]  # fmt: skip
    with api, web:
        api.send("POST", "/api/v1/activities/comment/bulk", json.dumps({"create": said}).encode())
        for name, path in (("page", "/contacts/contact/3"), ("timeline", "/contacts/contact/3/timeline")):
            found = repeated(lambda path=path: web.send("GET", path), count)  # type: ignore[misc]
            yield Result(f"a record with {TIMELINE} entries, {name}", "ms", found.p50, found.p95, 15)


APPOINTMENTS = 2_000


def month(made: Installation, port: int, count: int) -> Iterator[Result]:
    """A month of a full calendar, as everybody's appointments show it."""
    api = Connection(port, f"Authorization: Bearer {made.token}\r\n")
    web = Connection(port, f"Cookie: diwan_session={made.cookie}\r\nAccept: text/html\r\n")
    meetings = [
        {"type": "meeting", "subject": f"Meeting {number}", "assignee_id": 1,
         "entity": "contacts.contact", "record_id": 3,
         "starts_at": f"2026-11-{1 + number % 30:02}T{6 + number % 11:02}:{number % 4 * 15:02}:00Z"}
        for number in range(APPOINTMENTS)
    ]  # fmt: skip
    with api, web:
        for start in range(0, APPOINTMENTS, 500):
            body = json.dumps({"create": meetings[start:start + 500]}).encode()
            api.send("POST", "/api/v1/activities/activity/bulk", body)
        found = repeated(lambda: web.send("GET", "/activities/activity/calendar?on=2026-11-15"), max(10, count // 4))
    yield Result(f"a month of {APPOINTMENTS:,} appointments, page", "ms", found.p50, found.p95, 25)


_numbers = itertools.count(1)


def creator(connection: Connection) -> Callable[[], object]:
    """Creates one more contact at each call."""
    run = time.time_ns()

    def create() -> object:
        number = next(_numbers)
        body = {"name": f"Benchmark Person {number}", "email": f"person{run}x{number}@gmail.com", "country": "IR",
                "phone": f"0912{number % 10_000_000:07}", "city": "Tehran"}  # fmt: skip
        return connection.send("POST", API, json.dumps(body).encode())

    return create


def writing(made: Installation, port: int, count: int) -> Iterator[Result]:
    with Connection(port, f"Authorization: Bearer {made.token}\r\n") as api:
        found = repeated(creator(api), count)
    yield Result("create, with audit and search keys", "ms", found.p50, found.p95, 6)


def throughput(made: Installation, port: int, workers: int, seconds: float) -> Iterator[Result]:
    headers = f"Authorization: Bearer {made.token}\r\n"
    pages = [LIST, f"{LIST}&status=new", f"{LIST}&country=IR", f"{LIST}&sort=name"]
    found = http_client.per_second(port, headers, pages, CLIENTS, seconds)
    with servers.bare_flask(workers) as bare:
        hello = http_client.per_second(bare, "", ["/"], CLIENTS, seconds)
    yield Result(f"JSON lists, {CLIENTS} clients", "a second", found, goal=500 if workers > 1 else None, floor=hello,
                 more_is_better=True)  # fmt: skip


def bare_request(workers: int, count: int) -> float:
    """p50 of one request to Flask alone."""
    with servers.bare_flask(workers) as port, Connection(port, "") as connection:
        return repeated(lambda: connection.send("GET", "/"), count).p50


def importing(made: Installation, port: int, paths: tuple[Path, Path], rows: int, count: int) -> Iterator[Result]:
    """An import alone, then another one with somebody writing beside it."""
    answer, _nothing = servers.start_import(made.config, paths[0]).communicate()
    told = json.loads(answer)
    if told["created"] + told["updated"] != rows:
        raise SystemExit(f"The import failed: {told}")
    yield Result(f"import of {rows:,} rows", "rows a second", rows / told["seconds"], goal=5_000, more_is_better=True)
    with Connection(port, f"Authorization: Bearer {made.token}\r\n") as api:
        create = creator(api)
        idle = repeated(create, count, pause=PAUSE)
        busy = Times()
        with servers.start_import(made.config, paths[1]) as process:
            _wait_until_it_writes(made, process)
            while process.poll() is None and len(busy.values) < MOST_BESIDE:
                began = time.perf_counter()
                create()
                busy.values.append((time.perf_counter() - began) * 1000)
                time.sleep(PAUSE)
    yield Result("create while nothing else runs, p95", "ms", idle.p95)
    yield Result(f"create beside an import ({len(busy.values)} times), p95", "ms", busy.p95, goal=3 * idle.p95,
                 floor=idle.p95)  # fmt: skip


def _wait_until_it_writes(made: Installation, process: subprocess.Popen[bytes]) -> None:
    """Its start, in which it writes nothing, says nothing of those who write beside it."""
    engine = make_engine(made.config.database_url)
    state = sa.text("SELECT count(*) FROM core_import WHERE state = 'running' AND done > 0")
    writes = False
    while not writes and process.poll() is None:
        with engine.connect() as connection:
            writes = bool(connection.execute(state).scalar_one())
        time.sleep(0.02)
    engine.dispose()


def query_counts(made: Installation) -> Iterator[Result]:
    """What a list and a record page ask the database, in this process: begins, savepoints and what is written after
    the answer are no questions."""
    app = create_app(made.config)
    seen: list[str] = []
    event.listen(app.engine, "before_cursor_execute", lambda _c, _cursor, text, *_rest: seen.append(text))
    client = app.test_client()
    client.set_cookie("diwan_session", made.cookie)
    columns = "name,email,phone,country,status,source,owner_id,company_id,category_id,tags"
    for name, path in (("list", f"/contacts/contact?fields={columns}"), ("record", "/contacts/contact/2")):
        client.get(path)
        seen.clear()
        client.get(path)
        asked = [text for text in seen if text.startswith(("SELECT", "WITH"))]
        yield Result(f"queries of a {name} page", "", float(len(asked)), goal=6)
    with app.engine.begin() as connection:
        connection.execute(sa.text("SELECT 1"))
    app.engine.dispose()
