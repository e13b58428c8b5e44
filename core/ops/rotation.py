"""Backups in one folder, made on a schedule: each with its time as name, and only the newest ones kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.config import Config
from core.errors import Invalid
from core.jobs.backing_up import NAME, SEALED
from core.language.i18n import _
from core.ops import backup
from core.ops.archive import Manifest


def write(config: Config, folder: Path, keep: int = 0) -> tuple[Path, Manifest, list[Path]]:
    """A new backup in `folder`, then all but the `keep` newest removed (0 keeps all).

    Answers the file, what it holds, and what was removed. Other files in the folder are left alone.
    """
    if not folder.is_dir():
        raise Invalid(_("There is no folder {path}.", path=str(folder)))
    ending = SEALED if config.backup_public_key else ""
    target = folder.absolute() / f"diwan-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.zip{ending}"
    manifest = backup.write(config, target)
    return target, manifest, _remove(folder, keep)


def _remove(folder: Path, keep: int) -> list[Path]:
    made = sorted(path for path in folder.iterdir() if NAME.match(path.name) and path.is_file())
    old = made[:-keep] if keep else []
    for path in old:
        path.unlink()
    return old
