"""Refused access is on record (AUD-05): who asked for what without the right to it.

A refusal has rolled its unit of work back, so its entry has a transaction of its own. The same refusal of the same
user leaves one entry a minute in each process: a program that keeps asking must not fill the log. Whoever is not
signed in leaves none, and neither does a record that is not the reader's, which looks like one that does not exist.
"""

from __future__ import annotations

import logging
import time
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import actor, origin
from core.audit import listener
from core.db import run_unit
from core.errors import DiwanError, Forbidden

AGAIN_AFTER = 60.0
#: Refusals remembered; beyond it the oldest may be told again.
KEPT = 5_000
#: How a refusal with this code is called in the log, where it is not "denied".
_OWN_ACTIONS = {"network": "network_refused"}

log = logging.getLogger("diwan.audit")


class Refusals:
    """Writes refusals to the log, each once in a while."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, str, str], float] = {}
        self._lock = Lock()

    def note(self, engine: Engine, error: DiwanError, request: str) -> None:
        """Record a refusal of the actor; `request` is what was asked for, such as "POST /contacts/contact/new"."""
        who = actor()
        if not isinstance(error, Forbidden) or error.status != 403 or who.id is None:
            return
        action = _OWN_ACTIONS.get(error.code, "denied")
        # Whoever comes from a wrong network is refused everything, which is one refusal.
        asked = (error.permission, request) if action == "denied" else (action, origin().address)
        if not self._is_new((who.id, *asked)):
            return
        details = {"permission": [None, error.permission or None], "request": [None, request[:300]]}
        try:
            run_unit(engine, lambda _unit: listener.record("core.user", who.id, who.name, action, details))
        except (DiwanError, sa.exc.SQLAlchemyError) as failure:
            # What was asked for is refused all the same; that the log cannot be written stops every change by itself.
            log.error("a refusal is not on record: %s", failure)

    def _is_new(self, key: tuple[int, str, str]) -> bool:
        now = time.monotonic()
        with self._lock:
            last = self._told.pop(key, None)
            if last is not None and now - last < AGAIN_AFTER:
                self._told[key] = last
                return False
            while len(self._told) >= KEPT:
                del self._told[next(iter(self._told))]
            self._told[key] = now
            return True
