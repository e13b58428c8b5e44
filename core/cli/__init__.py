"""The command `diwan`. A command's module is imported when the command is asked for, so that `--help` is quick.

Nothing imported here may need the database or the web: each command's own module does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from core.cli import compiled, language, tree
from core.language.i18n import Preferences, use
from core.ops import collector


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its status: 0 done, 1 refused or failed, 2 wrong usage."""
    compiled.keep()
    collector.begin()
    os.umask(0o077)  # Databases, copies and exports are for nobody else on the machine.
    given = list(sys.argv[1:] if arguments is None else arguments)
    with use(Preferences(language=language.choose(given))):
        language.install_texts()
        tree.build()(args=given, prog_name="diwan")
