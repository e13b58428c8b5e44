"""Hearing of jobs through Procrastinate, on PostgreSQL: NOTIFY wakes a worker at once, wherever it runs.

Two readers of two queues: one takes short jobs only, so that a long one never keeps all others waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from core.jobs.delivery import LONG, QUICK, TASK

#: Seconds between looks at the queue when nothing was told, and before a lost connection is tried again.
POLL, PAUSE = 2.0, 1.0

log = logging.getLogger("diwan.worker")


def listen(url: URL, work: Callable[[int], Any], stopping: Event, leaving: Event) -> None:
    """Call `work(job_id)` for each message until `stopping` is set; a lost connection is made anew.

    Once `leaving` is set no long job is taken, and no short one either when that in hand is done.
    """
    # Deferred: workers on PostgreSQL alone need it, and importing it takes a tenth of a second.
    from procrastinate.exceptions import ProcrastinateException

    while not stopping.is_set() and not leaving.is_set():
        try:
            asyncio.run(_read(url, work, stopping, leaving))
        except (ProcrastinateException, OSError) as error:
            log.warning("the database cannot be used: %s", error.__cause__ or error)
            stopping.wait(PAUSE)


async def _read(url: URL, work: Callable[[int], Any], stopping: Event, leaving: Event) -> None:
    from procrastinate import App, PsycopgConnector

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=plain, min_size=1, max_size=4))
    app.task(name=TASK, queue=QUICK)(lambda job_id: _work(work, job_id))
    async with app.open_async():
        readers = [asyncio.create_task(_reader(app, queues)) for queues in ([QUICK], [QUICK, LONG])]
        asked = asyncio.create_task(_until(stopping, leaving))
        try:
            done, _left = await asyncio.wait([*readers, asked], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if not stopping.is_set():
                readers[-1].cancel()  # It finishes what it has in hand, and short jobs need not wait for that.
                asked = asyncio.create_task(_until(stopping))
                await asyncio.wait([readers[-1], asked], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*readers, asked):
                task.cancel()
            await asyncio.gather(*readers, asked, return_exceptions=True)


async def _reader(app: Any, queues: list[str]) -> None:
    await app.run_worker_async(
        queues=queues, concurrency=1, delete_jobs="always", install_signal_handlers=False,
        fetch_job_polling_interval=POLL, update_heartbeat_interval=5, stalled_worker_timeout=30)


async def _until(*any_of: Event) -> None:
    while not any(event.is_set() for event in any_of):
        await asyncio.sleep(0.1)


def _work(work: Callable[[int], Any], job_id: int) -> None:
    """The message is used up whatever happens: what is still to be done is announced again by `upkeep`."""
    try:
        work(job_id)
    except sa.exc.SQLAlchemyError as error:
        log.warning("job %s: %s", job_id, getattr(error, "orig", error))
