"""Plugins that fail, one in each place where a plugin can, and the process in which a site meets them all.

Each is the source of an installed plugin that requires contacts. Those that fail while working do so for one record
or one page only, so that one site can be shared by all of them.
"""

from __future__ import annotations

HEAD = """
import sys
from core.api import *
from core.api import _
from sqlalchemy import text
manifest = Manifest("{name}", "Module {name}", "1.0", requires=("contacts",))
"""

#: Those that never come in: {name: source}. They are stopped in the child process or in the database.
AT_THE_DOOR = {
    "bad_import": "raise RuntimeError('bad import')",
    "bad_exit": "sys.exit('bad exit')",
    "bad_syntax": "def (",
    "bad_recursion": "def again():\n    again()\nagain()",
    "bad_memory": "hoard = bytearray(1 << 40)",
    "bad_hard_exit": "import os\nos._exit(3)",
    "bad_manifest": "manifest = 'none'",
    "bad_hook_name": "@hookimpl\ndef register_entitties():\n    return []",
    "bad_entities": "@hookimpl\ndef register_entities():\n    raise RuntimeError('bad entities')",
    "bad_entity": "@hookimpl\ndef register_entities():\n    return [object()]",
    "bad_settings": "@hookimpl\ndef register_settings():\n    sys.exit('bad settings')",
    "bad_screens": "@hookimpl\ndef register_screens():\n    return [ListScreen('nobody.nothing')]",
    "bad_panels": "@hookimpl\ndef register_panels():\n    raise RuntimeError('bad panels')",
    "bad_menu": "@hookimpl\ndef register_menu():\n    return 7",
    "bad_actions": "@hookimpl\ndef register_actions():\n    raise RuntimeError('bad actions')",
    "bad_reports": "@hookimpl\ndef register_reports():\n    raise RuntimeError('bad reports')",
    "bad_widget_right": """
@hookimpl
def register_widgets():
    return [Widget("bad_widget_right.one", "One", "contacts.contact.veiw", lambda: None)]
""",
    "bad_open_route": """
from flask import Blueprint
blueprint = Blueprint("bad_open_route", __name__)
@blueprint.get("/bad_open_route/secrets")
def secrets():
    return "for nobody"
@hookimpl
def register_blueprints():
    return [blueprint]
""",
    "bad_foreign_route": """
from flask import Blueprint
blueprint = Blueprint("bad_foreign_route", __name__)
@route(blueprint, "/login", access=PUBLIC)
def login():
    return "caught"
@hookimpl
def register_blueprints():
    return [blueprint]
""",
    "bad_listener_to_requests": """
from flask import Blueprint
blueprint = Blueprint("bad_listener_to_requests", __name__)
@blueprint.before_app_request
def look():
    return "everybody comes by here"
@hookimpl
def register_blueprints():
    return [blueprint]
""",
    "bad_seed": "@hookimpl\ndef seed(unit):\n    raise RuntimeError('bad seed')",
}

#: Those that run and fail in one place: {name: source}.
AT_WORK = {
    "bad_prepare": """
@hookimpl
def prepare(entity, changes):
    if any(change.after.get("name") == "bad_prepare" for change in changes):
        raise RuntimeError("bad prepare")
""",
    "bad_validate": """
@hookimpl
def validate(entity, changes):
    if any(change.after.get("name") == "bad_validate" for change in changes):
        raise RuntimeError("bad validate")
""",
    "bad_before_save": """
@hookimpl
def before_save(entity, changes):
    if any(change.after.get("name") == "bad_before_save" for change in changes):
        sys.exit("bad before_save")
""",
    "bad_delete": """
@hookimpl
def before_delete(entity, records):
    if any(record.get("name") == "bad_delete" for record in records):
        raise RuntimeError("bad delete")
""",
    "bad_receiver": """
@on("core.records_saved")
def hear(entity, changes):
    if any(change.after.get("name") == "bad_receiver" for change in changes):
        raise RuntimeError("bad receiver")
""",
    "bad_scope": """
@hookimpl
def scope_query(entity, actor, action):
    if entity.name == "contacts.category":
        raise RuntimeError("bad scope")
""",
    "bad_deny": """
@hookimpl
def deny(actor, permission):
    if permission == "contacts.tag.view":
        raise RuntimeError("bad deny")
""",
    "bad_duplicates": """
@hookimpl
def find_duplicates(entity, values):
    raise RuntimeError("bad duplicates")
""",
    "bad_panel": """
def context(record):
    raise RuntimeError("bad panel")
@hookimpl
def register_panels():
    return [TemplatePanel("contacts.company", "bad", "Bad panel", "nowhere.html", context)]
""",
    "bad_template": """
@hookimpl
def register_panels():
    return [TemplatePanel("contacts.company", "worse", "Worse panel", "acme/missing.html", lambda record: {})]
""",
    "bad_action": """
def run(record_id, values):
    raise RuntimeError("bad action")
@hookimpl
def register_actions():
    return [Action("contacts.company", "explode", "Explode", run)]
""",
    "bad_view": """
from flask import Blueprint
blueprint = Blueprint("bad_view", __name__)
@route(blueprint, "/bad_view/page", access=SIGNED_IN)
def page():
    raise RuntimeError("bad view")
@hookimpl
def register_blueprints():
    return [blueprint]
""",
    "bad_widget": """
def render():
    unit().execute(text("SELECT bad widget"))
@hookimpl
def register_widgets():
    return [Widget("bad_widget.one", "One", "contacts.contact.view", render)]
""",
    "bad_slot": """
@hookimpl
def page_slot(slot, context):
    if slot == "dashboard.top":
        raise RuntimeError("bad slot")
""",
    "bad_filter": """
def sql(table):
    raise RuntimeError("bad filter")
@hookimpl
def register_filters():
    return [Filter("contacts.company", "exploding", "Exploding", sql)]
""",
}


def source(name: str) -> str:
    """The module `plugin` of one of them."""
    body = {**AT_THE_DOOR, **AT_WORK}[name]
    return HEAD.replace("{name}", name) + body
