"""One run: an installation under load, its processes killed so many times, and what became of it."""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import sqlalchemy as sa

from core import config as configuration
from core import records
from core.app import create_app
from core.auth import tokens
from core.ops import plugins
from core.testing import Site
from tests.core.mail.server import Kept, keeping
from tests.core.transfer.steps import Wizard, csv_of
from tests.core.webhooks.conftest import Hooks, Receiver
from tests.crash import passing_time, verdict
from tests.crash.fleet import Fleet
from tests.crash.traffic import Account, Caller, change, create, free_port

PLUGIN, DISTRIBUTION = "crash", "acme_crash-1.0.0.dist-info"
CREATORS, COUNTERS = 2, 2
#: Seconds from one death to the next, at most, beside the time that all need to be at work again; some come at once.
PAUSE = 1.2
#: Of so many killed workers the last lets the leases of imports end; in between, they may come to their end.
WORKERS_AN_IMPORT = 3
#: Kills from one restart of the database's server to the next.
RESTART_EVERY = 20
SETTLED_WITHIN = 900
#: What a worker's log says when it takes up an import.
IMPORT_BEGUN = re.compile(r"import \d+: \d+ rows of")
#: Callers rest while more jobs than these wait for the workers, and imports while more messages do.
MOST_WAITING, MOST_TO_TELL = 60, 1_000


@dataclass
class Report:
    """The figures of a run; `wrong` is what does not hold."""

    kills: dict[str, int] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def install_plugin(folder: Path) -> None:
    """Let `effects.plugin` pass for an installed package, for every process that has `folder` on its path."""
    info = folder / DISTRIBUTION
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-crash\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(f"[diwan.plugins]\n{PLUGIN} = tests.crash.effects.plugin\n")


def run(url: str, folder: Path, kills: int, seed: int, restart: Callable[[], None] | None = None,
        until: float = math.inf, at_once: float = 0.7) -> Report:
    """Kill so many times in the installation on this database, which is set up and otherwise unused.

    At the time `until`, by the clock of this process, it is over. The share `at_once` of the kills does not wait for
    what was killed before. `restart`, where it is given, restarts the
    database's server now and then as well (REL-14).
    """
    with keeping() as mailed:
        environment = {"DIWAN_DATABASE_URL": url, "DIWAN_INSTANCE": str(folder / "instance"),
                       "DIWAN_SMTP_URL": f"{mailed.url}?tls=no"}
        config = configuration.load(environment, folder / "instance")
        plugins.enable(config, [PLUGIN])
        site = Site(create_app(config), folder / "instance")
        receiver = Receiver()
        try:
            return _Run(site, environment, folder, mailed, receiver, seed).carry_out(
                kills, restart, until, at_once)
        finally:
            receiver.server.shutdown()
            receiver.server.server_close()
            site.app.engine.dispose()


