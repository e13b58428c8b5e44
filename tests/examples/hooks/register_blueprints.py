"""A page at an address of the plugin's own."""

from flask import Blueprint

from core.api import Manifest, TemplatePage, _, current_user, hookimpl, route

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))
blueprint = Blueprint("example", __name__)


@route(blueprint, "/example/greeting", access="contacts.contact.view")
def greeting():
    return TemplatePage("example/greeting.html", _("Greeting"), {"name": current_user().name})


@hookimpl
def register_blueprints():
    return [blueprint]
