"""People and programs at work while processes die: each one keeps account of what was acknowledged to it."""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.crash.effects.plugin import MADE

CONTACT = "/api/v1/contacts/contact"
TAGS = ["kept", "killed"]
#: Failures of the connection, and a body that was cut off.
BROKEN = (OSError, http.client.HTTPException, ValueError)


@dataclass
class Account:
    """What the users of the installation know. A create is known by its name."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    #: Of each record that is changed again and again: its id, its version and its note at last.
    counters: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    retries: int = 0
    refusals: list[str] = field(default_factory=list)


class Caller(threading.Thread):
    """One program with a token, at work until `stopping`."""

    def __init__(self, name: str, port: int, token: str, account: Account, stopping: threading.Event,
                 work: Callable[[Caller], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.account, self.stopping, self._work = port, account, stopping, work
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.dice = random.Random(name)
        self.number = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._work(self)
            except BROKEN:
                self.account.retries += 1
                time.sleep(0.02)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of the answer; BROKEN when the server died over it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {**self.headers, **headers})
            answer = connection.getresponse()
            status, found = answer.status, answer.read()
        finally:
            connection.close()
        if status in (503, 502):
            raise OSError(f"{status}")
        return status, json.loads(found)


def create(caller: Caller) -> None:
    """A new contact under a key, sent again until it is acknowledged; of some the caller never learns."""
    caller.number += 1
    name = f"{MADE}{caller.name} {caller.number}"
    caller.account.tried.add(name)
    body = {"name": name, "email": f"{name.replace(' ', '.').lower()}@example.com", "tags": TAGS}
    gives_up = caller.dice.random() < 0.3
    while True:
        try:
            status, made = caller.call("POST", CONTACT, body, **{"Idempotency-Key": f"key {name}"})
        except BROKEN:
            caller.account.retries += 1
            if gives_up or caller.stopping.is_set():
                return
            time.sleep(0.05)
            continue
        if status == 409:  # The first of the two is still at work.
            time.sleep(0.05)
            continue
        if status == 201:
            caller.account.acknowledged[name] = made["id"]
        else:
            caller.account.refusals.append(f"create: {status} {made}")
        caller.stopping.wait(0.1)
        return


def change(caller: Caller) -> None:
    """Count in the note of one record, by its version: after a broken answer the record itself tells."""
    known = caller.account.counters[caller.name]
    record_id, version, _note = known
    note = f"{caller.name} {version}"
    path = f"{CONTACT}/{record_id}"
    try:
        status, found = caller.call("PATCH", path, {"note": note, "version": version})
    except BROKEN:
        caller.account.retries += 1
        _look(caller, path, known, note)
        return
    if status == 200:
        caller.account.counters[caller.name] = (record_id, found["version"], note)
    else:
        caller.account.refusals.append(f"change: {status} {found}")
    caller.stopping.wait(0.05)


def _look(caller: Caller, path: str, known: tuple[int, int, str], note: str) -> None:
    """Whether an unanswered change is there: wholly or not at all."""
    while True:
        try:
            _status, found = caller.call("GET", path)
        except BROKEN:
            if caller.stopping.is_set():
                # It is looked at once more when everything stands still.
                return
            time.sleep(0.05)
            continue
        state = (known[0], found["version"], found["note"] or "")
        if state not in (known, (known[0], known[1] + 1, note)):
            caller.account.refusals.append(f"change: {known} became {state}")
        caller.account.counters[caller.name] = state
        return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
