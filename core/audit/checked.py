"""A check of the log that leaves its own entry: who has looked whether the log is whole, and what was found."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.engine import Engine

from core.audit import listener
from core.audit.anchor import Anchor
from core.audit.verdict import Verdict
from core.audit.verify import verify
from core.db import run_unit
from core.errors import Unavailable
from core.vault import Vault


def verify_on_record(engine: Engine, anchor: Anchor | None = None, vault: Vault | None = None) -> Verdict:
    """`verify`, told in the log as an act of the actor in a transaction of its own."""
    verdict = verify(engine, anchor, vault)
    # A log that cannot take an entry is told by the verdict.
    with suppress(Unavailable):
        run_unit(engine, lambda _unit: listener.record(
            "core.audit", None, "", "verify_log", {"ok": [None, verdict.ok]}))  # fmt: skip
    return verdict
