"""What open live streams cost the lists that others open, and how soon a change is heard of.

    python benchmarks/live_streams.py                                   both databases, 50,000 contacts, 200 streams
    python benchmarks/live_streams.py --database sqlite --streams 400 --quick

Prints a Markdown table as `run.py` does. Lists with and without streams are measured in turns in the same run, both
while somebody saves a contact every second; "=" gives the ratio. Half of the streams are those of the list of contacts,
which each change concerns, half those of single contacts. The pages themselves, which would draw their list anew, are
not there.
"""

from __future__ import annotations

import argparse
import json
import re
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import dataset, postgresql_server, servers  # noqa: E402  the path has to be set first
from benchmarks.dataset import Installation  # noqa: E402
from benchmarks.http_client import Connection  # noqa: E402
from benchmarks.measures import API, LIST, PAGE, Result, Times, repeated  # noqa: E402
from benchmarks.run import DATABASES, machine, table  # noqa: E402
from core import registry as registries  # noqa: E402
from core.actor import SYSTEM, Origin, acting  # noqa: E402
from core.auth import accounts, defaults, sessions  # noqa: E402
from core.db import make_engine, unit_of_work  # noqa: E402
from core.ops.streams.reader import MOST_OF_USER  # noqa: E402

ROUNDS, SAVES_EVERY = 8, 1.0
CONTACT = 2


class Listeners:
    """Many open streams, read by one thread: how long after each save a stream has heard of it."""

    def __init__(self, port: int, cookies: Sequence[str], count: int, since: int) -> None:
        self.heard = Times()
        self.saved_at = time.perf_counter()
        self._stopping = threading.Event()
        self._selector = selectors.DefaultSelector()
        for number in range(count):
            page = "/contacts/contact" + (f"/{CONTACT + number}" if number % 2 else "")
            made = socket.create_connection(("127.0.0.1", port), timeout=60)
            made.sendall(f"GET /live/stream?at={page}&since={since} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         f"Cookie: diwan_session={cookies[number % len(cookies)]}\r\n\r\n".encode())
            answer = made.recv(65_536)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"Stream {number}: {answer.splitlines()[0].decode()}")
            made.setblocking(False)
            self._selector.register(made, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            for key, _events in self._selector.select(0.2):
                # What is told at the opening has no text: nothing was changed yet.
                if b'"text":"' in (told := key.fileobj.recv(65_536)) and b'"text":""' not in told:  # type: ignore[union-attr]
                    self.heard.values.append((time.perf_counter() - self.saved_at) * 1000)

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]


@contextmanager
def saving(port: int, headers: str, listeners: Listeners | None) -> Iterator[None]:
    """Somebody saves one contact every second during the body."""
    stopping = threading.Event()

    def save() -> None:
        with Connection(port, headers) as api:
            while not stopping.wait(SAVES_EVERY):
                api.send("PATCH", f"{API}/{CONTACT}", json.dumps({"city": f"City {time.time_ns()}"}).encode())
                if listeners is not None:
                    listeners.saved_at = time.perf_counter()

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def colleagues(made: Installation, count: int) -> list[str]:
    """The cookies of new users, as many as `count` streams need."""
    engine = make_engine(made.config.database_url)
    with registries.pinned(registries.current()), acting(SYSTEM, Origin("cli")), unit_of_work(engine):
        roles, organisation = defaults.ensure_roles(), defaults.ensure_organisation()
        found = []
        for number in range(-(-count // MOST_OF_USER)):
            user = accounts.create_user(f"Listener {number}", f"listener{number}@example.com", dataset.PASSWORD,
                                        role_ids=[roles["administrator"]], organisation_ids=[organisation])
            found.append(sessions.create(user, None, Origin("web")).token)
    engine.dispose()
    return found


def measured(made: Installation, workers: int, streams: int, count: int) -> Iterator[Result]:
    cookies = colleagues(made, streams)
    api_headers = f"Authorization: Bearer {made.token}\r\n"
    with servers.diwan(made.config, workers) as port, ExitStack() as stack:
        api = stack.enter_context(Connection(port, api_headers))
        web = stack.enter_context(Connection(port, f"Cookie: diwan_session={made.cookie}\r\nAccept: text/html\r\n"))
        stream_port = int(re.findall(rb'data-live-stream="[^"]*:(\d+)/', web.send("GET", PAGE))[0])
        cases = {"list of 80 rows, JSON": lambda: api.send("GET", LIST),
                 "list of 80 rows, page": lambda: web.send("GET", PAGE)}  # fmt: skip
        alone, beside = ({name: Times() for name in cases} for _ in range(2))
        ratios: dict[str, list[float]] = {name: [] for name in cases}
        heard = Times()
        for _round in range(ROUNDS):
            for found, listening in ((alone, False), (beside, True)):
                since = json.loads(web.send("GET", "/live"))["seq"]
                listeners = Listeners(stream_port, cookies, streams, since) if listening else None
                with saving(port, api_headers, listeners):
                    for name, act in cases.items():
                        found[name].values += (part := repeated(act, count)).values
                        ratios[name].append(part.p50)
                if listeners is not None:
                    listeners.close()
                    heard.values += listeners.heard.values
        for name in cases:
            pairs = list(zip(ratios[name][::2], ratios[name][1::2], strict=True))
            middle = statistics.median(with_them / without for without, with_them in pairs)
            yield Result(f"{name}, no stream", "ms", alone[name].p50, alone[name].p95)
            yield Result(f"{name}, {streams} streams", "ms", beside[name].p50, beside[name].p95, floor=alone[name].p50)
            yield Result(f"{name}, times as long in the same round", "", middle, goal=1.1)
        yield Result("a change until a stream tells it", "ms", heard.p50, heard.p95, goal=2_000)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="live_streams", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "diwan-benchmarks")
    chosen = parser.parse_args(arguments)
    chosen.cache.mkdir(parents=True, exist_ok=True)
    print(f"{machine()}\n", flush=True)
    results = {}
    for database in chosen.database or DATABASES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diwan-benchmark-")))
            server = (
                stack.enter_context(postgresql_server.running(chosen.cache / "postgresql"))
                if database == "postgresql" else None
            )
            made = dataset.installation(chosen.cache, folder / "instance", chosen.rows, server)
            count = 40 if chosen.quick else 200
            results[database, chosen.rows, chosen.workers] = list(
                measured(made, chosen.workers, chosen.streams, count))
            if server is not None:
                server.drop("measured")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
