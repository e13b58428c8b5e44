"""A drill: a backup is restored beside the installation, compared and verified, and taken away again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from core import config as configuration
from core.config import Config
from core.errors import Invalid
from core.language.i18n import _
from core.ops import restore as restoring
from core.ops.restore import Restored


def run(config: Config, source: Path, into: str = "", key: Path | None = None) -> Restored:
    """Restore `source` into a folder of its own, and for PostgreSQL into the empty database `into`.

    Everything that `restore` compares is compared; nothing of the installation is touched. What was restored into
    `into` stays there, since only its owner may drop a database.
    """
    if not config.is_sqlite and not into:
        raise Invalid(_("Name an empty database for the drill with --into."))
    with tempfile.TemporaryDirectory(prefix="diwan-drill-") as folder:
        settings = {"DIWAN_DATABASE_URL": into} if into else {}
        return restoring.restore(configuration.load(settings, Path(folder)), source, key)
