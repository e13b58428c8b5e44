"""Write reference.md from the code: `python docs/partners/generate.py`; a test fails when it is not up to date."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import core.api as api  # noqa: E402
import core.testing as testing  # noqa: E402
from core import signals  # noqa: E402
from core.plugin import hookspecs  # noqa: E402

TARGET = HERE / "reference.md"
FROM_ELSEWHERE = {
    "Mapped": "SQLAlchemy's type of a mapped attribute: `name: Mapped[str] = fields.text(…)`.",
    "PUBLIC": "For `route`: whoever comes may call it, signed in or not.",
    "SIGNED_IN": "For `route`: whoever has signed in may call it, whatever his rights.",
}
HEAD = """\
# Reference

Everything a plugin may import, written by `python docs/partners/generate.py` from the code. What is not here is
private and may change at any time; what is here follows [the promise](versions.md).
"""


def hooks() -> dict[str, Any]:
    """The hook specifications by name, in the order of their file."""
    marked = f"{hookspecs.NAMESPACE}_spec"
    return {name: one for name, one in vars(hookspecs).items() if hasattr(one, marked)}


def members(module: ModuleType) -> dict[str, Any]:
    """The public functions and classes of a module that `core.api` exports as a whole."""
    names = getattr(module, "__all__", None) or [name for name, one in vars(module).items() if not name.startswith("_")
                                                 and getattr(one, "__module__", "") == module.__name__]
    found = {name: getattr(module, name) for name in sorted(names, key=str.lower)}
    return {name: one for name, one in found.items() if callable(one)}


def described(name: str, one: Any) -> str:
    """The docstring, without the indentation of the source."""
    if name in FROM_ELSEWHERE:
        return FROM_ELSEWHERE[name]
    own = one.__doc__ if inspect.isclass(one) or inspect.ismodule(one) or callable(one) else ""
    text = inspect.cleandoc(own or "")
    # What a dataclass is given when it has no docstring is its signature.
    return "" if text.startswith(f"{name}(") else text


def signature(name: str, one: Any) -> str:
    """How it is called, without the types that the text tells."""
    if isinstance(one, ModuleType) or name in FROM_ELSEWHERE:
        return name
    fixture = getattr(one, "_fixture_function", None) or getattr(one, "__pytest_wrapped__", None)
    if fixture is not None:
        return name
    try:
        return f"{name}({', '.join(_parameter(given) for given in inspect.signature(one).parameters.values())})"
    except (TypeError, ValueError):
        return name


def _parameter(given: inspect.Parameter) -> str:
    sign = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(given.kind, "")
    if given.default is inspect.Parameter.empty:
        return f"{sign}{given.name}"
    default = repr(given.default)
    return f"{given.name}={default if len(default) < 40 and ' at 0x' not in default and '<' not in default else '…'}"


def _entry(name: str, one: Any, level: str) -> Iterator[str]:
    yield f"{level} `{signature(name, one)}`\n"
    yield f"{described(name, one)}\n"


def _examples() -> Iterator[str]:
    for name, spec in hooks().items():
        yield f"### `{signature(name, spec)}`\n"
        yield f"{described(name, spec)}\n"
        yield f"Example: [{name}.py](../../tests/examples/hooks/{name}.py).\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## core.api\n"]
    modules = []
    for name in sorted(api.__all__, key=str.lower):
        one = getattr(api, name)
        if isinstance(one, ModuleType):
            modules.append((name, one))
        parts += _entry(name, one, "###")
    for name, module in modules:
        parts.append(f"## core.api.{name}\n")
        for inner, one in members(module).items():
            parts += _entry(inner, one, "###")
    parts += ["## Hooks\n", "Implementations are marked with `@hookimpl` and take only the arguments they need.\n"]
    parts += _examples()
    parts.append("## Signals\n")
    for name, declared in sorted(signals.declared().items()):
        if name.startswith("core."):
            parts += [f"### `{name}`\n", f"{declared.payload}\n",
                      f"Example: [{name[5:]}.py](../../tests/examples/hooks/{name[5:]}.py).\n"]
    parts += ["## core.testing\n", f"{described('testing', testing)}\n"]
    for name in testing.__all__:
        one = getattr(testing, name)
        if callable(one) or hasattr(one, "_fixture_function"):
            parts += _entry(name, one, "###")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
