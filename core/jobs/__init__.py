"""Work in the background: one queue, `core_job`, on both databases, and one way to ask for a job."""

from core.jobs.context import Cancelled, Context, Stopped
from core.jobs.queue import cancel, enqueue, find, retry

__all__ = ["Cancelled", "Context", "Stopped", "cancel", "enqueue", "find", "retry"]
