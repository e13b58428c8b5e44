"""What the forked commands need, imported once before they are forked."""

import core.app
import core.cli.start
import core.cli.worker
from core.cli import tree
from core.plugin import loader

__all__ = ["core", "loader", "tree"]
tree.build()
loader.installed()
