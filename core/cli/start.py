"""`diwan run` and `diwan serve`: an address that answers."""

from __future__ import annotations

import sys
from functools import partial

import click

from core.cli.installation import require_current, require_kernel, tell_left_out
from core.cli.refusals import Refused, sentence
from core.cli.setup import report
from core.cli.worker import work
from core.config import Config, load
from core.db import make_engine
from core.errors import Conflict
from core.language.i18n import _, current, gettext
from core.ops import demo, entering, instance, keeper, logs, serving
from core.ops.serving import Address
from core.ops.streams import process as streams

HOST, PORT = "127.0.0.1", 8000
# One process shares its time among these: pages wait for the database, and more threads only cost more switching.
THREADS = 2

host_option = click.option("--host", default=HOST, show_default=True, help=gettext("The address to listen on."))
port_option = click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True,
                           help=gettext("The port to listen on."))

live_port_option = click.option(
    "--live-port", type=click.IntRange(0, 65535), default=None,
    help=gettext("The port of live updates; {none} for none. Without it the one after --port, or any that is free.",
                 none="0"))


@click.command(help=gettext(
    "Start Diwan on this machine, making what is missing first. It stops with Ctrl-C."))
@click.option("--demo", "with_demo", is_flag=True, help=gettext("Load a sample company into an empty database first."))
@host_option
@port_option
@live_port_option
def run(with_demo: bool, host: str, port: int, live_port: int | None) -> None:
    address = Address(host, port)
    config = load(served_at=address.own_url)
    serving.refuse_taken(address)
    entering.before_start()
    if not instance.is_current(config):
        click.echo(gettext("Making the database ready …"))
        report(instance.initialise(config, language=current().language, with_admin=not with_demo))
    if with_demo:
        click.echo(_sample_company(config), nl=False)
    logs.set_up(config)
    tell_left_out(config)
    _serve(config, address, live_port, workers=1, threads=THREADS, beside={"worker": partial(work, config)})


@click.command(help=gettext("Start the web server for production, on a database that “diwan init” has made."))
@host_option
@port_option
@live_port_option
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True,
              help=gettext("The number of processes; about one for each processor."))
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True,
              help=gettext("The number of threads in each process."))
def serve(host: str, port: int, live_port: int | None, workers: int, threads: int) -> None:
    address = Address(host, port)
    config = load(served_at=address.own_url)
    require_kernel(config)
    # Elsewhere, so that the workers forked from here at a reload import the plugins as they are by then.
    status = entering.apart(partial(_look, config))
    if status:
        sys.exit(status)
    logs.set_up(config)
    _serve(config, address, live_port, workers, threads, beside={})


def _look(config: Config) -> None:
    """Say what keeps the server from starting, and who is left out."""
    try:
        require_current(config)
    except Exception as error:
        text = sentence(error)
        if text is None:
            raise
        Refused(text).show()
        sys.exit(Refused.exit_code)
    tell_left_out(config)


def _sample_company(config: Config) -> str:
    """Who may log in; the sample company is loaded unless it is there."""
    engine = make_engine(config.database_url)
    try:
        if not demo.is_loaded(engine):
            return demo.load(config, engine)
    finally:
        engine.dispose()
    known = demo.stored_logins(config)
    if not known:
        raise Conflict(_("The file {name} is gone. Give the users new passwords with “diwan user password”, "
                         "or load the sample company anew with “diwan demo reset”.", name=demo.LOGINS))
    return known


def _serve(config: Config, address: Address, live_port: int | None, workers: int, threads: int,
           beside: dict[str, keeper.Work]) -> None:
    text = gettext("Diwan is ready at {url} and stops with Ctrl-C.", url=address.url)
    listening, stream_port = serving.listen_beside(address, live_port), 0
    if listening is not None:
        stream_port = listening.getsockname()[1]
        beside["streams"] = partial(streams.run, config, listening, address.port)
    with keeper.beside(beside) as renew:
        if listening is not None:
            # It is the keeper's now: the server's workers must not inherit a port at which they do not answer.
            listening.close()
        serving.serve(config, address, workers, threads, stream_port, on_ready=lambda: click.echo(text),
                      on_reload=renew)
