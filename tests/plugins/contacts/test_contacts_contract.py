"""Contacts pass what is asked of every plugin, partners' included."""

from core.testing import PluginContract


class TestContacts(PluginContract):
    plugin = "contacts"