class _Run:
    def __init__(self, site: Site, environment: dict[str, str], folder: Path, mailed: Kept, receiver: Receiver,
                 seed: int) -> None:
        self.site, self.mailed, self.receiver = site, mailed, receiver
        self.dice, self.account, self.imported = random.Random(seed), Account(), 0
        self.wizard = Wizard(site)
        self.fleet = Fleet(environment, free_port(), folder)
        self.gave_up = self.database_restarts = 0
        with site.unit() as opened:
            admin = opened.execute(sa.text("SELECT min(id) FROM core_user")).scalar_one()
            self.token = tokens.create(admin, "write", 30, "crash")
            for number in range(COUNTERS):
                name = f"Counter {number}"
                made = records.create("contacts.contact", name=name, email=f"counter{number}@example.com")
                self.account.counters[name] = (int(made.id or 0), 1, "")
        Hooks(site).make(receiver.url)

    def carry_out(self, kills: int, restart: Callable[[], None] | None, until: float, at_once: float) -> Report:
        self.fleet.start()
        try:
            with self._traffic():
                for number in range(1, kills + 1):
                    if time.monotonic() > until:
                        break
                    if at_once < 1 and self.dice.random() >= at_once:
                        self.fleet.wait_until_at_work()
                    time.sleep(self.dice.random() * PAUSE)
                    kind = self.fleet.kill_one(self.dice)
                    if restart is not None and number % RESTART_EVERY == 0:
                        restart()
                        self.database_restarts += 1
                    passing_time.let_leases_end(
                        self.site, of_imports=kind == "worker" and self.fleet.deaths[kind] % WORKERS_AN_IMPORT == 0)
                    self._see_to_imports()
                self.fleet.mend()
                self.fleet.wait_until_ready()
            left = self._settle()
        finally:
            self.fleet.stop()
        return self._report(left)

    @contextmanager
    def _traffic(self) -> Iterator[None]:
        stopping = threading.Event()
        work = {f"Creator {number}": self._create for number in range(CREATORS)} | dict.fromkeys(
            self.account.counters, self._change)
        callers = [Caller(name, self.fleet.port, self.token, self.account, stopping, one)
                   for name, one in work.items()]
        for caller in callers:
            caller.start()
        try:
            yield
        finally:
            stopping.set()
            for caller in callers:
                caller.join(60)

    def _create(self, caller: Caller) -> None:
        create(caller)
        if caller.number % 5 == 0:
            self._rest(caller)

    def _change(self, caller: Caller) -> None:
        change(caller)
        if caller.dice.random() < 0.1:
            self._rest(caller)

    def _rest(self, caller: Caller) -> None:
        """While the workers are far behind."""
        while not caller.stopping.wait(0.5):
            left = passing_time.left(self.site)
            if left["jobs"] <= MOST_WAITING and left["webhooks"] <= MOST_TO_TELL:
                return

    def _see_to_imports(self) -> None:
        """A file after the other; jobs that have died too often are tried again."""
        self.gave_up += passing_time.try_again(self.site)
        if passing_time.left(self.site)["imports"] or passing_time.left(self.site)["webhooks"] > MOST_TO_TELL:
            return
        lines = [f"Row {self.imported}-{n},row{self.imported}.{n}@example.com,{'lost' if n % 50 else 'nope'}"
                 for n in range(verdict.ROWS)]
        assert self.wizard.choose("rows.csv", csv_of("Name,Email,Status", lines)).status_code == 303
        assert self.wizard.client.post(f"{self.wizard.at}/run").status_code == 303
        self.imported += 1

    def _settle(self) -> dict[str, int]:
        """Until nothing is left to do."""
        end, left = time.monotonic() + SETTLED_WITHIN, {"all": 1}
        while any(left.values()) and time.monotonic() < end:
            self.fleet.mend()
            passing_time.let_leases_end(self.site)
            self.gave_up += passing_time.try_again(self.site)
            time.sleep(1)
            left = passing_time.left(self.site)
        return {name: count for name, count in left.items() if count}

    def _report(self, left: dict[str, int]) -> Report:
        told = [(headers["webhook-id"], orjson.loads(body)) for headers, body in self._received()]
        wrong = verdict.wrong(self.site, self.account, self.imported, self.mailed, told)
        with self.site.unit() as opened:
            states = Counter(opened.execute(sa.text("SELECT state FROM core_mail")).scalars())
        figures = {
            "creates tried": len(self.account.tried), "creates acknowledged": len(self.account.acknowledged),
            "changes": sum(version - 1 for _id, version, _note in self.account.counters.values()),
            "answers lost": self.account.retries, "imports": self.imported, "imported rows each": verdict.ROWS,
            "imports taken up again": self._times_begun() - self.imported,
            "mails sent": states["sent"], "mails held as unknown": states["unknown"],
            "mails arrived": len(self.mailed.got), "webhook events": len({one for one, _body in told}),
            "webhook repeats": len(told) - len({one for one, _body in told}),
            "jobs asked for anew": self.gave_up, "restarts beside the kills": self.fleet.restarts,
            "restarts of the database": self.database_restarts}
        return Report(dict(self.fleet.deaths), figures,
                      [*wrong, *(f"{name}: {count} were never done" for name, count in left.items())])

    def _times_begun(self) -> int:
        """How often a worker took up an import, by the workers' own log."""
        return len(IMPORT_BEGUN.findall(self.fleet.said()))

    def _received(self) -> list[tuple[dict[str, str], bytes]]:
        return [({name.lower(): value for name, value in headers.items()}, body)
                for headers, body in self.receiver.got]


