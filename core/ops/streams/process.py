"""The process itself: a port, a thread that reads the database, and an end when its parent has gone."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from core.config import Config
from core.db import STATEMENT_WITHIN, make_engine
from core.ops import collector, memory
from core.ops.streams.door import MOST_HEAD, Door
from core.ops.streams.reader import Reader
from core.plugin import lifecycle
from core.web import is_own_origin

#: Seconds between looks at what has changed, at the parent, and after which a look is not waited for any more: code of
#: a plugin that never ends holds it, and whoever keeps the processes starts another.
LOOK, PARENT, GIVEN_UP_AFTER = 0.25, 1.0, 60
#: The status of a process that was given up.
GIVEN_UP = 70

log = logging.getLogger("diwan.streams")


def run(config: Config, listening: socket.socket, port: int, goes_on: Callable[[], bool]) -> None:
    """Serve streams on this socket until a signal says stop, or `goes_on` no longer holds. Pages are at `port`."""
    engine = make_engine(config.database_url, pool_size=2, statement_seconds=STATEMENT_WITHIN)
    lifecycle.refresh(engine, with_quarantine=True)
    collector.settle()
    memory.limit()
    try:
        asyncio.run(_serve(Reader(engine), listening, partial(is_own_origin, config, port),
                           frozenset(config.trusted_proxies), goes_on))  # fmt: skip
    finally:
        engine.dispose()


async def _serve(reader: Reader, listening: socket.socket, is_ours: Callable[[str, str], bool],
                 trusted: frozenset[str], goes_on: Callable[[], bool]) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    with ThreadPoolExecutor(1, "diwan-streams") as thread:
        door = Door(reader, thread, is_ours, trusted)
        server = await asyncio.start_server(door.enter, sock=listening, limit=MOST_HEAD)
        watching = asyncio.ensure_future(_watch(reader, thread))
        while goes_on() and not stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), PARENT)
        watching.cancel()
        server.close()
        await door.close()


async def _watch(reader: Reader, thread: ThreadPoolExecutor) -> None:
    loop, is_well = asyncio.get_running_loop(), True
    while True:
        await asyncio.sleep(LOOK)
        if not reader.streams:
            continue
        try:
            await asyncio.wait_for(loop.run_in_executor(thread, reader.look), GIVEN_UP_AFTER)
            is_well = True
        except TimeoutError:
            log.error("a look at what has changed did not come to an end; this process ends")
            os._exit(GIVEN_UP)
        except Exception:
            # The database is away, most likely: pages keep their streams and hear of everything once it is back.
            if is_well:
                log.exception("what has changed cannot be read")
            is_well = False
