"""Fixtures for every test, and the rule for what this machine lacks.

Tests that need PostgreSQL or Chromium are skipped where it is missing, naming the Debian
package; with CI=true the run fails at once instead, so that nothing is skipped unseen.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser

from core.ops import collector
from tests.support import browser as chromium_browser
from tests.support import cheap_passwords, machine, postgresql, run_folder, shared_routes, shared_statements
from tests.support.databases import Databases

# The fixtures that partners use for their plugins: application, client, users.
pytest_plugins = ["core.testing", "tests.support.installation_fixtures"]

# The machine's speed says nothing about the code; a fixed seed keeps CI repeatable.
hypothesis.settings.register_profile("diwan", deadline=None, derandomize=machine.in_ci())
hypothesis.settings.load_profile("diwan")

# A test in a browser that takes longer hangs: a little less than what pytest gives any test (pyproject.toml).
BROWSER_SECONDS = 220

NEEDS = {"postgresql": machine.postgresql(), "browser": machine.chromium()}


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    cheap_passwords.use(cheap_passwords.CHEAP, patch)
    shared_statements.use(patch)
    shared_routes.use(patch)
    config.add_cleanup(patch.undo)
    if hasattr(config, "workerinput"):
        return
    if machine.in_ci():
        _refuse_to_skip()
    for name in [name for name in os.environ if name.startswith("DIWAN_")]:
        # Settings of an installation on this machine are no business of the tests.
        del os.environ[name]
    folder = run_folder.create()
    (folder / "owner").write_text(str(os.getpid()))
    config.add_cleanup(lambda: _end_run(folder))


def pytest_report_header() -> list[str]:
    return [f"{need.name}: {need.found or need.reason}" for need in NEEDS.values()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for need in NEEDS.values():
        if not need.found:
            terminalreporter.write_line(f"Tests skipped: {need.reason}", yellow=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        for marker, need in NEEDS.items():
            if item.get_closest_marker(marker) and not need.found:
                item.add_marker(pytest.mark.skip(reason=need.reason))
    # Files with long tests come first: at the end one process would wait for such a test of another.
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """All is imported now. Looking through it again for garbage would be a fifth of what the tests cost."""
    collector.settle()


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Throw-away databases of both kinds; see tests/support/databases.py."""
    return Databases(Path(tempfile.mkdtemp(prefix="databases-", dir=run_folder.current())))


@pytest.fixture
def fresh_database(databases: Databases) -> Iterator[Callable[[str], str]]:
    """`fresh_database(kind) -> url`: an empty database, dropped after the test."""
    yield from _until_dropped(databases, databases.fresh)


@pytest.fixture
def copied_database(databases: Databases) -> Iterator[Callable[..., str]]:
    """`copied_database(kind, template, prepare) -> url`: `prepare(url)` runs once in the whole run."""
    yield from _until_dropped(databases, databases.copy)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """ "sqlite" and "postgresql" in turn: every test of data runs on both."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, fresh_database: Callable[[str], str]) -> str:
    """The URL of an empty database, once on each kind."""
    return fresh_database(database_kind)


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as outside of the tests."""
    cheap_passwords.use(cheap_passwords.REAL, monkeypatch)


@pytest.fixture(scope="session")
def chromium() -> Iterator[chromium_browser.Chromium]:
    """One headless Chromium per process, started anew when a test had to be freed from it."""
    with chromium_browser.launched() as opened:
        yield opened


@pytest.fixture
def browser(chromium: chromium_browser.Chromium) -> Browser:
    """The Chromium of this process; a test opens its own context in it."""
    return chromium.browser()


@pytest.fixture(autouse=True)
def _no_wait_for_a_browser_that_hangs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test in the browser fails when it takes too long, the closing of its pages included."""
    if "chromium" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("chromium").watched(BROWSER_SECONDS):
        yield


def _until_dropped(databases: Databases, make: Callable[..., str]) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def make_and_note(kind: str, *arguments: object) -> str:
        if kind == "postgresql" and not NEEDS[kind].found:
            pytest.skip(NEEDS[kind].reason)
        made.append(make(kind, *arguments))
        return made[-1]

    yield make_and_note
    for url in made:
        databases.drop(url)


def _refuse_to_skip() -> None:
    missing = [need.reason for need in NEEDS.values() if not need.found]
    if missing:
        pytest.exit("; ".join(missing), returncode=1)


def _end_run(folder: Path) -> None:
    postgresql.stop(folder)
    run_folder.remove(folder)
