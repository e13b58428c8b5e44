"""The environment of the templates, the kernel's and the plugins'."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame

from core.language import i18n
from core.language.direction import value_direction
from core.ui.assets import asset
from core.ui.client_locale import client_locale_json
from core.ui.icons import icon
from core.ui.messages import message
from core.ui.running_text import cut_class, numbers_whole
from core.web import csrf_token, form_id

TEMPLATES = Path(__file__).parent / "templates"
#: What every template may call.
FUNCTIONS: dict[str, Any] = {
    "_": message, "drawn_icon": icon, "ngettext": i18n.ngettext, "asset": asset, "csrf_token": csrf_token,
    "form_id": form_id, "client_locale_json": client_locale_json, "value_direction": value_direction,
    "numbers_whole": numbers_whole, "cut_class": cut_class,
}


class _Code(CodeGenerator):
    """Templates as Python code that spends less on what they do a thousand times a page.

    A text goes out as `escaped` writes it, and the functions that all templates have, which take nothing of Jinja's
    own, are called without being asked whether they do.
    """

    PLAIN = frozenset({"_", "asset", "icon"})

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline("from operator import call as call_plainly")
        self.writeline("from core.ui.escaping import escaped")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, **options: Any) -> None:  # type: ignore[override]
        if isinstance(node.node, nodes.Name) and node.node.name in self.PLAIN:
            self.write("call_plainly(")
            self.visit(node.node, frame)
            self.signature(node, frame)
            self.write(")")
        else:
            super().visit_Call(node, frame, **options)


class _Templates(Environment):
    """Templates that all see the same globals, in one dictionary.

    Jinja's own chain of dictionaries, which may be added to later, is walked through for each of the many pieces that
    a page is made of.
    """

    code_generator_class = _Code

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else dict(self.globals)


@cache
def make_environment(folders: tuple[str, ...] = ()) -> Environment:
    """The kernel's templates, then those of plugins under their own names.

    The same for the same folders, so that no template is compiled twice in a process.
    """
    loaders = [FileSystemLoader(TEMPLATES), *(FileSystemLoader(Path(folder) / "templates") for folder in folders)]
    # Read once, as the code is: a process that looked at the files again would show new pages by old code.
    made = _Templates(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, auto_reload=False)
    made.globals.update(FUNCTIONS)
    return made


def set_up(app: Flask, folders: Iterable[str]) -> None:
    app.extensions["diwan_templates"] = make_environment(tuple(folders))


def fragment(template: str, **context: Any) -> str:
    """A piece of a page."""
    environment: Environment = current_app.extensions["diwan_templates"]
    return environment.get_template(template).render({"csp_nonce": g.csp_nonce, **context})
