"""What a phone or a desktop needs to keep Diwan among its own programs (W3C Web Application Manifest)."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, current_app

from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ui.assets import asset
from core.web import PUBLIC, route

blueprint = Blueprint("manifest", __name__)

ADDRESS: Final = "/manifest.webmanifest"
TYPE: Final = "application/manifest+json"
#: --dw-accent and --dw-bg of css/tokens.css, in the light: systems draw their frame before any page is there.
THEME, GROUND = "#3448b5", "#f7f7f4"


@route(blueprint, ADDRESS, access=PUBLIC)
def manifest() -> Response:
    """In the language that the browser asks for: it fetches this without saying who is signed in."""
    return Response(current_app.json.dumps(_content()), mimetype=TYPE)


def _content() -> dict[str, Any]:
    reader = preferences()
    return {
        "id": "/",
        "name": str(_("Diwan")),
        "lang": reader.language,
        "dir": reader.direction,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": GROUND,
        "icons": [
            _icon("diwan.svg", "any"),
            _icon("diwan-192.png", "192x192"),
            _icon("diwan-512.png", "512x512"),
            # Systems that cut icons to a shape of their own get one whose ground goes to the edge.
            _icon("diwan-square-512.png", "512x512", purpose="maskable"),
        ],
    }


def _icon(name: str, sizes: str, **more: str) -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": asset(f"img/{name}"), "sizes": sizes, "type": kind, **more}
