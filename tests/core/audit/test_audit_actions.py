"""Every act that the code records has a name people can read."""

import ast
from pathlib import Path

from core.audit.actions import ACTIONS, action_label
from core.audit.models import audit

ROOT = Path(__file__).resolve().parents[3]


def recorded_actions() -> dict[str, str]:
    """The acts given as literals to the listener anywhere in the kernel, with a file that records each."""
    places = {"record": 3, "record_many": 1}
    found = {}
    for path in sorted((ROOT / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node.func).removeprefix("listener.") if isinstance(node, ast.Call) else ""
            if name in places and len(node.args) > places[name]:
                action = node.args[places[name]]
                if isinstance(action, ast.Constant):
                    found[action.value] = path.name
    return found


def test_every_recorded_act_has_a_label() -> None:
    recorded = recorded_actions()
    assert {"login", "backup", "rights_change"} <= recorded.keys()
    assert {name: path for name, path in recorded.items() if name not in ACTIONS} == {}


def test_labels_differ_and_names_fit_their_column() -> None:
    labels = [str(action_label(name)) for name in ACTIONS]
    assert len(set(labels)) == len(labels)
    assert all(len(name) <= audit.c.action.type.length for name in ACTIONS)


def test_an_act_without_a_label_shows_its_name() -> None:
    assert action_label("convert") == "convert"
    assert str(action_label("login_failed")) == "Log-in failed"
