"""Serving over HTTP with granian, which keeps worker processes and restarts none that fails at its start."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.sharedctypes import Synchronized

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from core.app import create_app
from core.config import Config
from core.errors import DeclarationError, DiwanError, Unavailable
from core.language.i18n import _
from core.ops import collector, memory, metrics, watchdog
from core.plugin import trial
from core.web import Application

# A worker that waits for a slow answer is ended after this many seconds; granian alone would wait for ever.
KILL_TIMEOUT = 5
ALIVE = "/healthz"
# Browsers that wait to be let in while the process that does so is being replaced.
BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    @property
    def own_url(self) -> str:
        """Where this machine reaches it: one that serves all of its addresses serves its own as well."""
        return f"http://127.0.0.1:{self.port}" if self.host in ("0.0.0.0", "::") else self.url


def serve(config: Config, address: Address, workers: int, threads: int, stream_port: int,
          on_ready: Callable[[], None], on_reload: Callable[[], None]) -> None:
    """Serve until interrupted. `on_ready` is called once, in a worker, when the port answers, `on_reload` here when
    the workers are about to be replaced.

    Workers are forked from this process where the system can do that, so that what is imported here they have.
    Until then it starts no thread: a lock that one holds at that moment would stay locked in the worker for ever.
    """
    refuse_taken(address)
    announced = multiprocessing.Value("b", False)
    server = Server(
        "core.app:create_app", address=address.host, port=address.port, interface=Interfaces.WSGI,
        workers=workers, blocking_threads=threads, workers_kill_timeout=KILL_TIMEOUT, respawn_failed_workers=True,
        log_level=LogLevels.warning)
    server.on_reload(on_reload)
    if sys.stdin is not None and sys.stdin.isatty():
        # When its terminal is closed it ends; from elsewhere SIGHUP replaces the workers one by one.
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    with _shared_figures(workers):
        loader = partial(_application, config, os.getpid(), address, stream_port, announced, on_ready)
        server.serve(target_loader=loader, wrap_loader=False)


@contextmanager
def _shared_figures(workers: int) -> Iterator[None]:
    """A folder in which several processes add up what /metrics tells; whichever of them is asked."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="diwan-figures-") as folder:
        os.environ[metrics.SHARED] = folder
        yield


def refuse_taken(address: Address) -> None:
    """Unavailable when another program listens there; several workers share a port, so they would not notice."""
    with closing(_unbound(address.host)) as probe:
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise Unavailable(_("Port {port} on {host} cannot be used: {reason}. Choose another one with --port.",
                                port=str(address.port), host=address.host, reason=error.strerror)) from error


def listen_beside(address: Address, port: int | None) -> socket.socket | None:
    """A socket on the same host for a process beside the server; None for port 0.

    Unavailable when another program listens at the port that was asked for. Where none was, it is the next one after
    the server's, or any that is free: pages are told which.
    """
    if port == 0:
        return None
    made = _unbound(address.host)
    try:
        try:
            made.bind((address.host, port or address.port + 1))
        except (OSError, OverflowError):
            if port is not None:
                raise
            made.bind((address.host, 0))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise Unavailable(_("Port {port} on {host} cannot be used: {reason}. Choose another one with --live-port.",
                            port=str(port or 0), host=address.host, reason=error.strerror)) from error
    return made


def _unbound(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def _application(config: Config, parent: int, address: Address, stream_port: int, announced: Synchronized[bool],
                 on_ready: Callable[[], None]) -> Application:
    """What each worker serves. Its errors are told here, since only this process knows them.

    Ctrl-C reaches only the parent, which then ends its workers: one that got both signals at once could hang.
    """
    os.setpgid(0, 0)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    trial.last()
    try:
        application = create_app(config)
    except (DiwanError, DeclarationError) as error:
        sys.exit(str(error))
    application.stream_port = stream_port
    collector.settle()
    memory.limit()
    watchdog.start(application, config.plugin_seconds)
    threading.Thread(target=_announce, args=(address, announced, on_ready), daemon=True).start()
    return application


def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its workers, and they would keep the port.

    Asked first, so that an answer in flight is finished; one that is still starting has the parent's handlers, which
    take the signal and do nothing.
    """
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(KILL_TIMEOUT)
    os.kill(os.getpid(), signal.SIGKILL)


def _announce(address: Address, announced: Synchronized[bool], on_ready: Callable[[], None]) -> None:
    """Call `on_ready` when the port answers, unless another worker has: `announced` is shared among them."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)
    while not announced.value:
        with suppress(OSError, http.client.HTTPException), closing(
                http.client.HTTPConnection(host, address.port, timeout=5)) as connection:
            connection.request("GET", ALIVE)
            if connection.getresponse().status == 200:
                with announced.get_lock():
                    first, announced.value = not announced.value, True
                if first:
                    on_ready()
                return
        time.sleep(0.02)
