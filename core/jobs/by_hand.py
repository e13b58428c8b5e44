"""What somebody does with a job from outside of it, on a page, by a command or by the API: each act is on record."""

from __future__ import annotations

from typing import Any

from core.audit import listener
from core.errors import NotFound
from core.jobs import queue
from core.language.i18n import _

PERMISSION = "core.job.change"


def find(job_id: int) -> dict[str, Any]:
    """All that is stored of a job; NotFound when there is none of this number."""
    found = queue.find(job_id)
    if found is None:
        raise NotFound(_("This job does not exist any more."))
    return found


def cancel(job_id: int) -> str:
    """Stop a job; its new state, which is still "running" where it ends at its next step. Conflict for one that is
    over."""
    job = find(job_id)
    state = queue.cancel(job_id)
    listener.record("core.job", job_id, job["name"], "cancel", {"state": [job["state"], "cancelled"]})
    return state


def retry(job_id: int) -> None:
    """Have a job done again that has failed or was cancelled; Conflict for any other."""
    job = find(job_id)
    queue.retry(job_id)
    listener.record("core.job", job_id, job["name"], "retry", {"state": [job["state"], "waiting"]})
