"""What stands where a plugin's part of a page should be, when that plugin has failed: the rest of the page lives."""

from __future__ import annotations

from flask import g

from core.plugin.containment import PluginFailed
from core.ui import rendering


def placeholder(error: PluginFailed) -> str:
    """A sentence that names the plugin, and the reference under which the log tells the rest."""
    return rendering.fragment("fragments/failed.html", text=str(error.message), reference=g.get("request_id", ""))
