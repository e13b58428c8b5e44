"""The blueprint of importing and exporting, and what its views share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect

from core.entity.spec import EntitySpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.permissions import require
from core.registry import current as registry
from core.ui.import_model import WizardHead
from core.ui.list_build import crumbs
from core.ui.shell_model import Crumb

blueprint = Blueprint("transfer", __name__)
ENTITY = "/<plugin>/<noun>"
IMPORT = f"{ENTITY}/import/<int:import_id>"


def spec_for_import(plugin: str, noun: str) -> EntitySpec:
    """The entity, for those who may make records of it; the route has asked for the right to import."""
    spec = registry().entity(f"{plugin}.{noun}")
    require(f"{spec.name}.add")
    return spec


def folder() -> Path:
    """Where uploaded files lie."""
    files: Path = current_app.settings.files  # type: ignore[attr-defined]
    return files / "imports"


def head(spec: EntitySpec, step: int) -> WizardHead:
    plural = str(spec.meta.plural)
    entities = plural.lower() if preferences().language == "en" else plural
    return WizardHead(str(_("Import {entities}", entities=entities)), step, crumbs(spec, Crumb(str(_("Import")))))


def address(spec: EntitySpec, import_id: int | None = None, rest: str = "") -> str:
    base = f"{spec.path}/import"
    return f"{base}/{import_id}{f'/{rest}' if rest else ''}" if import_id is not None else base


def see(path: str) -> Response:
    """To another page after a form was taken."""
    return make_response(redirect(path, 303))


def figure(value: Any) -> str:
    """A count in the reader's digits, in groups."""
    return format_number(value, preferences().formatting_locale)
