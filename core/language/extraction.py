"""Find the translatable texts of a package: in Python, in Jinja templates and in JavaScript.

One text is a `Message`; the key of a message in a catalogue is (context, text). Only literal texts can be
translated, so an f-string or a concatenation handed to a translation function is an error here: it would
otherwise show up untranslated, silently, in front of a user.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from babel.messages.jslexer import Token, tokenize, unquote_string
from jinja2 import Environment, nodes

SKIPPED_FOLDERS = frozenset({"tests", "__pycache__", "node_modules", "vendor", "i18n"})
TEMPLATE_SUFFIXES = frozenset({".html", ".txt", ".xml", ".j2", ".jinja", ".typ", ".svg"})
TRANSLATOR_COMMENT = re.compile(r"^\s*#\s*Translators:\s*(.+)$")

# Function name -> positions of (context, text, plural text); None where the function has no such argument.
KEYWORDS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "lazy_ngettext": (None, 0, 1),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}


class ExtractionError(ValueError):
    """A source that cannot be read, or a translation call whose text is not a plain literal."""


class BuiltText(str):
    """Stands for a text that is put together at run time, so that nobody can translate it."""


BUILT = BuiltText()


@dataclass(frozen=True)
class Message:
    """A text to translate: `files` are the sources it occurs in, relative to the catalogue's base folder."""

    text: str
    plural: str | None = None
    context: str | None = None
    files: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str | None, str]:
        return (self.context, self.text)


def extract_folder(folder: Path, base: Path) -> dict[tuple[str | None, str], Message]:
    """All messages under `folder`, each once, with file names relative to `base`."""
    found: dict[tuple[str | None, str], Message] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts[:-1]
        if path.is_file() and not SKIPPED_FOLDERS.intersection(inside):
            name = path.relative_to(base).as_posix()
            for message in extract_file(path, name):
                _collect(found, message)
    return found


def extract_file(path: Path, name: str) -> Iterator[Message]:
    """The messages of one file; `name` is what catalogues and error messages call it."""
    if path.suffix == ".py":
        yield from from_python(path.read_text("utf-8"), name)
    elif path.suffix == ".js" and not path.name.endswith(".min.js"):
        yield from from_javascript(path.read_text("utf-8"), name)
    elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
        yield from from_template(path.read_text("utf-8"), name)


def from_python(source: str, name: str) -> Iterator[Message]:
    """Calls such as `_("…", context="…")` and `ngettext("…", "…", n)`."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ExtractionError(f"{name}: {error}") from error
    lines = source.splitlines()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _python_function(call.func) in KEYWORDS:
            comment = TRANSLATOR_COMMENT.match(lines[call.lineno - 2]) if call.lineno > 1 else None
            yield from _message(
                _python_function(call.func),
                [_python_literal(argument) for argument in call.args],
                next((_python_literal(k.value) for k in call.keywords if k.arg == "context"), None),
                name,
                call.lineno,
                frozenset({comment.group(1).strip()} if comment else ()),
            )


def _python_function(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    # `i18n.gettext(...)`; a method called `_` of some object is none of ours.
    return node.attr if isinstance(node, ast.Attribute) and node.attr != "_" else ""


def _python_literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    return BUILT if isinstance(node, ast.JoinedStr | ast.BinOp) else None


def from_template(source: str, name: str) -> Iterator[Message]:
    """The same calls inside `{{ … }}` and `{% … %}`."""
    environment = Environment(
        autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    try:
        tree = environment.parse(source)
    except Exception as error:
        raise ExtractionError(f"{name}: {error}") from error
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS:
            context = next((_template_literal(k.value) for k in call.kwargs if k.key == "context"), None)
            arguments = [_template_literal(argument) for argument in call.args]
            yield from _message(call.node.name, arguments, context, name, call.lineno, frozenset())


def _template_literal(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Const):
        return node.value if isinstance(node.value, str) else None
    return BUILT if isinstance(node, nodes.Concat | nodes.BinExpr) else None


def from_javascript(source: str, name: str) -> Iterator[Message]:
    """Calls of `_("…")` and `ngettext("…", "…", n)`; template literals with `${…}` are refused."""
    tokens = [token for token in tokenize(source) if token.type not in ("linecomment", "multilinecomment")]
    for position, token in enumerate(tokens[:-1]):
        called = token.type == "name" and token.value in KEYWORDS and tokens[position + 1].value == "("
        declared = position > 0 and tokens[position - 1].value in ("function", ".")
        if called and not declared:
            arguments = _javascript_arguments(tokens[position + 2 :])
            yield from _message(token.value, arguments, None, name, token.lineno, frozenset())


def _javascript_arguments(tokens: list[Token]) -> list[str | None]:
    """The leading literal arguments of a call, given the tokens behind its opening parenthesis."""
    arguments: list[str | None] = []
    for token, following in pairwise(tokens):
        if token.value == ",":
            continue
        if token.type not in ("string", "template_string") or following.value not in (",", ")"):
            joined = token.type in ("string", "template_string")
            return [*arguments, BUILT if joined else None]
        arguments.append(BUILT if "${" in token.value else unquote_string(token.value))
        if following.value == ")":
            break
    return arguments


def _message(
    function: str,
    arguments: list[str | None],
    context: str | None,
    name: str,
    line: int,
    comments: frozenset[str],
) -> Iterator[Message]:
    """The message of one call; nothing when its text is a variable (translated where it was declared)."""
    context_at, text_at, plural_at = KEYWORDS[function]

    def argument(position: int | None) -> str | None:
        return arguments[position] if position is not None and position < len(arguments) else None

    text, plural = argument(text_at), argument(plural_at)
    context = argument(context_at) if context_at is not None else context
    if any(isinstance(part, BuiltText) for part in (text, plural, context)):
        raise ExtractionError(f"{name}:{line}: the text given to {function}() must be one plain string")
    if text:
        yield Message(text, plural or None, context or None, frozenset({name}), comments)


def _collect(found: dict[tuple[str | None, str], Message], message: Message) -> None:
    """Add a message; a text that occurs with and without a plural becomes one entry with a plural."""
    known = found.get(message.key)
    if known is None:
        found[message.key] = message
        return
    if known.plural and message.plural and known.plural != message.plural:
        places = ", ".join(sorted(known.files | message.files))
        raise ExtractionError(f"{places}: two plurals for “{message.text}”")
    found[message.key] = Message(
        known.text,
        known.plural or message.plural,
        known.context,
        known.files | message.files,
        known.comments | message.comments,
    )
