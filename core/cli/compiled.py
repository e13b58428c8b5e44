"""Compiled modules are kept in the environment where nobody wants them among the sources.

`PYTHONDONTWRITEBYTECODE`, common in containers, would otherwise cost each command several seconds. Only an
environment that dev.py made has the folder: packages that pip installed were compiled when they were installed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = "pycache"


def keep() -> None:
    """Read and write compiled modules in the environment's folder from here on, in child processes as well."""
    folder = Path(sys.prefix) / FOLDER
    if not sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
