"""Imports point down: the contracts of [tool.importlinter] in pyproject.toml hold, and can break."""

import grimp
import pytest
from importlinter.cli import lint_imports

from tests.lint.layer_contracts import RowsContract
from tests.support.machine import ROOT


def _check(imports, **options):
    """The offences of a small kernel with these (importer, imported) pairs."""
    graph = grimp.ImportGraph()
    for module in {"core", *(name for pair in imports for name in pair)}:
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    rows = ["app", "ui; *.views", "auth < search", "*.models", "db"]
    contract = RowsContract(
        name="sample", session_options={}, contract_options={"root": "core", "rows": rows, **options}
    )
    return contract.check(graph, verbose=False).metadata["offences"]


def test_the_project_keeps_its_layers(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("core.app", "core.db"),
        ("core.auth.views", "core.ui.shell"),
        ("core.auth.session", "core.auth.models"),
        ("core.search", "core.auth.session"),
        ("core.search", "sqlalchemy.orm"),
    ],
)
def test_imports_that_point_down_are_legal(importer, imported):
    assert _check([(importer, imported)]) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("core.db", "core.app"),
        ("core.auth.session", "core.auth.views"),
        ("core.auth.models", "core.auth.session"),
        ("core.auth.session", "core.search"),
    ],
)
def test_imports_that_point_up_are_offences(importer, imported):
    assert _check([(importer, imported)]) == [f"{importer} imports {imported}, which stands higher"]


def test_a_module_without_a_row_is_an_offence():
    assert _check([("core.novelty", "core.db")]) == ["core.novelty has no row in pyproject.toml"]


def test_the_public_interface_is_not_for_the_kernel():
    offences = _check([("core.app", "core.api")], public=["core.api"])
    assert offences == ["core.app imports core.api, which is for plugins and tests only"]


def test_web_packages_stay_in_the_upper_rows():
    imports = [("core.search", "flask"), ("core.ui", "flask")]
    offences = _check([*imports], web_row=3, web_packages=["flask"])
    assert offences == ["core.search imports flask, which belongs to the web rows"]
