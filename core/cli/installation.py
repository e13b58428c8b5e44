"""The installation a command works on: its settings, its database, and the right to do everything there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from core import registry as registries
from core.actor import SYSTEM, Origin, acting, new_request_id
from core.config import Config, load
from core.db import make_engine
from core.errors import Unavailable
from core.language.i18n import _, gettext
from core.ops import instance
from core.plugin import lifecycle, loader
from core.plugin.containment import Trouble

CHANNEL = "cli"
MISSING = _("There is no database yet. Run “diwan init” first.")
BEHIND = _("The database is older than this version of Diwan. Run “diwan migrate” first.")


@contextmanager
def opened() -> Iterator[Engine]:
    """The engine of an initialised, current database, with its registry in force and Diwan itself acting."""
    config = load()
    require_current(config)
    with _at_work(config) as engine:
        yield engine


@contextmanager
def looked_into() -> Iterator[Engine]:
    """The engine for commands that only tell which plugins there are: they answer while migrations wait, and say so.

    Whoever has just updated looks for what is wrong at that very time. While the kernel's own tables wait there is no
    registry, only what is installed and the states of plugins.
    """
    config = load()
    if not instance.exists(config):
        raise Unavailable(MISSING)
    behind = instance.pending(config)
    if behind:
        click.echo(gettext("To be upgraded with “diwan migrate”: {names}", names=", ".join(behind)), err=True)
    if instance.is_kernel_current(config):
        with _at_work(config) as engine:
            yield engine
        return
    lifecycle.install_translations(loader.installed().plugins.values())
    engine = make_engine(config.database_url)
    try:
        with _older_tables():
            yield engine
    finally:
        engine.dispose()


@contextmanager
def _older_tables() -> Iterator[None]:
    try:
        yield
    except (ProgrammingError, OperationalError) as error:  # Two words for a column that is not there yet.
        raise Unavailable(BEHIND) from error


@contextmanager
def kept_before_upgrade(config: Config) -> Iterator[None]:
    """For making a backup: Diwan acts on tables that may wait for `diwan migrate`, which is when one is wanted most.

    Of plugins nothing is imported.
    """
    if not instance.exists(config):
        raise Unavailable(MISSING)
    with as_system(), nullcontext() if instance.is_kernel_current(config) else _older_tables():
        yield


@contextmanager
def _at_work(config: Config) -> Iterator[Engine]:
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
        raise Unavailable(MISSING)
    if not instance.is_kernel_current(config):
        raise Unavailable(BEHIND)


@contextmanager
def as_system() -> Iterator[None]:
    """Act as Diwan itself, on record as coming from the command line."""
    with acting(SYSTEM, Origin(CHANNEL, request_id=new_request_id())):
        yield


def require_current(config: Config) -> None:
    """Unavailable, with what to do, unless the database stands at the newest migration."""
    if not instance.exists(config):
        raise Unavailable(MISSING)
    if not instance.is_current(config):
        raise Unavailable(BEHIND)


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
