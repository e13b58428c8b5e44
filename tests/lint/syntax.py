"""Small questions about a syntax tree: who is called, what a name stands for, how a string was made."""

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for such an expression; `.c` when only its end is a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imported_modules(node: ast.AST) -> list[str]:
    """What an import statement brings in, as `core.registry`; a relative one starts with a dot."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def imports(tree: ast.AST) -> dict[str, str]:
    """What the imported names stand for: {"sa": "sqlalchemy", "text": "sqlalchemy.text"}."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def meaning(node: ast.AST, imported: dict[str, str]) -> str:
    """The full name of what an expression such as `sa.text` refers to, by the file's imports."""
    first, dot, rest = dotted(node).partition(".")
    return imported.get(first, first) + dot + rest


def is_literal(node: ast.AST) -> bool:
    """A string written on the spot, or a constant by its name."""
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def pieced_strings(tree: ast.AST) -> set[ast.AST]:
    """Expressions that are put together by an f-string, %, + or format(), and names that hold one."""
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_pieced(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {node for node in ast.walk(tree) if _is_pieced(node) or (isinstance(node, ast.Name) and node.id in names)}


def _is_pieced(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(_is_text(side) for side in (node.left, node.right))
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr == "format" and isinstance(node.func.value, ast.Constant | ast.Name)


def _is_text(node: ast.AST) -> bool:
    return _is_pieced(node) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
