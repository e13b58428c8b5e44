"""The installation a command works on: its settings, its database, and the right to do everything there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.engine import Engine

from core import registry as registries
from core.actor import SYSTEM, Origin, acting, new_request_id
from core.config import Config, load
from core.db import make_engine
from core.errors import Unavailable
from core.language.i18n import _, gettext
from core.ops import instance
from core.plugin import lifecycle
from core.plugin.containment import Trouble

CHANNEL = "cli"


@contextmanager
def opened() -> Iterator[Engine]:
    """The engine of an initialised, current database, with its registry in force and Diwan itself acting."""
    config = load()
    require_current(config)
    engine = make_engine(config.database_url)
    try:
        registry = lifecycle.refresh(engine)
        with registries.pinned(registry), as_system():
            yield engine
    finally:
        engine.dispose()


def require_kernel(config: Config) -> None:
    """Unavailable unless there is a database with the kernel's newest tables. Of plugins, nothing is imported."""
    if not instance.exists(config):
        raise Unavailable(_("There is no database yet. Run “diwan init” first."))
    if not instance.is_kernel_current(config):
        raise Unavailable(_("The database is older than this version of Diwan. Run “diwan migrate” first."))


@contextmanager
def as_system() -> Iterator[None]:
    """Act as Diwan itself, on record as coming from the command line."""
    with acting(SYSTEM, Origin(CHANNEL, request_id=new_request_id())):
        yield


def require_current(config: Config) -> None:
    """Unavailable, with what to do, unless the database stands at the newest migration."""
    if not instance.exists(config):
        raise Unavailable(_("There is no database yet. Run “diwan init” first."))
    if not instance.is_current(config):
        raise Unavailable(_("The database is older than this version of Diwan. Run “diwan migrate” first."))


def tell_left_out(config: Config) -> list[Trouble]:
    """Plugins that cannot run are named, once here and not by every process that leaves them out; answers them."""
    engine = make_engine(config.database_url)
    try:
        left = [one for one in lifecycle.build_registry(engine).troubles.values() if one.is_out]
    finally:
        engine.dispose()
    for one in left:
        click.echo(gettext("{plugin} is left out: {reason}", plugin=one.plugin, reason=one.summary), err=True)
    return left
