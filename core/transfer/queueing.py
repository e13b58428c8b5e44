"""Asking for the background job of an import, in the transaction that makes it wait."""

from __future__ import annotations

from core.jobs.queue import enqueue

JOB = "core.run_import"


def ask(import_id: int) -> None:
    """Have a worker run this import, or take it back, as its state says."""
    enqueue(JOB, {"import": import_id}, dedupe=f"import {import_id}")
