"""An installation in each state, for the tests of commands and of operations."""

import pytest

from tests.support.installation import Installation, prepare


@pytest.fixture
def empty(tmp_path, database_url):
    """Nothing but a folder and an empty database, once on each kind."""
    return Installation(tmp_path / "instance", database_url)


@pytest.fixture
def blank(tmp_path):
    """Nothing at all; the database will be the file in the folder."""
    return Installation(tmp_path / "instance")


@pytest.fixture
def installed(tmp_path, database_kind, copied_database):
    """An initialised installation, once on each kind of database."""
    return Installation(tmp_path / "instance", copied_database(database_kind, "installed", prepare))


@pytest.fixture
def installed_sqlite(tmp_path, copied_database):
    """An initialised installation on SQLite, where the kind of database does not matter."""
    return Installation(tmp_path / "instance", copied_database("sqlite", "installed", prepare))
