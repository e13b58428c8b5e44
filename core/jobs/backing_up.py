"""Backups from pages and by themselves: the command of administrators, run by a worker, into the instance folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from core import jobs
from core.config import Config
from core.declarations import Job, Setting
from core.derive.settings import setting_choice, setting_flag
from core.entity.spec import Choice
from core.errors import DiwanError
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.plugin import sentences
from core.plugin.hookspecs import hookimpl
from core.registry import settings

JOB = "core.back_up"
NIGHTLY, KEPT = "core.backup_nightly", "core.backup_kept"
NUMBERS = ("3", "7", "14", "30", "90")
#: How backups that are named by their time are called; what the name of an encrypted one ends with.
NAME = re.compile(r"diwan-\d{8}T\d{6}Z\.zip(\.age)?\Z")
SEALED = ".age"


@hookimpl
def register_settings() -> list[Setting]:
    numbers = tuple(Choice(one, lazy_ngettext("{n} backup", "{n} backups", int(one))) for one in NUMBERS)
    return [
        setting_flag(NIGHTLY, _("Make a backup every night")),
        setting_choice(KEPT, _("Of these are kept"), numbers, default="7", help=_(
            "The newest ones. They lie in the folder of this installation; have another machine fetch them.")),
    ]  # fmt: skip


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, make, label=_("Backup"), cron="30 2 * * *", retries=0, in_steps=True, is_long=True,
                as_system=True)]  # fmt: skip


def ask() -> int:
    """Have one made now; the job that does it."""
    return jobs.enqueue(JOB, {"by_hand": True}, dedupe=JOB)


def make(context: jobs.Context) -> dict[str, Any] | None:
    """In a process of its own: it may take long and much memory, and ends at once when it is cancelled."""
    config = context.settings
    if config is None or not (context.arguments.get("by_hand") or settings(NIGHTLY)):
        return None
    config.backups.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-m", "core", "--language", preferences().language, "backup", str(config.backups),
               "--keep", str(settings(KEPT))]  # fmt: skip
    running = subprocess.Popen(command, env=_environment(config), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")  # fmt: skip
    told = _ended(running, context)
    if running.returncode:
        lines = told.strip().splitlines()
        raise BackupFailed(lines[-1] if lines else sentences.end(running.returncode))
    return None


class BackupFailed(DiwanError):
    """What the command said, or how it ended where it said nothing."""


def _ended(running: subprocess.Popen[str], context: jobs.Context) -> str:
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return running.communicate(timeout=1)[1]
            context.progress(0)
    finally:
        if running.poll() is None:
            running.terminate()
            running.communicate()


def _environment(config: Config) -> Mapping[str, str]:
    """The same installation, whichever way this process was told of it."""
    own = {
        "DIWAN_INSTANCE": str(config.instance),
        "DIWAN_DATABASE_URL": config.database_url,
        "DIWAN_MIGRATION_URL": config.migration_url,
        "DIWAN_BACKUP_PUBLIC_KEY": config.backup_public_key,
    }
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **own}


def made(config: Config) -> list[Path]:
    """The backups in the instance folder, the newest first."""
    if not config.backups.is_dir():
        return []
    return sorted((path for path in config.backups.iterdir() if NAME.match(path.name) and path.is_file()), reverse=True)
