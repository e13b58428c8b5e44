"""The environment of the templates, the kernel's and the plugins'."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from core.language import i18n
from core.language.direction import value_direction
from core.ui.assets import asset
from core.ui.client_locale import client_locale_json
from core.web import csrf_token, form_id

TEMPLATES = Path(__file__).parent / "templates"


class _Templates(Environment):
    """Templates that all see the same globals, in one dictionary.

    Jinja's own chain of dictionaries, which may be added to later, is walked through for each of the many pieces that
    a page is made of.
    """

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
    made.globals.update(
        _=i18n._, ngettext=i18n.ngettext, asset=asset, csrf_token=csrf_token, form_id=form_id,
        client_locale_json=client_locale_json, value_direction=value_direction,
    )
    return made


def set_up(app: Flask, folders: Iterable[str]) -> None:
    app.extensions["diwan_templates"] = make_environment(tuple(folders))


def fragment(template: str, **context: Any) -> str:
    """A piece of a page."""
    environment: Environment = current_app.extensions["diwan_templates"]
    return environment.get_template(template).render({"csp_nonce": g.csp_nonce, **context})
