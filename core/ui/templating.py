"""The environment of the templates, the kernel's and the plugins'."""

from __future__ import annotations

from collections.abc import Iterable
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


@cache
def make_environment(folders: tuple[str, ...] = ()) -> Environment:
    """The kernel's templates, then those of plugins under their own names.

    The same for the same folders, so that no template is compiled twice in a process.
    """
    loaders = [FileSystemLoader(TEMPLATES), *(FileSystemLoader(Path(folder) / "templates") for folder in folders)]
    made = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined)
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
