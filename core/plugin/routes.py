"""The routes that a plugin's blueprints declare, read and checked without an application.

A blueprint keeps what it will do to an application as functions; they are played to a recorder that knows routes and
nothing else, so that one which would do more, such as hooking into every request, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.access import Access
from core.errors import DeclarationError

#: What runs around other plugins' requests as well, or before it is known who asks.
AROUND = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "url_value_preprocessors",
          "url_default_functions", "error_handler_spec")


@dataclass(frozen=True, slots=True)
class Route:
    """One route of a plugin; `options` are those of Flask's add_url_rule."""

    rule: str
    endpoint: str
    view: Callable[..., Any]
    access: Access
    options: dict[str, Any]


def declared(plugin: str, blueprints: Iterable[Any]) -> list[Route]:
    """The routes of these blueprints; DeclarationError for one that is not the plugin's to declare."""
    found = []
    for blueprint in blueprints:
        for rule, endpoint, view, options in _played(plugin, blueprint):
            _check(plugin, rule, view)
            found.append(Route(rule, endpoint, view, view.access, options))
    return found


def _played(plugin: str, blueprint: Any) -> list[tuple[str, str, Any, dict[str, Any]]]:
    functions = getattr(blueprint, "deferred_functions", None)
    if functions is None:
        raise DeclarationError(f"{plugin}: register_blueprints answers a list of Flask blueprints.")
    refusal = DeclarationError(f"{plugin}: the blueprint {blueprint.name} does more than declare routes; only routes "
                               "made with core.api.route are taken.")
    if getattr(blueprint, "_blueprints", None) or any(_holds(getattr(blueprint, name, None)) for name in AROUND):
        raise refusal
    recorder = _Recorder(plugin, blueprint)
    for function in functions:
        try:
            function(recorder)
        except AttributeError as error:
            raise refusal from error
    return recorder.found


def _holds(kept: Any) -> bool:
    """Whether anything stands in one of Flask's nested tables, which asking for a name leaves empty entries in."""
    if isinstance(kept, dict):
        return any(_holds(inner) for inner in kept.values())
    return bool(kept)


class _Recorder:
    """Stands for what a blueprint is registered on."""

    first_registration = True

    def __init__(self, plugin: str, blueprint: Any) -> None:
        self.found: list[tuple[str, str, Any, dict[str, Any]]] = []
        self._prefix = (blueprint.url_prefix or "").rstrip("/")
        self._name = blueprint.name if blueprint.name.partition(".")[0] == plugin else f"{plugin}.{blueprint.name}"

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        place = f"{self._prefix}/{rule.lstrip('/')}" if self._prefix else rule
        self.found.append((place, f"{self._name}.{endpoint or getattr(view_func, '__name__', '')}", view_func, given))


def _check(plugin: str, rule: str, view: Any) -> None:
    own = (f"/{plugin}/", f"/api/v1/{plugin}/")
    if not rule.startswith(own):
        raise DeclarationError(f"{plugin}: the route {rule} is not below {own[0]} or {own[1]}.")
    access = getattr(view, "access", None)
    if not isinstance(access, Access):
        raise DeclarationError(f"{plugin}: the route {rule} does not say who may call it: make it with core.api.route.")
    if access != Access(public=access.public, permission=access.permission):
        raise DeclarationError(f"{plugin}: the route {rule} is for a permission, SIGNED_IN or PUBLIC.")
