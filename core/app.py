"""`create_app`: one Flask application over a configuration, a database and the enabled plugins."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Flask, Response, send_from_directory

from core import outages, web
from core.attachments import views as attachment_views
from core.auth import views as auth_views
from core.chat import views as chat_views
from core.choicelists import views as list_views
from core.config import Config
from core.customfields import views as fields_views
from core.db import STATEMENT_WITHIN, make_engine
from core.files import views as files_views
from core.firstrun import views as setup_views
from core.ops import check, metrics, plugins
from core.ops import views as ops_views
from core.plugin import lifecycle, loader
from core.rest import chat_views as chat_programs
from core.rest import jobs_views as jobs_programs
from core.rest import views as rest_views
from core.transfer import views as transfer_views
from core.ui import blueprints as ui_blueprints
from core.ui import errors, health_views, modules_views, plugin_views, rendering
from core.ui.assets import STATIC_FOLDER
from core.web import PUBLIC, Application, route
from core.webhooks import views as webhook_views

MAX_REQUEST = 64 * 1024 * 1024
MAX_FORM_PARTS = 2_000
MAX_FORM_MEMORY = 2 * 1024 * 1024
YEAR = 31_536_000

static = Blueprint("static", __name__)


@route(static, "/static/<version>/<path:path>", access=PUBLIC)
def file(version: str, path: str) -> Response:
    """Our own assets. The version only tells browsers apart what they may keep for a year."""
    return send_from_directory(STATIC_FOLDER, path, max_age=YEAR)


def create_app(config: Config) -> Application:
    """The application; the database must be at its newest migration."""
    app = Application("core", static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST, MAX_FORM_PARTS=MAX_FORM_PARTS,
                      MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY, SECRET_KEY=config.secret_key)
    app.settings = config
    app.engine = make_engine(config.database_url, statement_seconds=STATEMENT_WITHIN)
    outages.keep_time(app.engine)
    lifecycle.refresh(app.engine, with_quarantine=True)
    plugins_there = loader.installed().plugins.values()
    rendering.set_up(app, [loader.folder(plugin) for plugin in plugins_there])
    for blueprint in (static, ops_views.blueprint, auth_views.blueprint, rest_views.blueprint,
                      transfer_views.blueprint, fields_views.blueprint, list_views.blueprint, setup_views.blueprint,
                      webhook_views.blueprint, files_views.blueprint, attachment_views.blueprint, chat_views.blueprint,
                      chat_programs.blueprint, jobs_programs.blueprint,
                      *ui_blueprints.ALL):
        app.register_blueprint(blueprint)
    plugin_views.register(app, plugins_there)
    app.extensions[health_views.LOOK] = partial(check.run, config)
    app.extensions[modules_views.SWITCHBOARD] = modules_views.Switchboard(
        partial(plugins.enable, config), partial(plugins.disable, config))
    errors.set_up(app)
    metrics.set_up(app)
    app.after_request(web.secure)
    _trust_proxies(app, config)
    web.check_routes(app)
    return app


def _trust_proxies(app: Flask, config: Config) -> None:
    """X-Forwarded headers count only when they come from a named proxy."""
    if not config.trusted_proxies:
        return
    from werkzeug.middleware.proxy_fix import ProxyFix

    fixed = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)
    plain = app.wsgi_app
    trusted = frozenset(config.trusted_proxies)

    def choose(environ: dict, start_response: object) -> object:  # type: ignore[type-arg]
        return (fixed if environ.get("REMOTE_ADDR") in trusted else plain)(environ, start_response)  # type: ignore[arg-type]

    app.wsgi_app = choose  # type: ignore[method-assign,assignment]
