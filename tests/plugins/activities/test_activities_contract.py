"""Activities pass what is asked of every plugin, partners' included."""

from core.testing import PluginContract


class TestActivities(PluginContract):
    plugin = "activities"
