"""How long the audit log is kept in the database: what is older goes into archives, once a day (AUD-08).

Entries about signing in and about looking may be kept for a shorter time: then they lose their text before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.audit import actions, archiving, shortening
from core.db import make_engine
from core.declarations import Job, Setting
from core.derive.settings import setting_choice
from core.entity.base import utc_now
from core.entity.spec import Choice
from core.jobs.context import Context
from core.language.i18n import _, lazy_ngettext
from core.plugin.hookspecs import hookimpl
from core.registry import settings
from core.vault import Vault

SETTING, NEVER, USUAL = "core.keep_log", "never", "10"
SECURITY, LOOKING, SAME = "core.keep_log_security", "core.keep_log_looking", "same"
SHORTER = {SECURITY: actions.SECURITY, LOOKING: actions.LOOKING}
#: Less than a year would lose who logged in before anybody has looked.
YEARS = ("1", "2", "3", "5", "7", "10", "15", "20", "30")


@hookimpl
def register_settings() -> list[Setting]:
    years = tuple(Choice(one, lazy_ngettext("{n} year", "{n} years", int(one))) for one in YEARS)
    ever, same = Choice(NEVER, _("Ever", context="how long")), Choice(SAME, _("As long as the rest"))
    return [
        setting_choice(
            SETTING, _("Keep the audit log in the database for"), (*years, ever), default=USUAL,
            help=_("What is older moves into archive files that can still be verified. Financial records "
                   "have to be kept for as long as the law says.")),
        setting_choice(
            SECURITY, _("Keep entries about log-ins and rights for"), (same, *years), default=SAME,
            help=_("After that they lose names, addresses and values; the log can still be verified.")),
        setting_choice(LOOKING, _("Keep entries about who opened what for"), (same, *years), default="1"),
    ]  # fmt: skip


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.archive_log", archive_old, label=_("Archive the old part of the audit log"), cron="20 3 * * *",
                retries=0, in_steps=True, is_long=True, as_system=True)]


def limit(now: dt.datetime | None = None, name: str = SETTING) -> dt.datetime | None:
    """The moment before which entries are archived, or by another setting lose their text; None while none do."""
    kept = str(settings(name))
    if kept not in YEARS:
        return None
    today = now or utc_now()
    try:
        return today.replace(year=today.year - int(kept))
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - int(kept), day=28)


def archive_old(context: Context) -> dict[str, Any]:
    before, config = limit(), context.settings
    if config is None:
        return {"shortened": 0, "archives": 0, "entries": 0}
    with _owner(context.engine, config.migration_url) as owner:
        shortened = shorten(owner)
        made = [] if before is None else archiving.carry_out(
            owner, Vault(config.secret_key), config.log_archive, before, context.progress)  # fmt: skip
    return {"shortened": shortened, "archives": len(made), "entries": sum(one.entries for one in made)}


def shorten(owner: Engine, work: Callable[[Engine, Collection[str], dt.datetime], int] = shortening.carry_out) -> int:
    """Empty what is over before the rest; how many entries. First, so that no archive has their text."""
    return sum(work(owner, acts, before) for name, acts in SHORTER.items() if (before := limit(name=name)) is not None)


@contextmanager
def _owner(engine: Engine, owner_url: str) -> Iterator[Engine]:
    """The connection of the tables' owner: nobody else may touch entries."""
    owner = engine if sa.make_url(owner_url) == engine.url else make_engine(owner_url)
    try:
        yield owner
    finally:
        if owner is not engine:
            owner.dispose()
