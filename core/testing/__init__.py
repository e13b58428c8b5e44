"""For tests of plugins, ours and partners': an installation on a throw-away database, people in it, and contracts.

In a plugin's own project one line of pytest's settings brings the fixtures: `addopts = ["-p", "core.testing"]`.
Then a test that names `site` gets a whole installation with all installed plugins, on each kind of database in turn:

    def test_a_visit_needs_a_contact(site):
        answer = site.api().call("POST", "/visits/visit", {"subject": "First"})
        assert answer.status_code == 422

and three lines buy the tests that every plugin has to pass:

    class TestVisits(PluginContract):
        plugin = "visits"

What is not in `__all__` here is private.
"""

from core.actor import ALL, OWN, TEAM
from core.testing.contract import PluginContract
from core.testing.databases import copied_database, database_kind, throwaway_databases
from core.testing.samples import sample_record, sample_values
from core.testing.site import (
    ADMIN,
    PASSWORD,
    Api,
    Client,
    Site,
    counted_queries,
    environment,
    eventually,
    make_site,
    open_site,
    site,
)

__all__ = [
    "ADMIN", "ALL", "OWN", "PASSWORD", "TEAM", "Api", "Client", "PluginContract", "Site", "copied_database",
    "counted_queries", "database_kind", "environment", "eventually", "make_site", "open_site", "sample_record",
    "sample_values", "site", "throwaway_databases",
]
