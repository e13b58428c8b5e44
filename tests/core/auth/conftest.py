"""The company of `world.py` in a database of each kind, and a whole site around one."""

from collections.abc import Callable, Iterator

import pytest

from core.db import make_engine
from core.registry import pinned
from core.web import Application
from tests.core.auth import site as sites
from tests.core.auth import world
from tests.support.databases import Databases


@pytest.fixture
def company(database_kind: str, copied_database: Callable[..., str]) -> Iterator[world.World]:
    engine = make_engine(copied_database(database_kind, "auth", world.prepare))
    with pinned(world.registry()):
        yield world.World(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def application(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Application:
    """Made once: compiling templates takes longer than a whole test. Each test gives it a database."""
    url = databases.copy("sqlite", "auth_site", sites.prepare)
    return sites.application(url, tmp_path_factory.mktemp("instance"))


@pytest.fixture
def site(
    application: Application, database_kind: str, copied_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[sites.Site]:
    engine = make_engine(copied_database(database_kind, "auth_site", sites.prepare))
    monkeypatch.setattr(application, "engine", engine)
    yield sites.Site(application, world.World(engine))
    engine.dispose()
