"""What Python code of ours must not do, found in its syntax tree.

Each rule takes a tree and yields the lines that break it. SEC ids name the class of hole it closes.
"""

import ast
from collections.abc import Iterator

from tests.lint.syntax import (
    Function,
    calls,
    dotted,
    functions,
    imported_modules,
    imports,
    is_false,
    is_literal,
    meaning,
    pieced_strings,
)

FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle"}
SHELL_CALLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
UNPACKERS = {"extractall", "unpack_archive", "addsitedir"}
IMPORTERS = {"import_module", "spec_from_file_location", "exec_module", "load_module"}
SQL_TEXT = {"text", "literal_column", "DDL", "TextClause"}
SQL_SINKS = {"execute", "executemany", "executescript", "exec_driver_sql", "order_by", "group_by"}
RAW_WRITES = {"insert", "update", "delete"}
OURS = ("core.", "plugins.", ".")
# How helpers of tests are called that assert; `raises`, `warns` and `fail` are pytest's.
ASSERTING = ("assert", "expect", "check", "refuse", "must", "raises", "warns", "fail")
LONGEST_FUNCTION = 60


def sql_from_pieces(tree: ast.Module) -> Iterator[int]:
    """SQL text is a literal: a statement put together from pieces is where injection starts (SEC-01)."""
    imported, pieced = imports(tree), pieced_strings(tree)
    for call in calls(tree):
        if _is_sqlalchemy(call, imported, SQL_TEXT):
            legal = all(is_literal(argument) for argument in call.args[:1])
        else:
            is_sink = dotted(call.func).rpartition(".")[2] in SQL_SINKS
            legal = not is_sink or not any(argument in pieced for argument in call.args)
        if not legal:
            yield call.lineno


def unsafe_deserialisation(tree: ast.Module) -> Iterator[int]:
    """Data is JSON: pickle and its kin run what they read (SEC-06)."""
    for node in ast.walk(tree):
        if {name.split(".")[0] for name in imported_modules(node)} & FORBIDDEN_MODULES:
            yield node.lineno
    yield from (call.lineno for call in calls(tree) if dotted(call.func) in {"yaml.load", "yaml.unsafe_load"})


def evaluation(tree: ast.Module) -> Iterator[int]:
    """Nothing that came as text is run as code (SEC-05)."""
    for call in calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec", "compile", "__import__"}:
            yield call.lineno


def code_from_outside(tree: ast.Module) -> Iterator[int]:
    """No archive is unpacked as it says itself, and only what the operator has installed is imported (SEC-12)."""
    imported = imports(tree)
    for call in calls(tree):
        name = meaning(call.func, imported)
        is_named = name.rpartition(".")[2] in IMPORTERS and not all(is_literal(argument) for argument in call.args[:1])
        if is_named or name.rpartition(".")[2] in UNPACKERS or name.startswith(("runpy.", "sys.path.")):
            yield call.lineno


def shell(tree: ast.Module) -> Iterator[int]:
    """Programs are started by a list of arguments, never through a shell (SEC-07)."""
    for call in calls(tree):
        through_shell = any(keyword.arg == "shell" and not is_false(keyword.value) for keyword in call.keywords)
        if through_shell or dotted(call.func) in SHELL_CALLS:
            yield call.lineno


def stored_templates(tree: ast.Module) -> Iterator[int]:
    """Templates are files of ours: text that a user stored is never compiled as one (SEC-03)."""
    for call in calls(tree):
        name = dotted(call.func)
        if name.endswith("render_template_string") or (
            name.endswith(".from_string") and not name.startswith("puremagic.")
        ):
            yield call.lineno


def trusted_markup(tree: ast.Module) -> Iterator[int]:
    """Markup() of anything but a literal switches escaping off, so each place needs a reason (SEC-13)."""
    for call in calls(tree):
        is_markup = dotted(call.func).rpartition(".")[2] == "Markup"
        if is_markup and not all(is_literal(argument) for argument in call.args):
            yield call.lineno


def raw_writes(tree: ast.Module) -> Iterator[int]:
    """Entities are written by core.records alone, which checks rights, version and audit (REL-01)."""
    imported = imports(tree)
    for call in calls(tree):
        if _is_sqlalchemy(call, imported, RAW_WRITES):
            yield call.lineno


def unscoped_reads(tree: ast.Module) -> Iterator[int]:
    """Rows reach a reader through scoped(), so a function that selects also scopes (principle 3)."""
    imported = imports(tree)
    for function in functions(tree):
        selects = [call.lineno for call in calls(function) if _is_sqlalchemy(call, imported, {"select"})]
        scopes = any(dotted(call.func).rpartition(".")[2] == "scoped" for call in calls(function))
        if selects and not scopes:
            yield selects[0]


def floats(tree: ast.Module) -> Iterator[int]:
    """Money is Decimal: a float loses units of the last digit without a word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno
        if isinstance(node, ast.Name) and node.id in {"float", "Float", "Double"}:
            yield node.lineno


def hidden_imports(tree: ast.Module) -> Iterator[int]:
    """Our own modules are imported at the top: a cycle is a wrong layer, not something to dodge."""
    for function in functions(tree):
        for node in ast.walk(function):
            if any(name.startswith(OURS) for name in imported_modules(node)):
                yield node.lineno


def long_functions(tree: ast.Module) -> Iterator[int]:
    """A function is one sentence; beyond a screen it is several."""
    for function in functions(tree):
        if (function.end_lineno or function.lineno) - function.lineno >= LONGEST_FUNCTION:
            yield function.lineno


def tests_without_assertion(tree: ast.Module) -> Iterator[int]:
    """A test that asserts nothing passes whatever happens."""
    helpers = {function.name for function in functions(tree) if _asserts(function, set())}
    for function in functions(tree):
        if function.name.startswith("test_") and not _asserts(function, helpers):
            yield function.lineno


def _is_sqlalchemy(call: ast.Call, imported: dict[str, str], names: set[str]) -> bool:
    """Whether one of SQLAlchemy's functions with these names is called, however it was imported."""
    name = meaning(call.func, imported)
    return name.startswith("sqlalchemy.") and name.rpartition(".")[2] in names


def _asserts(function: Function, helpers: set[str]) -> bool:
    names = {dotted(call.func).rpartition(".")[2] for call in calls(function)}
    return (
        any(isinstance(node, ast.Assert) for node in ast.walk(function))
        or bool(names & helpers)
        or any(name.lstrip("_").startswith(ASSERTING) for name in names)
    )
