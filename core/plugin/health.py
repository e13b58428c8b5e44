"""Writing down what went wrong with plugins, so that every process and every administrator learns of it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.db import Unit, run_unit
from core.plugin import containment, state
from core.plugin.containment import Trouble
from core.plugin.stamps import bump


def write_down(engine: Engine) -> None:
    """The failures noted in this process since the last time; for when no transaction of the caller's is open.

    A database that does not answer now must not turn somebody's answer into another failure: what was noted is
    in the log as well.
    """
    noted = containment.taken()
    if not noted:
        return
    try:
        run_unit(engine, lambda unit: _write(unit, [
            Trouble(one.plugin, one.phase, one.cause, one.at) for one in noted]))
    except sa.exc.SQLAlchemyError:
        containment.log.exception("what failed could not be written down")


def quarantine(engine: Engine, troubles: Iterable[Trouble]) -> None:
    """Keep these plugins out until somebody tries them again."""
    listed = list(troubles)
    run_unit(engine, lambda unit: _write(unit, listed, "failed"))


def _write(unit: Unit, troubles: Iterable[Trouble], new_state: str = "") -> None:
    unit.begin_write()
    written = [state.set_trouble(unit, one.plugin, one.phase, one.cause, one.at, new_state) for one in troubles]
    if any(written):
        bump(unit)
