"""Contracts for import-linter that its own types cannot express; used by [tool.importlinter].

`rows` places every module of the kernel in a row, from the top down. The own "layers" type knows
only whole packages, while here a package's views stand above it and its models below.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True)
class Place:
    """Where a module stands: a higher row may import lower ones; in a group, a later step earlier ones."""

    row: int
    group: int
    step: int

    def may_import(self, other: "Place") -> bool:
        if self.row != other.row:
            return self.row > other.row
        return self.group != other.group or self.step >= other.step


class Rows:
    """The rows as written: from top to bottom, `;` between groups, `<` between steps, `,` between modules.

    A name stands for the module and all below it; `*.models` for that module of every package.
    """

    def __init__(self, rows: list[str]) -> None:
        self._places: dict[str, Place] = {}
        for row, line in enumerate(reversed(rows)):
            for group, steps in enumerate(line.split(";")):
                for step, names in enumerate(steps.split("<")):
                    for name in names.split(","):
                        self._places[name.strip()] = Place(row, group, step)

    def place(self, name: str) -> Place | None:
        """The place of `auth.models` and the like; None when no row names it."""
        for pattern, place in self._places.items():
            if "*" in pattern and (fnmatchcase(name, pattern) or fnmatchcase(name, pattern + ".*")):
                return place
        while name and name not in self._places:
            name = name.rpartition(".")[0]
        return self._places.get(name)


class RowsContract(Contract):
    """Every module below `root` has a place in `rows`, and imports only what stands lower or beside it.

    `root` may end in `.*`: then the rows hold in each package below. With `partial`, modules that no
    row names are free. `web_packages` are third-party packages for the rows from `web_row` up alone.
    """

    root = fields.StringField()
    rows = fields.ListField(subfield=fields.StringField())
    partial = fields.BooleanField(required=False, default=False)
    public = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    web_row = fields.IntegerField(required=False, default=0)
    web_packages = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        parent, star, _ = self.root.partition(".*")
        roots = sorted(graph.find_children(parent)) if star else [parent]
        offences = [offence for root in roots for offence in self._offences(graph, root)]
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def _offences(self, graph: ImportGraph, root: str) -> Iterator[str]:
        rows = Rows(self.rows)
        for module in sorted(graph.find_descendants(root)):
            if self._is_public(module):
                continue
            place = rows.place(module.removeprefix(f"{root}."))
            if place is None and not self.partial:
                yield f"{module} has no row in pyproject.toml"
            if place is None:
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                fault = self._fault(rows, root, place, imported)
                if fault:
                    yield f"{_where(graph, module, imported)} imports {imported}, {fault}"

    def _is_public(self, module: str) -> bool:
        return any(_within(module, name) for name in self.public)

    def _fault(self, rows: Rows, root: str, place: Place, imported: str) -> str:
        if self._is_public(imported):
            return "which is for plugins and tests only"
        if imported.split(".")[0] in self.web_packages and place.row < self.web_row:
            return "which belongs to the web rows"
        target = rows.place(imported.removeprefix(f"{root}.")) if _within(imported, root) else None
        return "" if target is None or place.may_import(target) else "which stands higher"

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print(check)


class PluginImportsContract(Contract):
    """A plugin imports core.api, itself and the api of the plugins that its manifest requires."""

    packages = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        offences: list[str] = []
        for plugin in sorted(graph.find_children(self.packages)):
            legal = self.allowed | {f"{self.packages}.{name}.api" for name in required_by(plugin)}
            for module in sorted({plugin, *graph.find_descendants(plugin)}):
                for imported in sorted(graph.find_modules_directly_imported_by(module)):
                    if _is_ours(imported) and not (imported in legal or _within(imported, plugin)):
                        offences.append(f"{_where(graph, module, imported)} imports {imported}")
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print(check)


def required_by(plugin: str) -> tuple[str, ...]:
    """The literal `requires` in the manifest of a package such as `plugins.contacts`, read, not run."""
    tree = ast.parse(Path(*plugin.split("."), "plugin.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "requires":
            return tuple(ast.literal_eval(node.value))
    return ()


def _is_ours(module: str) -> bool:
    return module.split(".")[0] in {"core", "plugins"}


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _where(graph: ImportGraph, importer: str, imported: str) -> str:
    details = graph.get_import_details(importer=importer, imported=imported)
    return f"{importer}:{details[0]['line_number']}" if details else importer


def _print(check: ContractCheck) -> None:
    for offence in check.metadata["offences"]:
        output.print(offence)
