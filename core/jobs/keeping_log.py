"""How long the audit log is kept in the database: what is older goes into archives, once a day (AUD-08)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.audit import archiving
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
#: Less than a year would lose who logged in before anybody has looked.
YEARS = ("1", "2", "3", "5", "7", "10", "15", "20", "30")


@hookimpl
def register_settings() -> list[Setting]:
    years = tuple(Choice(one, lazy_ngettext("{n} year", "{n} years", int(one))) for one in YEARS)
    return [setting_choice(
        SETTING, _("Keep the audit log in the database for"), (*years, Choice(NEVER, _("Ever", context="how long"))),
        default=USUAL, help=_("What is older moves into archive files that can still be verified. Financial records "
                              "have to be kept for as long as the law says."))]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.archive_log", archive_old, label=_("Archive the old part of the audit log"), cron="20 3 * * *",
                retries=0, in_steps=True, is_long=True, as_system=True)]


def limit(now: dt.datetime | None = None) -> dt.datetime | None:
    """The moment before which entries are archived, by the setting; None while nothing is."""
    kept = str(settings(SETTING))
    if kept not in YEARS:
        return None
    today = now or utc_now()
    try:
        return today.replace(year=today.year - int(kept))
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - int(kept), day=28)


def archive_old(context: Context) -> dict[str, Any]:
    before, config = limit(), context.settings
    if before is None or config is None:
        return {"archives": 0, "entries": 0}
    made = work(context.engine, config.migration_url, Vault(config.secret_key), config.log_archive, before,
                context.progress)
    return {"archives": len(made), "entries": sum(one.entries for one in made)}


def work(engine: Engine, owner_url: str, vault: Vault, folder: Path, before: dt.datetime,
         told: Any = lambda _done, _all: None) -> list[archiving.Archived]:
    """Archive with the connection of the tables' owner: nobody else may take entries away."""
    owner = engine if sa.make_url(owner_url) == engine.url else make_engine(owner_url)
    try:
        return archiving.carry_out(owner, vault, folder, before, told)
    finally:
        if owner is not engine:
            owner.dispose()
