"""Telling whoever asked for an import what came of it: he may have gone on to something else long ago."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.actor import SYSTEM, acting
from core.db import Unit
from core.entity.spec import EntitySpec
from core.notify.kinds import IMPORT_FAILED, IMPORTED
from core.notify.telling import notify
from core.registry import current
from core.transfer import jobs
from core.transfer.importer import Outcome


def tell_ended(spec: EntitySpec, job: Mapping[str, Any], outcome: Outcome) -> None:
    """In the transaction that ends the import."""
    values = {"file": job["file_name"], "created": outcome.created, "updated": outcome.updated,
              "failed": outcome.failed}  # fmt: skip
    notify([job["user_id"]], IMPORTED, values=values, href=f"{spec.path}/import/{job['id']}")


def end_failed(opened: Unit, job: Mapping[str, Any], reason: str) -> None:
    """End an import, or its undo, as failed."""
    jobs.end(opened, job, "failed", reason)
    spec = current().entities.get(job["entity"])
    if spec is not None:
        with acting(SYSTEM):
            notify([job["user_id"]], IMPORT_FAILED, values={"file": job["file_name"], "reason": reason},
                   href=f"{spec.path}/import/{job['id']}")  # fmt: skip
